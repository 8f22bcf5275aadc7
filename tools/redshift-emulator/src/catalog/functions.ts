import { BACKEND_SETTINGS } from '../session/settings.ts';
import { quoteLiteral } from '../sql/identifiers.ts';

/** The text version() gives; the build number is the emulator's own. */
const VERSION_TEXT =
  'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.99999';

/** SQL list of the settings that PostgreSQL keeps for a session and Redshift has too. */
export const BACKEND_SETTING_NAMES = [...BACKEND_SETTINGS].map(quoteLiteral).join(', ');

/** How many bytes the hash takes of each type, and how to get them, lowest first. */
const FNV_INPUTS: readonly (readonly [type: string, bytes: string])[] = [
  ['int2', 'int2send'], ['int4', 'int4send'], ['int8', 'int8send'], ['float4', 'float4send'], ['float8', 'float8send'],
];

/** SQL for the 64-bit FNV-1a hash of the binary representation. https://docs.aws.amazon.com/redshift/latest/dg/r_FNV_HASH.html */
function fnvHashSql(): string {
  return `
    CREATE FUNCTION redshift_emulator.fnv_bytes(data bytea) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS $$
      DECLARE hash numeric := 14695981039346656037; low int;
      BEGIN
        FOR place IN 0 .. octet_length(data) - 1 LOOP
          low := mod(hash, 256)::int;
          hash := mod((hash - low + (low # get_byte(data, place))) * 1099511628211, 18446744073709551616);
        END LOOP;
        RETURN CASE WHEN hash >= 9223372036854775808 THEN hash - 18446744073709551616 ELSE hash END;
      END $$;
    CREATE FUNCTION redshift_emulator.reversed(data bytea) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
      SELECT string_agg(substr(data, place, 1), ''::bytea ORDER BY place DESC) FROM pg_catalog.generate_series(1, octet_length(data)) AS place $$;
    ${FNV_INPUTS.map(([type, send]) => `CREATE FUNCTION pg_catalog.fnv_hash(${type}) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_emulator.fnv_bytes(redshift_emulator.reversed(${send}($1))) $$;`).join('\n    ')}
    CREATE FUNCTION pg_catalog.fnv_hash(text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_emulator.fnv_bytes(convert_to($1, 'UTF8')) $$;`;
}

