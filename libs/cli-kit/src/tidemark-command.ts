import { Command, Errors, Flags } from '@oclif/core';
import { isTidemarkError, type Logger, type TidemarkError } from '@tidemark/domain';
import { CliError } from './errors.ts';
import { errorText } from './error-text.ts';
import { failureDocument, successDocument } from './json-document.ts';
import { LOG_LEVELS, runLogger, type LogLevel } from './run-logger.ts';

/** What a command has to say when it ended. */
export interface CommandOutcome {
  /** For people, on stdout; empty says nothing. */
  readonly text: string;
  /** For `--json`: becomes `result` of the success document. */
  readonly result: unknown;
  /** Replaces the success document: `sync` prints its run result at top level. */
  readonly document?: unknown;
  /** 0 when it is not given. */
  readonly exitCode?: number;
}

/** Flags of every command. */
export interface GlobalFlags {
  readonly config: string | undefined;
  readonly env: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly 'log-level': LogLevel;
}

/**
 * Base of every command: a command turns flags into one call and gives back an outcome.
 * stdout carries the result and nothing else; everything besides goes to stderr. The exit code is the same with and without `--json`.
 */
export abstract class TidemarkCommand extends Command {
  static override baseFlags = {
    config: Flags.string({ helpGroup: 'GLOBAL', helpValue: 'DIR', summary: 'Configuration directory; else TIDEMARK_CONFIG, else the nearest config/ upward.' }),
    env: Flags.string({ helpGroup: 'GLOBAL', helpValue: 'NAME', summary: 'Environment of the configuration; else TIDEMARK_ENV.' }),
    json: Flags.boolean({ helpGroup: 'GLOBAL', summary: 'Print one JSON document on stdout.' }),
    quiet: Flags.boolean({ helpGroup: 'GLOBAL', summary: 'Show no progress.' }),
    'no-color': Flags.boolean({ helpGroup: 'GLOBAL', summary: 'Use no colours; NO_COLOR does the same.' }),
    'log-level': Flags.option({ helpGroup: 'GLOBAL', options: LOG_LEVELS, default: 'silent' as const, summary: 'Write log lines of this level and above to stderr.' })(),
  };

  /** Does the command's work. Errors with a code are shown with their remedy and end the process with their exit code. */
  protected abstract outcome(): Promise<CommandOutcome>;

  override async run(): Promise<void> {
    const isJson = this.argv.includes('--json');
    if (this.argv.includes('--no-color')) process.env['NO_COLOR'] = '1';
    let exitCode: number;
    try {
      const outcome = await this.outcome();
      exitCode = outcome.exitCode ?? 0;
      if (isJson) this.#print(JSON.stringify(outcome.document ?? successDocument(outcome.result), null, 2));
      else if (outcome.text !== '') this.#print(outcome.text);
    } catch (cause) {
      const error = commandError(cause);
      exitCode = error.exit;
      if (isJson) this.#print(JSON.stringify(failureDocument(error), null, 2));
      else process.stderr.write(`${errorText(error)}\n`);
    }
    if (exitCode !== 0) this.exit(exitCode);
  }

  protected loggerOf(flags: GlobalFlags & { readonly 'log-file'?: string | undefined }): Logger {
    return runLogger(flags['log-file'] !== undefined && flags['log-level'] === 'silent' ? 'info' : flags['log-level'], flags['log-file']);
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}

/** Any failure of a command as an error with a code: oclif's parse errors are usage errors. */
export function commandError(cause: unknown): TidemarkError {
  if (isTidemarkError(cause)) return cause;
  if (cause instanceof Errors.CLIError) return new CliError('CLI_USAGE', { message: cause.message.replace(/\s*See more help with --help\s*$/, ''), cause });
  return new CliError('CLI_UNEXPECTED', { message: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), cause });
}
