import type { ResolvedPipeline } from '@tidemark/config';
import type { Logger } from '@tidemark/domain';
import type { ObjectListingPort } from '../engine/list-objects.ts';
import type { MarkerPort } from '../engine/markers/write-markers.ts';
import { openStore } from './open-store.ts';

/** The place of a pipeline's completion markers: another bucket, reached like that of its data. */
export interface OpenMarkers extends Disposable {
  /** Ends with `/` or is empty. */
  readonly prefix: string;
  readonly bucket: string;
  readonly objects: MarkerPort & ObjectListingPort;
}

/** Null when the pipeline has no bucket for them. No request is sent yet. */
export async function openMarkers(pipeline: Pick<ResolvedPipeline, 's3' | 'completionMarkers'>, logger: Logger): Promise<OpenMarkers | null> {
  if (pipeline.completionMarkers === null) return null;
  const { bucket, prefix } = pipeline.completionMarkers;
  const store = await openStore({ ...pipeline.s3, bucket }, logger);
  return { prefix, bucket, objects: store, [Symbol.dispose]: () => store.close() };
}
