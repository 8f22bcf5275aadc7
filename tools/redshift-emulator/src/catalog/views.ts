import { BACKEND_SETTING_NAMES } from './functions.ts';

/** SQL for the catalog and system views that loaders read. Types are shown under their Redshift names. */
const TYPE_NAMES = `
  CREATE FUNCTION redshift_emulator.type_name(type_id oid, typmod int, with_length bool) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE t.typname
      WHEN 'rs_varchar' THEN 'character varying' || CASE WHEN with_length AND typmod > 4 THEN '(' || typmod - 4 || ')' ELSE '' END
      WHEN 'rs_varbyte' THEN 'binary varying' || CASE WHEN with_length AND typmod > 0 THEN '(' || typmod || ')' ELSE '' END
      WHEN 'rs_super' THEN 'super'
      ELSE format_type(type_id, CASE WHEN with_length THEN typmod END) END
    FROM pg_type t WHERE t.oid = type_id $$;
  CREATE FUNCTION redshift_emulator.full_name(short name) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT coalesce((SELECT n.full_name FROM redshift_emulator.names n WHERE n.short_name = short), short::text) $$;`;

/** `1,1` of IDENTITY(1,1). */
const SEED_AND_STEP = `(SELECT q.seqstart || ',' || q.seqincrement FROM pg_depend o JOIN pg_sequence q ON q.seqrelid = o.objid WHERE o.refobjid = c.oid AND o.refobjsubid = a.attnum AND o.deptype = 'i')`;

const COLUMN_SOURCE = `
  CREATE VIEW redshift_emulator.all_columns AS
    SELECT n.nspname, n.oid AS schema_id, c.oid AS table_id, c.relpersistence, c.relkind,
      redshift_emulator.full_name(c.relname) AS table_name, redshift_emulator.full_name(a.attname) AS column_name, a.attnum, a.attnotnull, a.atttypid, a.atttypmod, t.typname,
      CASE WHEN a.attidentity = 'a' THEN '"identity"(' || c.oid || ', ' || a.attnum - 1 || ', ''' || ${SEED_AND_STEP} || '''::text)'
           WHEN a.attidentity = 'd' THEN 'default_identity(' || c.oid || ', ' || a.attnum - 1 || ', ''' || ${SEED_AND_STEP} || '''::text)'
           ELSE replace(replace(pg_get_expr(d.adbin, d.adrelid), 'rs_varchar', 'character varying'), 'rs_super', 'super') END AS column_default,
      redshift_emulator.table_description(c.oid) AS description
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'v') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift_emulator', 'pg_toast')
      AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE') OR pg_has_role(c.relowner, 'USAGE')) AND has_schema_privilege(n.oid, 'USAGE');
  CREATE FUNCTION redshift_emulator.encoding(column_name text, typname name, description jsonb, relpersistence "char") RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(description -> 'encodings' ->> column_name, CASE
      WHEN relpersistence = 't' OR typname IN ('bool', 'float4', 'float8') OR description -> 'sortKeys' ? column_name THEN 'none'
      WHEN typname IN ('rs_varchar', 'bpchar', 'rs_varbyte') THEN 'lzo' WHEN typname = 'rs_super' THEN 'zstd' ELSE 'az64' END) $$;
  CREATE FUNCTION redshift_emulator.sort_position(column_name text, description jsonb) RETURNS int LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT ordinality::int * CASE WHEN (description ->> 'interleaved')::bool AND ordinality % 2 = 0 THEN -1 ELSE 1 END
      FROM jsonb_array_elements_text(description -> 'sortKeys') WITH ORDINALITY WHERE value = column_name), 0) $$;`;

