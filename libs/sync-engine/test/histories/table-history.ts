import { expect } from 'vitest';
import type { PromiseCell } from '../../src/engine/promises.ts';
import { setWatermark } from '../../src/engine/state/set-watermark.ts';
import { resetWatermark } from '../../src/engine/state/reset-watermark.ts';
import type { RequestWrapper } from '../../src/engine/port-methods.ts';
import { FLAW, MEMORY_SETTINGS, MEMORY_TABLE, MemoryWorld } from '../../src/testing/index.ts';
import { goOn, type Ended, type Errand, type ErrandOptions } from './errands.ts';
import { connectionLost, strikeWith, type Fault } from './faults.ts';
import type { Figures } from './figures.ts';
import { Pacer } from './pacer.ts';
import { secondsBefore } from './seconds-before.ts';
import { TablePromise } from './table-promise.ts';
import { LONGEST_TRANSACTION_SECONDS, type Variant } from './variants.ts';

/** No process stays frozen for as long as things are kept that a cleaning may take: then it could make what was taken count again. */
const DAY_MS = 86_400_000;

/** A process that goes on only when it is told to. */
interface PacedProcess {
  readonly pacer: Pacer;
  readonly ended: Promise<Ended>;
  hasEnded: boolean;
  readonly cleans: boolean;
  /** Its connections to the source were cut, and it has not noticed. */
  isCut: boolean;
}

/** One table's life: what its writers did, what was done for it, and what of it must hold. */
export class TableHistory {
  readonly world = new MemoryWorld();
  readonly promise: TablePromise;
  readonly #cell: PromiseCell;
  readonly #variant: Variant;
  readonly #figures: Figures;
  readonly #open: { readonly transaction: ReturnType<MemoryWorld['source']['begin']>; readonly since: number }[] = [];
  readonly #paced: PacedProcess[] = [];
  #clock = 0;
  #version = 0;
  /** New ids come from here: ids up to 30 are those that are written again. */
  #nextId = 1000;
  #servers = 1;
  /** The least time that a clock showed when a server was left; null before the first time. */
  #leftAt: string | null = null;

  constructor(cell: PromiseCell, variant: Variant, figures: Figures) {
    this.#cell = cell;
    this.#variant = variant;
    this.#figures = figures;
    this.world.source.isCursorNullable = variant.undated !== 'none';
    this.world.source.cursorDigits = variant.keepsSeconds ? 0 : 6;
    this.promise = new TablePromise(this.world, cell, variant);
  }

  get pacedCount(): number {
    return this.#paced.length;
  }

  get openCount(): number {
    return this.#open.length;
  }

  /** What happens between two steps. */
  async step(work: () => Promise<void> | void): Promise<void> {
    this.#commit((since) => this.#clock - since > LONGEST_TRANSACTION_SECONDS);
    await work();
    this.pass(0.001);
    await this.promise.expectSound();
  }

  pass(seconds: number): void {
    this.#clock += seconds;
    this.world.source.advance(BigInt(Math.round(seconds * 1_000_000)));
  }

  write(ids: readonly number[], isTie: boolean, isFlawed: boolean): void {
    for (const id of this.#isOnlyAdded ? ids.map(() => this.#nextId++) : ids) {
      this.#put(id, this.#state(isFlawed));
      if (!isTie) this.pass(0.05);
    }
  }

  insert(count: number, backSeconds: number): void {
    for (let inserted = 0; inserted < count; inserted++) this.#put(this.#nextId++, this.#state(false), backSeconds);
  }

