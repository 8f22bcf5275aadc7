import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { CliError, textTable, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { checkFiles, importSetup } from '@tidemark/config';
import { readOldFiles, writeNewFiles } from '@tidemark/config/node';

/** `tidemark config import` */
export class ConfigImport extends TidemarkCommand {
  static override summary = 'Turn the configuration of the replaced tool into one of Tidemark, and list every key that is not carried over.';
  static override description = 'Reads its connections, pipelines, environments, redshift_keys.json, column_mappings and conf/tables.yml, or a .env alone. Nothing of it is changed. Watermarks are taken over by watermark import.';
  static override examples = ['<%= config.bin %> <%= command.id %> /srv/old --dry-run', '<%= config.bin %> <%= command.id %> /srv/old --to config'];
  static override args = { from: Args.string({ description: 'The directory of the replaced tool, or its config directory.' }) };
  static override flags = {
    to: Flags.string({ helpValue: 'DIR', default: 'config', summary: 'The configuration directory to write.' }),
    force: Flags.boolean({ summary: 'Replace files that are there already.' }),
    'dry-run': Flags.boolean({ summary: 'Show what would be written; write nothing.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(ConfigImport);
    if (args.from === undefined) throw new CliError('CLI_USAGE', { message: 'No directory is named.', remedy: ["Name the directory that has the replaced tool's files."] });
    const old = await readOldFiles(resolve(args.from), process.cwd());
    const { files, notCarried, findings } = importSetup(old);
    const directory = resolve(flags.to);
    const problems = checkFiles(files, directory, old.env);
    const written = flags['dry-run'] ? [] : await writeNewFiles(directory, files, flags.force);
    const text = [
      flags['dry-run'] ? `Would be written below ${directory}: ${[...files.keys()].join(', ')}` : `Written: ${written.join(', ')}`,
      '',
      notCarried.length === 0 ? 'Every key is carried over.' : textTable(['not carried', 'in', 'reason'], notCarried.map(({ key, file, line, reason }) => [key, `${file}${line === null ? '' : `:${line}`}`, reason]), null),
      ...(findings.length === 0 ? [] : ['', ...findings.flatMap(({ severity, message, remedy }) => [`${severity}: ${message}`, `  ${remedy}`])]),
      ...(problems.length === 0 ? [] : ['', 'To be mended by hand:', ...problems.flatMap(({ message, remedy }) => [message, `  ${remedy}`])]),
    ].join('\n');
    const result = { directory, written, files: Object.fromEntries(files), not_carried: notCarried, findings, problems: problems.map(({ code, message, remedy }) => ({ code, message, remedy })) };
    return { text, result, exitCode: problems.length === 0 ? 0 : 10 };
  }
}
