import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findProgram } from '@tidemark/local-stack';
import type { Job, Measured, SourceAddress } from './job.ts';
import { peakRssMb } from './measure.ts';

/** `times` of the shell writes its own times, then those of its children. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html */
const SCRIPT = '"$@" >/dev/null; status=$?; times; exit $status';
const PEAK_INTERVAL_MS = 50;

/** Runs `mariadb --quick --batch` over the rows with its output thrown away. */
export async function runClient({ table, rows }: Job, { host, port, database, username, password }: SourceAddress): Promise<Measured> {
  const client = findProgram('mariadb');
  const args = [
    client.path, '--no-defaults', '--quick', '--batch', '--skip-ssl', '--protocol=tcp', `--host=${host}`, `--port=${port}`, `--user=${username}`,
    '--default-character-set=utf8mb4', `--execute=SELECT * FROM \`${table}\` LIMIT ${rows}`, database,
  ];
  const start = performance.now();
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...args], { env: { ...client.env, MYSQL_PWD: password }, stdio: ['ignore', 'pipe', 'pipe'] });
  let times = '';
  let complaint = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (times += text));
  shell.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  let peak: number | null = null;
  const watch = setInterval(() => {
    const pid = onlyChildOf(shell.pid!);
    if (pid !== null) peak = peakRssMb(pid) ?? peak;
  }, PEAK_INTERVAL_MS);
  let wallMs = 0;
  shell.once('exit', () => {
    wallMs = performance.now() - start;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('close', resolve);
  }).finally(() => clearInterval(watch));
  if (code !== 0) throw new Error(`mariadb ended with ${code}: ${complaint}`);
  return { wallMs, cpuSeconds: childSeconds(times), peakRssMb: peak, rows, fileBytes: null };
}

/** User and system seconds of the children in what `times` wrote. */
export function childSeconds(times: string): number {
  const found = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
  if (found.length !== 4) throw new Error(`the shell wrote other times than expected: ${times}`);
  return found[2]! + found[3]!;
}

function onlyChildOf(pid: number): number | null {
  try {
    const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0];
    return child ? Number(child) : null;
  } catch {
    return null;
  }
}
