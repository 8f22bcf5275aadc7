import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MysqlSession, type PostgresSession, type Stack, startStack, writeStackConfig } from '@tidemark/local-stack';
import { Bucket } from './bucket.ts';
import { killPrograms, startProgram, type Ended, type Program } from './program.ts';

const TIDEMARK = fileURLToPath(new URL('../bin/run.js', import.meta.url));

export interface RoomOptions {
  /** YAML of `tables:` in `pipelines/NAME_pipeline.yml`, each table below `sales`. */
  readonly tables: Readonly<Record<string, string>>;
  /** Parts of connections.yml and what stands there instead. */
  readonly connections?: Readonly<Record<string, string>>;
  /** YAML below `pipeline:`. */
  readonly pipeline?: Readonly<Record<string, string>>;
  /** Variables of `.env` that are not set, or set to something else. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** What runs have left of a table. */
export interface Traces {
  readonly data: number;
  readonly manifests: number;
  readonly watermarks: number;
  readonly target: boolean;
}

/** Nothing at all. */
export const NO_TRACES: Traces = { data: 0, manifests: 0, watermarks: 0, target: false };

/** Table settings of a hybrid merge whose bound follows closely. */
export const BY_CHANGE = '{ cdc_timestamp_column: updated_at, cdc_id_column: id, lag: 10ms }';

/** A private set of servers on which commands run as processes. */
export class CommandStack implements AsyncDisposable {
  readonly servers: Stack;
  readonly source: MysqlSession;
  readonly target: PostgresSession;
  readonly bucket: Bucket;
  readonly #folder: string;

  private constructor(servers: Stack, source: MysqlSession, target: PostgresSession, folder: string) {
    this.servers = servers;
    this.source = source;
    this.target = target;
    this.bucket = new Bucket(servers.s3, servers.bucket);
    this.#folder = folder;
  }

  static async start(): Promise<CommandStack> {
    const servers = await startStack();
    const folder = await mkdtemp(join(tmpdir(), 'tidemark-commands-'));
    return new CommandStack(servers, await servers.mariadb.connect({ database: 'sales' }), await servers.redshift.connect(), folder);
  }

  /** Makes a table with a few rows, the newest a minute old. */
  async createTable(name: string, rowCount = 3): Promise<void> {
    await this.source.run(`CREATE TABLE ${name} (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, state VARCHAR(20), updated_at DATETIME(6) NOT NULL, KEY (updated_at, id)) CHARACTER SET utf8mb4`);
    await this.source.run(`INSERT INTO ${name} SELECT seq, ELT(1 + seq % 3, 'new', 'paid', NULL), NOW(6) - INTERVAL 1 MINUTE - INTERVAL ${rowCount} - seq SECOND FROM seq_1_to_${rowCount}`);
  }

  /** A configuration of its own, with one pipeline `NAME_pipeline`. */
  async room(name: string, { tables, connections = {}, pipeline = {}, variables = {} }: RoomOptions): Promise<Room> {
    const folder = await mkdtemp(join(this.#folder, `${name}-`));
    const config = await writeStackConfig(this.servers, folder);
    await rm(join(config, 'pipelines', 'shop_pipeline.yml'));
    await rm(join(config, 'environments'), { recursive: true });
    const isSecret = (variable: string): boolean => variable !== 'S3_ACCESS_KEY_ID';
    const known = Object.entries({ ...this.servers.secrets(), ...variables }).flatMap(([variable, value]) => (value === undefined || !isSecret(variable) ? [] : [value]));
    const room = new Room(folder, config, `${name}_pipeline`, known);
    const settings = { source: 'SHOP_RO', target: 'dw', target_schema: 'reporting', s3_config: 's3_local', ...pipeline };
    await room.write(`pipelines/${name}_pipeline.yml`, `pipeline:\n${Object.entries(settings).map(([key, value]) => `  ${key}: ${value}\n`).join('')}tables:\n${Object.entries(tables).map(([table, text]) => `  sales.${table}: ${text}\n`).join('')}`);
    for (const [found, replacement] of Object.entries(connections)) await room.replace('connections.yml', found, replacement);
    const secrets = Object.entries({ ...this.servers.secrets(), ...variables }).filter((entry): entry is [string, string] => entry[1] !== undefined);
    await writeFile(join(folder, '.env'), secrets.map(([key, value]) => `${key}=${value}\n`).join(''));
    return room;
  }

  /** True when the target has this table. */
  async hasTarget(table: string): Promise<boolean> {
    return (await this.target.rows("SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'reporting' AND c.relname = $1", [table])).length > 0;
  }

  /** What runs of a pipeline have left of one table: data objects, manifests, watermarks, the target table. */
  async traces({ pipeline }: Room, table: string): Promise<Traces> {
    const keys = await this.bucket.keysWith(`shop_ro_sales_${table}`);
    const own = (folder: string): number => keys.filter((key) => key.startsWith(`watermark/${pipeline}/dw/${folder}/`)).length;
    return { data: keys.filter((key) => key.startsWith('incremental/')).length, manifests: own('manifests'), watermarks: own('tables'), target: await this.hasTarget(table) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    killPrograms();
    await this.source.close();
    await this.target.close();
    await this.servers[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One configuration directory, and the commands that use it. */
export class Room {
  readonly folder: string;
  /** The configuration directory. */
  readonly config: string;
  readonly pipeline: string;
  /** Texts that no output may hold. */
  readonly secrets: readonly string[];

  constructor(folder: string, config: string, pipeline: string, secrets: readonly string[]) {
    this.folder = folder;
    this.config = config;
    this.pipeline = pipeline;
    this.secrets = secrets;
  }

  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.config, file), text);
  }

  /** Replaces the first place of a text in a file of the configuration. */
  async replace(file: string, found: string, replacement: string): Promise<void> {
    const text = await readFile(join(this.config, file), 'utf8');
    if (!text.includes(found)) throw new Error(`${file} has no ${found}`);
    await this.write(file, text.replace(found, () => replacement));
  }

  /** `tidemark` with these arguments, from its start to its end, in the room's folder. */
  async run(...args: string[]): Promise<Ended> {
    return await this.runWith({}, ...args);
  }

  /** The same with more variables. */
  async runWith(variables: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
    return await this.start(variables, ...args).ended;
  }

  /** Starts `tidemark`, which can then be killed. */
  start(variables: Readonly<Record<string, string>>, ...args: string[]): Program {
    return startProgram(TIDEMARK, args, { PATH: process.env['PATH'] ?? '', HOME: this.folder, NO_COLOR: '1', TIDEMARK_CONFIG: this.config, ...variables }, this.folder);
  }

  /** `tidemark sync pipeline` of the room's pipeline. */
  async sync(...args: string[]): Promise<Ended> {
    return await this.run('sync', 'pipeline', '-p', this.pipeline, ...args);
  }
}
