import type { ObjectVersion } from './stored-object.ts';
import type { S3Store } from './s3-store.ts';

interface Listing {
  keys: readonly string[];
  current(key: string): ObjectVersion | undefined;
}

/** Keeps what a listing of each bucket shows now. A bucket made later is not in it. */
export function snapshotListings(store: S3Store): (bucket: string) => Listing | undefined {
  const listings = new Map<string, Listing>();
  for (const bucket of store.buckets()) {
    const current = new Map(bucket.objects.keys.map((key) => [key, bucket.objects.current(key)]));
    listings.set(bucket.name, { keys: [...current.keys()], current: (key) => current.get(key) });
  }
  return (bucket) => listings.get(bucket);
}
