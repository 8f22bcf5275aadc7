import type { SecretReference } from '@tidemark/config';
import { SecretError } from './errors.ts';

/**
 * The text that a reference means: a secret as it is, or one key of its JSON.
 *
 * @throws SecretError `SECRET_FORM` – without the text
 */
export function secretText(text: string, key: string | null, reference: SecretReference): string {
  const fields = fieldsOf(text);
  const refuse = (found: string, allowed: string): never => {
    throw new SecretError('SECRET_FORM', { message: `${reference.scheme}:${reference.name} ${found}; ${reference.place} needs ${allowed}`, details: { reference } });
  };
  if (key === null) {
    if (fields === null) return text;
    return refuse(`holds JSON with ${keysText(fields)}`, 'one of them: write # and the key after the name');
  }
  if (fields === null) return refuse('holds no JSON object', `a secret with the key ${key}, or no #${key} after the name`);
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return refuse(value === undefined ? `has no key ${key}` : `has no text in its key ${key}`, keysText(fields));
}

/** A password may be a number or a quoted text by chance; only an object is taken for JSON. */
function fieldsOf(text: string): Readonly<Record<string, unknown>> | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function keysText(fields: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(fields);
  return keys.length === 0 ? 'no keys' : `the keys ${keys.join(', ')}`;
}
