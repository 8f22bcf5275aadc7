import type { TableTask } from '@tidemark/domain';
import { LayoutError } from './errors.ts';
import { fileForm } from './file-form.ts';

/** S3 allows 1024 bytes of UTF-8 per key. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}$/;

/** A pipeline or target name as one segment of a key; case matters, nothing is encoded, so two names never share a key. */
function keySegment(what: 'pipeline' | 'target', name: string): string {
  if (SEGMENT.test(name)) return name;
  throw new LayoutError('LAYOUT_NAME_INVALID', {
    message: `The ${what} name ${JSON.stringify(name)} cannot be part of an object key: at most 100 letters, digits, "_", "." and "-" are allowed.`,
    details: { what, name },
  });
}

/**
 * A configured path as the beginning of keys: empty, or without a leading slash and with one at its end.
 * An empty segment is refused because Redshift does not find keys with a doubled slash.
 */
export function keyPrefix(what: string, prefix: string): string {
  const segments = prefix.split('/');
  // eslint-disable-next-line no-control-regex -- control characters cannot travel in S3's XML answers
  const isValid = prefix === '' || (segments.pop() === '' && segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..' && !/[\u0000-\u001f\u007f]/.test(segment)));
  if (isValid && prefix.isWellFormed()) return prefix;
  throw new LayoutError('LAYOUT_PREFIX_INVALID', {
    message: `The path ${JSON.stringify(prefix)} of ${what} cannot begin an object key.`,
    details: { what, prefix },
  });
}

/** Where the state of a (pipeline, target) lies: `{watermark_path}{pipeline}/{target}/`. */
export function statePrefix(watermarkPath: string, task: Pick<TableTask, 'pipeline' | 'target'>): string {
  return `${keyPrefix('watermark_path', watermarkPath)}${keySegment('pipeline', task.pipeline)}/${keySegment('target', task.target)}/`;
}

/** The key itself, or an error when S3 would refuse its length. */
export function checkedKey(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes <= MAX_KEY_BYTES) return key;
  throw new LayoutError('LAYOUT_KEY_TOO_LONG', { message: `The object key ${JSON.stringify(`${key.slice(0, 80)}…`)} would have ${bytes} bytes; S3 allows ${MAX_KEY_BYTES}.`, details: { bytes } });
}

/** The file form of a task's table. */
export function taskForm(task: TableTask): string {
  return fileForm(task.table);
}
