import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type MysqlSession, type PostgresSession, type Stack, startStack, writeStackConfig } from '@tidemark/local-stack';
import { crashEnvironment, type PlannedCrash } from './planned-crash.ts';
import { killPrograms, startProgram, type Ended, type Program } from './program.ts';

const TIDEMARK = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const CRASHING_TIDEMARK = fileURLToPath(new URL('crashing-tidemark.ts', import.meta.url));
const PIPELINE = 'crash_pipeline';

/** Longer than the lag of the tables: what was written before is below the next run's bound. */
export const PAST_THE_LAG_MS = 1_300;

/** Batches of these tables have few rows, so that a small table has several. */
export const BATCH_ROWS = 25;

/** One row of the target's ledger for a batch. */
export interface LedgerBatch {
  readonly epoch: number;
  readonly seq: number;
  readonly batchId: string;
  readonly rowsCopied: number;
}

/** A table's watermark as `tidemark watermark list` shows it. */
export interface WatermarkLine {
  readonly staged_seq: number | null;
  readonly loaded_seq: number | null;
}

/** The shortest lease that may be configured. */
const BRIEF_LEASE = 'lease: { ttl: 5s, heartbeat: 1s }\n';

/** A private set of servers with one pipeline of small tables, and the program that moves them. */
export class CrashStack implements AsyncDisposable {
  readonly servers: Stack;
  readonly source: MysqlSession;
  readonly target: PostgresSession;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #briefConfig: string;

  private constructor(servers: Stack, source: MysqlSession, target: PostgresSession, folder: string, config: string, briefConfig: string) {
    this.servers = servers;
    this.source = source;
    this.target = target;
    this.#folder = folder;
    this.#environment = { PATH: process.env['PATH'] ?? '', HOME: folder, NO_COLOR: '1', TIDEMARK_CONFIG: config, ...servers.secrets() };
    this.#briefConfig = briefConfig;
  }

