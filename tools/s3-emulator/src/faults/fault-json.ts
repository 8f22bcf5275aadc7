import type { FaultMatch, FaultSpec } from './fault.ts';

/** A pattern as JSON. */
export interface PatternJson {
  pattern: string;
  flags?: string;
}

/** A fault as JSON: patterns are objects, no limit of times is null. */
export type FaultJson = Omit<FaultSpec, 'match' | 'keys' | 'times'> & {
  match?: Omit<FaultMatch, 'key'> & { key?: string | PatternJson };
  keys?: PatternJson;
  times?: number | null;
};

export function encodeFault({ match, keys, times, ...rest }: FaultSpec): FaultJson {
  return {
    ...rest,
    match: match && { ...match, key: match.key instanceof RegExp ? encodePattern(match.key) : match.key },
    keys: keys && encodePattern(keys),
    times: times === Infinity ? null : times,
  };
}

/** @throws SyntaxError when a pattern is none */
export function decodeFault({ match, keys, times, ...rest }: FaultJson): FaultSpec {
  return {
    ...rest,
    match: match && { ...match, key: typeof match.key === 'object' ? decodePattern(match.key) : match.key },
    keys: keys && decodePattern(keys),
    times: times === null ? Infinity : times,
  };
}

function encodePattern(pattern: RegExp): PatternJson {
  return { pattern: pattern.source, flags: pattern.flags };
}

function decodePattern({ pattern, flags }: PatternJson): RegExp {
  return new RegExp(pattern, flags);
}
