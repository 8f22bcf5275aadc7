import type { Duplex } from 'node:stream';

/** Looks per keep-alive time; a session is asked for a sign of life as often. */
const LOOKS = 3;

/** How often a session is asked for a sign of life. */
export function askEveryMs(keepaliveMs: number): number {
  return Math.max(1, Math.floor(keepaliveMs / LOOKS));
}

/**
 * Notices a stream from which nothing comes any more. Any byte counts: on a slow link the answer to a keep-alive waits behind the data.
 * Looks are counted and not time, so a process that slept itself does not find its session dead.
 *
 * @returns ends the watch
 */
export function watchSilence(stream: Duplex, keepaliveMs: number, onSilent: () => void): () => void {
  let silentLooks = 0;
  const onData = (): void => {
    silentLooks = 0;
  };
  const timer = setInterval(() => {
    silentLooks += 1;
    if (silentLooks <= LOOKS) return;
    stop();
    onSilent();
  }, askEveryMs(keepaliveMs));
  const stop = (): void => {
    clearInterval(timer);
    stream.off('data', onData);
  };
  stream.on('data', onData);
  return stop;
}
