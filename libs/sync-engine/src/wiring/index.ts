export { openPipeline, type OpenPipeline, type OpenPipelineOptions } from './open-pipeline.ts';
export { checkConnection } from './check/check-connection.ts';
export type { ConnectionKind, ConnectionReport, ConnectionStep } from './check/connection-report.ts';
export { openMarkers, type OpenMarkers } from './open-markers.ts';
export { WIRING_ERRORS, WiringError } from './errors.ts';
export { validateLive, type LiveValidation, type TableReport } from './validate-live.ts';
