import { S3Error } from '../errors.ts';
import { parseXml, textFields } from '../http/parse-xml.ts';
import { element, xmlDocument } from '../http/xml.ts';
import { OWNER_ID } from './list-objects-v2.ts';
import type { Operation } from './operation.ts';

/** Buckets of this region have no location constraint. */
const CLASSIC_REGION = 'us-east-1';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: Operation = {
  name: 'ListBuckets',
  method: 'GET',
  level: 'service',
  action: 's3:ListAllMyBuckets',
  body: 'none',
  run: ({ store }) => ({
    status: 200,
    body: xmlDocument('ListAllMyBucketsResult', [
      element('Owner', [element('ID', OWNER_ID)]),
      element('Buckets', store.buckets().map((bucket) => element('Bucket', [element('Name', bucket.name), element('CreationDate', new Date(bucket.createdAt).toISOString())]))),
    ]),
  }),
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket: Operation = {
  name: 'CreateBucket',
  method: 'PUT',
  level: 'bucket',
  action: 's3:CreateBucket',
  body: 'xml',
  run: ({ store, region, request, xml }) => {
    const name = request.bucket ?? '';
    checkBucketName(name);
    checkLocation(xml, region);
    if (store.hasBucket(name)) {
      // In us-east-1 making one's own bucket again succeeds and changes nothing.
      if (region !== CLASSIC_REGION) throw new S3Error('BucketAlreadyOwnedByYou', { details: { BucketName: name } });
    } else store.apply([{ kind: 'bucket-created', bucket: name, createdAt: store.timestamp() }]);
    return { status: 200, headers: { location: `/${name}` } };
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export const deleteBucket: Operation = {
  name: 'DeleteBucket',
  method: 'DELETE',
  level: 'bucket',
  action: 's3:DeleteBucket',
  body: 'none',
  run: (context) => {
    const bucket = context.bucket();
    if (bucket.objects.keys.length > 0) throw new S3Error('BucketNotEmpty', { details: { BucketName: bucket.name } });
    context.store.apply([{ kind: 'bucket-deleted', bucket: bucket.name }]);
    return { status: 204 };
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: Operation = {
  name: 'HeadBucket',
  method: 'HEAD',
  level: 'bucket',
  action: 's3:ListBucket',
  body: 'none',
  run: (context) => {
    context.bucket();
    return { status: 200, headers: { 'x-amz-bucket-region': context.region, 'x-amz-access-point-alias': 'false' } };
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const getBucketLocation: Operation = {
  name: 'GetBucketLocation',
  method: 'GET',
  level: 'bucket',
  action: 's3:GetBucketLocation',
  select: ['location'],
  body: 'none',
  run: (context) => {
    context.bucket();
    return { status: 200, body: xmlDocument('LocationConstraint', context.region === CLASSIC_REGION ? '' : context.region) };
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export const getBucketVersioning: Operation = {
  name: 'GetBucketVersioning',
  method: 'GET',
  level: 'bucket',
  action: 's3:GetBucketVersioning',
  select: ['versioning'],
  body: 'none',
  run: (context) => ({ status: 200, body: xmlDocument('VersioningConfiguration', [element('Status', context.bucket().versioning)]) }),
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const putBucketVersioning: Operation = {
  name: 'PutBucketVersioning',
  method: 'PUT',
  level: 'bucket',
  action: 's3:PutBucketVersioning',
  select: ['versioning'],
  headers: ['x-amz-checksum-*', 'x-amz-sdk-checksum-algorithm', 'x-amz-trailer', 'x-amz-decoded-content-length'],
  body: 'xml',
  run: (context) => {
    const bucket = context.bucket();
    const status = textFields(parseXml(context.xml, 'VersioningConfiguration'), ['Status']).get('Status');
    if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('MalformedXML');
    context.store.apply([{ kind: 'versioning-set', bucket: bucket.name, status }]);
    return { status: 200 };
  },
};

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 *
 * @throws S3Error `InvalidBucketName`
 */
export function checkBucketName(name: string): void {
  const wellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  const reserved = /^(xn--|sthree-|amzn-s3-demo-)/.test(name) || /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  if (!wellFormed || reserved) throw new S3Error('InvalidBucketName', { details: { BucketName: name } });
}

function checkLocation(xml: Buffer, region: string): void {
  const constraint = xml.length === 0 ? undefined : textFields(parseXml(xml, 'CreateBucketConfiguration'), ['LocationConstraint']).get('LocationConstraint');
  if (region === CLASSIC_REGION) {
    if (constraint !== undefined) throw new S3Error('InvalidLocationConstraint', { details: { LocationConstraint: constraint } });
    return;
  }
  if (constraint !== region) {
    throw new S3Error('IllegalLocationConstraintException', {
      message: `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    });
  }
}
