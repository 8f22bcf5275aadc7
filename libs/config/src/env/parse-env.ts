import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import type { SourceText } from '../problem/source-text.ts';

export interface ParsedEnv {
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigProblem[];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/**
 * Reads a `.env` file. A value may hold any character:
 * - unquoted, it ends at white space followed by `#`, or at the end of the line; `#` inside it, quotes inside it, back-ticks, braces, `%`, `$` and `\` are literal;
 * - between single quotes everything is literal, line ends too;
 * - between double quotes `\n`, `\r`, `\t`, `\"` and `\\` are escapes, everything else is literal, line ends too.
 *
 * `export ` before a name is allowed; of two entries of one name the last holds. Problems never show the line's text.
 */
export function parseEnv(source: SourceText): ParsedEnv {
  const values = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  const text = source.text.replace(/^\uFEFF/, '');
  let offset = 0;
  while (offset < text.length) {
    const lineEnd = endOfLine(text, offset);
    const line = text.slice(offset, lineEnd);
    const start = offset;
    offset = lineEnd + 1;
    if (/^\s*(#|$)/.test(line)) continue;
    const head = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=/.exec(line);
    if (head === null) {
      problems.push(problem(source, text, start, 'the line is not NAME=value'));
      continue;
    }
    const name = head[1]!;
    const valueAt = start + head[0].length + /^[ \t]*/.exec(line.slice(head[0].length))![0].length;
    const quote = text[valueAt];
    if (valueAt >= lineEnd || (quote !== '"' && quote !== "'")) {
      values.set(name, unquoted(line.slice(head[0].length)));
      continue;
    }
    const read = quoted(text, valueAt + 1, quote);
    if (read === null) {
      problems.push(problem(source, text, start, `the quote that begins the value of ${name} is not closed`));
      continue;
    }
    const restEnd = endOfLine(text, read.end);
    if (!/^\s*$|^[ \t]+#/.test(text.slice(read.end, restEnd))) problems.push(problem(source, text, start, `text follows the closing quote of the value of ${name}`));
    values.set(name, read.value);
    offset = restEnd + 1;
  }
  return { values, problems };
}

function unquoted(rest: string): string {
  const comment = /[ \t]#/.exec(rest);
  return (comment === null ? rest : rest.slice(0, comment.index)).replace(/\r$/, '').replace(/^[ \t]+|[ \t]+$/g, '');
}

function quoted(text: string, from: number, quote: '"' | "'"): { value: string; end: number } | null {
  let value = '';
  for (let index = from; index < text.length; index += 1) {
    const character = text[index]!;
    if (character === quote) return { value, end: index + 1 };
    const escaped = quote === '"' && character === '\\' ? ESCAPES[text[index + 1] ?? ''] : undefined;
    value += escaped ?? character;
    if (escaped !== undefined) index += 1;
  }
  return null;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function problem(source: SourceText, text: string, offset: number, sentence: string): ConfigProblem {
  const line = text.slice(0, offset).split('\n').length;
  const found = configProblem({ code: 'CONFIG_ENV_SYNTAX', at: { source, line, column: 1, length: 1 }, sentence });
  return { ...found, frame: null };
}
