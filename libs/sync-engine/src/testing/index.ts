export { ANY_RUN_CRASH_POINTS, AnswerLost, CRASH_POINTS, crashAt, crashPointName, InjectedCrash, RUN_CRASH_POINTS, type CrashMoment, type CrashPoint } from './crash-points.ts';
export { FLAW, MemorySource } from './memory-source.ts';
export { MemoryTable, type MemoryLoad, type MemoryVersion } from './memory-table.ts';
export { MEMORY_SETTINGS, MEMORY_TABLE, MEMORY_TASK, MemoryWorld, type CommandOptions, type ProcessOptions, type RunOptions } from './memory-world.ts';
export type { TextRow } from './range-evaluator.ts';
