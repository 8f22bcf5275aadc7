import { parseArgs } from 'node:util';
import type { AccessKeys } from './auth/access-key.ts';
import type { S3EmulatorOptions } from './start-s3-emulator.ts';

export const USAGE = `usage: main.ts --data DIR [--port N] [--host ADDRESS] [--region NAME] [--bucket NAME]... [--control-port N]
environment:
  S3_EMULATOR_ACCESS_KEYS    JSON: {"ID": {"secret": "...", "sessionToken": "...", "deny": ["s3:DeleteObject"]}}
  S3_EMULATOR_CONTROL_TOKEN  opens the control port`;

/**
 * Reads the command line and the environment of the emulator process. Secrets come from the environment only.
 *
 * @throws Error with a sentence for the user
 */
export function readArguments(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): S3EmulatorOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      region: { type: 'string', default: 'us-east-1' },
      bucket: { type: 'string', multiple: true, default: [] },
      'control-port': { type: 'string', default: '0' },
    },
  });
  if (values.data === undefined) throw new Error('--data is missing');
  const token = environment['S3_EMULATOR_CONTROL_TOKEN'];
  return {
    dataDir: values.data,
    port: readPort(values.port, '--port'),
    host: values.host,
    region: values.region,
    buckets: values.bucket,
    accessKeys: readAccessKeys(environment['S3_EMULATOR_ACCESS_KEYS']),
    control: token ? { token, port: readPort(values['control-port'], '--control-port') } : undefined,
  };
}

function readPort(text: string, name: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${name} is no port number`);
  return port;
}

function readAccessKeys(text: string | undefined): AccessKeys {
  if (!text) throw new Error('S3_EMULATOR_ACCESS_KEYS is not set');
  let keys: unknown;
  try {
    keys = JSON.parse(text);
  } catch {
    throw new Error('S3_EMULATOR_ACCESS_KEYS is no JSON');
  }
  const entries = typeof keys === 'object' && keys !== null ? Object.entries(keys as Record<string, { secret?: unknown }>) : [];
  if (entries.length === 0 || entries.some(([, key]) => typeof key?.secret !== 'string')) throw new Error('S3_EMULATOR_ACCESS_KEYS must be an object of access keys with their secret');
  return keys as AccessKeys;
}
