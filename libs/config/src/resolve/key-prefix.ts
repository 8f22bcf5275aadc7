/** A key prefix that ends with `/` or is empty. */
export function keyPrefix(text: string): string {
  return text === '' || text.endsWith('/') ? text : `${text}/`;
}
