import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { splitAtMarks } from './end-mark.ts';
import { startProgram, type Ended } from './program.ts';

/** Runs command lines one after the other. */
const SEVERAL = fileURLToPath(new URL('run-commands.ts', import.meta.url));
const TIDEMARK = fileURLToPath(new URL('../bin/run.js', import.meta.url));

/** A folder with files, in which commands run that connect to nothing. */
export class ConfigRoom implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param files by path from the folder */
  static async make(files: Readonly<Record<string, string>>): Promise<ConfigRoom> {
    const room = new ConfigRoom(await realpath(await mkdtemp(join(tmpdir(), 'tidemark-config-'))));
    await room.write(files);
    return room;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, name)), { recursive: true });
      await writeFile(join(this.folder, name), text);
    }
  }

  /** `tidemark` with these arguments in the folder, with no variables but these. */
  async run(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return await startProgram(TIDEMARK, args, { ...this.#environment(), ...variables }, this.folder).ended;
  }

  /** Several command lines in one process: the ends of all, in their order. */
  async runAll(lines: readonly (readonly string[])[], variables: Readonly<Record<string, string>> = {}): Promise<readonly Ended[]> {
    const { stdout, stderr, signal } = await startProgram(SEVERAL, [], { ...this.#environment(), ...variables, COMMAND_LINES: JSON.stringify(lines) }, this.folder).ended;
    const [out, err] = [splitAtMarks(stdout), splitAtMarks(stderr)];
    if (out.length !== lines.length || err.length !== lines.length) throw new Error(`${out.length} of ${lines.length} commands ended: ${stderr.slice(-2_000)}`);
    return out.map(({ output, exit }, index) => ({ code: exit, signal, stdout: output, stderr: err[index]!.output }));
  }

  #environment(): Readonly<Record<string, string>> {
    return { PATH: process.env['PATH'] ?? '', HOME: this.folder, NO_COLOR: '1' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** A configuration in which everything is right once SHOP_PASSWORDS are set. */
export const SHOP_FILES: Readonly<Record<string, string>> = {
  'config/connections.yml': `connections:
  sources:
    SHOP_RO: { host: mysql.example.com, database: sales, username: reader, password: "\${DB_SHOP_RO_PASSWORD}" }
  targets:
    dw: { host: warehouse.example.com, database: analytics, schema: reporting, username: loader, password: "\${REDSHIFT_PASSWORD}" }
s3_configs:
  s3_main: { bucket_name: example-staging, region: eu-central-1 }
`,
  'config/templates/fact.yml': 'pipeline:\n  processing: { batch_size: 500 }\n',
  'config/environments/staging.yml': 'pipelines:\n  shop_pipeline:\n    pipeline: { processing: { batch_size: 50 } }\n',
  'config/pipelines/shop_pipeline.yml': 'extends: fact\npipeline: { name: shop, source: SHOP_RO, target: dw }\ntables:\n  sales.orders: { lag: 7s }\n  sales.payments:\n',
};

export const SHOP_PASSWORDS = { DB_SHOP_RO_PASSWORD: 'example-source-password', REDSHIFT_PASSWORD: 'example-target-password' };

/** Connections that fail at once: nothing listens on port 1 of this machine. */
export const UNREACHABLE = `connections:
  sources:
    SHOP_RO: { host: 127.0.0.1, port: 1, database: sales, username: reader, password: "\${DB_PASSWORD}", connection_pool: { retry_attempts: 1 } }
  targets:
    dw: { host: 127.0.0.1, port: 1, database: dev, schema: reporting, username: loader, password: "\${DB_PASSWORD}", connection_pool: { retry_attempts: 1 }, tls: { mode: disabled } }
s3_configs:
  s3_main: { bucket_name: example-staging, region: eu-central-1, endpoint: "http://127.0.0.1:1", force_path_style: true, access_key_id: EXAMPLE, secret_access_key: "\${S3_KEY}", performance: { retry_max_attempts: 1 } }
`;
