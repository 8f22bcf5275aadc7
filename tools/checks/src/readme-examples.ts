import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** A ```ts block of a page. */
export interface ExampleBlock {
  readonly code: string;
  /** Line of the page on which the code begins, from 1. */
  readonly line: number;
}

/** The ```ts blocks of a Markdown page, in order. */
export function exampleBlocks(markdown: string): readonly ExampleBlock[] {
  const blocks: ExampleBlock[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(`{3,})(?:ts|typescript)\s*$/.exec(lines[at]!)?.[1];
    if (fence === undefined) continue;
    const length = lines.slice(at + 1).findIndex((line) => line.trimEnd() === fence);
    const end = length < 0 ? lines.length : at + 1 + length;
    blocks.push({ code: `${lines.slice(at + 1, end).join('\n')}\n`, line: at + 2 });
    at = end;
  }
  return blocks;
}

/** The options under which an example is checked: those of the workspace, its packages imported from their sources. */
function optionsOf(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => readFileSync(path, 'utf8')) as { config: { compilerOptions: object } };
  const alone = { composite: false, incremental: false, declaration: false, declarationMap: false, noEmit: true, allowImportingTsExtensions: true, rewriteRelativeImportExtensions: false, moduleDetection: 'force' };
  return ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, ...alone }, root).options;
}

/**
 * Checks every ```ts block of some pages as a module that stands beside its page. Nothing is written and nothing is run.
 *
 * @param pages absolute paths
 * @returns what the compiler says, each with the page and the line: `libs/domain/README.md:12:3: Cannot find name 'x'.`
 */
export function checkExamples(root: string, pages: readonly string[]): readonly string[] {
  const options = optionsOf(root);
  const blocks = new Map(
    pages.flatMap((page) => exampleBlocks(readFileSync(page, 'utf8')).map((block, index) => [join(dirname(page), `README.example-${index + 1}.ts`), { ...block, page }] as const)),
  );
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (path) => blocks.has(path) || fileExists.call(host, path);
  host.readFile = (path) => blocks.get(path)?.code ?? readFile.call(host, path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const block = blocks.get(path);
    return block === undefined ? getSourceFile.call(host, path, languageVersion, ...rest) : ts.createSourceFile(path, block.code, languageVersion);
  };
  const program = ts.createProgram([...blocks.keys()], options, host);
  return [...blocks].flatMap(([path, { page, line }]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).flatMap(({ file, start = 0, messageText }) => {
      if (file?.fileName !== path) return [];
      const at = file.getLineAndCharacterOfPosition(start);
      return [`${relative(root, page)}:${line + at.line}:${at.character + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`];
    }),
  );
}
