import type { RunResult } from '@tidemark/domain';
import { isTidemarkError } from '@tidemark/domain';
import type { CompletionMarker } from './completion-markers.ts';

/** Where markers go. */
export interface MarkerPort {
  /** Writes an object over one that may be there. Durable on return. */
  put(key: string, body: string, options: { readonly contentType: string }): Promise<unknown>;
}

/** Writes markers one after the other, so that the last one is there only when all are. Durable on return; may be repeated. */
export async function writeMarkers(markers: readonly CompletionMarker[], port: MarkerPort): Promise<void> {
  for (const { key, body, contentType } of markers) await port.put(key, body, { contentType });
}

/**
 * The result of a run whose markers could not be written: whoever waits for them would wait in vain, so the run has not ended well.
 * What was moved stands.
 */
export function withoutMarkers(result: RunResult, cause: unknown): RunResult {
  if (!isTidemarkError(cause)) throw cause;
  return {
    ...result,
    warnings: [...result.warnings, `The completion markers could not be written: ${cause.message}`],
    error: result.error ?? { code: cause.code, message: cause.message, remedy: cause.remedy },
    exit_code: result.exit_code === 0 ? cause.exit : result.exit_code,
  };
}
