import { defineErrors, errorClass } from '@tidemark/domain';

/** Codes of this library. */
export const PARQUET_ERRORS = defineErrors({
  PARQUET_REQUEST_INVALID: {
    kind: 'config',
    exit: 10,
    retry: 'never',
    summary: 'A file cannot be written with these columns or sizes.',
    remedy: ['Correct the column or the size that the message names.'],
  },
  PARQUET_BATCH_INVALID: {
    kind: 'internal',
    exit: 70,
    retry: 'never',
    summary: 'The vectors of a column batch contradict each other or the column they stand for.',
    remedy: ['Report this: the reader that made the batch has a defect. Nothing of the batch counts.'],
  },
  PARQUET_SINK_SIZE_MISMATCH: {
    kind: 'store',
    exit: 14,
    retry: 'later',
    summary: 'A sink stored another number of bytes than were written to it.',
    remedy: ['Run again; the part was not used.', 'If it happens again, check the object store and what stands between it and this program.'],
  },
  PARQUET_WRITER_MISUSED: {
    kind: 'internal',
    exit: 70,
    retry: 'never',
    summary: 'A writer was called while another call was running, or after its end.',
    remedy: ['Await each call, and open a new writer for a new batch.'],
  },
  PARQUET_THREAD_LOST: {
    kind: 'internal',
    exit: 70,
    retry: 'later',
    summary: 'A thread that encodes parts ended before its writers did.',
    remedy: ['Run again.', 'If it happens again, encode without threads, and report the cause that the error carries.'],
  },
  PARQUET_ABORTED: {
    kind: 'cancelled',
    exit: 130,
    retry: 'later',
    summary: 'The writer was told to give up.',
    remedy: ['Run again.'],
  },
  PARQUET_ABORT_FAILED: {
    kind: 'store',
    exit: 14,
    retry: 'later',
    summary: 'An open upload could not be given up.',
    remedy: ['Let the bucket end incomplete multipart uploads by a lifecycle rule, or end this one by hand.'],
  },
});

/** Errors of writing parts. */
export class ParquetError extends errorClass('ParquetError', PARQUET_ERRORS) {}
