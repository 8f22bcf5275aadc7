import { createRequire } from 'node:module';
import { silentLogger, type Logger } from '@tidemark/domain';
import { logContext } from './log-context.ts';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const REDACTED_NAMES = [
  'password', 'passphrase', 'token', 'authorization', 'secretAccessKey', 'sessionToken', 'accessKeyId', 'privateKey', 'secret_access_key', 'session_token', 'access_key_id', 'private_key',
];

/** Field names that never reach a log, down to three levels. Secrets travel as `Secret`, which prints as `[secret]`; this is the second net. */
const REDACTED = REDACTED_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Loads pino for those who want a log: the commands of a run without one start faster. */
const require = createRequire(import.meta.url);

/** A logger that writes JSON lines to stderr, or adds them to a file, whose folders it makes. A line is written when the call returns. */
export function runLogger(level: LogLevel, file: string | undefined): Logger {
  if (level === 'silent') return silentLogger;
  const { pino } = require('pino') as typeof import('pino');
  return pino({ level, base: null, mixin: () => ({ ...logContext() }), timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: REDACTED, censor: '[secret]' } }, pino.destination(file === undefined ? { dest: 2, sync: true } : { dest: file, sync: true, mkdir: true }));
}
