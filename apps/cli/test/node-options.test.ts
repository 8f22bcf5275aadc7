import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const TIDEMARK = fileURLToPath(new URL('../bin/run.js', import.meta.url));

test('started by its name, the program runs with the options of its first line', () => {
  const telling = "process.on('exit', () => process.stderr.write(`options: ${process.execArgv.join(' ')}`))";
  const { status, stderr } = spawnSync(TIDEMARK, ['version'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter), NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(telling)}` },
  });
  expect(stderr).toContain('options: --max-semi-space-size=4');
  expect(status).toBe(0);
});
