import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MysqlSession, type PostgresSession, type Stack, startStack } from '@tidemark/local-stack';
import { Bucket } from './bucket.ts';
import { pageBlocks } from './page-blocks.ts';

const TIDEMARK = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

/** What pages say as the loader's password. */
const LOADER_PASSWORD = 'Example-loader-1';

/** A block, and what its commands printed. */
interface RanBlock {
  readonly text: string;
  readonly output: string;
}

/** Servers, and a folder in which the shell and SQL blocks of pages run one after the other, as a reader types them. */
export class PageRoom implements AsyncDisposable {
  readonly folder: string;
  readonly bucket: Bucket;
  readonly #servers: Stack;
  readonly #source: MysqlSession;
  readonly #target: PostgresSession;

  private constructor(servers: Stack, source: MysqlSession, target: PostgresSession, folder: string) {
    this.#servers = servers;
    this.#source = source;
    this.#target = target;
    this.folder = folder;
    this.bucket = new Bucket(servers.s3, servers.bucket);
  }

  static async start(): Promise<PageRoom> {
    const servers = await startStack();
    const folder = await mkdtemp(join(tmpdir(), 'tidemark-pages-'));
    const shim = join(folder, 'bin', 'tidemark');
    await mkdir(join(folder, 'bin'));
    await writeFile(shim, `#!/bin/sh\nexec '${process.execPath}' '${TIDEMARK}' "$@"\n`);
    await chmod(shim, 0o755);
    const target = await servers.redshift.connect();
    // The stack makes this schema for its own loader; pages make it themselves.
    await target.run('DROP SCHEMA IF EXISTS reporting CASCADE');
    return new PageRoom(servers, await servers.mariadb.connect(), target, folder);
  }

  /**
   * Runs the blocks of a page in their order, and checks what stands in a `text` block against the output of the block before it.
   *
   * @param page its name in docs/
   * @param change what a page says and this room has elsewhere
   * @returns every shell block with its output
   * @throws Error with page and line for a block that fails
   */
  async follow(page: string, change: (text: string) => string = (text) => text): Promise<readonly RanBlock[]> {
    const ran: RanBlock[] = [];
    for (const { language, text, line } of pageBlocks(await readFile(join(DOCS, page), 'utf8'))) {
      const place = `docs/${page}:${line}`;
      if (language === 'sql') await this.#runSql(text, place);
      else if (language === 'sh' && !text.startsWith('npm install')) {
        ran.push({ text, output: await this.#runShell(this.withPassword(change(text)), place) });
        await this.#pointAtServers();
      } else if (language === 'text') expectShape(ran.at(-1)?.output ?? '', text, place);
    }
    return ran;
  }

  /** The rows of a query at one of the servers, as its text. */
  async rows(server: 'MySQL' | 'Redshift', sql: string): Promise<readonly Readonly<Record<string, string | null>>[]> {
    return await (server === 'MySQL' ? this.#source : this.#target).rows(sql);
  }

  /** Runs a statement as somebody who may do everything. The stand-in for Redshift has its users from the start: a page's `loader` is its own. */
  async run(server: 'MySQL' | 'Redshift', statement: string): Promise<void> {
    if (server === 'MySQL') await this.#source.run(statement);
    else if (!statement.startsWith('CREATE USER')) await this.#target.run(statement.replaceAll(/\bloader\b/g, this.#servers.redshift.loader.username));
  }

  /** A page's text with the password that the loader has here. */
  withPassword(text: string): string {
    return text.replaceAll(LOADER_PASSWORD, this.#servers.redshift.loader.password);
  }

  async #runSql(text: string, place: string): Promise<void> {
    const server = /^-- at (MySQL|Redshift)\n/.exec(text)?.[1] as 'MySQL' | 'Redshift' | undefined;
    if (server === undefined) throw new Error(`${place}: the first line does not say at which server it runs`);
    for (const statement of text.replace(/^--.*\n/, '').split(/;\s*\n/)) if (statement.trim() !== '') await this.run(server, statement.trim());
  }

  async #runShell(text: string, place: string): Promise<string> {
    const env = { PATH: `${join(this.folder, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: this.folder, NO_COLOR: '1' };
    return await new Promise((resolve, reject) => {
      execFile('bash', ['--norc', '-euo', 'pipefail', '-c', text], { cwd: this.folder, env }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${place} ended with ${error.code}:\n${text}\n${stdout}${stderr}`));
      });
    });
  }

  /** The invented hosts of a configuration that was just written become those of the servers. */
  async #pointAtServers(): Promise<void> {
    const path = join(this.folder, 'config', 'connections.yml');
    const text = await readFile(path, 'utf8').catch(() => '');
    if (!text.includes('.example.com')) return;
    const { mariadb, redshift, s3, bucket } = this.#servers;
    await writeFile(join(this.folder, 'mariadb-ca.pem'), mariadb.tlsCaPem);
    await writeFile(join(this.folder, 'redshift-ca.pem'), redshift.tlsCaPem);
    const at = (host: string, port: number, ca: string): string => `host: ${host}\n      port: ${port}\n      tls: { mode: verify-full, ca_file: ../${ca} }`;
    await writeFile(path, text
      .replace('host: mysql.example.com', at(mariadb.host, mariadb.port, 'mariadb-ca.pem'))
      .replace('host: warehouse.example.com', at(redshift.host, redshift.port, 'redshift-ca.pem'))
      .replace('# ssh_tunnel: { host: bastion.example.com', '# ssh_tunnel: { host: bastion')
      .replace('username: loader', `username: ${redshift.loader.username}`)
      .replace(/iam_role: .*/, `iam_role: ${redshift.iamRole}`)
      .replace(/bucket_name: .*/, `bucket_name: ${bucket}\n    endpoint: ${s3.endpoint}\n    force_path_style: true\n    access_key_id: ${s3.accessKeyId}\n    secret_access_key: ${s3.secretAccessKey}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source.close();
    await this.#target.close();
    await this.#servers[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Numbers, times and ids differ from run to run; words and columns do not. */
const shapeOf = (line: string): string => line.replaceAll(/sync_\w+/g, 'sync_#').replaceAll(/\d[\d.,]*/g, '#').replaceAll(/ (?:ms|s|min)\b/g, ' s').replaceAll(/ +/g, ' ').trim();

function expectShape(output: string, shown: string, place: string): void {
  const lines = output.split('\n').map(shapeOf);
  const missing = shown.split('\n').map(shapeOf).filter((line) => line !== '' && !lines.includes(line));
  if (missing.length > 0) throw new Error(`${place} shows what was not printed:\n${missing.join('\n')}\nprinted:\n${output}`);
}
