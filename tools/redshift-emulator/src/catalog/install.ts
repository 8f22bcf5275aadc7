import { BackendConnection, type PostgresAddress } from '../wire/backend-connection.ts';
import { quoteLiteral } from '../sql/identifiers.ts';
import { functionsSql } from './functions.ts';
import { otherTypesSql } from './other-types.ts';
import { varcharFunctionsSql } from './varchar-functions.ts';
import { varcharTypeSql } from './varchar-type.ts';
import { viewsSql } from './views.ts';

/** SQLSTATE 42P04: the database is there already. */
const DUPLICATE_DATABASE = '42P04';

const TABLES = `
  CREATE SCHEMA redshift_emulator;
  GRANT USAGE ON SCHEMA redshift_emulator TO PUBLIC;
  CREATE TABLE redshift_emulator.table_metadata (table_id oid PRIMARY KEY, description jsonb NOT NULL);
  CREATE TABLE redshift_emulator.names (short_name name PRIMARY KEY, full_name text NOT NULL);
  CREATE TABLE redshift_emulator.settings (isolation_level text NOT NULL);
  CREATE TABLE redshift_emulator.sessions (pid int PRIMARY KEY, user_name name NOT NULL);
  CREATE TABLE redshift_emulator.query_history (user_name name, user_id int, query_id bigint, transaction_id bigint, session_id int, query_type text, status text, start_time timestamp,
    end_time timestamp, error_message text, query_text text);
  CREATE TABLE redshift_emulator.load_history (user_name name, user_id int, query_id bigint, transaction_id bigint, session_id int, status text, table_name text, start_time timestamp, end_time timestamp,
    data_source text, loaded_rows bigint, loaded_bytes bigint, file_count bigint, error_count bigint);
  CREATE TABLE redshift_emulator.load_file (user_name name, user_id int, query_id bigint, transaction_id bigint, session_id int, table_name text, file_name text, byte_count bigint, row_count bigint,
    start_time timestamp, end_time timestamp);
  CREATE TABLE redshift_emulator.load_error (user_name name, user_id int, query_id bigint, transaction_id bigint, session_id int, table_id int, start_time timestamp, file_name text, column_name text,
    column_type text, column_length text, error_code int, error_message text);`;

const GRANTS = `
  GRANT ALL ON SCHEMA public TO PUBLIC;
  GRANT SELECT ON redshift_emulator.columns, redshift_emulator.tables, redshift_emulator.all_columns, redshift_emulator.pg_class, redshift_emulator.pg_attribute, redshift_emulator.pg_settings,
    redshift_emulator.table_constraints, redshift_emulator.key_column_usage TO PUBLIC;
  GRANT SELECT ON pg_catalog.pg_table_def, pg_catalog.svv_redshift_columns, pg_catalog.svv_columns, pg_catalog.svv_tables, pg_catalog.svv_table_info, pg_catalog.pg_database_info,
    pg_catalog.sys_query_history, pg_catalog.sys_load_history, pg_catalog.sys_load_error_detail, pg_catalog.stl_load_errors, pg_catalog.sys_load_detail, pg_catalog.stl_load_commits, pg_catalog.svv_all_columns, pg_catalog.svl_s3log, pg_catalog.stv_sessions TO PUBLIC;`;

export type IsolationLevel = 'serializable' | 'snapshot';

const ISOLATION_NAMES: Readonly<Record<IsolationLevel, string>> = { serializable: 'Serializable', snapshot: 'Snapshot Isolation' };

/**
 * Creates the emulated database in the backing PostgreSQL and fills it with types, functions and views.
 * A database that has them already is used as it is; sessions of an earlier run are forgotten.
 */
export async function installDatabase(address: PostgresAddress, database: string, isolation: IsolationLevel): Promise<void> {
  const server = await BackendConnection.open(address, 'postgres');
  const created = await server.run(`CREATE DATABASE "${database.replaceAll('"', '""')}" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`);
  server.destroy();
  if (created.error !== undefined && created.error.get('C') !== DUPLICATE_DATABASE) {
    throw new Error(`The emulated database could not be created: ${created.error.get('M')}`);
  }
  const connection = await BackendConnection.open(address, database);
  try {
    const [[installed]] = (await connection.rows("SELECT count(*) FROM pg_namespace WHERE nspname = 'redshift_emulator'")) as [[string]];
    if (installed === '0') {
      const script = ['SET client_min_messages = error; SET allow_system_table_mods = on; SET check_function_bodies = off', TABLES, varcharTypeSql(), varcharFunctionsSql(), otherTypesSql(), functionsSql(), viewsSql(), GRANTS];
      await connection.rows(`BEGIN; ${script.join(';\n')}; COMMIT`);
    }
    await connection.rows(`BEGIN; DELETE FROM redshift_emulator.settings; INSERT INTO redshift_emulator.settings VALUES (${quoteLiteral(ISOLATION_NAMES[isolation])});
      DELETE FROM redshift_emulator.sessions; COMMIT`);
  } finally {
    connection.destroy();
  }
}

/** A user of the emulated database. */
export interface EmulatedUser {
  readonly password: string;
  readonly superuser?: boolean;
  /** What to grant, as after GRANT: `CREATE ON DATABASE dev`, `USAGE ON SCHEMA sales`. */
  readonly grants?: readonly string[];
}

/** Makes a role for each user; one that exists keeps what it was granted. */
export async function installUsers(connection: BackendConnection, users: Readonly<Record<string, EmulatedUser>>): Promise<void> {
  for (const [name, user] of Object.entries(users)) {
    const role = `"${name.replaceAll('"', '""')}"`;
    const [[exists]] = (await connection.rows(`SELECT count(*) FROM pg_roles WHERE rolname = ${quoteLiteral(name)}`)) as [[string]];
    const attributes = user.superuser === true ? 'SUPERUSER' : 'NOSUPERUSER';
    await connection.rows(`${exists === '0' ? 'CREATE' : 'ALTER'} ROLE ${role} ${attributes}`);
    for (const grant of user.grants ?? []) await connection.rows(`GRANT ${grant} TO ${role}`);
  }
}
