import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { CliError, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { checkFiles, newSetup } from '@tidemark/config';
import { writeNewFiles } from '@tidemark/config/node';
import { answers, canAsk, type Question } from '../config/ask.ts';

const QUESTIONS: readonly Question[] = [
  { flag: 'source', message: 'Name of the source', example: 'SHOP_RO' },
  { flag: 'source-host', message: 'Its MySQL server', example: 'mysql.example.com' },
  { flag: 'source-database', message: 'Its database', example: 'sales' },
  { flag: 'source-user', message: 'Who reads it', example: 'reader' },
  { flag: 'target', message: 'Name of the target', example: 'dw', fallback: 'dw' },
  { flag: 'target-host', message: 'Its Redshift endpoint', example: 'warehouse.example.com' },
  { flag: 'target-database', message: 'Its database', example: 'analytics' },
  { flag: 'target-schema', message: 'The schema of its tables', example: 'public', fallback: 'public' },
  { flag: 'target-user', message: 'Who loads it', example: 'loader' },
  { flag: 'bucket', message: 'The bucket between', example: 'example-staging' },
  { flag: 'region', message: 'Its region', example: 'eu-central-1' },
  { flag: 'pipeline', message: 'Name of the pipeline', example: 'shop_pipeline' },
];

const FLAGS = Object.fromEntries(QUESTIONS.map(({ flag, message }) => [flag, Flags.string({ ...(flag === 'pipeline' ? { char: 'p' as const } : {}), helpValue: 'TEXT', summary: `${message}.` })]));

/** `tidemark config setup` */
export class ConfigSetup extends TidemarkCommand {
  static override summary = 'Write a new configuration: one source, one target, one bucket and one pipeline, with comments.';
  static override description = 'Asks for what the flags do not say, where there is a terminal. Passwords are not asked for: they become variables, which .env.example lists. Files that are there are kept unless --force is given.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --source SHOP_RO --source-host mysql.example.com --source-database sales --source-user reader --target-host warehouse.example.com --target-database analytics --target-user loader --bucket example-staging --region eu-central-1 -p shop_pipeline -t sales.orders',
  ];
  static override flags = {
    ...FLAGS,
    table: Flags.string({ char: 't', helpValue: 'TABLE', multiple: true, summary: 'Table of the pipeline, as schema.table; repeats.' }),
    to: Flags.string({ helpValue: 'DIR', summary: 'The directory to write; else --config, else config.' }),
    force: Flags.boolean({ summary: 'Replace files that are there already.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(ConfigSetup);
    const told = await answers(QUESTIONS, flags as unknown as Readonly<Record<string, string | undefined>>, canAsk(flags.json));
    const of = (name: string): string => told[name]!;
    const { files, variables } = newSetup({
      source: { name: of('source'), host: of('source-host'), database: of('source-database'), username: of('source-user') },
      target: { name: of('target'), host: of('target-host'), database: of('target-database'), schema: of('target-schema'), username: of('target-user') },
      bucket: of('bucket'), region: of('region'), pipeline: of('pipeline'), tables: flags.table ?? [],
    });
    const directory = resolve(flags.to ?? flags.config ?? 'config');
    const problems = checkFiles(files, directory);
    if (problems.length > 0) throw new CliError('CLI_USAGE', { message: `The answers make no configuration: ${problems.map(({ message }) => message.replace(/^\S+: /, '')).join('; ')}`, remedy: problems.map(({ remedy }) => remedy) });
    const written = await writeNewFiles(directory, files, flags.force);
    const next = [`Set ${variables.join(' and ')}: in the environment, or in .env, for which .env.example is the pattern.`, `Check it: tidemark config validate-pipeline -p ${of('pipeline')} --live`];
    return { text: [...written.map((path) => `Written: ${path}`), ...next].join('\n'), result: { directory, written, variables, next } };
  }
}
