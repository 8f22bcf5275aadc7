/** The Node that may start the set-up. */
export const OLDEST_SYSTEM_NODE = '20.0.0';

/** The Node that everything else needs; the npm package `node` brings it. */
export const OLDEST_WORKSPACE_NODE = '24.18.0';

/**
 * @param {string} version such as `24.21.0` or `v24.21.0`
 * @param {string} oldest
 * @returns {boolean}
 */
export function atLeast(version, oldest) {
  const numbers = (text) => text.replace(/^v/, '').split('.').map((part) => Number.parseInt(part, 10));
  const have = numbers(version);
  const want = numbers(oldest);
  for (let index = 0; index < 3; index += 1) {
    const difference = (have[index] ?? 0) - (want[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
