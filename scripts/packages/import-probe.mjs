/**
 * `node import-probe.mjs ENTRY REPORT`: imports an entry and writes into the file REPORT, as JSON, what that changed in the process.
 * It ends by itself, unless the entry leaves something open.
 */
import { writeFileSync } from 'node:fs';

const [entry, report] = process.argv.slice(2);

/** Globals that packages of others make; nothing in these libraries reads them. */
const OF_OTHERS = new Set([
  'awslambda', // the AWS SDK, for code that runs in AWS Lambda
  'oclif', // @oclif/core, for plugins of several versions
  'Symbol(undici.globalDispatcher.1)', 'Symbol(undici.globalDispatcher.2)', // Node itself, when fetch is first looked at
]);

const BUILT_INS = [globalThis.Array, Object, String, Number, BigInt, Map, Set, Date, Error, Promise, Function, Buffer, Uint8Array];

const look = () => ({
  globals: Reflect.ownKeys(globalThis).map(String).filter((key) => !OF_OTHERS.has(key)).sort(),
  builtIns: BUILT_INS.map((builtIn) => [builtIn.name, Reflect.ownKeys(builtIn).length, Reflect.ownKeys(builtIn.prototype).length]),
  listeners: process.eventNames().map((name) => `${String(name)}: ${process.listenerCount(name)}`).sort(),
  environment: { ...process.env },
  stackTraces: [String(Error.prepareStackTrace), Error.stackTraceLimit],
  open: process.getActiveResourcesInfo(),
  process: [process.cwd(), process.title, process.umask(), process.exitCode ?? null],
});

const before = look();
await import(entry);
const after = look();
const changed = Object.keys(before).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
writeFileSync(report, JSON.stringify(Object.fromEntries(changed.map((key) => [key, { before: before[key], after: after[key] }]))));
