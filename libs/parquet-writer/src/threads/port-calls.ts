import type { MessagePort, Transferable } from 'node:worker_threads';
import { PortErrors, type SentError } from './port-errors.ts';

type Message =
  | { readonly call: number; readonly method: string; readonly argument: unknown }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly error: SentError };

/** What the other side may call. A plain value or a promise of one comes back. */
export type PortMethods = Readonly<Record<string, (argument: never) => unknown>>;

/** Calls in both directions over one message port. The port keeps the process alive only while a call of this side waits. */
export class PortCalls {
  readonly #port: MessagePort;
  readonly #methods: PortMethods;
  readonly #errors = new PortErrors();
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #callCount = 0;

  constructor(port: MessagePort, methods: PortMethods) {
    this.#port = port;
    this.#methods = methods;
    port.on('message', (message: Message) => this.#take(message));
    port.unref();
  }

  /** Calls a method of the other side; `memory` is given away with the argument. */
  call(method: string, argument: unknown, memory: readonly Transferable[] = []): Promise<unknown> {
    const call = this.#callCount++;
    const result = Promise.withResolvers<unknown>();
    this.#port.postMessage({ call, method, argument } satisfies Message, memory);
    this.#waiting.set(call, result);
    this.#port.ref();
    return result.promise;
  }

  /** Ends the connection; the other side learns it. Calls that wait stay unanswered. */
  close(): void {
    this.#port.close();
  }

  #take(message: Message): void {
    if ('call' in message) {
      void this.#serve(message.call, message.method, message.argument);
      return;
    }
    const result = this.#waiting.get(message.answer)!;
    this.#waiting.delete(message.answer);
    if (this.#waiting.size === 0) this.#port.unref();
    if ('error' in message) result.reject(this.#errors.received(message.error));
    else result.resolve(message.value);
  }

  async #serve(answer: number, method: string, argument: unknown): Promise<void> {
    let message: Message;
    try {
      message = { answer, value: await this.#methods[method]!(argument as never) };
    } catch (error) {
      message = { answer, error: this.#errors.sent(error) };
    }
    this.#port.postMessage(message);
  }
}
