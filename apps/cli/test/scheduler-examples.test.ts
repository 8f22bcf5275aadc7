import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES } from '@tidemark/cli-kit';
import { loadConfig } from '@tidemark/config/node';
import { fileForm } from '@tidemark/layout';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandLines, containerInstructions, dagOf, EXAMPLE_CONFIG, exampleFile, exampleText, parsed, PYTHON, runTask, type TaskEnd } from './scheduler-examples.ts';

const PROGRAM = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const PACKAGE = JSON.parse(readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8')) as { name: string; version: string; engines: { node: string }; bin: Record<string, string> };

/** Codes after which the same command is worth running again by itself. */
const RETRIED = [3, 11, 13, 14, 15, 22, 130, 143];
const FINAL = EXIT_CODES.map(({ code }) => code).filter((code) => code !== 0 && !RETRIED.includes(code));

/** `tidemark` that writes RESULT where it is told to, notes its arguments, and ends with CODE; a third kind waits to be told to end. */
const STAND_IN = `#!/bin/sh
echo "$@" > "$NOTES/arguments"
while [ $# -gt 0 ]; do [ "$1" = --json-output ] && printf '%s' "$RESULT" > "$2"; shift; done
echo "what the program says"
if [ "$CODE" = wait ]; then trap 'echo told > "$NOTES/told"; exit 143' TERM; touch "$NOTES/started"; while :; do sleep 0.05; done; fi
exit "$CODE"
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-schedulers-'));
  for (const [name, make] of [['stand-in', (path: string) => writeFile(path, STAND_IN)], ['real', (path: string) => symlink(PROGRAM, path)]] as const) {
    await mkdir(join(folder, name));
    await make(join(folder, name, 'tidemark'));
  }
  await chmod(join(folder, 'stand-in', 'tidemark'), 0o755);
});
afterAll(async () => await rm(folder, { recursive: true }));

/** A folder for what the stand-in notes, and the variables with which it ends in this way. */
async function standIn(code: number | 'wait', result: unknown = null): Promise<{ readonly notes: string; readonly variables: Record<string, string> }> {
  const notes = await mkdtemp(join(folder, 'notes-'));
  return { notes, variables: { PATH: `${join(folder, 'stand-in')}:${process.env['PATH']}`, NOTES: notes, CODE: String(code), RESULT: result === null ? '' : JSON.stringify(result) } };
}

const argumentsOf = async (notes: string): Promise<string[]> => (await readFile(join(notes, 'arguments'), 'utf8')).trim().split(' ');

/** The command line of an example is one that the program takes, for a pipeline of the example configuration. */
async function expectSync(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { id, flags } = await parsed(args);
  expect([id, flags['pipeline']]).toEqual(['sync:pipeline', 'shop_pipeline']);
  return flags;
}

/** The example configuration is whole with these variables, and with none of them missing. AWS takes its own from the environment. */
async function expectVariables(names: readonly string[]): Promise<void> {
  const own = names.filter((name) => !name.startsWith('AWS_') && name !== 'TIDEMARK_CONFIG');
  const load = async (given: readonly string[]) => (await loadConfig({ directory: EXAMPLE_CONFIG, variables: Object.fromEntries(given.map((name) => [name, 'x'])) })).pipeline('shop_pipeline');
  expect((await load(own)).tables.length).toBeGreaterThan(0);
  for (const name of own) await expect(load(own.filter((other) => other !== name)), name).rejects.toThrow(name);
}

describe.skipIf(PYTHON === null)('the Airflow DAGs', () => {
  const RESULT = { execution_id: 'sync_20260131_120000_0a1b2c3d', summary: { success_count: 1, failure_count: 1 }, table_results: { 'sales.orders': { status: 'success' }, 'sales.payments': { status: 'failed', error_code: 'SOURCE_TABLE_MISSING', error_message: 'no such table' } }, error: null };
  const sync = (variables: Readonly<Record<string, string>>, onStart?: (pid: number) => Promise<void>): Promise<TaskEnd> => runTask('airflow/shop_pipeline.py', 'sync', variables, onStart);

  test('compile', () => {
    for (const file of ['shop_pipeline.py', 'orders_report.py']) {
      const { status, stderr } = spawnSync(PYTHON!, ['-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())', exampleFile(`airflow/${file}`)], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    }
  });

  test('one task, one run at a time, tried again after a while', () => {
    const { dag, tasks } = dagOf('airflow/shop_pipeline.py');
    expect(dag).toMatchObject({ dag_id: 'tidemark_shop_pipeline', max_active_runs: 1, catchup: false, default_args: { retries: 4 } });
    expect(tasks.map(({ id }) => id)).toEqual(['sync']);
  });

  test('a run that ended well gives its summary, and the program gets arguments that it takes', async () => {
    const { notes, variables } = await standIn(0, RESULT);
    expect(await sync(variables)).toEqual({ value: { execution_id: RESULT.execution_id, ...RESULT.summary } });
    expect(await expectSync(await argumentsOf(notes))).toMatchObject({ quiet: true, 'json-output': expect.stringMatching(/result\.json$/) as string });
  });

  test.each(RETRIED)('%i is tried again', async (code) => {
    expect(await sync((await standIn(code, RESULT)).variables)).toEqual({ raised: 'AirflowException', message: `tidemark ended with ${code}. sales.payments: SOURCE_TABLE_MISSING: no such table` });
  });

  test.each([...FINAL, 99])('%i is not', async (code) => {
    expect(await sync((await standIn(code, RESULT)).variables)).toMatchObject({ raised: 'AirflowFailException' });
  });

  test('the failure of a run that did not begin, and of one that left no result', async () => {
    expect(await sync((await standIn(21, { status: 'failed', code: 'SYNC_OLD_WATERMARK', message: 'an old watermark' })).variables)).toEqual({ raised: 'AirflowFailException', message: 'tidemark ended with 21. SYNC_OLD_WATERMARK: an old watermark' });
    expect(await sync((await standIn(14, { ...RESULT, table_results: {}, error: { code: 'STORE_BUCKET_MISSING', message: 'no bucket' } })).variables)).toMatchObject({ message: 'tidemark ended with 14. STORE_BUCKET_MISSING: no bucket' });
  });

  test('the real program, with a configuration that is not there', async () => {
    const ended = await sync({ PATH: `${join(folder, 'real')}:${process.env['PATH']}`, HOME: folder, TIDEMARK_CONFIG: join(folder, 'nothing') });
    expect(ended).toMatchObject({ raised: 'AirflowFailException', message: expect.stringMatching(/^tidemark ended with 10\. CONFIG_\w+: .*nothing/) as string });
  });

  test('a task that is told to end tells the program, and waits for it', async () => {
    const { notes, variables } = await standIn('wait');
    const ended = await sync(variables, async (pid) => {
      while (!existsSync(join(notes, 'started'))) await sleep(20);
      process.kill(pid, 'SIGTERM');
    });
    expect(ended).toEqual({ raised: 'AirflowException', message: 'Task received SIGTERM signal' });
    expect(existsSync(join(notes, 'told'))).toBe(true);
  });

  test('the second DAG waits for the marker of a table in its file form', () => {
    const { tasks } = dagOf('airflow/orders_report.py');
    expect(tasks).toMatchObject([{ id: 'orders_arrived', options: { bucket_name: 'example-markers', mode: 'reschedule' } }, { id: 'report', upstream: ['orders_arrived'] }]);
    expect(tasks[0]!.options['bucket_key']).toBe(`completion_markers/{{ data_interval_end | ds_nodash }}/sync_${fileForm('SHOP_RO:sales.orders')}_SUCCESS`);
  });
});

test.runIf(PYTHON === null)('the Airflow DAGs are not run: there is no python3 here', () => {
  console.log('skipped: the Airflow DAGs, since there is no python3');
  expect(exampleText('airflow/shop_pipeline.py')).toContain('RETRIED = {');
});

describe('the cron line', () => {
  const lines = exampleText('cron/tidemark').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const variables = Object.fromEntries(lines.flatMap((line) => { const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? []; return name === undefined ? [] : [[name, value!]]; }));
  const [schedule, user, command] = /^((?:\S+\s+){5})(\S+)\s+(.*)$/.exec(lines.at(-1)!)!.slice(1) as [string, string, string];

  /** Runs the line as cron does, its files in a folder of the test. */
  async function run(code: number): Promise<{ readonly status: number | null; readonly mail: string; readonly args: string[] }> {
    const { notes, variables: given } = await standIn(code);
    const here = (text: string): string => text.replaceAll(/\/var\/(log|lib)\/tidemark/g, notes);
    const { status, stdout, stderr } = spawnSync(variables['SHELL']!, ['-c', here(command)], { env: { ...variables, OUT: here(variables['OUT']!), ...given }, encoding: 'utf8' });
    return { status, mail: stdout + stderr, args: await argumentsOf(notes) };
  }

  test('has five fields, a user, and no % that cron would take for a line break', () => {
    expect(schedule.trim().split(/\s+/)).toEqual(['15', '*', '*', '*', '*']);
    expect(user).toBe('tidemark');
    expect(command).not.toContain('%');
    expect(variables).toMatchObject({ MAILTO: expect.stringMatching(/@example\.com$/) as string, TIDEMARK_CONFIG: '/etc/tidemark/config' });
  });

  test.each([0, 11])('mails nothing after %i', async (code) => {
    expect(await run(code)).toMatchObject({ status: code, mail: '' });
  });

  test.each([3, 20, 143])('mails the output after %i', async (code) => {
    const { status, mail, args } = await run(code);
    expect([status, mail]).toEqual([code, `tidemark ended with ${code}\nwhat the program says\n`]);
    await expectSync(args);
  });
});

describe('the GitHub Actions workflow', () => {
  interface Step { readonly uses?: string; readonly name?: string; readonly run?: string; readonly env?: Record<string, string>; readonly with?: Record<string, unknown> }
  const workflow = parse(exampleText('github-actions/tidemark.yml')) as { on: { schedule: { cron: string }[] }; permissions: unknown; concurrency: unknown; jobs: Record<string, { 'runs-on': string; 'timeout-minutes': number; steps: Step[] }> };
  const { steps } = workflow.jobs['sync']!;
  const sync = steps.find(({ name }) => name === 'Sync')!;

  test('is scheduled, reads the repository and nothing else, and uses no action but two of GitHub', () => {
    expect(workflow.on.schedule.map(({ cron }) => cron.split(' ').length)).toEqual([5]);
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.concurrency).toMatchObject({ 'cancel-in-progress': false });
    expect(Object.keys(workflow.jobs)).toEqual(['sync']);
    expect(steps.flatMap(({ uses = [] }) => uses).map((action) => action.replace(/@v\d+$/, ''))).toEqual(['actions/checkout', 'actions/setup-node']);
    expect(steps.find(({ uses }) => uses?.startsWith('actions/setup-node'))!.with!['node-version']).toBe(/\d+/.exec(PACKAGE.engines.node)![0]);
    expect(steps.flatMap(({ run = '' }) => /npm install .*/.exec(run)?.[0] ?? [])).toEqual([`npm install --global ${PACKAGE.name}@${PACKAGE.version}`]);
  });

  test('gives the secrets by the environment of one step, and those that the configuration needs', async () => {
    expect(steps.filter(({ env }) => env !== undefined)).toEqual([sync]);
    for (const [name, value] of Object.entries(sync.env!)) if (name !== 'TIDEMARK_CONFIG') expect(value).toBe(`\${{ secrets.${name} }}`);
    for (const { run = '' } of steps) expect(run).not.toContain('secrets.');
    await expectVariables(Object.keys(sync.env!));
  });

  test.each([[0, 0], [11, 0], [3, 3], [21, 21]])('after %i the step ends with %i', async (code, expected) => {
    const { notes, variables } = await standIn(code);
    const { status, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', sync.run!], { env: variables, cwd: notes, encoding: 'utf8' });
    expect([status, stderr]).toEqual([expected, '']);
    await expectSync(await argumentsOf(notes));
  });
});

describe('the Kubernetes CronJob', () => {
  interface Container { readonly name: string; readonly args: string[]; readonly env: { name: string; valueFrom: { secretKeyRef: { name: string; key: string } } }[]; readonly resources: Record<string, Record<string, string>>; readonly securityContext: unknown; readonly command?: unknown }
  const { kind, apiVersion, spec } = parse(exampleText('kubernetes/cronjob.yaml')) as { kind: string; apiVersion: string; spec: { schedule: string; concurrencyPolicy: string; jobTemplate: { spec: { backoffLimit: number; activeDeadlineSeconds: number; podFailurePolicy: { rules: { action: string; onExitCodes?: { containerName: string; operator: string; values: number[] } }[] }; template: { spec: Record<string, unknown> & { containers: Container[]; terminationGracePeriodSeconds: number } } } } } };
  const job = spec.jobTemplate.spec;
  const pod = job.template.spec;
  const [container] = pod.containers as [Container];

  test('runs one at a time, and leaves time to end', () => {
    expect([apiVersion, kind, spec.schedule.split(' ').length, spec.concurrencyPolicy, pod.containers.length]).toEqual(['batch/v1', 'CronJob', 5, 'Forbid', 1]);
    expect(pod.terminationGracePeriodSeconds, 'a run has ended within ten').toBeGreaterThanOrEqual(20);
    expect(container.resources).toMatchObject({ requests: { cpu: '500m', memory: '512Mi' }, limits: { memory: '1536Mi' } });
  });

  test('is as little as it can be', () => {
    expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } } });
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
  });

  test('fails for good after the codes that need a person, and tries again after the others', () => {
    // A policy by exit code is allowed only where the pod is not started again in place.
    expect([pod['restartPolicy'], job.backoffLimit]).toEqual(['Never', 4]);
    const final = job.podFailurePolicy.rules.find(({ action }) => action === 'FailJob')!.onExitCodes!;
    expect([final.containerName, final.operator]).toEqual([container.name, 'In']);
    expect(final.values).toEqual(FINAL);
  });

  test('its arguments are a command line, and its secrets are those that the configuration needs', async () => {
    expect(container.command, 'the entrypoint of the image').toBeUndefined();
    expect(await expectSync(container.args)).toMatchObject({ json: true, quiet: true });
    for (const { valueFrom } of container.env) expect(valueFrom.secretKeyRef.name).toBe('tidemark');
    await expectVariables(container.env.map(({ name }) => name));
  });
});

describe('the container file', () => {
  const instructions = containerInstructions(exampleText('container/Containerfile'));
  const rest = (name: string): string[] => instructions.filter((instruction) => instruction.name === name).map((instruction) => instruction.rest);

  test('takes a Node that the program takes, and the version of these sources', () => {
    expect(instructions[0]).toEqual({ name: 'FROM', rest: `node:${/\d+/.exec(PACKAGE.engines.node)![0]}-slim` });
    expect(rest('RUN')[0]).toContain(`${PACKAGE.name}@${PACKAGE.version} `);
  });

  test('runs as a user without rights, from an entrypoint without a shell', () => {
    expect(rest('USER')).toEqual(['10001:10001']);
    expect(instructions.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(instructions.findLastIndex(({ name }) => name === 'RUN'));
    expect(JSON.parse(rest('ENTRYPOINT')[0]!)).toEqual(Object.keys(PACKAGE.bin));
    expect(JSON.parse(rest('CMD')[0]!)).toEqual(['--help']);
  });

  test('has the configuration and no secret', () => {
    expect(rest('COPY')).toEqual(['config/ /etc/tidemark/config/']);
    expect(rest('ENV').join(' ')).toBe('NODE_ENV=production TIDEMARK_CONFIG=/etc/tidemark/config');
    expect(rest('ARG')).toEqual([]);
  });
});

test('the page about schedulers names every example, and its command lines are those of the program', async () => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/schedulers.md', import.meta.url)), 'utf8');
  for (const file of ['airflow/shop_pipeline.py', 'airflow/orders_report.py', 'cron/tidemark', 'github-actions/tidemark.yml', 'kubernetes/cronjob.yaml', 'container/Containerfile']) {
    expect(page).toContain(`(../examples/schedulers/${file})`);
    expect(existsSync(exampleFile(file))).toBe(true);
  }
  const lines = commandLines(page);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) await parsed(line);
});
