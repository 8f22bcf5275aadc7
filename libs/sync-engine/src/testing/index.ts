export { AnswerLost, CRASH_POINTS, crashAt, crashPointName, InjectedCrash, type CrashMoment, type CrashPoint } from './crash-points.ts';
export { MEMORY_TASK, MemoryWorld, type RunOptions } from './memory-world.ts';
export type { TextRow } from './range-evaluator.ts';
