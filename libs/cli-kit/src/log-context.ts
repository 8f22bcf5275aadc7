import { AsyncLocalStorage } from 'node:async_hooks';

/** Which run, pipeline, table and batch a log line is about. */
export interface LogContext {
  readonly runId?: string;
  readonly pipeline?: string;
  /** Exact scoped name. */
  readonly table?: string;
  /** `{epoch}-{seq}` of the batch that is being read; the newest one that was. */
  batch?: string;
}

const storage = new AsyncLocalStorage<LogContext>();

/** Does work whose log lines all carry these fields. */
export function withLogContext<T>(context: LogContext, work: () => Promise<T>): Promise<T> {
  return storage.run({ ...context }, work);
}

/** The fields of the work that is being done; empty outside of any. */
export function logContext(): LogContext {
  return storage.getStore() ?? {};
}

/** From now on the lines of this work are about this batch. */
export function setLogBatch(batch: string): void {
  const context = storage.getStore();
  if (context !== undefined) context.batch = batch;
}
