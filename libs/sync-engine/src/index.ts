export { SYNC_ERRORS, SyncError } from './engine/errors.ts';
export { previewTables, type TablePreview } from './engine/plan-pipeline.ts';
export type { SyncPorts } from './engine/ports.ts';
export { resetWatermark } from './engine/state/reset-watermark.ts';
export { syncPipeline } from './engine/sync-pipeline.ts';
export type { PipelineSettings, RunSurroundings, SyncRequest, SyncStages } from './engine/sync-request.ts';
