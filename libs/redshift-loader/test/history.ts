import type { FrozenScd2 } from '@tidemark/domain';

/** A history as the tests keep it: note and code tracked, the rest overwritten. */
export const SCD2: FrozenScd2 = {
  tracked: ['note'], effective: 'updated_at', first_valid_from: null, expire_missing: false, max_expire_percent: 100,
  columns: { key: 'sk', from: 'valid_from', to: 'valid_to', current: 'is_current', hash: 'row_hash' },
};
