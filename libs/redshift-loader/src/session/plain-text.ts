/** Longest text of Redshift's that is carried in an error. */
const MAX_CHARACTERS = 2_000;

/**
 * Redshift's text made fit for an error: one line, without the query strings of presigned URLs and the given secrets, and cut.
 * Parquet COPY reads through presigned URLs, and they turn up in its messages.
 */
export function plainText(text: string, secrets: readonly string[] = []): string {
  const shown = secrets.reduce((rest, secret) => rest.split(secret).join('[secret]'), text)
    .replace(/(https?:\/\/[^\s?'"]+)\?[^\s'"]*/g, '$1')
    .replace(/((?:SECRET_ACCESS_KEY|SESSION_TOKEN|ACCESS_KEY_ID)\s+)'(?:[^'\\]|\\.|'')*'?/gi, "$1'[secret]'")
    .replace(/-{5,}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return shown.length > MAX_CHARACTERS ? `${shown.slice(0, MAX_CHARACTERS)}…` : shown;
}
