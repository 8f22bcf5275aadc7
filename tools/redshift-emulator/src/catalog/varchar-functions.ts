/** Functions whose result is VARCHAR when their first argument is: PostgreSQL's own code, bound to the type. */
const FUNCTIONS: readonly (readonly [name: string, args: string, internal: string])[] = [
  ['upper', 'rs_varchar', 'upper'], ['lower', 'rs_varchar', 'lower'], ['initcap', 'rs_varchar', 'initcap'],
  ['btrim', 'rs_varchar', 'btrim1'], ['ltrim', 'rs_varchar', 'ltrim1'], ['rtrim', 'rs_varchar', 'rtrim1'],
  ['btrim', 'rs_varchar, text', 'btrim'], ['ltrim', 'rs_varchar, text', 'ltrim'], ['rtrim', 'rs_varchar, text', 'rtrim'],
  ['substring', 'rs_varchar, int4', 'text_substr_no_len'], ['substring', 'rs_varchar, int4, int4', 'text_substr'],
  ['substr', 'rs_varchar, int4', 'text_substr_no_len'], ['substr', 'rs_varchar, int4, int4', 'text_substr'],
  ['left', 'rs_varchar, int4', 'text_left'], ['right', 'rs_varchar, int4', 'text_right'], ['replace', 'rs_varchar, text, text', 'replace_text'],
];

const CONCATENATIONS = [['rs_varchar', 'rs_varchar'], ['rs_varchar', 'text'], ['text', 'rs_varchar']] as const;

/** SQL of string functions, concatenation, MIN and MAX that keep VARCHAR, so that their results too compare without trailing blanks. */
export function varcharFunctionsSql(): string {
  const attributes = 'LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE';
  return [
    ...FUNCTIONS.map(([name, args, internal]) => `CREATE FUNCTION pg_catalog.${name}(${args}) RETURNS rs_varchar ${attributes} AS '${internal}';`),
    ...CONCATENATIONS.map(([left, right]) => `CREATE FUNCTION pg_catalog.rs_concat(${left}, ${right}) RETURNS rs_varchar ${attributes} AS 'textcat';
      CREATE OPERATOR pg_catalog.|| (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = pg_catalog.rs_concat);`),
    ...[['max', 'larger', '>'], ['min', 'smaller', '<']].map(([name, which, operator]) => `CREATE FUNCTION pg_catalog.rs_${which}(rs_varchar, rs_varchar) RETURNS rs_varchar ${attributes} AS 'bpchar_${which}';
      CREATE AGGREGATE pg_catalog.${name}(rs_varchar) (SFUNC = pg_catalog.rs_${which}, STYPE = rs_varchar, SORTOP = OPERATOR(pg_catalog.${operator}), PARALLEL = SAFE);`),
  ].join('\n');
}
