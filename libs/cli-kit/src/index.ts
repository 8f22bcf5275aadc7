export { CLI_ERRORS, CliError } from './errors.ts';
export { errorText } from './error-text.ts';
export { EXIT_CODES, type ExitCode } from './exit-codes.ts';
export { Interruption } from './interruption.ts';
export { failureDocument, successDocument, type FailureDocument, type SuccessDocument } from './json-document.ts';
export { progressReporter, quietReporter, type Reporter } from './progress-reporter.ts';
export { LOG_LEVELS, runLogger, type LogLevel } from './run-logger.ts';
export { bytesText, countText, durationText, textTable } from './text-table.ts';
export { commandError, TidemarkCommand, type CommandOutcome, type GlobalFlags } from './tidemark-command.ts';
