import { CHECKSUM_ALGORITHMS } from '../checksum/checksum-algorithm.ts';
import type { ChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import { S3Error } from '../errors.ts';
import { parseXml, textFields } from '../http/parse-xml.ts';
import { unquote } from './write-condition.ts';

/** A part as the client lists it. */
export interface CompletedPart {
  partNumber: number;
  etag: string;
  checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/** @throws S3Error `MalformedXML`, also for an empty list */
export function readCompletedParts(xml: Buffer): CompletedPart[] {
  const document = parseXml(xml, 'CompleteMultipartUpload');
  if (document.children.length === 0) throw new S3Error('MalformedXML');
  return document.children.map((child) => {
    if (child.name !== 'Part') throw new S3Error('MalformedXML');
    const fields = textFields(child, ['PartNumber', 'ETag', ...CHECKSUM_ALGORITHMS.map((algorithm) => `Checksum${algorithm}`)]);
    const number = fields.get('PartNumber') ?? '';
    const etag = fields.get('ETag');
    if (!/^\d+$/.test(number) || etag === undefined) throw new S3Error('MalformedXML');
    const checksums = new Map<ChecksumAlgorithm, string>();
    for (const algorithm of CHECKSUM_ALGORITHMS) {
      const value = fields.get(`Checksum${algorithm}`);
      if (value !== undefined) checksums.set(algorithm, value);
    }
    return { partNumber: Number(number), etag: unquote(etag), checksums };
  });
}
