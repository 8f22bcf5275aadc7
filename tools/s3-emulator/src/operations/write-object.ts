import type { Bucket } from '../store/bucket.ts';
import type { Change } from '../store/change.ts';
import type { KeyWatch } from '../store/object-index.ts';
import type { ObjectDraft, ObjectVersion } from '../store/stored-object.ts';
import type { OperationContext } from './operation.ts';
import { commitUnderCondition } from './write-condition.ts';
import type { WriteCondition } from './write-condition.ts';

export interface ObjectWrite {
  bucket: Bucket;
  condition: WriteCondition | undefined;
  watch: KeyWatch;
  draft: () => ObjectDraft;
  /** Makes the body readable. */
  publish: () => Promise<void>;
  /** Checked again at the last moment, e.g. that an upload still exists. */
  recheck?: () => void;
  /** Changes that go together with the new version. */
  also?: readonly Change[];
}

/** Makes the key of the request a new object, under the condition of the request. */
export async function writeObject(context: OperationContext, write: ObjectWrite): Promise<ObjectVersion> {
  const { store, key } = context;
  const { bucket } = write;
  await context.checkpoint('received');
  return commitUnderCondition({
    bucket,
    key,
    condition: write.condition,
    watch: write.watch,
    prepare: async () => {
      await context.checkpoint('commit');
      await write.publish();
    },
    commit: () => {
      // The bucket may have gone, or been made anew, while the body came in.
      store.requireLive(bucket);
      write.recheck?.();
      const version = store.newVersion(bucket, write.draft());
      store.apply([{ kind: 'version-added', bucket: bucket.name, key, version }, ...(write.also ?? [])]);
      return version;
    },
  });
}
