export { SYNC_ERRORS, SyncError } from './errors.ts';
export { nextLoadGroup } from './load-queue.ts';
export { listBatches, type BatchView } from './list-batches.ts';
export { listObjects, type ListObjectsRequest, type ObjectListingPort, type ObjectState, type ObjectView } from './list-objects.ts';
export { previewTables, type TablePreview } from './plan-pipeline.ts';
export { PORT_METHODS, wrapPorts, type PortName, type PortRequest, type RequestWrapper } from './port-methods.ts';
export type {
  FenceRequest, HeldLease, LeasePort, LoadRequest, ManifestPort, PartPort, PartWriter, PartWriterRequest, PrepareRequest, SourceBatch, SourcePort, SyncPorts, TargetPort, TargetState, TargetTable, WatermarkPort,
} from './ports.ts';
export { reconcile, type Standing } from './reconcile.ts';
export { resetWatermark, type ResetOutcome, type ResetRequest } from './reset-watermark.ts';
export { runExitCode } from './run-exit-code.ts';
export { syncPipeline } from './sync-pipeline.ts';
export { planSync, type SyncPlan } from './table-plan.ts';
export type { PipelineSettings, RunSurroundings, SyncRequest, SyncStages } from './sync-request.ts';
