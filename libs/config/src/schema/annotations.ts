/** Keys that every map with fixed keys takes; they are for people and are not read. */
export const ANNOTATIONS = {
  version: { description: 'Version of this part, for people.' },
  description: { description: 'What this part is for.' },
  metadata: { description: 'Free content for other tools.' },
} as const;

export const ANNOTATION_KEYS: readonly string[] = Object.keys(ANNOTATIONS);

/** A map with fixed keys and the annotations. */
export function closedMap<const P extends object>(properties: P, description?: string) {
  return { type: 'object', ...(description === undefined ? {} : { description }), properties: { ...ANNOTATIONS, ...properties }, additionalProperties: false } as const;
}
