import { createPartWriter } from '@tidemark/parquet-writer';
import { createS3Store } from '@tidemark/s3-store';
import { redshiftForTests, s3ForTests, type RedshiftForTests, type RedshiftForTestsOptions } from '@tidemark/testkit';
import { Secret, type FrozenBatch, type StagedColumn, type StoredManifest, type TableTask } from '@tidemark/domain';
import pg from 'pg';
import { createRedshiftTarget, ledgerTable, sessionFromPgClient, type LoadRequest, type RedshiftTarget, type RedshiftTargetOptions, type SessionOpener, type TargetTable } from '../src/index.ts';
import { columnBatch, type CellValue } from './column-batch.ts';
import { storedManifest, type ManifestFields } from './staged-manifest.ts';

/** One target table with what loads into it. */
export interface WorldTable {
  readonly task: TableTask;
  readonly target: TargetTable;
  /** Writes the rows of one batch to S3 and returns its manifest; batches follow each other by themselves. */
  stage(rows: readonly (readonly CellValue[])[], frozen?: Partial<FrozenBatch>, fields?: Pick<ManifestFields, 'advances' | 'snapshot' | 'batchTs' | 'quarantined'>): Promise<StoredManifest>;
  /** A load request for consecutive batches, its COPY manifest written. */
  request(group: readonly StoredManifest[], generation: number, fields?: Partial<LoadRequest>): Promise<LoadRequest>;
  /** The target's rows as text, ordered; `|` between cells. */
  rows(): Promise<readonly string[]>;
  /** The sequence numbers of the ledger's batches, in the order of commit. */
  ledgerSeqs(): Promise<readonly number[]>;
}

/** A Redshift and an S3 to load from. */
export interface LoadWorld extends AsyncDisposable {
  readonly redshift: RedshiftForTests;
  readonly openSession: SessionOpener;
  loader(options?: Partial<RedshiftTargetOptions>): RedshiftTarget;
  table(name: string, columns: readonly StagedColumn[], frozen?: Partial<FrozenBatch>): WorldTable;
}

const cell = (value: unknown): string => (value === null ? 'NULL' : String(value));

export async function loadWorld(options: RedshiftForTestsOptions = {}): Promise<LoadWorld> {
  await using started = new AsyncDisposableStack();
  const s3 = started.use(await s3ForTests());
  const redshift = started.use(await redshiftForTests(options));
  const store = createS3Store({ bucket: s3.bucket, region: s3.region, endpoint: s3.endpoint, forcePathStyle: s3.forcePathStyle, credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: new Secret(s3.secretAccessKey), sessionToken: null } });
  started.defer(() => store.close());
  const resources = started.move();

  const openSession: SessionOpener = async () => {
    const client = new pg.Client({ host: redshift.host, port: redshift.port, database: redshift.database, user: redshift.loader.username, password: redshift.loader.password });
    await client.connect();
    return sessionFromPgClient(client);
  };
  const put = async (key: string, body: Uint8Array): Promise<void> => void (await store.put(key, body));
  let manifestCount = 0;

  return {
    redshift,
    openSession,
    loader: (fields = {}) => createRedshiftTarget({ openSession, copyAuthorization: { accessKeyId: s3.accessKeyId, secretAccessKey: new Secret(s3.secretAccessKey), sessionToken: null }, retry: { attempts: 4, baseDelayMs: 5, maxDelayMs: 50 }, ...fields }),
    table: (name, columns, shape = {}) => {
      const task: TableTask = { pipeline: 'shop_pipeline', target: 'dw', table: `SHOP_RO:sales.${name}` };
      const target: TargetTable = { schema: redshift.schema, table: name, workSchema: redshift.workSchema };
      let last: StoredManifest | undefined;
      return {
        task,
        target,
        stage: async (rows, frozen = {}, fields = {}) => {
          const seq = (last?.manifest.seq ?? 0) + 1;
          const writer = createPartWriter({
            columns,
            keyOf: (part) => `${s3.prefix}${name}/${seq}-${part}.parquet`,
            targetFileBytes: 64 * 2 ** 20,
            compression: 'snappy',
            openSink: async (key) => {
              const chunks: Uint8Array[] = [];
              return {
                write: async (chunk) => void chunks.push(chunk),
                close: async () => {
                  const body = Buffer.concat(chunks);
                  await put(key, body);
                  return { etag: 'e', byteLength: body.length };
                },
                abort: async () => undefined,
              };
            },
          });
          if (rows.length > 0) await writer.write(columnBatch(columns, rows));
          const parts = await writer.finish();
          last = storedManifest({ ...fields, seq, rows: rows.length, columns, parts, task, previous: last?.sha256 ?? null, frozen: { keys: ['id'], version_columns: ['updated_at'], target: { schema: target.schema, table: target.table, work_schema: target.workSchema }, ...shape, ...frozen } });
          return last;
        },
        request: async (group, generation, fields = {}) => {
          manifestCount += 1;
          const key = `${s3.prefix}manifests/${manifestCount}.json`;
          const entries = group.flatMap((stored) => stored.manifest.parts.map((part) => ({ url: `s3://${s3.bucket}/${part.key}`, mandatory: true, meta: { content_length: part.bytes } })));
          await put(key, new TextEncoder().encode(JSON.stringify({ entries })));
          return { task, target, group, copyManifestUrl: `s3://${s3.bucket}/${key}`, generation, runId: `run${generation}`, ...fields };
        },
        rows: async () => {
          const rows = await redshift.rows(`SELECT * FROM ${target.schema}.${target.table}`);
          return rows.map((row) => Object.values(row).map(cell).join('|')).toSorted();
        },
        ledgerSeqs: async () => {
          const ledger = ledgerTable(target);
          const rows = await redshift.rows(`SELECT seq FROM ${ledger.schema}.${ledger.table} WHERE kind = 'batch' ORDER BY seq`);
          return rows.map((row) => Number(row.seq));
        },
      };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
