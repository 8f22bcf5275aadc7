import { SqlError } from '../wire/sql-error.ts';
import type { CopyStatement } from '../sql/copy-statement.ts';
import { LoadFailure, scanError } from './load-failure.ts';
import { S3Failure, parseS3Url, type S3Location, type S3Reader } from './s3-reader.ts';

/** A file that a COPY reads. */
export interface SourceFile extends S3Location {
  readonly url: string;
  readonly mandatory: boolean;
  /** What the manifest says of its length, in bytes; without a manifest the listing does. */
  readonly byteLength: number;
}

/** Spectrum passes over files named so. https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_EXTERNAL_TABLE.html */
const isHidden = (key: string): boolean => /^[._]/.test(key.slice(key.lastIndexOf('/') + 1));

function s3Error(message: string, queryId: number): LoadFailure {
  return new LoadFailure(message, { errorCode: 8001, context: message, queryId, location: 's3_utility.cpp:353' });
}

function readEntry(entry: unknown, queryId: number): SourceFile {
  const { url, mandatory, meta } = (entry ?? {}) as { url?: unknown; mandatory?: unknown; meta?: { content_length?: unknown } | null };
  const location = typeof url === 'string' ? parseS3Url(url) : undefined;
  if (location === undefined) throw s3Error(`Manifest file contains an entry without a valid url`, queryId);
  if (typeof meta !== 'object' || meta === null) throw new LoadFailure("File entry does not have 'meta' key.", { errorCode: 15003, context: "File entry does not have 'meta' key.", queryId, location: 'spectrum_manifest.cpp:167' });
  if (typeof meta.content_length !== 'number' || !Number.isInteger(meta.content_length) || meta.content_length < 0) {
    throw new LoadFailure("File entry does not have 'content_length' key.", { errorCode: 15003, context: "File entry does not have 'content_length' key.", queryId, location: 'spectrum_manifest.cpp:175' });
  }
  return { ...location, url: url as string, mandatory: mandatory === true, byteLength: meta.content_length };
}

async function readManifest(reader: S3Reader, from: S3Location, url: string, queryId: number): Promise<SourceFile[]> {
  let text: string;
  try {
    text = await reader.text(from);
  } catch (error) {
    if (error instanceof S3Failure && error.status === 404 && error.code === 'NoSuchKey') throw s3Error(`The specified S3 prefix '${from.key}' does not exist`, queryId);
    throw error instanceof S3Failure ? s3Error(error.message, queryId) : error;
  }
  let entries: unknown;
  try {
    entries = (JSON.parse(text) as { entries?: unknown }).entries;
  } catch {
    throw s3Error(`Manifest file is not in correct json format: ${url}`, queryId);
  }
  if (!Array.isArray(entries)) throw s3Error(`Manifest file is not in correct json format: ${url}`, queryId);
  if (entries.length === 0) throw s3Error(`Manifest file contains no entries: ${url}`, queryId);
  return entries.map((entry) => readEntry(entry, queryId));
}

/** The files of a COPY, from its manifest or by listing its prefix. */
export async function sourceFiles(copy: CopyStatement, reader: S3Reader, queryId: number): Promise<SourceFile[]> {
  const from = parseS3Url(copy.from);
  if (from === undefined) throw new SqlError('XX000', `The specified S3 path '${copy.from}' is not valid`);
  if (copy.manifest) return readManifest(reader, from, copy.from, queryId);
  try {
    const objects = (await reader.list(from.bucket, from.key)).filter((object) => object.byteLength > 0 && !isHidden(object.key));
    if (objects.length === 0) throw s3Error(`The specified S3 prefix '${from.key}' does not exist`, queryId);
    return objects.map((object) => ({ ...object, url: `s3://${object.bucket}/${object.key}`, mandatory: true }));
  } catch (error) {
    throw error instanceof S3Failure ? s3Error(error.message, queryId) : error;
  }
}

/** Suffixes by which the reader decompresses the whole object. https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html */
const WRAPPED = /\.(?:gz|snappy|bz2)$/;

/** Brings a file here and checks its length; false when it is missing and may be. */
export async function fetchSourceFile(reader: S3Reader, file: SourceFile, path: string, queryId: number): Promise<boolean> {
  const fileName = file.url;
  if (file.key.startsWith('/')) throw scanError(15001, 'File not found', { queryId, fileName });
  if (WRAPPED.test(file.key)) throw scanError(15001, `File '${file.url}' is not compressed as its name says`, { queryId, fileName });
  let byteLength: number;
  try {
    byteLength = await reader.download(file, path);
  } catch (error) {
    if (!(error instanceof S3Failure)) throw error;
    const missing = error.code === 'NoSuchKey';
    if (missing && !file.mandatory) return false;
    if (missing) throw s3Error(`The file ${file.url} specified in manifest does not exist`, queryId);
    throw scanError(15001, error.status >= 500 ? `Access throttled. ${error.message}` : error.message, { queryId, fileName });
  }
  if (byteLength !== file.byteLength) throw scanError(15001, 'HTTP response error code: 416 Message: InvalidRange The requested range is not satisfiable', { queryId, fileName });
  return true;
}
