import { OLD_COMMANDS } from '@tidemark/cli';

/** docs/old-commands.md */
export function renderOldCommands(): string {
  return [
    '# Commands of the replaced tool',
    '',
    'Made from the table of commands by `npm run docs`. Every line on the left is still taken: a test runs each of them. Where a name has changed, one line on stderr says so. `ENABLE_MULTI_SCHEMA` is accepted and has no effect.',
    '',
    'Files and state are taken over by [`config import`](commands.md#tidemark-config-import) and [`watermark import`](commands.md#tidemark-watermark-import).',
    ...Object.entries(OLD_COMMANDS).flatMap(([group, commands]) => [
      '',
      `## ${group}`,
      '',
      '| replaced tool | tidemark | |',
      '|---|---|---|',
      ...commands.map(({ old, now, note = '' }) => `| \`${old}\` | ${now === old ? 'the same' : `\`${now}\``} | ${note} |`),
    ]),
    '',
  ].join('\n');
}
