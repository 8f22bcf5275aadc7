import { EXIT_CODES } from '@tidemark/cli-kit';

/** docs/exit-codes.md */
export function renderExitCodes(): string {
  return [
    '# Exit codes',
    '',
    'The same with and without `--json`. One table, or all tables failed with one code: that code; otherwise 3.',
    '',
    '| code | meaning | what to do |',
    '|---|---|---|',
    ...EXIT_CODES.map(({ code, meaning, whatToDo }) => `| ${code} | ${meaning} | ${whatToDo} |`),
    '',
  ].join('\n');
}
