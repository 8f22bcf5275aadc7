/** What the key of a state object says. `form` is the file form; the exact name stands in the document only. */
export type ParsedStateKey = { readonly pipeline: string; readonly target: string; readonly form: string } & (
  | { readonly kind: 'watermark' }
  | { readonly kind: 'lease' }
  | { readonly kind: 'manifest'; readonly epoch: number; readonly seq: number }
  | { readonly kind: 'copy_manifest'; readonly epoch: number; readonly fromSeq: number; readonly toSeq: number; readonly generation: number }
  | { readonly kind: 'tombstone'; readonly epoch: number; readonly seq: number }
  | { readonly kind: 'history'; readonly epoch: number; readonly generation: number; readonly writeId: string }
  | { readonly kind: 'quarantine'; readonly epoch: number; readonly seq: number; readonly shortTableId: string; readonly generation: number }
);

const COUNT = '(0|[1-9]\\d{0,15})';
const SEQ = '(\\d{12})';
const FORM = '([a-z0-9_-]+)';

const WATERMARK = new RegExp(`^tables/${FORM}\\.json$`);
const LEASE = new RegExp(`^leases/${FORM}\\.json$`);
const MANIFEST = new RegExp(`^manifests/${FORM}/${COUNT}/${SEQ}\\.json$`);
const COPY_MANIFEST = new RegExp(`^manifests/${FORM}/copy/${COUNT}/${SEQ}-${SEQ}-g${COUNT}\\.json$`);
const TOMBSTONE = new RegExp(`^manifests/${FORM}/tombstones/${COUNT}/${SEQ}\\.json$`);
const HISTORY = new RegExp(`^history/${FORM}/${SEQ}-${SEQ}-([A-Za-z0-9-]{1,64})\\.json$`);
const QUARANTINE = new RegExp(`^quarantine/${FORM}/${COUNT}-${SEQ}-([0-9a-f]{8})-g${COUNT}\\.jsonl$`);

/**
 * Reads a state key back; null for a key that `stateKeys` cannot have made, which is a foreign object.
 * @param watermarkPath the path that the key was made with
 */
export function parseStateKey(key: string, watermarkPath: string): ParsedStateKey | null {
  if (!key.startsWith(watermarkPath)) return null;
  const split = /^([A-Za-z0-9_.-]{1,100})\/([A-Za-z0-9_.-]{1,100})\/(.+)$/s.exec(key.slice(watermarkPath.length));
  if (split === null) return null;
  const [, pipeline, target, rest] = split as unknown as [string, string, string, string];
  const match = (pattern: RegExp): readonly string[] | null => pattern.exec(rest);

  let found = match(WATERMARK);
  if (found !== null) return { kind: 'watermark', pipeline, target, form: found[1]! };
  found = match(LEASE);
  if (found !== null) return { kind: 'lease', pipeline, target, form: found[1]! };
  found = match(MANIFEST);
  if (found !== null) return { kind: 'manifest', pipeline, target, form: found[1]!, epoch: Number(found[2]), seq: Number(found[3]) };
  found = match(COPY_MANIFEST);
  if (found !== null) return { kind: 'copy_manifest', pipeline, target, form: found[1]!, epoch: Number(found[2]), fromSeq: Number(found[3]), toSeq: Number(found[4]), generation: Number(found[5]) };
  found = match(TOMBSTONE);
  if (found !== null) return { kind: 'tombstone', pipeline, target, form: found[1]!, epoch: Number(found[2]), seq: Number(found[3]) };
  found = match(HISTORY);
  if (found !== null) return { kind: 'history', pipeline, target, form: found[1]!, epoch: Number(found[2]), generation: Number(found[3]), writeId: found[4]! };
  found = match(QUARANTINE);
  if (found !== null) return { kind: 'quarantine', pipeline, target, form: found[1]!, epoch: Number(found[2]), seq: Number(found[3]), shortTableId: found[4]!, generation: Number(found[5]) };
  return null;
}
