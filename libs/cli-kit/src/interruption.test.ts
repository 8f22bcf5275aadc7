import { expect, test } from 'vitest';
import { startProgram } from '../test/run-program.ts';

const CASES = [['SIGINT', 'CLI_INTERRUPTED', 130], ['SIGTERM', 'CLI_TERMINATED', 143]] as const;

test.each(CASES)('%s aborts with %s, and the work ends by itself', async (signal, code, exit) => {
  const program = startProgram('interrupted-work.ts', []);
  await program.said('working');
  program.process.kill(signal);
  const ended = await program.ended;
  expect(ended).toMatchObject({ code: 0, stderr: 'working\nStopping at the next safe point. Once more ends at once.\n' });
  expect(ended.stdout.split('\n')).toEqual([JSON.stringify({ isCliError: true, code, exit }), 'listeners left: 0', '']);
});

test.each([['SIGINT', 'SIGINT', 130], ['SIGTERM', 'SIGTERM', 143], ['SIGTERM', 'SIGINT', 130], ['SIGINT', 'SIGTERM', 143]] as const)('%s and then %s ends at once with %d', async (first, second, exit) => {
  const program = startProgram('interrupted-work.ts', ['stubborn']);
  await program.said('working');
  program.process.kill(first);
  await program.said('Stopping at the next safe point.');
  program.process.kill(second);
  expect(await program.ended).toMatchObject({ code: exit, stdout: '' });
});

test('work that comes to no safe point in time is left where it is', async () => {
  const program = startProgram('interrupted-work.ts', ['late']);
  await program.said('working');
  program.process.kill('SIGTERM');
  const { stdout } = await program.ended;
  expect(stdout).toMatch(/^Told to end\. No safe point came within 0\.001 s, so it was ended where it stood; what is durable stands, and the same command goes on from there\.\n/);
});