  /**
   * @param tables of the source, without schema; they exist then and are empty
   * @param settings of tables that are not read and merged as the others are, as YAML
   */
  static async start(tables: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<CrashStack> {
    const servers = await startStack();
    const folder = await mkdtemp(join(tmpdir(), 'tidemark-crash-'));
    const [config, briefConfig] = await Promise.all(['usual', 'brief'].map(async (lease) => await writeStackConfig(servers, join(folder, lease))));
    for (const path of [config!, briefConfig!]) await writeFile(join(path, 'pipelines', `${PIPELINE}.yml`), pipelineText(tables, settings));
    await appendFile(join(briefConfig!, 'connections.yml'), BRIEF_LEASE);
    const source = await servers.mariadb.connect({ database: 'sales' });
    for (const table of tables) {
      await source.run(`CREATE TABLE ${table} (id BIGINT PRIMARY KEY, state VARCHAR(40), amount DECIMAL(12,2), updated_at DATETIME(6) NULL, KEY (updated_at, id)) CHARACTER SET utf8mb4`);
    }
    return new CrashStack(servers, source, await servers.redshift.connect(), folder, config!, briefConfig!);
  }

  /** Starts `tidemark`. */
  start(...args: string[]): Program {
    return startProgram(TIDEMARK, args, this.#environment);
  }

  /** Starts `tidemark sync pipeline` for these tables; all of the pipeline without any. */
  startSync(...tables: string[]): Program {
    return this.start('sync', 'pipeline', ...syncArguments(tables));
  }

  /** The same with the shortest lease, for a run that is to lose it. */
  startSyncWithBriefLease(table: string): Program {
    return startProgram(TIDEMARK, ['sync', 'pipeline', ...syncArguments([table])], { ...this.#environment, TIDEMARK_CONFIG: this.#briefConfig });
  }

  /** `tidemark sync pipeline` from its start to its end. */
  async sync(...tables: string[]): Promise<Ended> {
    return await this.startSync(...tables).ended;
  }

  /** The same command with crashes put around its ports. */
  async syncThatCrashes(table: string, crashes: readonly PlannedCrash[]): Promise<Ended> {
    return await startProgram(CRASHING_TIDEMARK, syncArguments([table]), { ...this.#environment, ...crashEnvironment(crashes) }).ended;
  }

  /** Adds rows `from` to `to`, or changes those that are there. Their change time is now, or so many seconds ago. */
  async write(table: string, from: number, to: number, state: string, secondsAgo = 0): Promise<void> {
    const rows = `SELECT seq AS id, CONCAT(${this.source.connection.escape(state)}, ' ', seq) AS state, IF(seq % 7 = 0, NULL, seq * 1.01) AS amount, NOW(6) - INTERVAL ${secondsAgo} SECOND - INTERVAL (1000 - seq) MICROSECOND AS updated_at FROM seq_${from}_to_${to}`;
    await this.source.run(`INSERT INTO ${table} (id, state, amount, updated_at) SELECT * FROM (${rows}) AS fresh ON DUPLICATE KEY UPDATE state = fresh.state, amount = fresh.amount, updated_at = fresh.updated_at`);
  }

  /** Fills tables, loads them, and changes and adds rows: two batches wait in each. */
  async loadAndChange(tables: readonly string[]): Promise<void> {
    for (const table of tables) await this.write(table, 1, 50, 'first', 7_200);
    await this.syncToSuccess(...tables);
    for (const table of tables) await this.write(table, 31, 70, 'second');
    await sleep(PAST_THE_LAG_MS);
  }

  /** @throws when the run does not end with success */
  async syncToSuccess(...tables: string[]): Promise<void> {
    const { code, signal, stdout, stderr } = await this.sync(...tables);
    if (code !== 0) throw new Error(`the run ended with ${signal ?? code}: ${stdout}${stderr}`);
  }

  /** Every row of the source as one text, by MySQL's own words. */
  async sourceRows(table: string): Promise<string[]> {
    const rows = await this.source.rows(`SELECT id, state, amount, DATE_FORMAT(updated_at, '%Y-%m-%d %H:%i:%s.%f') AS updated_at FROM ${table} ORDER BY id`);
    return rows.map(({ id, state, amount, updated_at }) => [id, state, amount, updated_at].join('|'));
  }

  /** Every row of the target as one text, by the target's own words; none when there is no table. */
  async targetRows(table: string): Promise<string[]> {
    if (!(await this.#exists('reporting', table))) return [];
    const rows = await this.target.rows(`SELECT id, state, amount, to_char(updated_at, 'YYYY-MM-DD HH24:MI:SS.US') AS updated_at FROM reporting.${table} ORDER BY id`);
    return rows.map(({ id, state, amount, updated_at }) => [id, state, amount, updated_at].join('|'));
  }

  /** The batches that are committed, in order. */
  async ledger(table: string): Promise<LedgerBatch[]> {
    const ledger = ledgerName(table);
    if (!(await this.#exists('tidemark_work', ledger))) return [];
    const rows = await this.target.rows(`SELECT epoch, seq, batch_id, rows_copied FROM tidemark_work.${ledger} WHERE kind = 'batch' ORDER BY epoch, seq`);
    return rows.map((row) => ({ epoch: Number(row['epoch']), seq: Number(row['seq']), batchId: row['batch_id']!, rowsCopied: Number(row['rows_copied']) }));
  }

  /** The watermarks of all tables, by table. */
  async watermarks(): Promise<ReadonlyMap<string, WatermarkLine>> {
    const { watermarks } = await this.#resultOf<{ watermarks: (WatermarkLine & { table: string })[] }>('watermark', 'list', '-p', PIPELINE, '--json');
    return new Map(watermarks.map((mark) => [bareName(mark.table), mark]));
  }

  /** Rows of the batches that are staged, by their manifests. */
  async stagedRows(): Promise<ReadonlyMap<string, number>> {
    const { batches } = await this.#resultOf<{ batches: { table: string; rows: number }[] }>('batches', 'list', '-p', PIPELINE, '--json');
    const sums = new Map<string, number>();
    for (const { table, rows } of batches) sums.set(bareName(table), (sums.get(bareName(table)) ?? 0) + rows);
    return sums;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    killPrograms();
    await this.source.close();
    await this.target.close();
    await this.servers[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #resultOf<Result>(...args: string[]): Promise<Result> {
    const { code, stdout, stderr } = await this.start(...args).ended;
    if (code !== 0) throw new Error(`tidemark ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return (JSON.parse(stdout) as { result: Result }).result;
  }

  async #exists(schema: string, table: string): Promise<boolean> {
    return (await this.target.rows('SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2', [schema, table])).length > 0;
  }
}

/** The ledger's name as the loader's documentation defines it. */
export function ledgerName(table: string): string {
  return `tidemark_ledger__${createHash('sha256').update(JSON.stringify(['reporting', table])).digest('hex').slice(0, 16)}`;
}

function syncArguments(tables: readonly string[]): string[] {
  return ['-p', PIPELINE, '--json', ...tables.flatMap((table) => ['-t', `sales.${table}`])];
}

function bareName(scopedName: string): string {
  return scopedName.slice(scopedName.indexOf('.') + 1);
}

function pipelineText(tables: readonly string[], settings: Readonly<Record<string, string>>): string {
  return `pipeline:
  source: SHOP_RO
  target: dw
  target_schema: reporting
  s3_config: s3_local
  processing: { batch_size: ${BATCH_ROWS} }
  default_table_config:
    cdc_timestamp_column: updated_at
    cdc_id_column: id
    merge_keys: [id]
    lag: 1s
    lookback: 15m
tables:
${tables.map((table) => `  sales.${table}: ${settings[table] ?? '{}'}\n`).join('')}`;
}
