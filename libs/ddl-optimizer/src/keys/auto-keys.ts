import type { TableKeys } from '@tidemark/domain';

/** Redshift chooses distribution, order and encodings, and changes them by itself. */
export const AUTO_KEYS: TableKeys = { dist: { style: 'AUTO' }, sort: { type: 'auto' }, encodings: {} };
