import type pg from 'pg';

/** What a statement failed with; a statement that does not fail is the test's failure. */
export async function failureOf(client: pg.Client, text: string, values?: unknown[]): Promise<{ code: string; message: string; detail: string }> {
  try {
    await client.query(text, values);
  } catch (error) {
    const { code, message, detail } = error as { code: string; message: string; detail?: string };
    return { code, message, detail: detail ?? '' };
  }
  throw new Error(`Did not fail: ${text}`);
}
