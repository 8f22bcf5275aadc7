/** What histories have lived through, for the line at the end. */
export class Figures {
  histories = 0;
  runs = 0;
  rows = 0;
  readonly #counts = new Map<string, Map<string, number>>();

  /** Counts one thing of a kind, e.g. a fault or a command. */
  count(kind: 'faults' | 'processes' | 'writes', name: string): void {
    const counts = this.#counts.get(kind) ?? new Map<string, number>();
    this.#counts.set(kind, counts.set(name, (counts.get(name) ?? 0) + 1));
  }

  toString(): string {
    const kinds = [...this.#counts].map(([kind, counts]) => `${kind}: ${[...counts].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, count]) => `${count} ${name}`).join(', ')}`);
    return [`${this.histories} histories, ${this.runs} runs, ${this.rows} rows compared`, ...kinds].join('; ');
  }
}
