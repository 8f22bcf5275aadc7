import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Parser } from '@oclif/core';
import { COMMANDS as S3CLEAN_COMMANDS } from '@tidemark/plugin-s3clean/every-command';
import { COMMANDS as WATERMARK_COMMANDS } from '@tidemark/plugin-watermark/every-command';
import { COMMANDS } from '../src/index.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/schedulers/', import.meta.url));

/** The example configuration, which the examples run. */
export const EXAMPLE_CONFIG = fileURLToPath(new URL('../../../config', import.meta.url));

/** What stands in for Airflow, and the program that loads a DAG file with it. */
export const AIRFLOW = fileURLToPath(new URL('./airflow', import.meta.url));

export const exampleFile = (name: string): string => join(EXAMPLES, name);
export const exampleText = (name: string): string => readFileSync(exampleFile(name), 'utf8');

/** The `tidemark …` command lines of a page, as words. */
export function commandLines(page: string): string[][] {
  return Array.from(page.matchAll(/`tidemark ([^`]+)`/g), ([, words]) => words!.split(' '));
}

/** Parses arguments as the program does; throws where it would refuse them. Gives the command's id and its flags. */
export async function parsed(args: readonly string[]): Promise<{ readonly id: string; readonly flags: Readonly<Record<string, unknown>> }> {
  const all = { ...COMMANDS, ...WATERMARK_COMMANDS, ...S3CLEAN_COMMANDS } as Readonly<Record<string, typeof Command>>;
  const words = [3, 2, 1].find((count) => all[args.slice(0, count).join(':')] !== undefined);
  if (words === undefined) throw new Error(`no command: ${args.join(' ')}`);
  const id = args.slice(0, words).join(':');
  const command = all[id]!;
  const { flags } = await Parser.parse([...args.slice(words)], { flags: { ...command.baseFlags, ...command.flags }, args: command.args, context: {} as Command });
  return { id, flags: flags as Record<string, unknown> };
}

/** The instructions of a container file: name and the rest, lines that go on joined. */
export function containerInstructions(text: string): readonly { readonly name: string; readonly rest: string }[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#')).join('\n').replaceAll(/\\\n/g, ' ').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`not an instruction: ${line}`);
    return { name, rest: rest!.trim() };
  });
}

/** `python3` where there is one of version 3.8 or newer. */
export const PYTHON: string | null = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0 ? 'python3' : null;

/** How a task of a DAG ended. */
export interface TaskEnd {
  readonly value?: unknown;
  readonly raised?: string;
  readonly message?: string;
}

const pythonEnvironment = (variables: Readonly<Record<string, string>>): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', PYTHONPATH: AIRFLOW, PYTHONDONTWRITEBYTECODE: '1', ...variables });

/** What a DAG file defines. */
export function dagOf(file: string): { readonly dag: Readonly<Record<string, unknown>>; readonly tasks: readonly { readonly id: string; readonly upstream: readonly string[]; readonly options: Readonly<Record<string, unknown>> }[] } {
  return JSON.parse(execFileSync(PYTHON!, [join(AIRFLOW, 'run_dag.py'), exampleFile(file)], { env: pythonEnvironment({}), encoding: 'utf8' })) as ReturnType<typeof dagOf>;
}

/** Runs a task of a DAG file. */
export async function runTask(file: string, task: string, variables: Readonly<Record<string, string>>, onStart: (pid: number) => Promise<void> = async () => undefined): Promise<TaskEnd> {
  const child = spawn(PYTHON!, [join(AIRFLOW, 'run_dag.py'), exampleFile(file), task], { env: pythonEnvironment(variables), stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
  const closed = once(child, 'close');
  await onStart(child.pid!);
  await closed;
  return JSON.parse(text) as TaskEnd;
}
