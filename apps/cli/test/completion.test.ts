import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHELL_SCRIPTS, type CompletedShell } from '../src/completion/shell-scripts.ts';
import { ConfigRoom, SHOP_FILES } from './config-room.ts';

const TIDEMARK = fileURLToPath(new URL('../bin/run.js', import.meta.url));
/** A key that zsh shows its line for: Ctrl-]. */
const SHOW = '\u001d';
/** Ctrl-U empties the line. */
const EMPTY = '\u0015';

let room: ConfigRoom;
let environment: Readonly<Record<string, string>>;
beforeAll(async () => {
  // No password is set, and mysql.example.com is nowhere.
  room = await ConfigRoom.make(SHOP_FILES);
  const bin = join(room.folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'tidemark'), `#!/bin/sh\nexec '${process.execPath}' '${TIDEMARK}' "$@"\n`);
  await chmod(join(bin, 'tidemark'), 0o755);
  environment = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: room.folder, TERM: 'xterm', LC_ALL: 'C.UTF-8' };
});
afterAll(async () => await room[Symbol.asyncDispose]());

const has = (shell: CompletedShell): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

async function complete(...words: string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await room.run(['complete', '--', ...words]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').slice(0, -1);
}

describe('what a word may become', () => {
  test.each<readonly [words: string, names: readonly string[]]>([
    ['s', ['s3clean', 'status', 'sync']],
    ['watermark count ', ['set', 'validate']],
    ['sync p', ['pipeline', 'plan']],
    ['sync pipeline -p ', ['shop_pipeline', 'shop']],
    ['sync pipeline --pipeline shop_', ['shop_pipeline']],
    ['sync pipeline --pipeline=shop_', ['shop_pipeline']],
    ['sync pipeline --pipeline = shop_', ['shop_pipeline']],
    ['sync plan -p shop -t ', ['sales.orders', 'sales.payments']],
    ['sync plan -p nothing -t ', []],
    ['watermark get -t sales.o', ['sales.orders']],
    ['status -c ', ['SHOP_RO']],
    ['sync connections -s ', ['SHOP_RO']],
    ['sync connections -r ', ['dw']],
    ['sync connections --s3-config ', ['s3_main']],
    ['status --env ', ['staging']],
    ['status --log-level w', ['warn']],
    ['config show-pipeline shop_', ['shop_pipeline']],
    ['connections test ', ['SHOP_RO', 'dw', 's3_main']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['sync pipeline --js', ['--json', '--json-output']],
    ['sync plan --dry', ['--dry-run']],
    ['sync pipeline -p shop --pipe', []],
    ['sync pipeline -t sales.orders --tab', ['--table']],
    ['sync pipeline --json-output ', []],
    ['--v', ['--version']],
    ['nothing of the kind', []],
  ])('%s', async (words, names) => {
    expect(await complete(...words.split(' '))).toEqual(names);
  });

  test('a configuration that is broken, or nowhere, is no reason to write into the line', async () => {
    expect(await complete('sync', 'pipeline', '--config', '/nowhere', '-p', '')).toEqual([]);
  });
});

describe('the shells', () => {
  test('bash', () => {
    const script = `${SHELL_SCRIPTS.bash}
ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _tidemark; echo "\${COMPREPLY[*]}"; }
complete -p tidemark
ask tidemark sync p
ask tidemark sync pipeline -p ''
ask tidemark sync pipeline --pipeline = shop_p
ask tidemark sync plan -t sales.o`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { env: environment, cwd: room.folder, encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['complete -o default -F _tidemark tidemark\npipeline plan\nshop_pipeline shop\nshop_pipeline\nsales.orders\n', '']);
  });

  test('tidemark completion prints what the shells run', async () => {
    for (const [shell, script] of Object.entries(SHELL_SCRIPTS)) expect(await room.run(['completion', shell])).toMatchObject({ code: 0, stdout: `${script}\n` });
    expect(await room.run(['completion', 'tcsh'])).toMatchObject({ code: 2 });
  });

  // .ci/run installs both; elsewhere they may be missing, and the summary counts what was skipped.
  test.skipIf(!has('fish'))('fish', async () => {
    await writeFile(join(room.folder, 'tidemark.fish'), SHELL_SCRIPTS.fish);
    const asks = ['sync p', 'sync pipeline -p shop_', 'sync pipeline --pipeline=shop_', 'sync plan -t sales.o'].map((line) => `complete -C 'tidemark ${line}'`);
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', ['source tidemark.fish', ...asks].join('\n')], { env: environment, cwd: room.folder, encoding: 'utf8' });
    expect([stdout.split('\n').slice(0, -1), stderr]).toEqual([['pipeline', 'plan', 'shop_pipeline', '--pipeline=shop_pipeline', 'sales.orders'], '']);
  });

  test.skipIf(!has('zsh'))('zsh', async () => {
    await writeFile(join(room.folder, 'tidemark.zsh'), SHELL_SCRIPTS.zsh);
    const shell = spawn('script', ['-qec', 'zsh -f -i', '/dev/null'], { env: { ...environment, SHELL: '/bin/sh' }, cwd: room.folder });
    let screen = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => void (screen += text));
    // zsh drops keys that are pressed while it completes, so the question is asked until it is answered.
    const shown = async (text: RegExp, key = ''): Promise<void> => await expect.poll(() => { shell.stdin.write(key); return screen; }, { timeout: 100_000, interval: 500 }).toMatch(text);
    try {
      shell.stdin.write(`autoload -U compinit; compinit -u -D; source tidemark.zsh; show() { print -r -- "<$BUFFER>" }; zle -N show; bindkey '^]' show; print rea''dy\n`);
      await shown(/ready/);
      for (const [line, completed] of [['sync pipeline -p shop_', 'sync pipeline -p shop_pipeline'], ['sync pipeline --pipeline=shop_', 'sync pipeline --pipeline=shop_pipeline'], ['sync plan -t sales.o', 'sync plan -t sales.orders'], ['sync back', 'sync backfill']]) {
        shell.stdin.write(`tidemark ${line}\t`);
        await shown(new RegExp(`<tidemark ${completed} ?>`), SHOW);
        shell.stdin.write(EMPTY);
      }
    } finally {
      shell.kill();
    }
  });
});
