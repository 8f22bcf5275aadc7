import { CliError } from '@tidemark/cli-kit';
import type { LoadedConfig } from '@tidemark/config';

/**
 * The pipeline that a command is told by `-p` or by its first word.
 *
 * @throws CliError `CLI_USAGE` when it is told none, or two
 */
export function namedPipeline(config: LoadedConfig, flag: string | undefined, word: string | undefined): string {
  const name = flag ?? word;
  if (name === undefined) throw new CliError('CLI_USAGE', { message: 'No pipeline is named.', remedy: [`Add -p NAME; the pipelines are: ${config.pipelines.join(', ')}.`] });
  if (flag !== undefined && word !== undefined && flag !== word) throw new CliError('CLI_USAGE', { message: `Two pipelines are named: ${word} and ${flag}.`, remedy: ['Name one of them.'] });
  return name;
}
