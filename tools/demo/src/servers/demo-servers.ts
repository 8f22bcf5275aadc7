import type { MysqlSession, PostgresSession } from '@tidemark/local-stack';

/** The servers that the demo works with. Disposing it ends them. */
export interface DemoServers extends AsyncDisposable {
  /** Configuration of `tidemark`, with its credentials beside it. */
  readonly configFolder: string;
  /** Opens an administrator's session in the sample's database. */
  connectSource(): Promise<MysqlSession>;
  /** Opens an administrator's session. */
  connectTarget(): Promise<PostgresSession>;
}
