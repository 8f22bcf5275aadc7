/** What a user may do, as SHOW GRANTS tells it. */
export interface MysqlRights {
  /** SELECT on the whole database; null when it is given on single tables or columns, or by a role that does not show. */
  readonly select: boolean | null;
  readonly process: boolean;
  readonly replicationClient: boolean;
  /** Rights to change rows or definitions, on the database or everywhere. */
  readonly writing: readonly string[];
}

interface Grant {
  readonly rights: readonly string[];
  /** `*.*`, `` `sales`.* `` or `` `sales`.`orders` ``. */
  readonly on: string;
}

const WRITING = ['INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER'];
/** MariaDB calls it BINLOG MONITOR and SLAVE MONITOR since 10.5, and REPLICA MONITOR. */
const REPLICATION = ['REPLICATION CLIENT', 'BINLOG MONITOR', 'SLAVE MONITOR', 'REPLICA MONITOR'];

/** Reads the lines of SHOW GRANTS. https://dev.mysql.com/doc/refman/8.4/en/show-grants.html */
export function readGrants(lines: readonly string[], database: string): MysqlRights {
  const grants = lines.flatMap((line): Grant[] => {
    const [, rights, on] = /^GRANT (.+?) ON (\S+) TO /.exec(line) ?? [];
    return rights === undefined || on === undefined ? [] : [{ rights: rights.replace(/\([^)]*\)/g, '').split(',').map((right) => right.trim()), on }];
  });
  const coversDatabase = ({ on }: Grant): boolean => on === '*.*' || (on.endsWith('.*') && isPattern(unquoted(on.slice(0, -2)), database));
  const has = (those: readonly Grant[], names: readonly string[]): boolean => those.some(({ rights }) => rights.includes('ALL PRIVILEGES') || rights.some((right) => names.includes(right)));
  const onDatabase = grants.filter(coversDatabase);
  const everywhere = grants.filter(({ on }) => on === '*.*');
  const isPartial = lines.length > 1 && !has(onDatabase, ['SELECT']) && (has(grants, ['SELECT']) || lines.some((line) => line.startsWith('GRANT `')));
  return {
    select: isPartial ? null : has(onDatabase, ['SELECT']),
    process: has(everywhere, ['PROCESS']),
    replicationClient: has(everywhere, REPLICATION),
    writing: WRITING.filter((right) => has(onDatabase, [right])),
  };
}

function unquoted(name: string): string {
  return name.replace(/^`|`$/g, '').replaceAll('``', '`');
}

/** Database names in grants are patterns: `%` and `_`, with `\` before those that are meant. */
function isPattern(pattern: string, name: string): boolean {
  const source = pattern.replace(/\\([%_])|[.*+?^${}()|[\]\\%_]/g, (sign, escaped: string | undefined) => (escaped !== undefined ? escaped : sign === '%' ? '.*' : sign === '_' ? '.' : `\\${sign}`));
  return new RegExp(`^${source}$`, 'i').test(name);
}
