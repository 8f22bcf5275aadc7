import { setTimeout as sleep } from 'node:timers/promises';
import type { MysqlSession } from '@tidemark/local-stack';
import type { SampleSize } from './build-source.ts';
import { insertNowSql } from './sample-table.ts';
import { CUSTOMERS, ORDERS, ORDER_ITEMS } from './shop-tables.ts';
import { POLICY_SAMPLES, TYPE_SAMPLES, updateSamplesSql } from './type-table.ts';

/** Orders that are inserted just before the first sync, with the time of that moment. */
export const FRESH_ORDER_COUNT = 3;

/** Seven updates take some milliseconds; on a machine that stalls just then they are made again. */
const ONE_SECOND_ATTEMPTS = 5;

/** An order whose transaction stays open over the first sync. */
export interface LateOrder {
  readonly id: number;
  /** Ends the transaction, long after the order got its `updated_at`. */
  commit(): Promise<void>;
}

/**
 * Inserts an order and leaves its transaction open; then, in a later second, inserts and commits newer orders in another session.
 * Resolves as soon as a run may read the newer ones: it will then move its watermark past the order that it cannot see.
 *
 * @param lagSeconds how far the pipeline's bound stays behind the source's time
 */
export async function openLateOrder(late: MysqlSession, session: MysqlSession, size: SampleSize, lagSeconds: number): Promise<LateOrder> {
  const id = size.orders + 1;
  await late.run('START TRANSACTION');
  await late.run(insertNowSql(ORDERS, id, id));
  await untilNextSecond(session);
  await session.run(insertNowSql(ORDERS, id + 1, id + FRESH_ORDER_COUNT));
  await untilReadable(session, lagSeconds);
  return { id, commit: async () => void (await late.run('COMMIT')) };
}

/** What was changed, for the report. */
export interface SourceChanges {
  readonly inserted: number;
  readonly updated: number;
  /** Orders changed within one second, the newest first and lower ids after it. */
  readonly withinOneSecond: number;
}

/**
 * Inserts and updates rows of every table. Resolves when every change lies below the bound of a run that starts now.
 *
 * @throws Error when the updates that belong into one second did not fall into one
 */
export async function changeSource(session: MysqlSession, size: SampleSize, lagSeconds: number): Promise<SourceChanges> {
  const firstOrder = size.orders + FRESH_ORDER_COUNT + 2;
  const share = (count: number, part: number): number => Math.max(10, Math.floor(count / part));
  const additions = { customers: share(size.customers, 400), orders: share(size.orders, 600), order_items: share(size.order_items, 600), samples: 20 };
  await session.run(insertNowSql(CUSTOMERS, size.customers + 1, size.customers + additions.customers));
  await session.run(insertNowSql(ORDERS, firstOrder, firstOrder + additions.orders - 1));
  await session.run(insertNowSql(ORDER_ITEMS, size.order_items + 1, size.order_items + additions.order_items));
  await session.run(insertNowSql(TYPE_SAMPLES, size.type_samples + 1, size.type_samples + additions.samples));

  let updated = await session.run(`UPDATE customers SET email = NULL, name = CONCAT(name, ' 😀') WHERE id % 97 = 0`);
  updated += await session.run('UPDATE order_items SET discount = NULL, quantity = 65535 - quantity WHERE id % 499 = 0');
  updated += await session.run(updateSamplesSql(TYPE_SAMPLES, 5, size.type_samples));
  updated += await session.run(updateSamplesSql(POLICY_SAMPLES, 5, size.policy_samples));
  const withinOneSecond = await updateWithinOneSecond(session, firstOrder + additions.orders - 1);
  await untilReadable(session, lagSeconds);
  return { inserted: Object.values(additions).reduce((sum, count) => sum + count), updated: updated + withinOneSecond, withinOneSecond };
}

/** Updates the newest order and then, one by one and in the same second, orders with ever lower ids. */
async function updateWithinOneSecond(session: MysqlSession, newest: number): Promise<number> {
  const ids = [newest, ...[2, 3, 5, 8, 13].map((divisor) => Math.floor(newest / divisor)), 1];
  for (let attempt = 1; attempt <= ONE_SECOND_ATTEMPTS; attempt += 1) {
    await untilNextSecond(session);
    for (const id of ids) await session.run(`UPDATE orders SET state = 1 + state % 4, amount = amount + 0.01 WHERE id = ${id}`);
    const [found] = await session.rows(`SELECT COUNT(*) AS changed, COUNT(DISTINCT updated_at) AS seconds FROM orders WHERE id IN (${ids.join(', ')})`);
    if (Number(found?.['changed']) !== ids.length) throw new Error(`The sample source lacks some of the orders ${ids.join(', ')}.`);
    if (found?.['seconds'] === '1') return ids.length;
  }
  throw new Error('The updates that belong into one second did not fall into one: this machine is too busy.');
}

async function untilNextSecond(session: MysqlSession): Promise<void> {
  await sleep(1000 - (await sourceClockMs(session)) % 1000 + 20);
}

/** A bound is the source's time less the lag, cut to the second: what is changed now lies below it one second more than the lag later. */
async function untilReadable(session: MysqlSession, lagSeconds: number): Promise<void> {
  await sleep((lagSeconds + 1) * 1000 - (await sourceClockMs(session)) % 1000 + 20);
}

async function sourceClockMs(session: MysqlSession): Promise<number> {
  const [row] = await session.rows('SELECT ROUND(UNIX_TIMESTAMP(NOW(6)) * 1000) AS ms');
  return Number(row?.['ms']);
}
