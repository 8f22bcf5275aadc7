import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { CRASH_POINTS, crashPointName, type CrashMoment } from '../testing/crash-points.ts';
import { PORT_METHODS, wrapPorts, type PortName, type PortRequest, type RequestWrapper } from './port-methods.ts';
import type { HeldLease, PartWriter, SyncPorts } from './ports.ts';

const PORTS_FILE = join(import.meta.dirname, 'ports.ts');
const METHODS_FILE = join(import.meta.dirname, 'port-methods.ts');

/** Where the requests of each member of SyncPorts stand in PORT_METHODS. A port that is added to SyncPorts and not here does not compile. */
const PORTS_OF: { readonly [Member in keyof SyncPorts]: Readonly<Record<string, PortName>> } = {
  leases: { LeasePort: 'leases', HeldLease: 'lease' },
  watermarks: { WatermarkPort: 'watermarks' },
  manifests: { ManifestPort: 'manifests' },
  quarantine: { QuarantinePort: 'quarantine' },
  source: { SourcePort: 'source', SourceSnapshot: 'snapshot' },
  parts: { PartWriter: 'partWriter' },
  target: { TargetPort: 'target' },
};

const INTERFACES = new Map(Object.values(PORTS_OF).flatMap((ports) => Object.entries(ports)));
const MOMENTS: readonly CrashMoment[] = ['before', 'after', 'answer-lost'];

