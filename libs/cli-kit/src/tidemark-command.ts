import { Command, Errors, Flags } from '@oclif/core';
import { isTidemarkError, silentLogger, type Logger, type TidemarkError } from '@tidemark/domain';
import { CliError } from './errors.ts';
import { errorText } from './error-text.ts';
import { Interruption } from './interruption.ts';
import { documentText, failureDocument, successDocument } from './json-document.ts';
import { printResult } from './print-result.ts';
import { printable } from './printable.ts';
import { LOG_LEVELS, runLogger, type LogLevel } from './run-logger.ts';
import { refusedValue, usageError } from './usage-error.ts';
import { whichPipeline } from './which-pipeline.ts';

/** What a command has to say when it ended. */
export interface CommandOutcome {
  /** For people, on stdout; empty says nothing. */
  readonly text: string;
  /** For `--json`: becomes `result` of the success document. */
  readonly result: unknown;
  /** Replaces the success document: `sync` prints its run result at top level. */
  readonly document?: unknown;
  /** What to know besides: in the success document with `--json`, else lines on stderr. */
  readonly warnings?: readonly string[];
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

  /** Tells others than the terminal what the command ends with, when it has no outcome. */
  protected async failed(_error: TidemarkError): Promise<void> {}

  #logger: Logger = silentLogger;
  #endsItself = false;
  #interruption: Interruption | null = null;

  /**
   * Aborts when the process is told to end. A command that asks for it ends by itself at its next safe point; any other is ended at once.
   */
  protected get interruption(): AbortSignal {
    this.#endsItself = true;
    return this.#interruption!.signal;
  }

  override async run(): Promise<void> {
    using interruption = new Interruption({ endsItself: () => this.#endsItself });
    this.#interruption = interruption;
    const isJson = this.#has('--json');
    if (this.#has('--no-color')) {
      process.env['NO_COLOR'] = '1';
      delete process.env['FORCE_COLOR'];
    }
    const { exitCode, text } = await this.#ended(isJson);
    if (text !== '') await printResult(text, (error) => process.exit(error.code === 'EPIPE' ? exitCode : tellUnprinted(error)));
    if (exitCode !== 0) this.exit(exitCode);
  }

  /** The logger that the flags ask for; a failure without a code of its own is logged there with its stack. */
  protected loggerOf(flags: GlobalFlags & { readonly 'log-file'?: string | undefined }): Logger {
    this.#logger = runLogger(flags['log-file'] !== undefined && flags['log-level'] === 'silent' ? 'info' : flags['log-level'], flags['log-file']);
    return this.#logger;
  }

  /** Asked before the flags are parsed: a command line that cannot be parsed is told in the form that it asks for. */
  #has(flag: string): boolean {
    const end = this.argv.indexOf('--');
    return this.argv.slice(0, end < 0 ? undefined : end).includes(flag);
  }

  /** Does the work; `text` is what stdout is to carry. */
  async #ended(isJson: boolean): Promise<{ readonly exitCode: number; readonly text: string }> {
    try {
      const { text, result, document, warnings = [], exitCode = 0 } = await Promise.race([this.outcome(), this.#interruption!.overdue]);
      if (isJson) return { exitCode, text: documentText(document ?? successDocument(result, warnings)) };
      for (const warning of warnings) process.stderr.write(`${printable(warning)}\n`);
      return { exitCode, text };
    } catch (cause) {
      const error = commandError(whichPipeline(cause, this.id ?? '', this.argv), Object.keys({ ...this.ctor.baseFlags, ...this.ctor.flags }));
      if (error.code === 'CLI_UNEXPECTED') this.#logger.error({ code: error.code, err: cause }, error.message);
      await this.failed(error).catch((untold: unknown) => process.stderr.write(`${errorText(commandError(untold))}\n`));
      if (isJson) return { exitCode: error.exit, text: failureText(error) };
      process.stderr.write(`${errorText(error)}\n`);
      return { exitCode: error.exit, text: '' };
    }
  }
}

/** The exit code of a command whose result could not be written, to a full disk for example. */
function tellUnprinted(cause: Error): number {
  const error = new CliError('CLI_UNEXPECTED', { message: `The result could not be written to stdout: ${cause.message}`, remedy: ['Look at where stdout leads.'], cause });
  process.stderr.write(`${errorText(error)}\n`);
  return error.exit;
}

/** Details that JSON cannot hold are left out: a failure is told in any case. */
function failureText(error: TidemarkError): string {
  const document = failureDocument(error);
  try {
    return documentText(document);
  } catch {
    return documentText({ ...document, details: {} });
  }
}

/**
 * Any failure of a command as an error with a code: oclif's parse errors are usage errors.
 *
 * @param flags names of the command's flags, to tell what a wrong one may mean
 */
export function commandError(cause: unknown, flags: readonly string[] = []): TidemarkError {
  if (isTidemarkError(cause)) return refusedValue(cause) ?? cause;
  if (cause instanceof Errors.CLIError) return usageError(cause, flags);
  return new CliError('CLI_UNEXPECTED', { message: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), cause });
}
