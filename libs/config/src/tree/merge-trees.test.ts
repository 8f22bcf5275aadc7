import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConfigNode, MapNode } from './config-node.ts';
import { fromValue } from './from-value.ts';
import { mergeAll, mergeTrees } from './merge-trees.ts';
import { toValue } from './to-value.ts';

type Json = string | number | Json[] | { [key: string]: Json };

/** Trees of one shape, as files of one kind are: a key holds a map in all of them, or in none. */
const tree: fc.Arbitrary<Record<string, Json>> = fc.letrec<{ map: Record<string, Json> }>((tie) => ({
  map: fc.record(
    { number: fc.integer(), list: fc.array(fc.integer(), { maxLength: 3 }), text: fc.string(), inner: tie('map'), other: tie('map') },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, Json>>,
})).map;

/** The rule, said another way: for each path to a value, the highest layer that has it. */
function expected(layers: readonly Record<string, Json>[]): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const key of new Set(layers.flatMap((layer) => Object.keys(layer)))) {
    const values = layers.flatMap((layer) => (Object.hasOwn(layer, key) ? [layer[key]!] : []));
    const highest = values.at(-1)!;
    result[key] = typeof highest === 'object' && !Array.isArray(highest) ? expected(values as Record<string, Json>[]) : highest;
  }
  return result;
}

describe('merging', () => {
  test('the highest layer that has a value wins, maps are merged, lists replaced', () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 6 }), (layers) => {
        expect(plain(mergeAll(layers.map((layer) => fromValue(layer, 'flag'))))).toEqual(expected(layers));
      }),
    );
  });

  test('how layers are grouped does not matter, for values and for what they replace', () => {
    fc.assert(
      fc.property(tree, tree, tree, (a, b, c) => {
        const [x, y, z] = [a, b, c].map((value) => fromValue(value, 'flag')) as [MapNode, MapNode, MapNode];
        const [left, right] = [mergeTrees(mergeTrees(x, y), z), mergeTrees(x, mergeTrees(y, z))];
        expect(plain(left)).toEqual(plain(right));
        expect(chains(left)).toEqual(chains(right));
      }),
    );
  });

  test('a replaced value stays reachable, the next lower first', () => {
    const merged = mergeAll([{ lag: '5s' }, { lag: '6s' }, {}, { lag: '7s' }].map((value) => fromValue(value, 'default')));
    expect(chains(merged)).toEqual({ lag: ['7s', '6s', '5s'] });
  });
});

function plain(node: ConfigNode): unknown {
  return JSON.parse(JSON.stringify(toValue(node)));
}

function chains(node: ConfigNode, path = ''): Record<string, unknown[]> {
  if (node.kind === 'map') return Object.assign({}, ...[...node.entries].map(([key, entry]) => chains(entry.node, path === '' ? key : `${path}.${key}`)));
  const values: unknown[] = [];
  for (let current: ConfigNode | undefined = node; current !== undefined; current = current.kind === 'map' ? undefined : current.replaces) values.push(plain(current));
  return { [path]: values };
}
