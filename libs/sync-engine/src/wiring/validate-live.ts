import type { LoadedConfig, LoadedPipeline } from '@tidemark/config';
import type { Finding, Logger } from '@tidemark/domain';
import { loadPlanning } from './load-adapters.ts';
import { openPipeline } from './open-pipeline.ts';
import { checkConnection } from './check/check-connection.ts';
import type { ConnectionReport } from './check/connection-report.ts';

/** What the live source says of one table. */
export interface TableReport {
  readonly table: string;
  readonly findings: readonly Finding[];
  /** Why the table cannot be read; null when it can. */
  readonly error: ConnectionReport['error'];
}

/** A pipeline held against its real source, target and bucket. */
export interface LiveValidation {
  readonly connections: readonly ConnectionReport[];
  /** Empty when the source or the bucket cannot be reached. */
  readonly tables: readonly TableReport[];
  /** The exit code of the first failure; 0 when all is well. */
  readonly exitCode: number;
}

/**
 * Connects to everything that a pipeline names and plans each of its tables: whether tables, columns and cursors are there and may be read.
 * Changes nothing but a probe object in the bucket, which is deleted again. One failure does not hide the others.
 */
export async function validateLive(config: LoadedConfig, pipeline: LoadedPipeline, logger: Logger): Promise<LiveValidation> {
  const connections: ConnectionReport[] = [];
  for (const [kind, name] of [['mysql', pipeline.source.name], ['redshift', pipeline.target.name], ['s3', pipeline.s3.name]] as const) connections.push(await checkConnection(config, kind, name, logger));
  const canPlan = connections.every(({ kind, error }) => kind === 'redshift' || error === null);
  const tables = canPlan ? await planTables(pipeline, logger) : [];
  return { connections, tables, exitCode: [...connections, ...tables].find(({ error }) => error !== null)?.error?.exit ?? 0 };
}

async function planTables(pipeline: LoadedPipeline, logger: Logger): Promise<readonly TableReport[]> {
  const { checkTables } = await loadPlanning();
  await using open = await openPipeline({ ...pipeline, needs: ['source'] }, { logger });
  const checks = await checkTables(open.settings, pipeline.tables, { source: open.ports.source!, watermarks: open.ports.watermarks });
  return checks.map(({ table, findings, exit }) => {
    const stop = exit === 0 ? undefined : findings.find(({ severity }) => severity === 'error');
    return { table, findings: findings.filter((finding) => finding !== stop), error: stop === undefined ? null : { code: stop.code, message: stop.message, remedy: stop.remedy, exit } };
  });
}
