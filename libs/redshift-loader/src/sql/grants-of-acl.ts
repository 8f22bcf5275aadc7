import { quoteIdentifier, quoteTable } from '@tidemark/ddl-optimizer';

/** Letters of an access list that have a GRANT. https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html */
const RIGHTS: Readonly<Record<string, string>> = { r: 'SELECT', a: 'INSERT', w: 'UPDATE', d: 'DELETE', x: 'REFERENCES' };

interface Entry {
  readonly grantee: string;
  readonly letters: string;
}

/** `{owner=arwd/owner,"group staff=r/owner",=r/owner}`; an empty grantee is PUBLIC. */
function entriesOf(acl: string): readonly Entry[] {
  const items = [...acl.replace(/^\{|\}$/g, '').matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(([, quoted, plain]) => (quoted === undefined ? plain! : quoted.replace(/\\(.)/g, '$1')));
  return items.flatMap((item) => {
    const match = /^("(?:[^"]|"")*"|(?:group )?(?:"(?:[^"]|"")*"|[^="]*))=([^/]*)\//.exec(item);
    return match === null ? [] : [{ grantee: match[1]!, letters: match[2]! }];
  });
}

const unquoted = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);

/** The statements that give a table the rights of an access list, but its owner's. */
export function grantsOfAcl(acl: string | null, owner: string, table: { readonly schema: string; readonly table: string }): readonly string[] {
  if (acl === null) return [];
  return entriesOf(acl).flatMap(({ grantee, letters }) => {
    if (unquoted(grantee) === owner) return [];
    const to = grantee === '' ? 'PUBLIC' : grantee.startsWith('group ') ? `GROUP ${quoteIdentifier(unquoted(grantee.slice(6)))}` : quoteIdentifier(unquoted(grantee));
    return [...letters.matchAll(/([a-zA-Z])(\*?)/g)].flatMap(([, letter, option]) => {
      const right = RIGHTS[letter!];
      return right === undefined ? [] : [`GRANT ${right} ON ${quoteTable(table)} TO ${to}${option === '*' ? ' WITH GRANT OPTION' : ''}`];
    });
  });
}
