import { expect, test } from 'vitest';
import { connectionLost, serverError } from '../../test/scripted-redshift.ts';
import { judgeFailure, mayRetry } from './failure.ts';

test.each([
  [serverError('XX000', '1023', 'Serializable isolation violation on table - 107928, transactions forming the cycle are: 5955, 5956 (pid:1)'), 'conflict', true],
  [serverError('40001', 'could not serialize access'), 'conflict', true],
  [serverError('40P01', 'deadlock detected'), 'conflict', true],
  [serverError('XX000', '1018', 'Relation does not exist'), 'stale', true],
  [serverError('XX000', 'Spectrum Scan Error', 'context: Access throttled'), 'throttled', true],
  [serverError('53300', 'connection limit "2000" exceeded'), 'throttled', true],
  [serverError('42P07', 'Relation "x" already exists'), 'exists', true],
  [serverError('57P01', 'terminating connection due to administrator command'), 'connection_lost', true],
  [connectionLost(), 'connection_lost', true],
  [Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }), 'connection_lost', true],
  [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 'connection_lost', true],
  [serverError('42501', 'permission denied for relation orders'), 'denied', false],
  [serverError('28P01', 'password authentication failed'), 'login', false],
  [serverError('42P01', 'relation does not exist'), 'missing_relation', false],
  [serverError('XX000', 'Disk Full', 'node 0'), 'disk_full', false],
  [serverError('57014', "Query (150) canceled on user's request"), 'cancelled', false],
  [serverError('XX000', 'Spectrum Scan Error', 'context: a value 1023 or so'), 'other', false],
  [serverError('53100', 'Disk Full'), 'disk_full', false],
])('%s is %s', (error, kind, isRepeated) => {
  expect(judgeFailure(error).kind).toBe(kind);
  expect(mayRetry(judgeFailure(error).kind)).toBe(isRepeated);
});
