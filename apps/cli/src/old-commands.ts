/** What commands of the replaced tool are called now. The longest name that fits is taken. */
const RENAMED: readonly (readonly [old: readonly string[], now: readonly string[]])[] = [
  [['watermark-count', 'set-count'], ['watermark', 'count', 'set']],
  [['watermark-count', 'validate-counts'], ['watermark', 'count', 'validate']],
  [['watermark', 'force-reset'], ['watermark', 'reset', '--force']],
  [['multi-schema', 'setup'], ['config', 'setup']],
  [['multi-schema', 'info'], ['config', 'status']],
  [['cdc', 'validate-pipeline'], ['config', 'validate-pipeline']],
  [['cdc', 'examples'], ['cdc', 'strategies']],
];

export interface RenamedCommand {
  readonly argv: readonly string[];
  /** One line for stderr; null when nothing was renamed. */
  readonly notice: string | null;
}

/** A command line in today's words. */
export function renamedCommand(argv: readonly string[]): RenamedCommand {
  const found = RENAMED.find(([old]) => old.every((word, index) => argv[index] === word));
  if (found === undefined) return { argv, notice: null };
  const [old, now] = found;
  return { argv: [...now, ...argv.slice(old.length)], notice: `tidemark ${old.join(' ')} is now tidemark ${now.join(' ')}.` };
}
