export * from '../standing/index.ts';
export type { BackfillOrder } from './backfill.ts';
export { previewBackfill, type BackfillPreview } from './preview-backfill.ts';
export { SYNC_ERRORS, SyncError } from './errors.ts';
export { checkTables, type TableCheck } from './check-tables.ts';
export { previewTables, type PreviewPorts, type TablePreview } from './plan-pipeline.ts';
export type { QueryPlan } from './preview/query-plan.ts';
export { PORT_METHODS, wrapPorts, type PortName, type PortRequest, type RequestWrapper } from './port-methods.ts';
export type {
  FenceRequest, HeldLease, HistoryRecord, LeasePort, LeaseStanding, LoadRequest, ManifestPort, PartPort, PartWriter, PartWriterRequest, PrepareRequest, SourceBatch, SourcePort, SyncPorts, TargetPort, TargetState, TargetTable, WatermarkPort,
} from './ports.ts';
export { PROMISES, type CellPromise, type PromiseCell } from './promises.ts';
export { reconcile, type Standing } from './reconcile.ts';
export type { StateChange } from './state/begin-epoch.ts';
export { importWatermark, type Import, type ImportPorts, type ImportRequest } from './state/import-watermark.ts';
export { resetWatermark, type ResetRequest } from './state/reset-watermark.ts';
export { restageBatches, type Restage, type RestageRequest } from './state/restage-batches.ts';
export { rollbackWatermark, type RollbackRequest } from './state/rollback-watermark.ts';
export { setWatermark, type SetRequest } from './state/set-watermark.ts';
export { validateCount, type CountCheck, type CountCheckRequest } from './state/validate-count.ts';
export type { EpochRequest, StagedLoad, StateRequest } from './state/state-request.ts';
export { runExitCode } from './run-exit-code.ts';
export { syncPipeline } from './sync-pipeline.ts';
export { planSync, type SyncPlan } from './table-plan.ts';
export type { PipelineSettings, RunSurroundings, SyncRequest, SyncStages } from './sync-request.ts';
