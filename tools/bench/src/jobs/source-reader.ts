import { HybridStrategy, type Reading } from '@tidemark/cdc-strategies';
import { openMysqlConnection } from '@tidemark/connections';
import { DEFAULT_TYPE_POLICIES, planTable } from '@tidemark/ddl-optimizer';
import { Secret, type ColumnBatch, type Position, type StagedColumn } from '@tidemark/domain';
import { TableReader } from '@tidemark/extractor';
import type { SourceAddress } from './job.ts';

/** The engine's limits of a column batch, and the default of `batch_size`: rows per query and per checkpoint. */
const LIMITS = { maxBatchRows: 16_384, maxBatchBytes: 2 * 1024 * 1024 };
const ROWS_PER_BATCH = 1_000_000;

const STRATEGY = {
  timestampColumn: 'updated_at', idColumn: null, timestampFormat: 'datetime', lagMs: 0, lookbackMs: 0, nullCursor: 'fail', additionalWhere: null, cursorTimeZone: 'UTC',
} as const;

/** A table that is described and planned, ready to be read as the engine reads a first load: by pages of the primary key, every check on. */
export class SourceReader {
  readonly columns: readonly StagedColumn[];
  readonly #reader: TableReader;
  readonly #reading: Reading;

  private constructor(reader: TableReader, reading: Reading, columns: readonly StagedColumn[]) {
    this.#reader = reader;
    this.#reading = reading;
    this.columns = columns;
  }

  static async open({ host, port, database, username, password }: SourceAddress, table: string): Promise<SourceReader> {
    const options = { name: 'BENCH', host, port, database, username, password: new Secret(password), tls: { mode: 'disabled', caFile: null } } as const;
    const reader = new TableReader(
      { openConnection: () => openMysqlConnection(options), killQuery: () => Promise.reject(new Error('a query of the bench had to be killed')) },
      { progressTimeoutMs: 600_000 },
    );
    const description = await reader.describe(database, table);
    const { columns } = planTable(description, { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [] });
    return new SourceReader(reader, new HybridStrategy(description, STRATEGY).firstLoad(columns, null)!, columns);
  }

  /** The first rows of the table, batch by batch: the column batches of each. */
  async *read(rowCount: number): AsyncGenerator<AsyncGenerator<ColumnBatch>> {
    let after: Position | null = null;
    for (let left = rowCount; left > 0; left -= ROWS_PER_BATCH) {
      const query = this.#reading.query(after, Math.min(left, ROWS_PER_BATCH));
      let lastCursor: readonly string[] = [];
      const batches = this.#reader.read(query, LIMITS, new AbortController().signal);
      yield (async function* () {
        for await (const { batch } of batches) {
          lastCursor = batch.lastCursor;
          yield batch;
        }
      })();
      after = this.#reading.positionOf(lastCursor);
    }
  }
}
