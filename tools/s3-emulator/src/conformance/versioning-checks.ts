import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import {
  CopyObjectCommand, CreateBucketCommand, DeleteObjectCommand, DeleteObjectsCommand, GetBucketVersioningCommand, GetObjectCommand, HeadObjectCommand,
  ListObjectsV2Command, ListObjectVersionsCommand, PutBucketVersioningCommand, PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import type { ConformanceCheck } from './conformance-check.ts';
import { expectError } from './expect-error.ts';
import { readBody } from './read-body.ts';

export const versioningChecks: readonly ConformanceCheck[] = [
  {
    name: 'every write makes a version that can be read by its id',
    run: async ({ client, versionedBucket: Bucket }) => {
      const first = await client.send(new PutObjectCommand({ Bucket, Key: 'v/read', Body: '1' }));
      const second = await client.send(new PutObjectCommand({ Bucket, Key: 'v/read', Body: '2' }));
      notEqual(first.VersionId, second.VersionId);
      const old = await client.send(new GetObjectCommand({ Bucket, Key: 'v/read', VersionId: first.VersionId }));
      const current = await client.send(new GetObjectCommand({ Bucket, Key: 'v/read' }));
      deepEqual([(await readBody(old)).toString(), (await readBody(current)).toString(), current.VersionId], ['1', '2', second.VersionId]);
      await expectError(client.send(new GetObjectCommand({ Bucket, Key: 'v/other', VersionId: first.VersionId })), 404, 'NoSuchVersion');
    },
  },
  {
    name: 'a deletion makes a marker: the key is 404, the versions stay',
    run: async ({ client, versionedBucket: Bucket }) => {
      const put = await client.send(new PutObjectCommand({ Bucket, Key: 'v/marker', Body: '1' }));
      const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key: 'v/marker' }));
      equal(deleted.DeleteMarker, true);
      await expectError(client.send(new HeadObjectCommand({ Bucket, Key: 'v/marker' })), 404);
      await expectError(client.send(new GetObjectCommand({ Bucket, Key: 'v/marker', VersionId: deleted.VersionId })), 405, 'MethodNotAllowed');
      equal((await readBody(await client.send(new GetObjectCommand({ Bucket, Key: 'v/marker', VersionId: put.VersionId })))).toString(), '1');
      equal((await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'v/marker' }))).KeyCount, 0);
      const listed = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'v/marker' }));
      deepEqual([listed.Versions?.map((version) => [version.VersionId, version.IsLatest]), listed.DeleteMarkers?.map((marker) => [marker.VersionId, marker.IsLatest])], [[[put.VersionId, false]], [[deleted.VersionId, true]]]);
    },
  },
  {
    name: 'removing the marker brings the object back; removing a version is for good',
    run: async ({ client, versionedBucket: Bucket }) => {
      const put = await client.send(new PutObjectCommand({ Bucket, Key: 'v/undelete', Body: '1' }));
      const marker = await client.send(new DeleteObjectCommand({ Bucket, Key: 'v/undelete' }));
      const removed = await client.send(new DeleteObjectCommand({ Bucket, Key: 'v/undelete', VersionId: marker.VersionId }));
      equal(removed.DeleteMarker, true);
      await client.send(new HeadObjectCommand({ Bucket, Key: 'v/undelete' }));
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'v/undelete', VersionId: put.VersionId }));
      const listed = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'v/undelete' }));
      deepEqual([listed.Versions ?? [], listed.DeleteMarkers ?? []], [[], []]);
    },
  },
  {
    name: 'a batch deletes versions and makes markers, and says which',
    run: async ({ client, versionedBucket: Bucket }) => {
      const put = await client.send(new PutObjectCommand({ Bucket, Key: 'v/batch', Body: '1' }));
      const marked = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'v/batch' }] } }));
      equal(marked.Deleted?.[0]?.DeleteMarker, true);
      ok(marked.Deleted?.[0]?.DeleteMarkerVersionId);
      const gone = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'v/batch', VersionId: put.VersionId }] } }));
      deepEqual(gone.Deleted?.map(({ Key, VersionId }) => [Key, VersionId]), [['v/batch', put.VersionId]]);
    },
  },
  {
    name: 'versions are listed in pages, by key and newest first, none missing',
    run: async ({ client, versionedBucket: Bucket }) => {
      const expected: unknown[] = [];
      for (const key of ['v/pages/a', 'v/pages/b']) {
        const ids: (string | undefined)[] = [];
        for (let round = 0; round < 3; round += 1) ids.unshift((await client.send(new PutObjectCommand({ Bucket, Key: key, Body: `${round}` }))).VersionId);
        expected.push(...ids.map((id) => [key, id]));
      }
      const seen: unknown[] = [];
      let markers: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
      for (let page = 0; markers && page < 10; page += 1) {
        const answer: ListObjectVersionsCommandOutput = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'v/pages/', MaxKeys: 2, ...markers }));
        seen.push(...(answer.Versions ?? []).map(({ Key, VersionId }) => [Key, VersionId]));
        markers = answer.IsTruncated ? { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker } : undefined;
      }
      deepEqual(seen, expected);
    },
  },
  {
    name: 'If-None-Match: * looks at the current version: a marker counts as absent',
    run: async ({ client, versionedBucket: Bucket }) => {
      await client.send(new PutObjectCommand({ Bucket, Key: 'v/cond', Body: '1' }));
      await expectError(client.send(new PutObjectCommand({ Bucket, Key: 'v/cond', Body: '2', IfNoneMatch: '*' })), 412, 'PreconditionFailed');
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'v/cond' }));
      await client.send(new PutObjectCommand({ Bucket, Key: 'v/cond', Body: '3', IfNoneMatch: '*' }));
    },
  },
  {
    name: 'an old version can be copied',
    run: async ({ client, versionedBucket: Bucket }) => {
      const first = await client.send(new PutObjectCommand({ Bucket, Key: 'v/copy', Body: 'old' }));
      await client.send(new PutObjectCommand({ Bucket, Key: 'v/copy', Body: 'new' }));
      const copied = await client.send(new CopyObjectCommand({ Bucket, Key: 'v/copy', CopySource: `${Bucket}/v/copy?versionId=${first.VersionId}` }));
      equal(copied.CopySourceVersionId, first.VersionId);
      equal((await readBody(await client.send(new GetObjectCommand({ Bucket, Key: 'v/copy' })))).toString(), 'old');
    },
  },
  {
    name: 'versioning goes from unset to Enabled to Suspended; suspended writes replace the null version only',
    run: async ({ client, newBucketName }) => {
      const Bucket = newBucketName();
      const setStatus = (Status: 'Enabled' | 'Suspended') => client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
      await client.send(new CreateBucketCommand({ Bucket }));
      equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, undefined);
      equal((await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'before' }))).VersionId, undefined);
      await setStatus('Enabled');
      const enabled = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'enabled' }));
      equal((await readBody(await client.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: 'null' })))).toString(), 'before');
      await setStatus('Suspended');
      equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, 'Suspended');
      await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'suspended' }));
      const versions = await client.send(new ListObjectVersionsCommand({ Bucket }));
      deepEqual(versions.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]), [['null', true], [enabled.VersionId, false]]);
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
      const after = await client.send(new ListObjectVersionsCommand({ Bucket }));
      deepEqual([after.DeleteMarkers?.map(({ VersionId }) => VersionId), after.Versions?.map(({ VersionId }) => VersionId)], [['null'], [enabled.VersionId]]);
    },
  },
];
