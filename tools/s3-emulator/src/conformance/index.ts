export { CONFORMANCE_CHECKS } from './conformance-checks.ts';
export type { ConformanceCheck, ConformanceContext } from './conformance-check.ts';
export { targetFromEnvironment } from './conformance-target.ts';
export type { ConformanceTarget } from './conformance-target.ts';
export { openConformance } from './open-conformance.ts';
export type { OpenConformance } from './open-conformance.ts';
