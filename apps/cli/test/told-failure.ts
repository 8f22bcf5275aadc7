import { expect } from 'vitest';
import type { Room } from './command-stack.ts';
import type { Ended } from './program.ts';

/** What a failure must come to, on a terminal and as a document. */
export interface ExpectedFailure {
  readonly exit: number;
  readonly code: string;
  /** Parts of the sentence: the thing, its place, what was found, what is allowed. */
  readonly says: readonly (string | RegExp)[];
  /** Parts of what to try. */
  readonly remedy: readonly (string | RegExp)[];
}

/** A failure as its document tells it. */
export interface ToldFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: readonly string[];
  /** The whole document. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** A document with its error at top level, or the result of a run with its error in `error`. */
interface FailureForms {
  readonly status: string;
  readonly exit_code: number;
  readonly code?: string;
  readonly message?: string;
  readonly remedy?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: readonly string[] };
}

/** Runs a command once plain and once with --json and every log line, and expects both to tell this failure and no secret. */
export async function expectFailure(room: Room, args: readonly string[], expected: ExpectedFailure): Promise<ToldFailure> {
  const plain = await room.run(...args);
  const withDocument = await room.run(...args, '--json', '--log-level', 'debug');
  for (const ended of [plain, withDocument]) expectNoSecret(ended, room.secrets);
  expectPlain(plain, expected);
  return expectDocument(withDocument, expected);
}

/** Expects that no secret of the configuration stands in what a command wrote. */
export function expectNoSecret({ stdout, stderr }: Ended, secrets: readonly string[]): void {
  for (const secret of secrets) expect(`${stdout}${stderr}`.includes(secret), 'a secret is in the output').toBe(false);
}

/** The document on stdout, which must hold nothing else. */
export function documentOf({ stdout, stderr }: Ended): Record<string, unknown> {
  expect(stdout, stderr).toMatch(/^\{[^]*\}\n$/);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function expectPlain({ code, signal, stdout, stderr }: Ended, expected: ExpectedFailure): void {
  const text = `${stdout}${stderr}`;
  expect({ exit: code, signal }, text).toEqual({ exit: expected.exit, signal: null });
  expect(text).toContain(`${expected.code}: `);
  for (const part of expected.says) expect(text).toMatch(part);
  expect(text).toMatch(/^Try: \S/m);
  for (const part of expected.remedy) expect(text).toMatch(part);
  expect(text).not.toMatch(/^ {4}at |node_modules/m);
}

function expectDocument(ended: Ended, expected: ExpectedFailure): ToldFailure {
  const document = documentOf(ended);
  const forms = document as unknown as FailureForms;
  const { code, message, remedy } = forms.error ?? (forms as Required<FailureForms>);
  expect({ exit: ended.code, signal: ended.signal, document: forms.exit_code, status: forms.status, code }, ended.stdout).toEqual({ exit: expected.exit, signal: null, document: expected.exit, status: 'failed', code: expected.code });
  for (const part of expected.says) expect(message).toMatch(part);
  for (const part of expected.remedy) expect(remedy.join('\n')).toMatch(part);
  for (const line of ended.stderr.split('\n').filter((text) => text !== '')) expect(() => void JSON.parse(line), line).not.toThrow();
  return { code, message, remedy, document };
}