const COLUMN_VIEWS = `
  CREATE VIEW pg_catalog.pg_table_def AS
    SELECT nspname AS schemaname, table_name AS tablename, column_name AS "column", redshift_emulator.type_name(atttypid, atttypmod, true) AS type,
      redshift_emulator.encoding(column_name, typname, description, relpersistence) AS encoding, coalesce(description ->> 'distKey' = column_name, false) AS distkey,
      redshift_emulator.sort_position(column_name, description) AS sortkey, attnotnull AS "notnull"
    FROM redshift_emulator.all_columns WHERE nspname = ANY (current_schemas(true)) AND relkind = 'r';
  CREATE VIEW pg_catalog.svv_redshift_columns AS
    SELECT current_database()::text AS database_name, nspname::text AS schema_name, table_name, column_name, attnum::int AS ordinal_position,
      redshift_emulator.type_name(atttypid, atttypmod, true) AS data_type, column_default, CASE WHEN attnotnull THEN 'NO' ELSE 'YES' END AS is_nullable,
      redshift_emulator.encoding(column_name, typname, description, relpersistence) AS encoding, coalesce(description ->> 'distKey' = column_name, false) AS distkey,
      redshift_emulator.sort_position(column_name, description) AS sortkey, NULL::text AS column_acl, NULL::text AS remarks
    FROM redshift_emulator.all_columns WHERE relpersistence <> 't';
  CREATE VIEW redshift_emulator.columns AS
    SELECT current_database()::text AS table_catalog, nspname::text AS table_schema, table_name, column_name, attnum::int AS ordinal_position, column_default,
      CASE WHEN attnotnull THEN 'NO' ELSE 'YES' END AS is_nullable, redshift_emulator.type_name(atttypid, atttypmod, false) AS data_type,
      CASE WHEN typname IN ('rs_varchar', 'bpchar') AND atttypmod > 4 THEN atttypmod - 4 WHEN typname = 'rs_varbyte' AND atttypmod > 0 THEN atttypmod END AS character_maximum_length,
      CASE typname WHEN 'numeric' THEN CASE WHEN atttypmod < 4 THEN 38 ELSE ((atttypmod - 4) >> 16) & 65535 END WHEN 'int2' THEN 16 WHEN 'int4' THEN 32 WHEN 'int8' THEN 64 WHEN 'float4' THEN 24 WHEN 'float8' THEN 53 END AS numeric_precision,
      CASE WHEN typname = 'numeric' THEN 10 WHEN typname IN ('int2', 'int4', 'int8', 'float4', 'float8') THEN 2 END AS numeric_precision_radix,
      CASE WHEN typname = 'numeric' AND atttypmod >= 4 THEN (atttypmod - 4) & 65535 WHEN typname IN ('int2', 'int4', 'int8') THEN 0 END AS numeric_scale,
      CASE WHEN typname IN ('timestamp', 'timestamptz', 'time', 'timetz') THEN 6 END AS datetime_precision, NULL::text AS interval_type, NULL::text AS interval_precision,
      NULL::text AS character_set_catalog, NULL::text AS character_set_schema, NULL::text AS character_set_name, NULL::text AS collation_catalog, NULL::text AS collation_schema,
      NULL::text AS collation_name, NULL::text AS domain_name, NULL::text AS remarks
    FROM redshift_emulator.all_columns;
  CREATE VIEW pg_catalog.svv_columns AS SELECT * FROM redshift_emulator.columns;
  CREATE VIEW pg_catalog.svv_all_columns AS
    SELECT table_catalog AS database_name, table_schema AS schema_name, table_name, column_name, ordinal_position, column_default, is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale, remarks
    FROM redshift_emulator.columns c WHERE NOT starts_with(c.table_schema, 'pg_temp');
  CREATE VIEW redshift_emulator.tables AS
    SELECT current_database()::text AS table_catalog, n.nspname::text AS table_schema, redshift_emulator.full_name(c.relname) AS table_name,
      CASE WHEN c.relkind = 'v' THEN 'VIEW' WHEN c.relpersistence = 't' THEN 'LOCAL TEMPORARY' ELSE 'BASE TABLE' END AS table_type, NULL::text AS remarks
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift_emulator', 'pg_toast')
      AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE') OR pg_has_role(c.relowner, 'USAGE'));
  CREATE VIEW pg_catalog.svv_tables AS SELECT * FROM redshift_emulator.tables;`;

