import { expect, test } from 'vitest';
import { existingColumn, identityOf, isIdentity, type ExistingColumn } from './existing-column.ts';
import { planTableChange } from './plan-table-change.ts';
import { differenceText } from './compare-columns.ts';
import { codeColumn, idColumn } from '../../test/staged-columns.ts';

const column = (name: string, dataType: string, columnDefault: string | null): ExistingColumn => existingColumn({ column_name: name, data_type: dataType, character_maximum_length: dataType === 'character varying' ? 40 : null, numeric_precision: null, numeric_scale: null, is_nullable: 'YES', column_default: columnDefault });

test.each([
  [`"identity"(445178, 0, '1,1'::text)`, { kind: 'always', seed: 1n, step: 1n }, true],
  [`default_identity(445178, 0, '-5, -10'::text)`, { kind: 'default', seed: -5n, step: -10n }, false],
  [`"default_identity"(445178, 0, '3,2'::text)`, { kind: 'default', seed: 3n, step: 2n }, false],
  [`"identity"(445178, 0)`, 'unread', true],
  [`'identity'::character varying`, null, false],
  [null, null, false],
])('%s is read as what it counts', (text, identity, makesAll) => {
  expect(identityOf(column('sk', 'bigint', text))).toEqual(identity);
  expect(isIdentity(column('sk', 'bigint', text))).toBe(makesAll);
});

test('a table that would be built anew is refused when it is not told how a column counts', () => {
  const existing = [column('sk', 'bigint', '"identity"(1, 0)'), column('id', 'integer', null), column('code', 'character varying', null)];
  const change = planTableChange(existing, { keys: [], columns: [idColumn, codeColumn], shape: undefined, contract: 'evolve', notWidenable: new Set() });
  expect(change.conflicts.map(differenceText)).toEqual(['sk is an IDENTITY column whose seed and step the catalogue does not tell, so a table that is built anew cannot go on counting where it stands']);
});
