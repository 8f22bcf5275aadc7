/** Texts in which values of different readers are compared. */

/** Digits of an unscaled decimal, with its point. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
}

/** `YYYY-MM-DD` of a day after 1970-01-01. */
export function dayText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** `YYYY-MM-DD hh:mm:ss.ffffff` of microseconds after 1970-01-01. */
export function microsText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const [day, time] = new Date(Number((micros - fraction) / 1000n)).toISOString().split('T');
  return `${day} ${time!.slice(0, 8)}.${String(fraction).padStart(6, '0')}`;
}

/** The shortest digits that give the number back; zero keeps its sign. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Bytes as lower-case hex digits. */
export function hexText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** What a reader of Parquet gives for the value that Redshift sends as this text. */
export function partText(redshiftType: string, text: string): string {
  switch (redshiftType) {
    case 'boolean': return String(text === 't');
    case 'timestamp without time zone': return `${text}${text.includes('.') ? '' : '.'}`.padEnd(26, '0');
    default: return text;
  }
}
