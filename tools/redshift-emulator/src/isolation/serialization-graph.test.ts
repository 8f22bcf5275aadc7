import { describe, expect, test } from 'vitest';
import { SerializationGraph, parseSnapshot, type TransactionNode } from './serialization-graph.ts';

const [A, B, C] = [1, 2, 3];

function write(graph: SerializationGraph, node: TransactionNode, xid: bigint, table: number): void {
  node.xid = xid;
  graph.addWrite(node, table);
}

describe('SerializationGraph', () => {
  test('D20: two transactions that read what the other writes form a cycle', () => {
    const graph = new SerializationGraph();
    const one = graph.begin(parseSnapshot('10:10:'));
    const two = graph.begin(parseSnapshot('10:10:'));
    one.reads.add(A);
    two.reads.add(B);
    write(graph, one, 10n, B);
    graph.commit(one);
    expect(graph.cycleThrough(two)).toBeUndefined();
    write(graph, two, 11n, A);
    expect(graph.cycleThrough(two)).toEqual({ table: expect.any(Number), transactions: [one.number, two.number] });
  });

  test('D20: a cycle over three tables and three transactions', () => {
    const graph = new SerializationGraph();
    const nodes = [A, B, C].map(() => graph.begin(parseSnapshot('10:10:')));
    nodes.forEach((node, index) => node.reads.add([A, B, C][index]!));
    write(graph, nodes[0]!, 10n, B);
    write(graph, nodes[1]!, 11n, C);
    expect(graph.cycleThrough(nodes[1]!)).toBeUndefined();
    write(graph, nodes[2]!, 12n, A);
    expect(graph.cycleThrough(nodes[2]!)?.transactions).toEqual(nodes.map((node) => node.number));
  });

  test('D20: one after the other never conflict', () => {
    const graph = new SerializationGraph();
    const one = graph.begin(parseSnapshot('10:10:'));
    one.reads.add(A);
    write(graph, one, 10n, A);
    graph.commit(one);
    const two = graph.begin(parseSnapshot('11:11:'));
    two.reads.add(A);
    write(graph, two, 11n, A);
    expect(graph.cycleThrough(two)).toBeUndefined();
  });

  test('D20: what was rolled back counts for nothing', () => {
    const graph = new SerializationGraph();
    const one = graph.begin(parseSnapshot('10:10:'));
    const two = graph.begin(parseSnapshot('10:10:'));
    one.reads.add(A);
    two.reads.add(B);
    write(graph, one, 10n, B);
    graph.abort(one);
    write(graph, two, 11n, A);
    expect(graph.cycleThrough(two)).toBeUndefined();
  });

  test('D20: a committed transaction is remembered as long as one that ran beside it is open', () => {
    const graph = new SerializationGraph();
    const old = graph.begin(parseSnapshot('10:10:'));
    old.reads.add(A);
    for (let xid = 10n; xid < 15n; xid += 1n) {
      const short = graph.begin(parseSnapshot(`${xid}:${xid}:`));
      short.reads.add(B);
      write(graph, short, xid, A);
      graph.commit(short);
    }
    write(graph, old, 15n, B);
    expect(graph.cycleThrough(old)?.transactions).toContain(old.number);
  });
});
