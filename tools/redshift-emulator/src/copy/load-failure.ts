import { SqlError } from '../wire/sql-error.ts';

/** How much of the context the client is shown; the system views have all of it. */
const SHOWN_CONTEXT = 400;

export interface LoadFailureDetails {
  readonly errorCode: number;
  readonly context: string;
  readonly queryId: number;
  readonly location?: string;
  readonly fileName?: string;
  readonly column?: string;
  readonly columnType?: string;
  readonly columnLength?: string;
}

function box(message: string, details: LoadFailureDetails): string {
  const line = '-----------------------------------------------';
  return [
    '', `  ${line}`, `  error:  ${message}`, `  code:      ${details.errorCode}`, `  context:   ${details.context.slice(0, SHOWN_CONTEXT)}`, `  query:     ${details.queryId}`,
    `  location:  ${details.location ?? 'dory_util.cpp:1615'}`, '  process:   worker_thread [pid=12345]', `  ${line}`, '',
  ].join('\n');
}

/** A COPY that failed while it read its files: XX000, a short message, and the facts in the detail box. */
export class LoadFailure extends SqlError {
  readonly details: LoadFailureDetails;

  constructor(message: string, details: LoadFailureDetails) {
    super('XX000', message, { detail: box(message, details) });
    this.name = 'LoadFailure';
    this.details = details;
  }
}

/** The failure of the Parquet reader. */
export function scanError(errorCode: number, context: string, details: Omit<LoadFailureDetails, 'errorCode' | 'context'>): LoadFailure {
  return new LoadFailure('Spectrum Scan Error', { errorCode, context, ...details });
}
