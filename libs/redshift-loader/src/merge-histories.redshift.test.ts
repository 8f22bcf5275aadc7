import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadWorld } from '../test/load-world.ts';
import { codeColumn, idColumn, noteColumn, revisionColumn, updatedColumn } from '../test/staged-columns.ts';

/** `npm run soak` asks for more. */
const HISTORIES = Number(process.env['TIDEMARK_SOAK'] ?? 12);
const columns = [idColumn, codeColumn, noteColumn, updatedColumn, revisionColumn];

interface Row {
  readonly id: bigint;
  readonly code: string;
  /** Second of the minute; null for no version. */
  readonly second: number | null;
  readonly revision: bigint | null;
}

const row = fc.record<Row>({
  id: fc.bigInt({ min: 1n, max: 3n }),
  code: fc.constantFrom('a', 'a ', 'a  ', 'A', '', ' ', 'é'),
  second: fc.option(fc.integer({ min: 1, max: 3 })),
  revision: fc.option(fc.bigInt({ min: 1n, max: 2n })),
});
/** Groups of batches of rows. */
const history = fc.array(fc.array(fc.array(row, { maxLength: 12 }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });

const keyOf = ({ id, code }: Row): string => `${id}|${code}`;
const timeOf = ({ second }: Row): string | null => (second === null ? null : `2026-01-31 12:00:0${second}.000000`);
/** Sorts as versions do: missing first. */
const versionOf = ({ second, revision }: Row): number => (second ?? 0) * 10 + Number(revision ?? 0n);
/** Rows of one key and version are alike within a group and differ between groups. */
const noteOf = (group: number, item: Row): string | null => (versionOf(item) % 7 === 3 ? null : `group ${group}, version ${versionOf(item)}`);

test('P2: any history of merged groups leaves the newest version of every key, the later group winning a tie', { timeout: 0 }, async () => {
  await using world = await loadWorld();
  const loader = world.loader();
  let tables = 0;
  await fc.assert(
    fc.asyncProperty(history, async (groups) => {
      tables += 1;
      const table = world.table(`history_${tables}`, columns, { keys: ['id', 'code'], version_columns: ['updated_at', 'revision', 'id'] });
      await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
      await loader.prepare({ target: table.target, columns, keys: ['id', 'code'] });
      const model = new Map<string, { readonly version: number; readonly text: string }>();
      for (const [index, batches] of groups.entries()) {
        const group = [];
        for (const rows of batches) group.push(await table.stage(rows.map((item) => [item.id, item.code, noteOf(index, item), timeOf(item), item.revision])));
        await loader.load(await table.request(group, 1));
        for (const item of batches.flat().toSorted((a, b) => versionOf(a) - versionOf(b))) {
          if ((model.get(keyOf(item))?.version ?? -1) > versionOf(item)) continue;
          const text = [item.id, item.code, noteOf(index, item), timeOf(item)?.slice(0, 19) ?? null, item.revision].map((value) => value ?? 'NULL').join('|');
          model.set(keyOf(item), { version: versionOf(item), text });
        }
      }
      expect(await table.rows()).toEqual([...model.values()].map(({ text }) => text).toSorted());
    }),
    { numRuns: HISTORIES, verbose: 1 },
  );
});
