import { defineErrors, errorClass } from '@tidemark/domain';

export const CLI_ERRORS = defineErrors({
  CLI_USAGE: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The command line is not one that the command takes.',
    remedy: ['Add --help to see what the command takes.'],
  },
  CLI_INTERRUPTED: {
    kind: 'cancelled', exit: 130, retry: 'now', summary: 'The command was interrupted (SIGINT).',
    remedy: ['Run the same command again: it goes on where this one stopped.'],
  },
  CLI_TERMINATED: {
    kind: 'cancelled', exit: 143, retry: 'now', summary: 'The command was told to end (SIGTERM).',
    remedy: ['Run the same command again: it goes on where this one stopped.'],
  },
  CLI_NOT_CONFIRMED: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The command changes state and was not confirmed.',
    remedy: ['Answer the question with yes, or add --yes.'],
  },
  CLI_UNEXPECTED: {
    kind: 'internal', exit: 70, retry: 'later', summary: 'Something happened that has no code of its own.',
    remedy: ['Run again with --log-level debug; if it repeats, report it with what it printed.'],
  },
});

/** Errors of the command line itself. */
export class CliError extends errorClass('CliError', CLI_ERRORS) {}
