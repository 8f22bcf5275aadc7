import { S3Error } from '../errors.ts';
import { parseXml, textFields } from '../http/parse-xml.ts';
import { element, xmlDocument } from '../http/xml.ts';
import type { XmlNode } from '../http/xml.ts';
import { checkKey } from '../http/s3-request.ts';
import type { Bucket } from '../store/bucket.ts';
import { deleteOne } from './delete-object.ts';
import type { Deletion } from './delete-object.ts';
import type { Operation, OperationContext } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_KEYS = 1000;

/** Answers per key: one that cannot be deleted is an Error element in an answer of status 200. */
export const deleteObjects: Operation = {
  name: 'DeleteObjects',
  method: 'POST',
  level: 'bucket',
  // The permission is judged key by key.
  action: '',
  select: ['delete'],
  headers: ['x-amz-checksum-*', 'x-amz-sdk-checksum-algorithm', 'x-amz-trailer', 'x-amz-decoded-content-length'],
  body: 'xml',
  run: async (context) => {
    const { headers } = context.request;
    const protectedBody = headers['content-md5'] !== undefined || headers['x-amz-trailer'] !== undefined || Object.keys(headers).some((name) => name.startsWith('x-amz-checksum-'));
    if (!protectedBody) throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*' });
    const bucket = context.bucket();
    const { deletions, quiet } = readDeletions(context.xml);
    await context.checkpoint('received');
    const nodes = deletions.map((deletion) => deleteAndReport(context, bucket, deletion, quiet));
    return { status: 200, body: xmlDocument('DeleteResult', nodes) };
  },
};

function readDeletions(xml: Buffer): { deletions: Deletion[]; quiet: boolean } {
  const document = parseXml(xml, 'Delete');
  const deletions: Deletion[] = [];
  let quiet = false;
  for (const child of document.children) {
    if (child.name === 'Quiet') quiet = child.text.trim() === 'true';
    else if (child.name === 'Object') {
      const fields = textFields(child, ['Key', 'VersionId', 'ETag']);
      const key = fields.get('Key');
      if (!key) throw new S3Error('MalformedXML');
      deletions.push({ key, versionId: fields.get('VersionId'), ifMatch: fields.get('ETag') });
    } else throw new S3Error('MalformedXML');
  }
  if (deletions.length === 0 || deletions.length > MAX_KEYS) throw new S3Error('MalformedXML');
  return { deletions, quiet };
}

function deleteAndReport(context: OperationContext, bucket: Bucket, deletion: Deletion, quiet: boolean): XmlNode {
  const { key, versionId } = deletion;
  try {
    checkKey(key);
    const result = deleteOne(context, bucket, deletion);
    if (quiet) return { xml: '' };
    return element('Deleted', [
      element('Key', key),
      element('VersionId', versionId),
      element('DeleteMarker', result.deleteMarker || undefined),
      element('DeleteMarkerVersionId', result.deleteMarker ? result.versionId : undefined),
    ]);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return element('Error', [element('Key', key), element('VersionId', versionId), element('Code', error.code), element('Message', error.message)]);
  }
}
