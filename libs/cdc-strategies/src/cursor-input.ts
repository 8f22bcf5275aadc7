import type { SourceColumn } from '@tidemark/domain';
import { cursorTypeOf } from './cursor-type.ts';
import { CdcError } from './errors.ts';
import { SqlLiteral } from './sql-literal.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ISO = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)$/;

/**
 * The cursor text of what a person wrote for a column: `2026-01-31`, `2026-01-31T12:00` and `2026-01-31 12:00:00.5` are times.
 * @throws CdcError `CDC_INPUT`
 */
export function cursorTextOf(column: SourceColumn, input: string): string {
  const type = cursorTypeOf(column);
  const text = type?.literal === 'datetime' ? fullTime(input) : type?.literal === 'hex' ? input.toUpperCase() : input;
  try {
    if (type !== undefined) {
      SqlLiteral.encode(type.literal, text);
      return text;
    }
  } catch {
    // told below, with the column's name
  }
  throw new CdcError('CDC_INPUT', {
    message: `${column.name} of type ${column.columnType} cannot be ${input.length > 64 ? `a text of ${input.length} characters` : JSON.stringify(input)}.`,
    details: { column: column.name, type: column.columnType, expected: type?.literal ?? null },
  });
}

function fullTime(input: string): string {
  if (DAY.test(input)) return `${input} 00:00:00`;
  const match = ISO.exec(input);
  if (match === null) return input;
  return `${match[1]} ${match[2]!.length === 5 ? `${match[2]}:00` : match[2]}`;
}

/**
 * The texts of the columns of an id: one text, or a JSON array with one for each column.
 * @throws CdcError `CDC_INPUT`
 */
export function idTextsOf(columns: readonly SourceColumn[], input: string): readonly string[] {
  if (columns.length === 1) return [cursorTextOf(columns[0]!, input)];
  const names = columns.map((column) => column.name);
  let parts: unknown;
  try {
    parts = JSON.parse(input);
  } catch {
    parts = null;
  }
  if (!Array.isArray(parts) || parts.length !== columns.length || !parts.every((part) => typeof part === 'string' || Number.isSafeInteger(part))) {
    throw new CdcError('CDC_INPUT', { message: `The id has the columns ${names.join(', ')}: give a JSON array of ${names.length} texts.`, details: { columns: names } });
  }
  return columns.map((column, index) => cursorTextOf(column, String(parts[index])));
}
