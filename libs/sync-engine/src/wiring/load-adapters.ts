/**
 * What only some commands need, loaded by those: together it takes longer to load than most commands take to run.
 *
 * They stand in a file of their own because TypeScript 6.0 leaves the `.ts` in an `import()` where a file has `using` declarations too.
 */
export const loadSource = () => import('./open-source.ts');
export const loadParts = () => import('./open-parts.ts');
export const loadTarget = () => import('./open-target.ts');
export const loadPlanning = () => import('../engine/check-tables.ts');
