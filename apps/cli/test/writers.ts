import { setTimeout as sleep } from 'node:timers/promises';
import type { MysqlSession, Stack } from '@tidemark/local-stack';
import { randomFrom } from './random.ts';

const WRITERS = 4;
const IDS = 400;

/** Writers at work on tables `(id, state, updated_at)`: each in transactions of its own, some of which commit late. */
export class Writers {
  readonly #sessions: readonly MysqlSession[];
  readonly #work: readonly Promise<void>[];
  #isStopped = false;
  #written = 0;

  private constructor(sessions: readonly MysqlSession[], tables: readonly string[], seed: number) {
    this.#sessions = sessions;
    this.#work = sessions.map((session, index) => this.#write(session, tables, randomFrom(seed + index)));
  }

  static async start(servers: Stack, tables: readonly string[], seed: number): Promise<Writers> {
    const sessions = await Promise.all(Array.from({ length: WRITERS }, () => servers.mariadb.connect({ database: 'sales' })));
    return new Writers(sessions, tables, seed);
  }

  /** Ends the work, with every transaction committed; gives how many rows were written. */
  async stop(): Promise<number> {
    this.#isStopped = true;
    await Promise.all(this.#work);
    await Promise.all(this.#sessions.map((session) => session.close()));
    return this.#written;
  }

  async #write(session: MysqlSession, tables: readonly string[], random: (below: number) => number): Promise<void> {
    while (!this.#isStopped) {
      const table = tables[random(tables.length)]!;
      await session.run('START TRANSACTION');
      try {
        for (let row = 1 + random(8); row > 0; row--) {
          const id = 1 + random(IDS);
          await session.run(`INSERT INTO ${table} (id, state, updated_at) VALUES (?, ?, NOW(6)) ON DUPLICATE KEY UPDATE state = VALUES(state), updated_at = NOW(6)`, [id, `v${random(1_000_000)}`]);
          this.#written++;
        }
        if (random(4) === 0) await sleep(random(400));
        await session.run('COMMIT');
      } catch (error) {
        // Two writers on the same rows in another order: the server ends one of them.
        if (!/deadlock|lock wait/i.test(String(error))) throw error;
        await session.run('ROLLBACK');
      }
      await sleep(random(30));
    }
  }
}
