/**
 * SQL that adds Redshift's VARCHAR to the backing database: a type that stores trailing blanks and shows them,
 * but compares without them, and whose length counts bytes.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
 *
 * The comparison functions are PostgreSQL's own bpchar functions, bound to the new type.
 */

/** Internal bpchar function per comparison operator, with the operator's commutator and negator. */
const COMPARISONS: readonly (readonly [operator: string, internal: string, commutator: string, negator: string])[] = [
  ['=', 'bpchareq', '=', '<>'],
  ['<>', 'bpcharne', '<>', '='],
  ['<', 'bpcharlt', '>', '>='],
  ['<=', 'bpcharle', '>=', '>'],
  ['>', 'bpchargt', '<', '<='],
  ['>=', 'bpcharge', '<=', '<'],
];

const SELECTIVITY: Readonly<Record<string, string>> = {
  '=': 'RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES',
  '<>': 'RESTRICT = neqsel, JOIN = neqjoinsel',
  '<': 'RESTRICT = scalarltsel, JOIN = scalarltjoinsel',
  '<=': 'RESTRICT = scalarlesel, JOIN = scalarlejoinsel',
  '>': 'RESTRICT = scalargtsel, JOIN = scalargtjoinsel',
  '>=': 'RESTRICT = scalargesel, JOIN = scalargejoinsel',
};

/** Both sides of the operators: the type itself, and text on either side, since string functions give text. */
const SIDES = [['rs_varchar', 'rs_varchar'], ['rs_varchar', 'text'], ['text', 'rs_varchar']] as const;

function comparisonSql(): string {
  return SIDES.flatMap(([left, right]) =>
    COMPARISONS.map(([operator, internal, commutator, negator]) => `
      CREATE FUNCTION pg_catalog.rs_${internal}(${left}, ${right}) RETURNS bool LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS '${internal}';
      CREATE OPERATOR pg_catalog.${operator} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = pg_catalog.rs_${internal},
        COMMUTATOR = OPERATOR(pg_catalog.${commutator}), NEGATOR = OPERATOR(pg_catalog.${negator}), ${SELECTIVITY[operator]});`),
  ).join('\n');
}

