import type { SourceText } from '../problem/source-text.ts';
import { ENTRY_KEYS } from '../redshift-keys/redshift-keys-schema.ts';
import type { NotCarried } from './carry-keys.ts';

/** redshift_keys.json as it is, without what means nothing; null when it is not JSON with one entry per table. */
export function importKeys({ text }: SourceText, leave: (left: Omit<NotCarried, 'file'>) => void): string | null {
  const entries = parsed(text);
  if (entries === null) return null;
  const kept = Object.entries(entries).map(([table, entry]) => {
    const keys = Object.entries(entry).filter(([key]) => {
      const isKnown = ENTRY_KEYS.includes(key) || ['description', 'version', 'metadata'].includes(key);
      if (!isKnown) leave({ line: null, key: `${table}.${key}`, reason: 'Tidemark has no such key' });
      return isKnown;
    });
    return [table, Object.fromEntries(keys)] as const;
  });
  return `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`;
}

function parsed(text: string): Readonly<Record<string, object>> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isMap = (found: unknown): found is object => typeof found === 'object' && found !== null && !Array.isArray(found);
    return isMap(value) && Object.values(value).every(isMap) ? (value as Record<string, object>) : null;
  } catch {
    return null;
  }
}