/** Every method in ports.ts that asks something of the outside, as the text of the file has it. */
function requestsInPortsFile(): { readonly owner: string; readonly method: string; readonly isStream: boolean }[] {
  const file = ts.createSourceFile(PORTS_FILE, readFileSync(PORTS_FILE, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: { owner: string; method: string; isStream: boolean }[] = [];
  file.forEachChild((node) => {
    if (!ts.isInterfaceDeclaration(node)) return;
    for (const member of node.members) {
      const returned = ts.isMethodSignature(member) ? member.type : ts.isPropertySignature(member) && member.type !== undefined && ts.isFunctionTypeNode(member.type) ? member.type.type : undefined;
      const text = returned?.getText(file) ?? '';
      if (/^(Promise|AsyncIterable)</.test(text)) found.push({ owner: node.name.text, method: member.name!.getText(file), isStream: text.startsWith('AsyncIterable') });
    }
  });
  return found;
}

describe('every method of every port', () => {
  const requests = requestsInPortsFile();

  test('ports.ts was read', () => {
    expect(requests).toContainEqual({ owner: 'TargetPort', method: 'load', isStream: false });
    expect(requests).toContainEqual({ owner: 'SourcePort', method: 'read', isStream: true });
    expect(requests.length).toBeGreaterThan(15);
  });

  test.each(requests)('$owner.$method has its three crash points', ({ owner, method }) => {
    const port = INTERFACES.get(owner);
    expect(port, `${owner} is known to PORT_METHODS`).toBeDefined();
    expect(PORT_METHODS[port!]).toContain(method);
    for (const moment of MOMENTS) expect(CRASH_POINTS.map(crashPointName)).toContain(`${port}.${method}:${moment}`);
  });

  test('there are crash points for nothing else, each once', () => {
    const expected = requests.flatMap(({ owner, method }) => MOMENTS.map((moment) => `${INTERFACES.get(owner)}.${method}:${moment}`));
    expect(CRASH_POINTS.map(crashPointName).sort()).toEqual(expected.sort());
    expect(new Set(CRASH_POINTS.map(crashPointName)).size).toBe(CRASH_POINTS.length);
  });
});

describe('the compiler', () => {
  const options = ts.convertCompilerOptionsFromJson({ ...(JSON.parse(readFileSync(join(import.meta.dirname, '../../../../tsconfig.base.json'), 'utf8')) as { compilerOptions: object }).compilerOptions, composite: false, incremental: false, noEmit: true, allowImportingTsExtensions: true }, import.meta.dirname).options;

  /** What the compiler says about port-methods.ts when one of its files has another text. */
  function complaints(change: Readonly<Record<string, (text: string) => string>>): string {
    const host = ts.createCompilerHost(options);
    const read = host.readFile.bind(host);
    const readChanged = (path: string): string | undefined => (change[path] === undefined ? read(path) : change[path](read(path)!));
    host.readFile = readChanged;
    host.getSourceFile = (path, languageVersion) => {
      const text = readChanged(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, languageVersion);
    };
    const program = ts.createProgram([METHODS_FILE], options, host);
    return ts.getPreEmitDiagnostics(program, program.getSourceFile(METHODS_FILE)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n');
  }

  test('takes the list as it is', () => {
    expect(complaints({})).toBe('');
  });

  const changed = (file: string, whole: string, other: string): string =>
    complaints({
      [file]: (standing) => {
        expect(standing).toContain(whole);
        return standing.replace(whole, other);
      },
    });

  test.each([["publish: 'call', ", 'publish'], ["acquire: 'call', ", 'acquire'], [", read: 'stream'", 'read']])('refuses a list without %s', (entry, missing) => {
    expect(changed(METHODS_FILE, entry, '')).toContain(`Property '${missing}' is missing`);
  });

  test('refuses a method that a port has got and the list has not', () => {
    expect(changed(PORTS_FILE, '  inspect(task', '  vacuum(task: TableTask): Promise<void>;\n  inspect(task')).toContain("Property 'vacuum' is missing");
  });

  test('refuses a name that is no method of the port', () => {
    expect(changed(METHODS_FILE, "history: 'call' }", "history: 'call', erase: 'call' }")).toContain("'erase' does not exist");
  });

  test('refuses a reading that is wrapped as a call', () => {
    expect(changed(METHODS_FILE, "read: 'stream'", "read: 'call'")).toContain('"stream"');
  });
});

/** An object with every method of a port, whose state is private: each call is noted and answered with its own name. */
function recordingPort(name: PortName, calls: string[]): Record<string, unknown> {
  class Recording {
    readonly #name = name;
    static {
      for (const method of PORT_METHODS[name] as readonly string[]) {
        Object.defineProperty(this.prototype, method, {
          value(this: Recording, ...parameters: unknown[]) {
            const answer = `${this.#name}.${method}(${parameters.join()})`;
            calls.push(answer);
            if (method === 'read' && name !== 'watermarks') return ReadableStream.from([answer, 'the end']);
            return Promise.resolve(name === 'source' && method === 'snapshot' ? recordingPort('snapshot', calls) : answer);
          },
        });
      }
    }
  }
  return new Recording() as unknown as Record<string, unknown>;
}

class RecordingLease {
  readonly #calls: string[];
  readonly #controller = new AbortController();
  constructor(calls: string[]) {
    this.#calls = calls;
  }
  get generation(): number {
    return this.#controller.signal.aborted ? 0 : 42;
  }
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  assertHeld(): void {
    this.#calls.push('assertHeld');
  }
  release(): Promise<void> {
    this.#calls.push('lease.release()');
    return Promise.resolve();
  }
}

function recordingPorts(calls: string[]): SyncPorts {
  const lease: HeldLease = new RecordingLease(calls);
  const port = <T>(name: PortName): T => recordingPort(name, calls) as T;
  return {
    leases: {
      acquire: (...parameters) => (calls.push(`leases.acquire(${parameters.slice(1, 3).join()})`), Promise.resolve(lease)),
      inspect: ({ table }) => (calls.push(`leases.inspect(${table})`), Promise.resolve(null)),
    },
    watermarks: port('watermarks'), manifests: port('manifests'), quarantine: port('quarantine'), source: port('source'), target: port('target'),
    parts: { open: () => port<PartWriter>('partWriter') },
  };
}

/** A wrapper that notes what it is put around. */
function recordingWrapper(seen: PortRequest[]): RequestWrapper {
  return {
    call: (request, proceed) => (seen.push(request), proceed()),
    stream: (request, proceed) => (seen.push(request), proceed()),
  };
}

async function gathered(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

type AnyMethods = Readonly<Record<string, (...parameters: unknown[]) => unknown>>;

describe('wrapPorts', () => {
  test('is put around every method of every port; arguments and answers pass unchanged', async () => {
    const calls: string[] = [];
    const seen: PortRequest[] = [];
    const ports = wrapPorts(recordingPorts(calls), recordingWrapper(seen));
    const lease = await ports.leases.acquire({ pipeline: 'p', target: 't', table: 'x' }, 'run_1', 3, 0, new AbortController().signal);
    const objects: Readonly<Record<PortName, AnyMethods | null>> = {
      leases: null,
      lease: lease as unknown as AnyMethods,
      watermarks: ports.watermarks as unknown as AnyMethods,
      manifests: ports.manifests as unknown as AnyMethods,
      quarantine: ports.quarantine as unknown as AnyMethods,
      source: ports.source as unknown as AnyMethods,
      snapshot: (await ports.source!.snapshot()) as unknown as AnyMethods,
      partWriter: ports.parts.open({ columns: [], keyOf: () => '', targetFileBytes: 1, maxFileRows: null, inThread: false, compression: 'snappy' }) as unknown as AnyMethods,
      target: ports.target as unknown as AnyMethods,
    };
    expect(seen.splice(0)).toEqual([{ port: 'leases', method: 'acquire' }, { port: 'source', method: 'snapshot' }]);
    expect(calls.splice(0)).toEqual(['leases.acquire(run_1,3)', 'source.snapshot()']);
    expect(await ports.leases.inspect({ pipeline: 'p', target: 't', table: 'x' })).toBeNull();
    expect(seen.splice(0)).toEqual([{ port: 'leases', method: 'inspect' }]);
    expect(calls.splice(0)).toEqual(['leases.inspect(x)']);
    for (const [port, object] of Object.entries(objects)) {
      for (const method of object === null ? [] : PORT_METHODS[port as PortName]) {
        if (method === 'snapshot') continue; // it hands out a port, asked above
        const answer = object![method]!('one', 2);
        const isStream = method === 'read' && port !== 'watermarks';
        const received = isStream ? await gathered(answer as AsyncIterable<unknown>) : await answer;
        const expected = `${port}.${method}(one,2)`;
        if (port === 'lease') expect(calls.splice(0)).toEqual(['lease.release()']);
        else {
          expect(received).toEqual(isStream ? [expected, 'the end'] : expected);
          expect(calls.splice(0)).toEqual([expected]);
        }
        expect(seen.splice(0)).toEqual([{ port, method }]);
      }
    }
  });

  test('what is no request passes by: the lease’s generation, signal and assertion', async () => {
    const calls: string[] = [];
    const seen: PortRequest[] = [];
    const lease = await wrapPorts(recordingPorts(calls), recordingWrapper(seen)).leases.acquire({ pipeline: 'p', target: 't', table: 'x' }, 'run_1', 3, 0, new AbortController().signal);
    seen.length = 0;
    lease.assertHeld();
    expect([lease.generation, lease.signal.aborted, calls.at(-1), seen]).toEqual([42, false, 'assertHeld', []]);
  });

  test('a side that is not reached stays null', () => {
    const ports = wrapPorts({ ...recordingPorts([]), source: null, target: null }, recordingWrapper([]));
    expect([ports.source, ports.target]).toEqual([null, null]);
  });

  test('wrappers nest: the outer one comes first', async () => {
    const order: string[] = [];
    const named = (name: string): RequestWrapper => ({ call: (_request, proceed) => (order.push(name), proceed()), stream: (_request, proceed) => proceed() });
    await wrapPorts(wrapPorts(recordingPorts([]), named('inner')), named('outer')).watermarks.read({ pipeline: 'p', target: 't', table: 'x' });
    expect(order).toEqual(['outer', 'inner']);
  });

  test('a wrapper that throws keeps the request from being made', async () => {
    const calls: string[] = [];
    const refuse = (): never => {
      throw new Error('refused');
    };
    const ports = wrapPorts(recordingPorts(calls), { call: () => Promise.reject(new Error('refused')), stream: refuse });
    await expect(ports.watermarks.read({ pipeline: 'p', target: 't', table: 'x' })).rejects.toThrow('refused');
    expect(calls).toEqual([]);
  });
});
