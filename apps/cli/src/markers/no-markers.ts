import { CliError } from '@tidemark/cli-kit';

/** The error for a pipeline that writes no markers. */
export function noMarkers(pipeline: string): CliError {
  return new CliError('CLI_USAGE', { message: `The pipeline ${pipeline} has no bucket for completion markers.`, remedy: ['Set pipeline.completion_markers.bucket, or name it with --s3-completion-bucket.'] });
}
