import { defineErrors, errorClass } from '@tidemark/domain';

/** Codes of names, keys and stored documents. */
export const LAYOUT_ERRORS = defineErrors({
  /** A pipeline, target or table name cannot be part of an object key. */
  LAYOUT_NAME_INVALID: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A name cannot be part of an object key.',
    remedy: ['Rename the pipeline file or the connection; letters, digits, "_", "." and "-" are allowed.'],
  },
  /** A path of the S3 configuration cannot be the beginning of an object key. */
  LAYOUT_PREFIX_INVALID: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A path of the S3 configuration cannot begin an object key.',
    remedy: ['Write the path without a leading slash, without empty or dot segments, and with a slash at its end.'],
  },
  /** A key would be longer than S3 allows. */
  LAYOUT_KEY_TOO_LONG: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'An object key would be longer than 1024 bytes.',
    remedy: ['Shorten incremental_path, watermark_path or isolation_prefix.'],
  },
  /** A stored document was written by a newer version. */
  LAYOUT_FORMAT_NEWER: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A stored document was written by a newer version of Tidemark.',
    remedy: ['Upgrade Tidemark here to at least the version that wrote the document.', 'Do not delete the document: it is the state of the table.'],
  },
  /** A document that was about to be written does not fit its schema. */
  LAYOUT_DOCUMENT_INVALID: {
    kind: 'internal', exit: 70, retry: 'never',
    summary: 'A document that was about to be stored does not fit its schema; nothing was written.',
    remedy: ['Report this with the details of the error.'],
  },
  WATERMARK_CORRUPT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A watermark cannot be read.',
    remedy: ['Rebuild it from ledger and manifests: tidemark watermark repair --from-ledger.', 'Or read the table anew: tidemark watermark reset.'],
  },
  WATERMARK_FOREIGN: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A watermark belongs to another table.',
    remedy: ['Two tables whose names differ only in case, ".", ":" or "-" share a key: give them different pipelines or watermark paths.', 'If the object was copied here by hand, remove it.'],
  },
  MANIFEST_CORRUPT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A manifest cannot be read.',
    remedy: ['Restore the object from its bucket version.', 'Or begin a new epoch, which reads the table anew: tidemark watermark reset.'],
  },
  MANIFEST_FOREIGN: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A manifest belongs to another table or batch.',
    remedy: ['Two tables whose names differ only in case, ".", ":" or "-" share keys: give them different pipelines or watermark paths.', 'If the object was copied here by hand, remove it.'],
  },
  LEASE_CORRUPT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A lease cannot be read.',
    remedy: ['Make sure that no run is working on the table, then delete the lease object.'],
  },
  LEASE_FOREIGN: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A lease belongs to another table.',
    remedy: ['Two tables whose names differ only in case, ".", ":" or "-" share a key: give them different pipelines or watermark paths.', 'If the object was copied here by hand, remove it.'],
  },
  COPY_MANIFEST_CORRUPT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A COPY manifest cannot be read.',
    remedy: ['Load the batches again: their COPY manifest is written anew.'],
  },
  TOMBSTONE_CORRUPT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The note that a batch’s files are being removed cannot be read.',
    remedy: ['Remove the object: s3clean clean writes it anew.'],
  },
  TOMBSTONE_FOREIGN: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The note that a batch’s files are being removed belongs to another table.',
    remedy: ['If the object was copied here by hand, remove it.'],
  },
  QUARANTINE_CORRUPT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A quarantine object cannot be read.',
    remedy: ['Restore the object from its bucket version, or reload the table: tidemark watermark reset.'],
  },
  QUARANTINE_FOREIGN: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A quarantine object belongs to another table.',
    remedy: ['If the object was copied here by hand, put the former one back.'],
  },
  HISTORY_CORRUPT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'An entry of a watermark history cannot be read.',
    remedy: ['Restore the object from its bucket version, or remove it: the watermark itself does not need it.'],
  },
  HISTORY_FOREIGN: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'An entry of a watermark history belongs to another table.',
    remedy: ['If the object was copied here by hand, remove it.'],
  },
});

/** Errors of this library. */
export class LayoutError extends errorClass('LayoutError', LAYOUT_ERRORS) {}
