/** A time that many seconds before another one, without its fraction of a second. */
export function secondsBefore(text: string, seconds: number): string {
  return new Date(Date.parse(`${text.replace(' ', 'T').slice(0, 19)}Z`) - seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
