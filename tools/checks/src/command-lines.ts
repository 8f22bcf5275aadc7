import type { Command } from '@oclif/core';

/** A command line of a page. */
interface PageLine {
  readonly text: string;
  /** Line of the page, from 1. */
  readonly line: number;
}

/** The lines of the ```sh blocks of a page that run `tidemark`; a line that ends in a backslash goes on in the next. */
export function tidemarkLines(markdown: string): readonly PageLine[] {
  const found: PageLine[] = [];
  let isShell = false;
  let open: PageLine | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (fence !== null) isShell = !isShell && ['sh', 'bash'].includes(fence[1]!);
    else if (isShell) {
      const text: string = open === undefined ? line.trim() : `${open.text} ${line.trim()}`;
      const at = open?.line ?? index + 1;
      open = text.endsWith('\\') ? { text: text.slice(0, -1).trim(), line: at } : undefined;
      if (open === undefined && /^(?:npx )?tidemark\s/.test(text)) found.push({ text: text.replace(/^npx /, '').replace(/\s+#.*$/, ''), line: at });
    }
  }
  return found;
}

/**
 * What is wrong with a command line: a command that does not exist, or a flag that it does not have.
 *
 * @param commands every command by its id, as `config:setup`
 * @returns nothing when it can be typed
 */
export function commandLineProblem(text: string, commands: Readonly<Record<string, Command.Class>>): string | undefined {
  const words = text.split(/\s+/).slice(1);
  const end = words.findIndex((word) => word.startsWith('-'));
  const names = end < 0 ? words : words.slice(0, end);
  if (names.length === 0 || names[0] === 'help' || names[0] === 'autocomplete') return undefined;
  const id = names.map((_, index) => names.slice(0, names.length - index).join(':')).find((candidate) => Object.hasOwn(commands, candidate));
  if (id === undefined) return `there is no command ${names.join(' ')}`;
  const command = commands[id]!;
  const flags = Object.entries({ ...command.baseFlags, ...command.flags }).flatMap(([name, { char, aliases = [] }]) => [`--${name}`, ...aliases.map((alias) => `--${alias}`), ...(char === undefined ? [] : [`-${char}`])]);
  const unknown = [...text.replaceAll(/"[^"]*"|'[^']*'/g, '').matchAll(/(?<=\s)--?[a-z][\w-]*/g)].map(([flag]) => flag).filter((flag) => ![...flags, '--help'].includes(flag));
  return unknown.length === 0 ? undefined : `${id.replaceAll(':', ' ')} has no ${unknown.join(', ')}`;
}