  /** A row loses its time, or is there without one. */
  writeUndated(id: number): void {
    if (this.#variant.undated === 'none') return this.write([id], false, false);
    const { source } = this.world;
    source.putUndated(id, this.#state(false));
    this.promise.noted(id);
  }

  delete(id: number): void {
    if (this.#isOnlyAdded) return;
    // The row's lock makes a delete wait for the transaction that holds it.
    this.#commit((_since, held) => held.has(String(id)));
    this.world.source.remove(id);
    this.promise.removed(id);
  }

  begin(id: number): void {
    const row = this.#isOnlyAdded ? this.#nextId++ : id;
    if (!this.promise.mayWrite(row, this.world.source.writtenTime())) return;
    const transaction = this.world.source.begin(row, this.#state(false));
    this.promise.notedUnseen(transaction.rows);
    this.#open.push({ transaction, since: this.#clock });
  }

  commit(): void {
    this.#commit(() => true);
  }

  /** The source's name leads to another server: its clock differs, transactions are gone, and connections are cut. */
  failOver(clockSeconds: number): void {
    const { source } = this.world;
    for (const { transaction } of this.#open.splice(0)) source.abandon(transaction);
    const before = source.nowText;
    this.#leftAt = this.#leftAt === null || before < this.#leftAt ? before : this.#leftAt;
    source.serverId = `memory-source-${++this.#servers}`;
    source.advance(BigInt(clockSeconds) * 1_000_000n);
    if (source.nowText < this.#leftAt) this.#leftAt = source.nowText;
    for (const process of this.#paced) process.isCut = true;
    this.#figures.count('faults', 'fail over');
  }

  /** Sends a process and waits for its end. */
  async send(errand: Errand, fault: Fault | null): Promise<void> {
    const { source } = this.world;
    const before = this.promise.before();
    if (errand.do === 'backfill') this.promise.isMerged = true;
    const struck = fault === null ? null : strikeWith(fault, this.#figures);
    if (struck !== null) this.world.faults = struck.storeFaults;
    // Also one that a fault befalls may merge its range.
    if (errand.do === 'backfill') this.promise.isMerged = true;
    const ended = await this.#go(errand, {
      ...(struck === null || struck.wrapper === null ? {} : { wrapper: struck.wrapper }),
      ...(struck === null || struck.stateStore === null ? {} : { stateStore: struck.stateStore(this.world.store) }),
    });
    this.world.faults = {};
    if (struck?.hasStruck === true) {
      if (fault?.kind !== 'crash') expect(ended.exit, `${errand.do} with ${JSON.stringify(fault)}: ${ended.message}`).not.toBe(70);
      this.world.letLeasesExpire();
      return;
    }
    expect(this.#allowed(errand, ended), `${errand.do} without a fault: ${ended.exit} ${ended.code} ${ended.message}`).toBe(true);
    if (ended.code === 'STATE_SOURCE_BEHIND') await this.promise.expectSourceBehind();
    if (errand.do === 'sync' && errand.stages === 'both' && ended.code === null && errand.limit === null && !isResumable(this.#variant) && (ended.exit === 0 || this.#cell.mode !== 'replace')) this.promise.expectRead(before, source.rows());
    if (ended.code === 'STATE_OTHER_SOURCE') await this.#takeOver();
  }

  /** Sends a process that stops before its first request. */
  startPaced(errand: Errand, fault: Fault | null): void {
    const cleans = errand.do === 'clean' || errand.do === 'clean orphans';
    if (!cleans && this.#paced.some((other) => other.cleans)) return;
    const pacer = new Pacer();
    const struck = fault === null || fault.kind === 'store' ? null : strikeWith(fault, this.#figures);
    if (errand.do === 'backfill') this.promise.isMerged = true;
    const inner = struck?.wrapper ?? null;
    const cut = cutting(() => this.#paced.find((process) => process.pacer === pacer));
    const wrapper = inner === null ? nested(pacer.wrapper, cut) : nested(nested(pacer.wrapper, cut), inner);
    const ended = this.#go(errand, { wrapper, ...(struck === null || struck.stateStore === null ? {} : { stateStore: struck.stateStore(this.world.store) }), objects: pacedStore(this.world.store, pacer) });
    const process: PacedProcess = { pacer, ended, hasEnded: false, isCut: false, cleans };
    this.#paced.push(process);
    void ended.then(({ exit, message }) => {
      process.hasEnded = true;
      if (fault === null) expect(exit, message).not.toBe(70);
    });
  }

  /** Lets a paced process pass some of its stops. */
  async goOn(which: number, stops: number): Promise<void> {
    const process = this.#paced[which % this.#paced.length];
    if (process === undefined) return;
    await process.pacer.allow(stops, () => process.hasEnded);
    if (!process.hasEnded) return;
    await process.ended;
    this.#paced.splice(this.#paced.indexOf(process), 1);
  }

  letLeasesExpire(): void {
    if (this.#paced.length > 0) this.#figures.count('faults', 'frozen past the lease');
    this.world.letLeasesExpire();
  }

  /** Nobody writes any more; a last run, and what must hold then, also when the processes that froze on the way wake up. */
  async end(): Promise<void> {
    this.#commit(() => true);
    this.promise.mendFlaws();
    await this.#quiet();
    while (this.#paced.length > 0) {
      await this.goOn(0, 1_000_000);
      await this.promise.expectSound();
      this.promise.expectWhole('when a frozen process has woken');
      this.world.letLeasesExpire();
    }
    await this.#quiet();
    this.#figures.histories++;
    this.#figures.rows += this.world.source.rows().length;
  }

  async #quiet(): Promise<void> {
    this.world.letLeasesExpire();
    let isResumed = isResumable(this.#variant);
    for (let tries = 0; ; tries++) {
      // A server's clock may be behind what another one's writers have written.
      do this.pass(5);
      while (this.promise.isDatedAfter(this.world.source.writtenTime(2_000_000n)));
      const ended = await this.#go(this.#variant.setsAside ? { do: 'requeue' } : { do: 'sync', stages: 'both', limit: null }, {});
      // Pages of an earlier snapshot set stay as they were read; the next set is of now.
      if (ended.exit === 0 && isResumed) {
        isResumed = false;
        tries--;
        continue;
      }
      if (ended.exit === 0) break;
      // A batch that waited had set rows aside; they were read once more.
      if (ended.code === null && this.#variant.setsAside && tries === 0) continue;
      expect(tries, `a quiet run: ${ended.exit} ${ended.code} ${ended.message}`).toBeLessThan(3);
      if (ended.code === 'STATE_OTHER_SOURCE') await this.#takeOver();
      else if (ended.code === 'STATE_SOURCE_BEHIND') {
        await this.promise.expectSourceBehind();
        // As the clock of a new server runs on, a row comes that lies at the watermark or after it.
        this.pass(60);
        this.insert(1, 0);
      } else expect(`${ended.exit} ${ended.code} ${ended.message}`, 'a quiet run').toBe('0');
    }
    await this.promise.expectSound();
    this.promise.expectWhole('after a quiet run');
  }

  async #go(errand: Errand, options: Partial<ErrandOptions>): Promise<Ended> {
    this.#figures.count('processes', errand.do);
    this.#figures.runs++;
    return goOn(errand, this.world, this.#variant, { olderThanMs: this.#paced.some(({ cleans }) => !cleans) ? DAY_MS : 0, ...options });
  }

  get #isOnlyAdded(): boolean {
    return this.#cell.promise === 'inserts';
  }

  #state(isFlawed: boolean): string {
    return `${isFlawed && this.#variant.setsAside ? FLAW : ''}v${++this.#version}`;
  }

  #put(id: number, state: string, backSeconds = 0): void {
    // A clock that is behind is covered by a lookback, as a late commit is, and by nothing else.
    if (this.#variant.late !== 'lookback' && !this.promise.readsWhole) backSeconds = 0;
    const { source } = this.world;
    const behind = BigInt(backSeconds) * 1_000_000n;
    // Each change of a row advances its time; what has an id for good keeps it.
    if (!this.promise.mayWrite(id, source.writtenTime(behind))) return;
    source.put(id, state, behind);
    this.#figures.count('writes', backSeconds > 0 ? 'dated back' : 'plain');
    this.promise.noted(id);
  }

  #commit(isDue: (since: number, held: ReadonlyMap<string, unknown>) => boolean): void {
    for (const entry of this.#open.filter(({ since, transaction }) => isDue(since, transaction.rows))) {
      this.world.source.commit(entry.transaction);
      this.promise.committed(entry.transaction.rows);
      this.#figures.count('writes', 'committed late');
      this.#open.splice(this.#open.indexOf(entry), 1);
    }
  }

  /** What a process may end with to which nothing happened. */
  #allowed({ do: what }: Errand, { exit, code }: Ended): boolean {
    if (exit === 0) return true;
    if (code === 'LEASE_HELD') return this.#paced.length > 0;
    if (code === null) return exit === 20 && this.#variant.setsAside;
    if (code === 'STATE_OTHER_SOURCE') return this.#leftAt !== null;
    if (code === 'STATE_SOURCE_BEHIND') return true;
    if (code === 'SYNC_GUARD_TIMEOUT') return this.#variant.late === 'guard' && this.#open.length > 0;
    if (code === 'STATE_NOTHING_YET') return ['backfill', 'discard', 'restage'].includes(what);
    if (code === 'STATE_WOULD_DUPLICATE') return this.#cell.mode === 'append' && ['reset', 'rollback', 'discard', 'restage'].includes(what);
    if (code === 'STATE_NO_HISTORY') return what === 'rollback';
    if (code === 'STATE_BATCH_UNKNOWN') return what === 'discard' || what === 'restage';
    return what === 'repair' && code === 'STATE_NOT_REPAIRABLE';
  }

  /** A person goes on at the new server, from before the change where rows may be read again. */
  async #takeOver(): Promise<void> {
    const { world } = this;
    const [reading, mode] = [this.#variant.reading, this.#cell.mode];
    const leftAt = this.#leftAt!;
    const position = (await world.watermark())?.loaded_through.position ?? null;
    const table = { ...MEMORY_TABLE, ...this.#variant.table, reading };
    // Appended rows are not read again, unless nothing else would find what a clock that is behind has dated before the watermark.
    const goesBack = mode !== 'append' || this.#variant.late !== 'lookback';
    const set = (timestamp: string | null, id: string | null): Promise<unknown> =>
      world.command((request, ports) => setWatermark({ ...request, mode, table, acceptDuplicates: goesBack, settings: MEMORY_SETTINGS, timestamp, id }, { ...ports, source: ports.source! }));
    const [first, id] = position?.kind === 'keyset' ? position.values : position?.kind === 'tick' ? [position.value] : [];
    const canSet = first !== undefined && reading.strategy !== 'full_sync' && mode !== 'replace';
    try {
      if (!canSet) await world.command((request, ports) => resetWatermark({ ...request, mode, isForced: false, acceptDuplicates: true }, ports));
      else if (reading.strategy === 'id_only') await set(null, first);
      else {
        const back = !goesBack ? first : [first, secondsBefore(leftAt, 60)].sort()[0]!;
        const needsId = !('idColumn' in reading) ? false : reading.strategy === 'hybrid' || reading.idColumn !== null;
        await set(back, needsId ? (goesBack ? '0' : (id ?? '0')) : null);
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'LEASE_HELD' && this.#paced.length > 0) return;
      throw error;
    }
    if (mode === 'append' && (!canSet || (goesBack && reading.strategy !== 'id_only'))) this.promise.mayRepeat = true;
  }
}

function nested(outer: RequestWrapper, inner: RequestWrapper): RequestWrapper {
  return {
    call: (request, proceed) => outer.call(request, () => inner.call(request, proceed)),
    stream: (request, proceed) => outer.stream(request, () => inner.stream(request, proceed)),
  };
}

/** Once its connections are cut, a process notices at its next request to the source. */
function cutting(processOf: () => PacedProcess | undefined): RequestWrapper {
  const notice = ({ port }: { readonly port: string }): void => {
    const process = processOf();
    if (process?.isCut !== true || (port !== 'source' && port !== 'snapshot')) return;
    process.isCut = false;
    throw connectionLost();
  };
  return {
    call: async (request, proceed) => {
      notice(request);
      return proceed();
    },
    stream: async function* (request, proceed) {
      notice(request);
      for await (const item of proceed()) {
        notice(request);
        yield item;
      }
    },
  };
}

/** The store as a cleaning sees it, which stops before and after each request as well. */
function pacedStore(store: MemoryWorld['store'], pacer: Pacer): MemoryWorld['store'] {
  const stopping = (name: 'put' | 'deleteMany' | 'deleteEveryVersion') => async (...parameters: never[]) => {
    await pacer.pass();
    const answer: unknown = await (store[name] as (...all: never[]) => Promise<unknown>)(...parameters);
    await pacer.pass();
    return answer;
  };
  return Object.assign(Object.create(null) as MemoryWorld['store'], {
    bucket: store.bucket, list: store.list.bind(store), listUploads: store.listUploads.bind(store), abortUpload: store.abortUpload.bind(store), serverNow: store.serverNow.bind(store),
    put: stopping('put'), deleteMany: stopping('deleteMany'), deleteEveryVersion: stopping('deleteEveryVersion'),
  });
}

/** Pages are read in snapshots of their own, and a run goes on with a set that another one began. */
function isResumable({ reading }: Variant): boolean {
  return 'resumable' in reading && reading.resumable;
}
