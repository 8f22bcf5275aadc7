import { pino } from 'pino';
import { silentLogger, type Logger } from '@tidemark/domain';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Field names that never reach a log, wherever they stand. Secrets travel as `Secret`, which prints as `[secret]`; this is the second net. */
const REDACTED = ['password', 'passphrase', 'secretAccessKey', 'sessionToken', 'accessKeyId', 'token'].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** A logger that writes JSON lines to stderr, or to a file. */
export function runLogger(level: LogLevel, file: string | undefined): Logger {
  if (level === 'silent') return silentLogger;
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: REDACTED, censor: '[secret]' } }, pino.destination(file === undefined ? { dest: 2, sync: true } : { dest: file, sync: true, mkdir: true }));
}
