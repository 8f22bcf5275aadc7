import { publishedSchema, type FileKind } from '@tidemark/config';
import { describe, expect, test } from 'vitest';
import { renderConfiguration } from './render-configuration.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** Every key of a schema, its definitions included. */
function keysOf({ properties = {}, additionalProperties, definitions = {} }: Schema): string[] {
  const below = [...Object.values(properties), ...Object.values(definitions), ...(typeof additionalProperties === 'object' ? [additionalProperties] : [])];
  return [...Object.keys(properties).filter((key) => !['version', 'description', 'metadata'].includes(key)), ...below.flatMap(keysOf)];
}

const page = renderConfiguration();

test.each(['connections', 'pipeline', 'template', 'tables', 'environment'] satisfies FileKind[])('every key of a %s file is on the page', (kind) => {
  const rows = page.split('\n').flatMap((line) => /^\| `([^`]+)`/.exec(line)?.[1]?.split('.') ?? []);
  for (const key of keysOf(publishedSchema(kind))) expect(rows, key).toContain(key);
});

describe('the page', () => {
  test('says what is allowed, the default and the meaning', () => {
    expect(page).toContain('| `lag` | a duration with a unit: 500ms, 5s, 15m, 1h, 7d | `5s` | How far a run stays behind the present. |');
    expect(page).toContain('| `retry_mode` | `standard` `adaptive` | `standard` |');
    expect(page).toContain('| `port` | whole number from 1 to 65535 | `3306` |');
  });

  test('names the keys of maps in lists, and those of redshift_keys.json', () => {
    expect(page).toContain('| `jump[].known_hosts_path` | a path |');
    expect(page).toContain('## redshift_keys.json');
    expect(page).toMatch(/^\| `<name>\.sortkey` \| a column, a list of columns/m);
  });

  test('has a section for each part that a row leads to', () => {
    for (const [, part] of page.matchAll(/\]\(#([\w-]+)\)/g)) expect(page).toContain(`\n### ${part}\n`);
  });
});
