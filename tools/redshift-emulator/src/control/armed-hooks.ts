import { setTimeout as sleep } from 'node:timers/promises';
import { SqlError } from '../wire/sql-error.ts';
import type { HookEvent, HookPhase, HookReply, Hooks } from './hooks.ts';

/** A hook as another process orders it. */
export interface HookOrder {
  readonly match: {
    readonly kind?: string;
    /** Regular expression on the statement, white space collapsed; case does not matter. */
    readonly sql?: string;
    readonly user?: string;
  };
  /** Which match it is for, from 1. */
  readonly nth?: number;
  readonly phase?: HookPhase;
  /** `hold` waits for release, `delay` for `delayMs`; both then go on, whether the client is still there or not. */
  readonly action: 'hold' | 'drop' | 'error' | 'delay' | 'hold-answer';
  readonly delayMs?: number;
  readonly error?: { readonly code: string; readonly message: string; readonly detail?: string };
}

/** A hook and how far it is. */
export interface ArmedHook {
  readonly id: number;
  readonly order: HookOrder;
  state: 'armed' | 'holding' | 'done';
  /** The statement that it met. */
  met?: HookEvent;
}

/** Thrown for an order that makes no sense. */
export class InvalidHookOrder extends Error {}

const ACTIONS: ReadonlySet<string> = new Set(['hold', 'drop', 'error', 'delay', 'hold-answer']);
const PHASES: ReadonlySet<string> = new Set(['before', 'during', 'after']);

/** One-shot hooks, armed by number and released from outside. */
export class ArmedHooks {
  readonly #hooks: Hooks;
  readonly #armed = new Map<number, { hook: ArmedHook; release: () => void; stop: () => void }>();
  #lastId = 0;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** Arms a hook; it acts on one statement. */
  arm(order: HookOrder): ArmedHook {
    if (!ACTIONS.has(order.action) || !PHASES.has(order.phase ?? 'before') || typeof order.match !== 'object') throw new InvalidHookOrder('action, phase or match is not valid');
    if (order.action === 'error' && order.error === undefined) throw new InvalidHookOrder('action error needs an error');
    this.#lastId += 1;
    const hook: ArmedHook = { id: this.#lastId, order, state: 'armed' };
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const pattern = order.match.sql === undefined ? undefined : new RegExp(order.match.sql, 'i');
    let seen = 0;
    const stop = this.#hooks.on(async (event) => {
      const matches = event.phase === (order.phase ?? 'before') && (order.match.kind ?? event.kind) === event.kind && (order.match.user ?? event.user) === event.user && pattern?.test(event.sql) !== false;
      if (!matches || hook.state !== 'armed') return undefined;
      seen += 1;
      if (seen !== (order.nth ?? 1)) return undefined;
      hook.met = event;
      return this.#act(hook, released, stop);
    });
    this.#armed.set(hook.id, { hook, release, stop });
    return hook;
  }

  list(): ArmedHook[] {
    return [...this.#armed.values()].map(({ hook }) => hook);
  }

  /** Lets a held statement go on; false when there is no such hook. */
  release(id: number): boolean {
    const entry = this.#armed.get(id);
    entry?.release();
    return entry !== undefined;
  }

  /** Takes a hook away; what it holds goes on. */
  disarm(id: number): boolean {
    const entry = this.#armed.get(id);
    entry?.stop();
    entry?.release();
    return this.#armed.delete(id);
  }

  async #act(hook: ArmedHook, released: Promise<void>, stop: () => void): Promise<HookReply> {
    const { action, delayMs = 0, error } = hook.order;
    hook.state = 'holding';
    if (action === 'hold') await released;
    if (action === 'delay') await sleep(delayMs);
    hook.state = 'done';
    stop();
    if (action === 'drop') return 'drop-connection';
    if (action === 'hold-answer') return 'hold-answer';
    return action === 'error' ? new SqlError(error!.code, error!.message, error!.detail === undefined ? {} : { detail: error!.detail }) : undefined;
  }
}