const SYSTEM_VIEWS = `
  CREATE FUNCTION redshift_emulator.is_superuser() RETURNS bool LANGUAGE sql STABLE AS $$ SELECT rolsuper FROM pg_roles WHERE rolname = session_user $$;
  CREATE VIEW pg_catalog.svv_table_info AS
    SELECT current_database()::text AS "database", n.nspname::text AS schema, c.oid::bigint AS table_id, redshift_emulator.full_name(c.relname) AS "table", 'Y, AUTO(ENCODE)'::text AS encoded,
      CASE WHEN m.description ->> 'distKey' IS NOT NULL THEN 'KEY(' || (m.description ->> 'distKey') || ')' ELSE upper(coalesce(m.description ->> 'distStyle', 'AUTO(ALL)')) END AS diststyle,
      coalesce(m.description -> 'sortKeys' ->> 0, 'AUTO(SORTKEY)') AS sortkey1,
      coalesce((SELECT max(a.atttypmod - 4) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'rs_varchar'::regtype), 0) AS max_varchar,
      NULL::text AS sortkey1_enc, jsonb_array_length(coalesce(m.description -> 'sortKeys', '[]')) AS sortkey_num,
      greatest(1, pg_table_size(c.oid) / 1048576)::bigint AS size, 0::numeric AS pct_used, 0::bigint AS empty, 0::numeric AS unsorted, 0::numeric AS stats_off,
      redshift_emulator.row_count(c.oid::regclass)::numeric AS tbl_rows, NULL::numeric AS skew_sortkey1, NULL::numeric AS skew_rows, redshift_emulator.row_count(c.oid::regclass)::numeric AS estimated_visible_rows,
      NULL::text AS risk_event, NULL::numeric AS vacuum_sort_benefit, NULL::timestamp AS create_time
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN redshift_emulator.table_metadata m ON m.table_id = c.oid
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift_emulator', 'pg_toast')
      AND CASE WHEN redshift_emulator.is_superuser() AND c.relpersistence <> 't' THEN redshift_emulator.row_count(c.oid::regclass) > 0 ELSE false END;
  CREATE VIEW pg_catalog.pg_database_info AS SELECT current_database()::text AS datname, s.isolation_level FROM redshift_emulator.settings s;
  CREATE VIEW pg_catalog.stv_db_isolation_level AS SELECT current_database()::text AS db_name, s.isolation_level FROM redshift_emulator.settings s;
  CREATE VIEW pg_catalog.sys_query_history AS
    SELECT q.user_id, q.query_id, q.transaction_id, q.session_id, current_database()::text AS database_name, q.query_type, q.status, q.start_time, q.end_time, q.error_message, q.query_text
    FROM redshift_emulator.query_history q WHERE q.user_name = session_user OR redshift_emulator.is_superuser();
  CREATE VIEW pg_catalog.sys_load_history AS
    SELECT l.user_id, l.query_id, l.transaction_id, l.session_id, current_database()::text AS database_name, l.status, l.table_name, l.start_time, l.end_time,
      (extract(epoch FROM l.end_time - l.start_time) * 1000000)::bigint AS duration, l.data_source, 'Parquet'::text AS file_format, l.loaded_rows, l.loaded_bytes, l.file_count AS source_file_count,
      l.loaded_bytes AS source_file_bytes, l.file_count AS file_count_scanned, l.loaded_bytes AS file_bytes_scanned, l.error_count, 0::bigint AS copy_job_id
    FROM redshift_emulator.load_history l WHERE l.user_name = session_user OR redshift_emulator.is_superuser();
  CREATE VIEW pg_catalog.sys_load_error_detail AS
    SELECT e.user_id, e.query_id, e.transaction_id, e.session_id, current_database()::char(64) AS database_name, e.table_id, e.start_time, e.file_name::char(256) AS file_name, 0::bigint AS line_number,
      e.column_name::char(127) AS column_name, e.column_type::char(10) AS column_type, e.column_length::char(10) AS column_length, 0 AS position, e.error_code, left(e.error_message, 512)::char(512) AS error_message
    FROM redshift_emulator.load_error e WHERE e.user_name = session_user OR redshift_emulator.is_superuser();
  CREATE VIEW pg_catalog.stl_load_errors AS
    SELECT e.user_id AS userid, 0 AS slice, e.table_id AS tbl, e.start_time AS starttime, e.session_id AS session, e.query_id AS query, e.file_name::char(256) AS filename, 0::bigint AS line_number,
      e.column_name::char(127) AS colname, e.column_type::char(10) AS type, e.column_length::char(10) AS col_length, 0 AS position, ''::char(1024) AS raw_line, ''::char(1024) AS raw_field_value,
      e.error_code AS err_code, left(e.error_message, 100)::char(100) AS err_reason, 0 AS is_partial, 0::bigint AS start_offset, 0::bigint AS copy_job_id
    FROM redshift_emulator.load_error e WHERE e.user_name = session_user OR redshift_emulator.is_superuser();
  CREATE VIEW pg_catalog.sys_load_detail AS
    SELECT f.user_id, f.query_id, f.file_name, f.byte_count AS bytes_scanned, f.row_count AS lines_scanned, f.end_time AS record_time, 1 AS splits_scanned, f.start_time, f.end_time,
      NULL::text AS file_etag, NULL::timestamp AS file_last_modified
    FROM redshift_emulator.load_file f WHERE f.user_name = session_user OR redshift_emulator.is_superuser();
  CREATE VIEW pg_catalog.stl_load_commits AS
    SELECT f.user_id AS userid, f.query_id AS query, 0 AS slice, f.table_name::char(256) AS name, f.file_name::char(256) AS filename, 0::bigint AS byte_offset, f.row_count AS lines_scanned, 0 AS errors,
      f.end_time AS curtime, 1 AS status, 'Parquet'::char(16) AS file_format, 0 AS is_partial, 0::bigint AS start_offset, 0::bigint AS copy_job_id
    FROM redshift_emulator.load_file f WHERE f.user_name = session_user OR redshift_emulator.is_superuser();
  CREATE VIEW pg_catalog.svl_s3log AS
    SELECT e.session_id AS pid, e.query_id AS query, 0 AS segment, 0 AS step, 0 AS node, 0 AS slice, e.start_time AS eventtime, e.error_message AS message
    FROM redshift_emulator.load_error e WHERE e.user_name = session_user OR redshift_emulator.is_superuser();
  CREATE VIEW pg_catalog.stv_sessions AS
    SELECT a.backend_start AS starttime, s.pid AS process, s.user_name::char(50) AS user_name, current_database()::char(50) AS db_name
    FROM redshift_emulator.sessions s JOIN pg_stat_activity a ON a.pid = s.pid WHERE s.user_name = session_user OR redshift_emulator.is_superuser();`;

