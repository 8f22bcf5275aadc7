import pLimit from 'p-limit';

/** A table of a run, as far as its turn goes. */
export interface OrderedTable {
  readonly name: string;
  /** Names of tables; those that are not in the run are not waited for. */
  readonly dependsOn: readonly string[];
}

/**
 * Works on tables at the same time, each after those that it depends on.
 *
 * @param limit how many at once
 * @param work never rejects; `failed` names what it depends on and did not end well, in the order of its list
 * @param endedWell judges an outcome for those that wait for it
 * @returns the outcomes in the order of the tables
 * @throws RangeError for tables that wait for each other in a circle
 */
export async function runTables<T extends OrderedTable, R>(tables: readonly T[], limit: number, work: (table: T, failed: readonly string[]) => Promise<R>, endedWell: (outcome: R) => boolean): Promise<readonly R[]> {
  const slots = pLimit(limit);
  const begun = new Map<string, Promise<R>>();
  const known = new Map(tables.map((table) => [table.name, table]));
  const outcomeOf = (table: T, waiting: readonly string[]): Promise<R> => {
    if (waiting.includes(table.name)) throw new RangeError(`Tables wait for each other in a circle: ${[...waiting, table.name].join(', ')}.`);
    const standing = begun.get(table.name);
    if (standing !== undefined) return standing;
    const needed = table.dependsOn.flatMap((name) => known.get(name) ?? []).map((dependency) => ({ name: dependency.name, outcome: outcomeOf(dependency, [...waiting, table.name]) }));
    const outcome = Promise.all(needed.map(async (dependency) => (endedWell(await dependency.outcome) ? [] : [dependency.name]))).then((failed) => slots(() => work(table, failed.flat())));
    begun.set(table.name, outcome);
    return outcome;
  };
  return Promise.all(tables.map((table) => outcomeOf(table, [])));
}
