import fc from 'fast-check';
import { anyErrand, type Errand } from './errands.ts';
import { anyFault, type Fault } from './faults.ts';
import type { TableHistory } from './table-history.ts';

/** What decides which commands make sense: how many processes are under way, and how many transactions are open. */
export interface HistoryModel {
  paced: number;
  open: number;
}

class Step implements fc.AsyncCommand<HistoryModel, TableHistory> {
  readonly #text: string;
  readonly #work: (history: TableHistory) => Promise<void> | void;
  readonly #check: (model: HistoryModel) => boolean;

  constructor(text: string, work: (history: TableHistory) => Promise<void> | void, check: (model: HistoryModel) => boolean = () => true) {
    this.#text = text;
    this.#work = work;
    this.#check = check;
  }

  check(model: Readonly<HistoryModel>): boolean {
    return this.#check(model);
  }

  async run(model: HistoryModel, history: TableHistory): Promise<void> {
    await history.step(() => this.#work(history));
    model.paced = history.pacedCount;
    model.open = history.openCount;
  }

  toString(): string {
    return this.#text;
  }
}

const id = fc.integer({ min: 1, max: 30 });
const textOf = (value: Errand | Fault | null): string => (value === null ? '' : ` ${JSON.stringify(value)}`);

const WRITES: readonly fc.Arbitrary<Step>[] = [
  fc.tuple(fc.array(id, { minLength: 1, maxLength: 12 }), fc.boolean(), fc.integer({ min: 0, max: 4 })).map(([ids, isTie, flaw]) => new Step(`write ${ids.join(' ')}${isTie ? ' at once' : ''}${flaw === 0 ? ' flawed' : ''}`, (history) => history.write(ids, isTie, flaw === 0))),
  fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 0, max: 30 })).map(([count, back]) => new Step(`insert ${count}, ${back} s behind`, (history) => history.insert(count, back))),
  id.map((row) => new Step(`write ${row} without a time`, (history) => history.writeUndated(row))),
  id.map((row) => new Step(`delete ${row}`, (history) => history.delete(row))),
  id.map((row) => new Step(`begin ${row}`, (history) => history.begin(row))),
  fc.constant(new Step('commit', (history) => history.commit(), ({ open }) => open > 0)),
];

const PROCESSES: readonly fc.Arbitrary<Step>[] = [
  fc.tuple(anyErrand, fc.option(anyFault, { freq: 2 })).map(([errand, fault]) => new Step(`send${textOf(errand)}${textOf(fault)}`, (history) => history.send(errand, fault))),
  fc.tuple(anyErrand, fc.option(anyFault, { freq: 1 })).map(([errand, fault]) => new Step(`start${textOf(errand)}${textOf(fault)}`, (history) => history.startPaced(errand, fault), ({ paced }) => paced < 3)),
];

const CLOCKS: readonly fc.Arbitrary<Step>[] = [
  fc.integer({ min: 0, max: 8 }).map((seconds) => new Step(`wait ${seconds} s`, (history) => history.pass(seconds))),
  fc.constant(new Step('leases expire', (history) => history.letLeasesExpire())),
];

const failOver = fc.integer({ min: -20, max: 20 }).map((seconds) => new Step(`fail over, ${seconds} s`, (history) => history.failOver(seconds)));

const goOn = fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 40 })).map(([which, stops]) => new Step(`go on ${which}, ${stops} stops`, (history) => history.goOn(which, stops), ({ paced }) => paced > 0));

/** What can happen to a table, in any order. Kinds that stand several times come as much more often. */
const OFTEN: readonly fc.Arbitrary<Step>[] = [WRITES[0]!, ...WRITES, ...CLOCKS, CLOCKS[0]!, ...PROCESSES, PROCESSES[0]!, PROCESSES[0]!, goOn, goOn, goOn];
const ALL: readonly fc.Arbitrary<Step>[] = [...OFTEN, ...OFTEN, ...OFTEN, failOver];

export const anyCommands = (maxCommands: number): fc.Arbitrary<Iterable<fc.AsyncCommand<HistoryModel, TableHistory>>> => fc.commands([...ALL], { maxCommands, size: 'max' });
