export { type ComparisonSides, type TableComparison, compareTable } from './comparison/compare-table.ts';
export { type ComparedColumn, type ComparedTable } from './comparison/compared-table.ts';
export { type DemoRun, runDemo } from './run-demo.ts';
