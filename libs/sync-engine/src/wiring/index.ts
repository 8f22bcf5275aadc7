export { openPipeline, type OpenPipeline, type OpenPipelineOptions } from './open-pipeline.ts';
export { testConnection, type ConnectionKind, type ConnectionReport, type ConnectionStep } from './test-connection.ts';
export { openMarkers, type OpenMarkers } from './open-markers.ts';
export { WIRING_ERRORS, WiringError } from './errors.ts';
export { validateLive, type LiveValidation, type TableReport } from './validate-live.ts';
