import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { BenchDocument } from '../src/index.ts';

const PROMISED = [
  'read_vs_cli_narrow', 'read_vs_cli_wide', 'extract_discard_vs_cli_narrow', 'extract_discard_vs_cli_wide', 'extract_vs_cli_narrow', 'extract_vs_cli_wide',
  'extract_vs_plain_node_narrow', 'writer_vs_append_row_narrow', 'writer_vs_append_row_wide', 'peak_rss_mb_narrow', 'peak_rss_mb_wide', 'cost_per_row_10m_vs_1m',
];

test('a smoke run measures everything once and writes the document and the chart', async () => {
  const out = await mkdtemp(join(tmpdir(), 'tidemark-quick-'));
  try {
    const args = ['--conditions=@tidemark/source', join(import.meta.dirname, '../src/main.ts'), '--quick', '--out', out];
    const bench = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [table, progress, code] = await Promise.all([text(bench.stdout), text(bench.stderr), new Promise((resolve) => bench.once('close', resolve))]);
    expect(code, progress).toBe(0);

    const document = JSON.parse(await readFile(join(out, 'latest.json'), 'utf8')) as BenchDocument;
    expect(document.format).toBe(1);
    for (const key of PROMISED) {
      expect(document.ratios[key], key).toBeGreaterThan(0);
      expect(document.runs[key]!.runs, key).not.toHaveLength(0);
      expect(table).toContain(key);
    }
    for (const { a, b, runs } of Object.values(document.runs)) {
      for (const run of runs) {
        expect([run.a.rows, run.b.rows]).toEqual([a.rows, b.rows]);
        expect(Math.min(run.a.wallMs, run.b.wallMs)).toBeGreaterThan(0);
      }
    }
    expect(await readFile(join(out, 'latest.svg'), 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});