/** Keys that nothing enforces are listed all the same. */
const CONSTRAINT_VIEWS = `
  CREATE VIEW redshift_emulator.constraints AS
    SELECT n.nspname::text AS table_schema, redshift_emulator.full_name(c.relname) AS table_name, k.constraint_type, k.columns,
      redshift_emulator.full_name(c.relname) || CASE k.constraint_type WHEN 'PRIMARY KEY' THEN '_pkey' ELSE '_' || array_to_string(k.columns, '_') || CASE k.constraint_type WHEN 'UNIQUE' THEN '_key' ELSE '_fkey' END END AS constraint_name
    FROM redshift_emulator.table_metadata m JOIN pg_class c ON c.oid = m.table_id JOIN pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN LATERAL (
        SELECT 'PRIMARY KEY' AS constraint_type, ARRAY(SELECT jsonb_array_elements_text(m.description -> 'primaryKey')) AS columns WHERE m.description ? 'primaryKey'
        UNION ALL SELECT 'UNIQUE', ARRAY(SELECT jsonb_array_elements_text(u)) FROM jsonb_array_elements(coalesce(m.description -> 'unique', '[]')) u
        UNION ALL SELECT 'FOREIGN KEY', ARRAY(SELECT jsonb_array_elements_text(f -> 'columns')) FROM jsonb_array_elements(coalesce(m.description -> 'foreignKeys', '[]')) f) k
    WHERE c.relkind = 'r' AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE') OR pg_has_role(c.relowner, 'USAGE')) AND has_schema_privilege(n.oid, 'USAGE');
  CREATE VIEW redshift_emulator.table_constraints AS
    SELECT current_database()::text AS constraint_catalog, table_schema AS constraint_schema, constraint_name, current_database()::text AS table_catalog, table_schema, table_name, constraint_type,
      'NO'::text AS is_deferrable, 'NO'::text AS initially_deferred FROM redshift_emulator.constraints;
  CREATE VIEW redshift_emulator.key_column_usage AS
    SELECT current_database()::text AS constraint_catalog, table_schema AS constraint_schema, constraint_name, current_database()::text AS table_catalog, table_schema, table_name, k.column_name, k.place::int AS ordinal_position
    FROM redshift_emulator.constraints c CROSS JOIN LATERAL unnest(c.columns) WITH ORDINALITY AS k(column_name, place);`;

const SETTINGS_VIEW = `
  CREATE VIEW redshift_emulator.pg_settings AS
    SELECT s.name, s.setting FROM pg_catalog.pg_settings s WHERE lower(s.name) IN (${BACKEND_SETTING_NAMES}) UNION ALL SELECT 'server_version', '8.0.2';`;

/** pg_class and pg_attribute under the full names and with Redshift's own columns; the translation of queries goes to them. */
const RELATION_VIEWS = `
  CREATE VIEW redshift_emulator.pg_class AS
    SELECT c.oid, redshift_emulator.full_name(c.relname) AS relname, c.relnamespace, c.reltype, c.relowner, c.reltuples, c.relkind, c.relpersistence, c.relnatts, c.relacl,
      CASE WHEN m.description ->> 'distKey' IS NOT NULL THEN 1 WHEN m.description ->> 'distStyle' = 'even' THEN 0 WHEN m.description ->> 'distStyle' = 'all' THEN 8 ELSE 9 END AS reldiststyle
    FROM pg_catalog.pg_class c CROSS JOIN LATERAL (SELECT redshift_emulator.table_description(c.oid) AS description) m;
  CREATE VIEW redshift_emulator.pg_attribute AS
    SELECT a.attrelid, redshift_emulator.full_name(a.attname) AS attname, a.atttypid, a.attlen, a.attnum, a.atttypmod, a.attnotnull, a.atthasdef, a.attisdropped,
      coalesce(m.description ->> 'distKey' = redshift_emulator.full_name(a.attname), false) AS attisdistkey,
      redshift_emulator.sort_position(redshift_emulator.full_name(a.attname), m.description) AS attsortkeyord
    FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL (SELECT redshift_emulator.table_description(a.attrelid) AS description) m;`;

export function viewsSql(): string {
  return [TYPE_NAMES, COLUMN_SOURCE, COLUMN_VIEWS, SYSTEM_VIEWS, RELATION_VIEWS, CONSTRAINT_VIEWS, SETTINGS_VIEW].join('\n');
}