/** SQL for Redshift's own functions, and for those that must not answer with PostgreSQL's truth. */
export function functionsSql(): string {
  return `
    CREATE FUNCTION redshift_emulator.version() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '${VERSION_TEXT}'::text $$;
    CREATE FUNCTION redshift_emulator.current_setting(name text) RETURNS text LANGUAGE plpgsql STABLE AS $$
      BEGIN
        IF lower(name) = 'server_version' THEN RETURN '8.0.2'; END IF;
        IF lower(name) NOT IN (${BACKEND_SETTING_NAMES}) THEN RAISE EXCEPTION 'unrecognized configuration parameter "%"', name USING ERRCODE = '42704'; END IF;
        RETURN pg_catalog.current_setting(name);
      END $$;
    CREATE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE AS $$ SELECT statement_timestamp() AT TIME ZONE current_setting('TimeZone') $$;
    CREATE FUNCTION pg_catalog.sysdate() RETURNS timestamp LANGUAGE sql STABLE AS $$ SELECT transaction_timestamp() AT TIME ZONE current_setting('TimeZone') $$;
    CREATE FUNCTION pg_catalog.len(text) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT length($1) $$;
    CREATE FUNCTION pg_catalog.sha2(text, int) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
      SELECT encode(CASE $2 WHEN 224 THEN sha224(convert_to($1, 'UTF8')) WHEN 384 THEN sha384(convert_to($1, 'UTF8')) WHEN 512 THEN sha512(convert_to($1, 'UTF8')) ELSE sha256(convert_to($1, 'UTF8')) END, 'hex') $$;
    ${fnvHashSql()}
    CREATE FUNCTION pg_catalog.is_valid_json(value rs_varchar) RETURNS bool LANGUAGE plpgsql IMMUTABLE STRICT AS $$
      BEGIN PERFORM value::text::json; RETURN json_typeof(value::text::json) = 'object'; EXCEPTION WHEN data_exception THEN RETURN false; END $$;
    CREATE FUNCTION redshift_emulator.fits_int64(value numeric, scale int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$
      BEGIN
        IF value IS NULL OR value * (10::numeric ^ scale::numeric) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN RETURN true; END IF;
        RAISE EXCEPTION USING ERRCODE = '22003', MESSAGE = 'numeric field overflow';
      END $$;
    CREATE FUNCTION pg_catalog.json_parse(value text) RETURNS rs_super LANGUAGE sql IMMUTABLE STRICT AS $$
      SELECT regexp_replace(value::json::text, '("(?:[^"\\\\]|\\\\.)*")|\\s+', '\\1', 'g')::json::rs_super $$;
    CREATE FUNCTION pg_catalog.json_serialize(rs_super) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT $1::json::text $$;
    CREATE FUNCTION pg_catalog.json_typeof(rs_super) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT json_typeof($1::json) $$;
    CREATE FUNCTION pg_catalog.to_varbyte(value text, format text) RETURNS rs_varbyte LANGUAGE sql IMMUTABLE STRICT AS $$
      SELECT CASE lower(format) WHEN 'hex' THEN decode(value, 'hex') WHEN 'base64' THEN decode(value, 'base64') ELSE convert_to(value, 'UTF8') END::rs_varbyte $$;
    CREATE FUNCTION pg_catalog.from_hex(value text) RETURNS rs_varbyte LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT decode(value, 'hex')::rs_varbyte $$;
    CREATE FUNCTION redshift_emulator.dateadd(part text, amount bigint, moment timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE STRICT AS $$
      SELECT moment + amount * ('1 ' || CASE lower(part) WHEN 'd' THEN 'day' WHEN 'mon' THEN 'month' WHEN 'yr' THEN 'year' WHEN 'qtr' THEN 'quarter' ELSE part END)::interval $$;
    CREATE FUNCTION redshift_emulator.datediff(part text, low timestamp, high timestamp) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $$
      SELECT CASE lower(rtrim(part, 's'))
        WHEN 'year' THEN extract(year FROM high) - extract(year FROM low)
        WHEN 'month' THEN (extract(year FROM high) - extract(year FROM low)) * 12 + extract(month FROM high) - extract(month FROM low)
        WHEN 'day' THEN high::date - low::date
        WHEN 'hour' THEN extract(epoch FROM date_trunc('hour', high) - date_trunc('hour', low)) / 3600
        WHEN 'minute' THEN extract(epoch FROM date_trunc('minute', high) - date_trunc('minute', low)) / 60
        WHEN 'second' THEN extract(epoch FROM date_trunc('second', high) - date_trunc('second', low))
        WHEN 'millisecond' THEN extract(epoch FROM date_trunc('milliseconds', high) - date_trunc('milliseconds', low)) * 1000
        WHEN 'microsecond' THEN extract(epoch FROM high - low) * 1000000 END::bigint $$;
    CREATE FUNCTION redshift_emulator.counter(name text, absent bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
      SELECT coalesce(nullif(current_setting('redshift_emulator.' || name, true), '')::bigint, absent) $$;
    CREATE FUNCTION pg_catalog.pg_last_copy_count() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT redshift_emulator.counter('last_copy_count', 0) $$;
    CREATE FUNCTION pg_catalog.pg_last_copy_id() RETURNS int LANGUAGE sql STABLE AS $$ SELECT redshift_emulator.counter('last_copy_id', -1)::int $$;
    CREATE FUNCTION pg_catalog.pg_last_query_id() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT redshift_emulator.counter('last_query_id', -1) $$;
    CREATE FUNCTION redshift_emulator.may_signal(target int) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM redshift_emulator.sessions s JOIN pg_stat_activity a ON a.pid = s.pid WHERE s.pid = target) THEN RETURN false; END IF;
        IF NOT EXISTS (SELECT FROM redshift_emulator.sessions s WHERE s.pid = target AND s.user_name = session_user)
           AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
          RAISE EXCEPTION 'must be superuser to signal other server processes' USING ERRCODE = '42501';
        END IF;
        RETURN true;
      END $$;
    CREATE FUNCTION redshift_emulator.terminate_backend(target int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN RETURN CASE WHEN redshift_emulator.may_signal(target) AND pg_catalog.pg_terminate_backend(target) THEN 1 ELSE 0 END; END $$;
    CREATE FUNCTION redshift_emulator.cancel_backend(target int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN RETURN CASE WHEN redshift_emulator.may_signal(target) AND pg_catalog.pg_cancel_backend(target) THEN 1 ELSE 0 END; END $$;
    CREATE FUNCTION redshift_emulator.record_table(target regclass, description jsonb) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
      INSERT INTO redshift_emulator.table_metadata VALUES (target, description) ON CONFLICT (table_id) DO UPDATE SET description = excluded.description $$;
    CREATE FUNCTION redshift_emulator.table_description(target oid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER AS $$
      SELECT description FROM redshift_emulator.table_metadata WHERE table_id = target $$;
    CREATE FUNCTION redshift_emulator.row_count(target regclass) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
      DECLARE counted bigint; BEGIN EXECUTE 'SELECT count(*) FROM ' || target INTO counted; RETURN counted; END $$;`;
}
