import { PROMISES, type CellPromise } from '@tidemark/sync-engine/engine';

const MEANINGS: Readonly<Record<CellPromise, string>> = {
  equal: 'the rows of the source and no others',
  rows: 'every row of the source as it is; rows that were deleted there stay',
  versions: 'every version that was read, once; the newest of each row among them',
  current: 'one current version of every row of the source, as it is; rows that were deleted there stay current',
  inserts: 'every row that was inserted, once, as it was when it was read',
  refused: 'a mistake of configuration, told before anything is read',
};

/** docs/promises.md: what each strategy promises with each load mode. */
export function renderPromises(): string {
  return [
    '# Promises',
    '',
    'What stands in the target after a run that ended well, when nobody writes any more. It holds whatever happened before: runs that were killed at any step, ' +
      'frozen, overlapped by others, limited, split into stages or cleaned up after, a source or a store that failed them, rows that were set aside and requeued, backfills, resets, rollbacks and discards, ' +
      'a server that took the place of another with another clock and at which a person set the watermark from before the change, rows that shared a time, writers whose clock was behind, and transactions that committed late, as long as they ended within `lookback` (`id_lookback`). ' +
      'The table is made from the code by `npm run docs`; a test lives through generated histories for each of its rows.',
    '',
    '| strategy | load mode | the target has | limits |',
    '|---|---|---|---|',
    ...PROMISES.map(({ strategy, mode, promise, limit }) => `| \`${strategy}\` | \`${mode}\` | ${promise} | ${limit} |`),
    '',
    ...Object.entries(MEANINGS).map(([promise, meaning]) => `- **${promise}**: ${meaning}.`),
    '',
    'With `late_commits: accept`, or a lookback of 0 (the default with append), a transaction that commits after the bound of a run has passed its rows is not seen.',
    '',
  ].join('\n');
}
