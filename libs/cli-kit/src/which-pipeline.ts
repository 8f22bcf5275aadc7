import { ConfigError } from '@tidemark/config';
import { isTidemarkError, shellWord } from '@tidemark/domain';

/**
 * When a table is in several pipelines: the error with this command to type, and not with `sync`. Any other error stays as it is.
 *
 * @param id as oclif has it: `watermark:get`
 * @param argv the words behind the command, as they were typed
 */
export function whichPipeline(cause: unknown, id: string, argv: readonly string[]): unknown {
  if (!isTidemarkError(cause) || cause.code !== 'PIPELINE_AMBIGUOUS') return cause;
  const { pipelines = [] } = cause.details as { readonly pipelines?: readonly string[] };
  const commands = pipelines.map((pipeline) => ['tidemark', ...id.split(':'), '-p', pipeline, ...argv].map(shellWord).join(' '));
  return new ConfigError('PIPELINE_AMBIGUOUS', {
    message: `${cause.message.split('. Type one of')[0]}.`,
    remedy: commands.map((command) => `Type ${command}`),
    details: { ...cause.details, commands },
    cause,
  });
}
