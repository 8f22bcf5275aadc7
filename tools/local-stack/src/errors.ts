/** A program of a local server is not installed. Run the set-up. */
export const STACK_PROGRAM_MISSING = 'STACK_PROGRAM_MISSING';
/** A local server did not become ready. Its last output is in the message. */
export const STACK_SERVER_FAILED = 'STACK_SERVER_FAILED';
/** A background stack is already running. Stop it first. */
export const STACK_ALREADY_RUNNING = 'STACK_ALREADY_RUNNING';
/** No background stack is running. Start one. */
export const STACK_NOT_RUNNING = 'STACK_NOT_RUNNING';

export type StackErrorCode =
  | typeof STACK_PROGRAM_MISSING
  | typeof STACK_SERVER_FAILED
  | typeof STACK_ALREADY_RUNNING
  | typeof STACK_NOT_RUNNING;

/** A local server could not be started or found. `remedy` says what to do. */
export class StackError extends Error {
  readonly code: StackErrorCode;
  readonly remedy: readonly string[];

  constructor(code: StackErrorCode, message: string, remedy: readonly string[], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StackError';
    this.code = code;
    this.remedy = remedy;
  }
}
