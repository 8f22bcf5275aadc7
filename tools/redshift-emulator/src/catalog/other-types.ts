/** SQL for SUPER (JSON text) and VARBYTE(n), which PostgreSQL has under other names and without a length; BIT's length can be long enough. */
export function otherTypesSql(): string {
  return `
    CREATE TYPE pg_catalog.rs_super;
    CREATE FUNCTION pg_catalog.rs_superin(cstring) RETURNS rs_super LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'json_in';
    CREATE FUNCTION pg_catalog.rs_superout(rs_super) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'json_out';
    CREATE FUNCTION pg_catalog.rs_superrecv(internal) RETURNS rs_super LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'json_recv';
    CREATE FUNCTION pg_catalog.rs_supersend(rs_super) RETURNS bytea LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'json_send';
    CREATE TYPE pg_catalog.rs_super (INPUT = pg_catalog.rs_superin, OUTPUT = pg_catalog.rs_superout, RECEIVE = pg_catalog.rs_superrecv, SEND = pg_catalog.rs_supersend, LIKE = json);
    CREATE CAST (rs_super AS json) WITHOUT FUNCTION AS IMPLICIT;
    CREATE CAST (json AS rs_super) WITHOUT FUNCTION AS ASSIGNMENT;
    CREATE FUNCTION pg_catalog.rs_text_to_super(text) RETURNS rs_super LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT to_json($1)::rs_super $$;
    CREATE FUNCTION pg_catalog.rs_varchar_to_super(rs_varchar) RETURNS rs_super LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT to_json($1::text)::rs_super $$;
    CREATE CAST (text AS rs_super) WITH FUNCTION pg_catalog.rs_text_to_super(text) AS ASSIGNMENT;
    CREATE CAST (rs_varchar AS rs_super) WITH FUNCTION pg_catalog.rs_varchar_to_super(rs_varchar) AS ASSIGNMENT;

    CREATE TYPE pg_catalog.rs_varbyte;
    CREATE FUNCTION pg_catalog.rs_varbytein(cstring) RETURNS rs_varbyte LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteain';
    CREATE FUNCTION pg_catalog.rs_varbyteout(rs_varbyte) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'byteaout';
    CREATE FUNCTION pg_catalog.rs_varbyterecv(internal) RETURNS rs_varbyte LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'bytearecv';
    CREATE FUNCTION pg_catalog.rs_varbytesend(rs_varbyte) RETURNS bytea LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'byteasend';
    CREATE TYPE pg_catalog.rs_varbyte (INPUT = pg_catalog.rs_varbytein, OUTPUT = pg_catalog.rs_varbyteout, RECEIVE = pg_catalog.rs_varbyterecv, SEND = pg_catalog.rs_varbytesend,
      TYPMOD_IN = bittypmodin, TYPMOD_OUT = bittypmodout, LIKE = bytea);
    CREATE FUNCTION pg_catalog.rs_varbyte(value rs_varbyte, typmod int4, explicit bool) RETURNS rs_varbyte LANGUAGE plpgsql IMMUTABLE STRICT AS $$
    BEGIN
      IF typmod < 0 OR octet_length(value::bytea) <= typmod THEN RETURN value; END IF;
      IF explicit THEN RETURN substr(value::bytea, 1, typmod)::rs_varbyte; END IF;
      RAISE EXCEPTION 'value too long for type binary varying(%)', typmod USING ERRCODE = '22001';
    END $$;
    CREATE CAST (rs_varbyte AS bytea) WITHOUT FUNCTION AS IMPLICIT;
    CREATE CAST (bytea AS rs_varbyte) WITHOUT FUNCTION AS ASSIGNMENT;
    CREATE CAST (rs_varbyte AS rs_varbyte) WITH FUNCTION pg_catalog.rs_varbyte(rs_varbyte, int4, bool) AS IMPLICIT;`;
}
