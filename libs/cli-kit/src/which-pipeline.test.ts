import { findPipelineForTable } from '@tidemark/config';
import { expect, test } from 'vitest';
import { CliError } from './errors.ts';
import { whichPipeline } from './which-pipeline.ts';

const outline = (identity: string): Parameters<typeof findPipelineForTable>[0]['outlines'][number] => ({ identity, source: 'SHOP_RO', sourceDatabase: 'sales', tables: ['sales.or;ders'] }) as never;

test('several pipelines: the command that was typed, once for each of them, as a shell takes it', () => {
  let cause: unknown;
  try {
    findPipelineForTable({ outlines: [outline('shop'), outline('shop_two')] }, { table: 'sales.or;ders' });
  } catch (error) {
    cause = error;
  }
  const told = whichPipeline(cause, 'watermark:reset', ['-t', 'sales.or;ders', '--preserve-files']);
  expect(told).toMatchObject({
    code: 'PIPELINE_AMBIGUOUS', exit: 2, message: '2 pipelines list the table sales.or;ders: shop, shop_two.',
    remedy: ["Type tidemark watermark reset -p shop -t 'sales.or;ders' --preserve-files", "Type tidemark watermark reset -p shop_two -t 'sales.or;ders' --preserve-files"],
    details: { pipelines: ['shop', 'shop_two'] },
  });
});

test('any other error stays as it is', () => {
  const other = new CliError('CLI_USAGE', { message: 'No table is named.' });
  expect(whichPipeline(other, 'sync', [])).toBe(other);
  expect(whichPipeline('text', 'sync', [])).toBe('text');
});
