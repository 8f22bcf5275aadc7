import type { StagedColumn } from '@tidemark/domain';
import type { vectorValues } from './vector-values.ts';

type Value = ReturnType<typeof vectorValues>[number];

/** The server's text of the plain column as the value that a vector must hold. */
export function expectedValue(column: StagedColumn, text: string | null, redshiftText: string | null): Value {
  if (text === null) return null;
  const isBit = column.sourceType.startsWith('bit');
  const number = isBit ? BigInt(`0x${Buffer.from(text, 'latin1').toString('hex') || '0'}`) : undefined;
  switch (column.decode) {
    case 'int32': return Number(number ?? text);
    case 'int64': return number ?? BigInt(text);
    case 'boolean': return (number ?? BigInt(text)) === 1n;
    case 'decimal': return number === undefined ? text.replace(/^(-?)0+(?=\d)/, '$1') : String(number);
    // The text of a FLOAT is rounded by the server; the fixture says what it holds.
    case 'float32': return Math.fround(Number(redshiftText));
    case 'float64': return Number(column.sourceType === 'double' ? text : redshiftText);
    case 'timestamp': return text.includes('.') ? text.padEnd(26, '0') : `${text}.000000`;
    case 'bytes': return Buffer.from(text, 'latin1').toString('hex').toUpperCase();
    default: return text;
  }
}
