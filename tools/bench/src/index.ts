export type { BenchDocument, Machine } from './report/bench-document.ts';
export type { Figure, Pair } from './report/figure.ts';
