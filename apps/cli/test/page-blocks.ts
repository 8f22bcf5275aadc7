/** A fenced block of a page. */
export interface PageBlock {
  readonly language: string;
  readonly text: string;
  /** Line of the page on which its text begins, from 1. */
  readonly line: number;
}

/** The fenced blocks of a Markdown page, in order. */
export function pageBlocks(markdown: string): readonly PageBlock[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({ language: match[1]!, text: match[2]!, line: markdown.slice(0, match.index).split('\n').length + 1 }));
}
