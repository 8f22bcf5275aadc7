import { createRequire } from 'node:module';

/** Which Snappy compresses: the native addon, or the pure JavaScript one, with why the addon is not in use. */
export type SnappyImplementation = { readonly name: 'native' } | { readonly name: 'javascript'; readonly reason: string };

export type Compress = (bytes: Uint8Array) => Uint8Array;

const require = createRequire(import.meta.url);

/** Loads the native addon. @throws when it is not installed, or has no build for this platform */
export function loadNativeSnappy(): Compress {
  const addon = require('snappy') as { compressSync(bytes: Uint8Array, options: { copyOutputData: boolean }): Uint8Array };
  // A copy in memory of the engine was measured cheaper than a page that the garbage collector hands back to the addon.
  return (bytes) => addon.compressSync(bytes, { copyOutputData: true });
}

export function loadJavaScriptSnappy(): Compress {
  const library = require('snappyjs') as { compress(bytes: Uint8Array): Uint8Array };
  return (bytes) => library.compress(bytes);
}

export interface ChosenSnappy {
  readonly implementation: SnappyImplementation;
  readonly compress: Compress;
}

/** The native Snappy if `loadNative` gives it, else the pure JavaScript one, which takes about twice the time. */
export function chooseSnappy(loadNative: () => Compress): ChosenSnappy {
  try {
    return { implementation: { name: 'native' }, compress: loadNative() };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
    return { implementation: { name: 'javascript', reason }, compress: loadJavaScriptSnappy() };
  }
}

let chosen: ChosenSnappy | undefined;

/** The Snappy of this process, chosen at its first use. */
export function processSnappy(): ChosenSnappy {
  chosen ??= chooseSnappy(loadNativeSnappy);
  return chosen;
}

/** Tells which Snappy this process compresses with. Both write the same format. */
export function snappyImplementation(): SnappyImplementation {
  return processSnappy().implementation;
}
