import type { ExplainedValue, Origin } from '@tidemark/config';

/** A value as a person writes it: text as it is, lists and maps in one line of JSON. */
export function valueText(value: unknown): string {
  if (value === null) return '(cannot be had)';
  if (value === '') return '""';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Where a value was set: `config/pipelines/shop.yml:4`, `default`, `flag`. */
export function originText({ layer, file, line }: Origin): string {
  return file === null ? layer : `${file}${line === null ? '' : `:${line}`}`;
}

/** One value of `explain` as a row: its path below a prefix, the value, where it was set, what it replaced. */
export function explainedRow({ path, value, origin, replaced }: ExplainedValue, prefix = ''): readonly [string, string, string, string] {
  return [path.slice(prefix.length), valueText(value), originText(origin), replaced.map((below) => `${valueText(below.value)} (${originText(below.origin)})`).join(', then ')];
}
