import { describe, expect, test } from 'vitest';
import { ledger, storedWatermark, TASK, through } from '../../test/documents.ts';
import { reconcile } from './reconcile.ts';

const NOTHING = { ledger: null, tableOid: null };
const OID = '16384';

describe('what a crash, or nothing at all, can have left behind goes on', () => {
  test.each<readonly [string, Parameters<typeof reconcile>[1], Parameters<typeof reconcile>[2], ReturnType<typeof reconcile>]>([
    ['nothing anywhere', null, NOTHING, { epoch: 1, loadedSeq: 0 }],
    ['nothing, and Redshift is not asked', null, null, { epoch: 1, loadedSeq: 0 }],
    ['a fence, written before the first watermark', null, { ledger: ledger(0), tableOid: null }, { epoch: 1, loadedSeq: 0 }],
    ['a target table that somebody else made', null, { ledger: null, tableOid: OID }, { epoch: 1, loadedSeq: 0 }],
    ['a watermark without a ledger, nothing loaded', storedWatermark({ staged_through: through(3) }), NOTHING, { epoch: 1, loadedSeq: 0 }],
    ['watermark and ledger agree', storedWatermark({ loaded_through: through(3) }), { ledger: ledger(3), tableOid: OID }, { epoch: 1, loadedSeq: 3 }],
    ['a commit that the watermark had no time to note', storedWatermark({ loaded_through: through(2) }), { ledger: ledger(3), tableOid: OID }, { epoch: 1, loadedSeq: 3 }],
    ['Redshift is not asked: the watermark is believed', storedWatermark({ loaded_through: through(2), target_oid: OID }), null, { epoch: 1, loadedSeq: 2 }],
    ['a reset that had no time to fence', storedWatermark({ epoch: 2 }), { ledger: ledger(7), tableOid: OID }, { epoch: 2, loadedSeq: 0 }],
    ['a reset with its fence', storedWatermark({ epoch: 2 }), { ledger: ledger(0, { epoch: 2 }), tableOid: OID }, { epoch: 2, loadedSeq: 0 }],
    ['the target table that the watermark knows', storedWatermark({ loaded_through: through(3), target_oid: OID }), { ledger: ledger(3), tableOid: OID }, { epoch: 1, loadedSeq: 3 }],
  ])('%s', (_name, stored, target, standing) => {
    expect(reconcile(TASK, stored, target)).toEqual(standing);
  });
});

describe('I2: what no crash can have left behind stops the run', () => {
  test.each<readonly [string, Parameters<typeof reconcile>[1], Parameters<typeof reconcile>[2], string, object, readonly string[]]>([
    ['the ledger has batches and there is no watermark', null, { ledger: ledger(5), tableOid: OID }, 'STATE_NO_WATERMARK', { ledgerEpoch: 1, ledgerSeq: 5 }, ['epoch 1', 'batch 5', 'dw']],
    ['the ledger is in a later epoch and there is no watermark', null, { ledger: ledger(0, { epoch: 2 }), tableOid: OID }, 'STATE_NO_WATERMARK', { ledgerEpoch: 2, ledgerSeq: 0 }, ['epoch 2']],
    ['the ledger is gone', storedWatermark({ loaded_through: through(3) }), { ledger: null, tableOid: OID }, 'STATE_WATERMARK_AHEAD', { watermarkSeq: 3, ledgerSeq: 0 }, ['batch 3', 'batch 0']],
    ['the ledger is behind the watermark', storedWatermark({ loaded_through: through(3) }), { ledger: ledger(2), tableOid: OID }, 'STATE_WATERMARK_AHEAD', { watermarkSeq: 3, ledgerSeq: 2 }, ['batch 3', 'batch 2']],
    ['the watermark is of an older epoch', storedWatermark({ loaded_through: through(3) }), { ledger: ledger(0, { epoch: 2 }), tableOid: OID }, 'STATE_EPOCH_BEHIND', { watermarkEpoch: 1, ledgerEpoch: 2 }, ['epoch 1', 'epoch 2']],
    ['the target table was created anew', storedWatermark({ target_oid: OID }), { ledger: ledger(3), tableOid: '20000' }, 'STATE_OTHER_TARGET', { expectedOid: OID, foundOid: '20000' }, ['16384', '20000']],
    ['the target table was dropped', storedWatermark({ target_oid: OID }), { ledger: ledger(3), tableOid: null }, 'STATE_OTHER_TARGET', { expectedOid: OID, foundOid: null }, ['does not exist now']],
    ['target table and ledger were dropped', storedWatermark({ target_oid: OID, loaded_through: through(3) }), NOTHING, 'STATE_OTHER_TARGET', { expectedOid: OID, foundOid: null }, []],
  ])('%s', (_name, stored, target, code, details, words) => {
    const refused = (): unknown => reconcile(TASK, stored, target);
    expect(refused).toThrow(expect.objectContaining({ code, exit: 21, retry: 'never', details }));
    for (const word of [TASK.table, ...words]) expect(refused).toThrow(word);
  });
});
