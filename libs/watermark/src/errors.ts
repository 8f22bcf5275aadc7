import { defineErrors, errorClass } from '@tidemark/domain';

/** Codes of watermarks, manifests and leases; those of unreadable documents are layout's. */
export const WATERMARK_ERRORS = defineErrors({
  WATERMARK_CONFLICT: {
    kind: 'conflict', exit: 21, retry: 'later',
    summary: 'Somebody else wrote the watermark; nothing was written here.',
    remedy: ['Run again: the new run reads the watermark as it is now.', 'If it happens again, look for a second writer that works without a lease.'],
  },
  MANIFEST_EXISTS: {
    kind: 'conflict', exit: 21, retry: 'later',
    summary: 'Another run has published a batch under this number.',
    remedy: ['Run again: the new run goes on after the published batch.'],
  },
  QUARANTINE_MISSING: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'A quarantine object that a manifest names is not in S3.',
    remedy: ['Restore the object from its bucket version, or reload the table: tidemark watermark reset.'],
  },
  MANIFEST_GAP: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A manifest is missing between others.',
    remedy: ['Restore the object from its bucket version.', 'Or begin a new epoch, which reads the table anew: tidemark watermark reset.'],
  },
  MANIFEST_FORK: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A manifest does not follow the one before it.',
    remedy: ['Find out who wrote or replaced one of the two objects; restore the right one from its bucket version.', 'Or begin a new epoch, which reads the table anew: tidemark watermark reset.'],
  },
  MANIFEST_GROUP_INVALID: {
    kind: 'internal', exit: 70, retry: 'never',
    summary: 'Batches that do not follow each other were to be loaded together.',
    remedy: ['Load consecutive batches of one epoch.'],
  },
  LEASE_HELD: {
    kind: 'lease', exit: 11, retry: 'later',
    summary: 'Another run is working on the table.',
    remedy: ['Wait for the other run to end, or wait longer for the lease.', 'If that run is dead, its lease ends by itself at the time given.'],
  },
  LEASE_LOST: {
    kind: 'lease', exit: 21, retry: 'later',
    summary: 'The lease could not be renewed in time, or another run has taken it; nothing more is written.',
    remedy: ['Run again: the new run goes on from what is stored.', 'If it happens again, look for a machine that sleeps or a network that stalls for longer than the lease lasts.'],
  },
  LEASE_SETTINGS_INVALID: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'The times of the lease do not fit together.',
    remedy: ['Set lease.ttl to at least 5 seconds and lease.heartbeat to at most a third of it.'],
  },
});

/** Errors of this library. */
export class WatermarkError extends errorClass('WatermarkError', WATERMARK_ERRORS) {}