function operatorClassSql(): string {
  const strategies = ['<', '<=', '=', '>=', '>'];
  const crossMembers = (left: string, right: string): string => `
      ${strategies.map((operator, index) => `OPERATOR ${index + 1} ${operator} (${left}, ${right})`).join(', ')},
      FUNCTION 1 (${left}, ${right}) pg_catalog.rs_bpcharcmp(${left}, ${right})`;
  return `
    ${SIDES.map(([left, right]) => `CREATE FUNCTION pg_catalog.rs_bpcharcmp(${left}, ${right}) RETURNS int4 LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpcharcmp';`).join('\n')}
    CREATE FUNCTION pg_catalog.rs_hashbpchar(rs_varchar) RETURNS int4 LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashbpchar';
    CREATE FUNCTION pg_catalog.rs_hashbpcharextended(rs_varchar, int8) RETURNS int8 LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashbpcharextended';
    CREATE FUNCTION pg_catalog.rs_hashtextblanks(text) RETURNS int4 LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashbpchar';
    CREATE OPERATOR FAMILY pg_catalog.rs_varchar_btree USING btree;
    CREATE OPERATOR CLASS pg_catalog.rs_varchar_btree DEFAULT FOR TYPE rs_varchar USING btree FAMILY pg_catalog.rs_varchar_btree AS
      ${strategies.map((operator, index) => `OPERATOR ${index + 1} ${operator}`).join(', ')}, FUNCTION 1 pg_catalog.rs_bpcharcmp(rs_varchar, rs_varchar);
    CREATE OPERATOR FAMILY pg_catalog.rs_varchar_hash USING hash;
    CREATE OPERATOR CLASS pg_catalog.rs_varchar_hash DEFAULT FOR TYPE rs_varchar USING hash FAMILY pg_catalog.rs_varchar_hash AS
      OPERATOR 1 =, FUNCTION 1 pg_catalog.rs_hashbpchar(rs_varchar), FUNCTION 2 pg_catalog.rs_hashbpcharextended(rs_varchar, int8);
    ALTER OPERATOR FAMILY pg_catalog.rs_varchar_btree USING btree ADD ${crossMembers('rs_varchar', 'text')}, ${crossMembers('text', 'rs_varchar')};
    ALTER OPERATOR FAMILY pg_catalog.rs_varchar_hash USING hash ADD OPERATOR 1 = (rs_varchar, text), OPERATOR 1 = (text, rs_varchar),
      FUNCTION 1 (text) pg_catalog.rs_hashtextblanks(text);`;
}

/** Cuts to a number of bytes without splitting a character; a cast does so silently, an assignment only for blanks. */
const LENGTH_COERCION = `
  CREATE FUNCTION pg_catalog.rs_varchar(value rs_varchar, typmod int4, explicit bool) RETURNS rs_varchar LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    width int := typmod - 4;
    raw text := value::text;
    cut int;
  BEGIN
    IF typmod < 4 OR octet_length(raw) <= width THEN RETURN value; END IF;
    cut := width;
    WHILE cut > 0 AND (get_byte(convert_to(raw, 'UTF8'), cut) & 192) = 128 LOOP cut := cut - 1; END LOOP;
    IF NOT explicit AND rtrim(convert_from(substr(convert_to(raw, 'UTF8'), cut + 1), 'UTF8'), ' ') <> '' THEN
      RAISE EXCEPTION 'value too long for type character varying(%)', width USING ERRCODE = '22001';
    END IF;
    RETURN convert_from(substr(convert_to(raw, 'UTF8'), 1, cut), 'UTF8')::rs_varchar;
  END $$;
  CREATE CAST (rs_varchar AS rs_varchar) WITH FUNCTION pg_catalog.rs_varchar(rs_varchar, int4, bool) AS IMPLICIT;`;

/** The whole script; it runs once, in a database that has none of it. */
export function varcharTypeSql(): string {
  return `
    CREATE TYPE pg_catalog.rs_varchar;
    CREATE FUNCTION pg_catalog.rs_varcharin(cstring, oid, int4) RETURNS rs_varchar LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varcharin';
    CREATE FUNCTION pg_catalog.rs_varcharout(rs_varchar) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varcharout';
    CREATE FUNCTION pg_catalog.rs_varcharrecv(internal, oid, int4) RETURNS rs_varchar LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'varcharrecv';
    CREATE FUNCTION pg_catalog.rs_varcharsend(rs_varchar) RETURNS bytea LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'varcharsend';
    CREATE TYPE pg_catalog.rs_varchar (INPUT = pg_catalog.rs_varcharin, OUTPUT = pg_catalog.rs_varcharout, RECEIVE = pg_catalog.rs_varcharrecv, SEND = pg_catalog.rs_varcharsend,
      TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout, LIKE = varchar, CATEGORY = 'S', PREFERRED = false, COLLATABLE = true);
    CREATE CAST (rs_varchar AS text) WITHOUT FUNCTION AS IMPLICIT;
    CREATE CAST (text AS rs_varchar) WITHOUT FUNCTION AS IMPLICIT;
    CREATE CAST (rs_varchar AS varchar) WITHOUT FUNCTION AS IMPLICIT;
    CREATE CAST (varchar AS rs_varchar) WITHOUT FUNCTION AS IMPLICIT;
    CREATE CAST (bpchar AS rs_varchar) WITH INOUT AS IMPLICIT;
    CREATE CAST (rs_varchar AS bpchar) WITH INOUT AS ASSIGNMENT;
    ${comparisonSql()}
    ${operatorClassSql()}
    ${LENGTH_COERCION}`;
}
