import { parseArgs } from 'node:util';

export const USAGE = `npm run demo                 builds a sample source, syncs it twice and compares source and target
npm run demo -- --keep       leaves the servers up and prints commands to try
npm run demo -- --rows N     N orders instead of 300,000
`;

export interface DemoOptions {
  readonly orderCount: number;
  readonly keep: boolean;
}

const DEFAULT_ORDER_COUNT = 300_000;
const MIN_ORDER_COUNT = 100;
const MAX_ORDER_COUNT = 10_000_000;

/** The options of a command line; undefined when it is none of the demo's. */
export function demoOptions(args: readonly string[]): DemoOptions | undefined {
  try {
    const { values } = parseArgs({ args: [...args], options: { keep: { type: 'boolean', default: false }, rows: { type: 'string', default: String(DEFAULT_ORDER_COUNT) } } });
    const orderCount = Number(values.rows);
    return Number.isInteger(orderCount) && orderCount >= MIN_ORDER_COUNT && orderCount <= MAX_ORDER_COUNT ? { orderCount, keep: values.keep } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) return undefined;
    throw error;
  }
}
