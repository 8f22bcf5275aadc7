export { SYNC_ERRORS, SyncError } from './errors.ts';
export { nextLoadGroup } from './load-queue.ts';
export { batchListing, listBatches, showBatch, type BatchDetails, type BatchListing, type BatchView } from './list-batches.ts';
export { listObjects, type ListObjectsRequest, type ObjectListingPort, type ObjectState, type ObjectView } from './list-objects.ts';
export { completionMarkers, tableMarker, type CompletionMarker, type MarkersRequest } from './markers/completion-markers.ts';
export { withoutMarkers, writeMarkers, type MarkerPort } from './markers/write-markers.ts';
export { previewTables, type TablePreview } from './plan-pipeline.ts';
export { PORT_METHODS, wrapPorts, type PortName, type PortRequest, type RequestWrapper } from './port-methods.ts';
export type {
  FenceRequest, HeldLease, HistoryRecord, LeasePort, LeaseStanding, LoadRequest, ManifestPort, PartPort, PartWriter, PartWriterRequest, PrepareRequest, SourceBatch, SourcePort, SyncPorts, TargetPort, TargetState, TargetTable, WatermarkPort,
} from './ports.ts';
export { reconcile, type Standing } from './reconcile.ts';
export type { StateChange } from './state/begin-epoch.ts';
export { clearColumnMapping, type MappingChange } from './state/clear-column-mapping.ts';
export { listColumnNames, type ColumnName } from './list-column-mappings.ts';
export { discardBatches, type Discard, type DiscardRequest } from './state/discard-batches.ts';
export { listFiles, type FileView } from './state/list-files.ts';
export { repairWatermark, type Repair } from './state/repair-watermark.ts';
export { resetWatermark, type ResetRequest } from './state/reset-watermark.ts';
export { restageBatches, type Restage, type RestageRequest } from './state/restage-batches.ts';
export { rollbackWatermark, type RollbackRequest } from './state/rollback-watermark.ts';
export { setLoadedCount, type CountChange, type CountRequest } from './state/set-count.ts';
export type { EpochRequest, StagedLoad, StateRequest } from './state/state-request.ts';
export { runExitCode } from './run-exit-code.ts';
export { syncPipeline } from './sync-pipeline.ts';
export { planSync, type SyncPlan } from './table-plan.ts';
export type { PipelineSettings, RunSurroundings, SyncRequest, SyncStages } from './sync-request.ts';
