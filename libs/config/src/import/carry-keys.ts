import type { ConfigNode, MapEntry, MapNode } from '../tree/config-node.ts';
import { toWrittenValue } from '../tree/to-value.ts';
import type { KeyRules } from './key-rules.ts';

/** A key of the old files that the new ones do not have. */
export interface NotCarried {
  readonly file: string;
  /** From 1; null when the key stands in no line. */
  readonly line: number | null;
  /** Keys joined by dots. */
  readonly key: string;
  readonly reason: string;
}

const SAID_TWICE = 'another key says it otherwise';

export type Plain = Record<string, unknown>;

/** Takes a map over by its rules. Every key is either in the result, left to the caller (`apart`), or told to `leave`. */
export function carryKeys(map: MapNode, rules: KeyRules, path: readonly string[], leave: (left: Omit<NotCarried, 'file'>) => void): Plain {
  const carried: Plain = {};
  for (const [key, { node, keyOrigin }] of map.entries) {
    const at = [...path, key].join('.');
    const tell = (reason: string): void => leave({ line: keyOrigin.place?.line ?? null, key: at, reason });
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) leaveAll(key, { node, keyOrigin }, path, 'Tidemark has no such key', leave);
    else if (rule.kind === 'drop') leaveAll(key, { node, keyOrigin }, path, rule.reason, leave);
    else if (isEmpty(node)) tell('it is empty');
    else if (rule.kind === 'carry') {
      if (!put(carried, rule.to ?? key, toWrittenValue(node))) tell(SAID_TWICE);
    } else if (rule.kind === 'map') {
      if (node.kind !== 'map') tell('it is not a map');
      else if (!put(carried, key, carryKeys(node, rule.rules, [...path, key], leave))) tell(SAID_TWICE);
    } else if (rule.kind === 'choice') {
      const written = node.kind === 'scalar' ? String(node.value) : '';
      const value = Object.hasOwn(rule.values, written) ? rule.values[written] : null;
      if (value === null || value === undefined) tell(rule.reason);
      else if (!put(carried, rule.to, value)) tell(SAID_TWICE);
    }
  }
  return carried;
}

/** Tells each key of what is not carried, so that none is passed over. */
export function leaveAll(key: string, { node, keyOrigin }: MapEntry, path: readonly string[], reason: string, leave: (left: Omit<NotCarried, 'file'>) => void): void {
  const below = node.kind === 'map' ? [...node.entries] : [];
  if (below.length === 0) leave({ line: keyOrigin.place?.line ?? null, key: [...path, key].join('.'), reason });
  for (const [child, entry] of below) leaveAll(child, entry, [...path, key], reason, leave);
}

/** Sets what a dotted name means; maps that are empty are left out. False when another value is there already. */
function put(into: Plain, name: string, value: unknown): boolean {
  const [first, ...rest] = name.split('.') as [string, ...string[]];
  if (rest.length > 0) {
    const below = (into[first] ??= {});
    return isMap(below) && put(below, rest.join('.'), value);
  }
  if (isEmptyMap(value)) return true;
  const standing = into[first];
  if (isMap(value) && isMap(standing)) return Object.entries(value).every(([key, member]) => put(standing, key, member));
  if (standing !== undefined) return standing === value;
  into[first] = value;
  return true;
}

function isMap(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmptyMap(value: unknown): boolean {
  return isMap(value) && Object.keys(value).length === 0;
}

function isEmpty(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
