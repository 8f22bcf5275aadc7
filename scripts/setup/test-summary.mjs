/**
 * Counts the tests of a vitest run. A file that could not be loaded and an error outside the tests count as failed.
 * @param {import('vitest/node').TestModule[]} modules
 * @param {unknown[]} unhandledErrors
 * @returns {{ passed: number, failed: number, skipped: number, reasons: string[] }}
 */
export function countTests(modules, unhandledErrors) {
  const counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state, note } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'skipped') {
        counts.skipped += 1;
        counts.reasons.push(`skipped: ${module.relativeModuleId} > ${test.fullName}: ${note ?? 'no reason given'}`);
      } else {
        // A test that is still pending when the run is over did not end, which is no success.
        counts.failed += 1;
        counts.reasons.push(`failed: ${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    const brokenSuites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
    for (const error of [...module.errors(), ...brokenSuites]) {
      counts.failed += 1;
      counts.reasons.push(`failed: ${module.relativeModuleId}: ${error.message}`);
    }
  }
  for (const error of unhandledErrors) {
    counts.failed += 1;
    counts.reasons.push(`failed: an error outside the tests: ${error instanceof Object && 'message' in error ? error.message : String(error)}`);
  }
  return counts;
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
