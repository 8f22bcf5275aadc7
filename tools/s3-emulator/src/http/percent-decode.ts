import { S3Error } from '../errors.ts';

/**
 * Decodes percent sequences; a bare `+` is a blank, as S3 reads it.
 *
 * @throws S3Error `InvalidURI` for a broken sequence or bytes that are not UTF-8
 */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch (cause) {
    if (cause instanceof URIError) throw new S3Error('InvalidURI');
    throw cause;
  }
}
