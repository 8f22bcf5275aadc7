/**
 * Type-checks a consumer of the installed packages: every entry as a whole, and the examples of every README that was packed.
 * A declaration that the packages publish and that does not compile is a failure too, as is an export whose type is lost.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** How a consumer may look for modules. A program for Node, and one that a bundler puts together. */
const RESOLUTIONS = {
  nodenext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

/** The ```ts blocks of a Markdown page. */
export function tsBlocks(markdown) {
  return [...markdown.matchAll(/^```(?:ts|typescript)\n(.*?)^```$/gms)].map(([, code]) => code);
}

/** Writes the examples of the packed READMEs and a module that imports every entry. Returns the files. */
function writeConsumer(project, packages) {
  const files = packages.flatMap(({ name }) => {
    const readme = join(project, 'node_modules', name, 'README.md');
    if (!existsSync(readme)) return [];
    return tsBlocks(readFileSync(readme, 'utf8')).map((code, index) => {
      const file = join(project, `${name.replace('@tidemark/', '')}-${index + 1}.ts`);
      writeFileSync(file, `${code}\nexport {};\n`);
      return file;
    });
  });
  const entries = join(project, 'entries.ts');
  const specifiers = packages.flatMap(({ entries: own }) => own);
  writeFileSync(entries, specifiers.map((specifier, index) => `export * as entry${index} from '${specifier}';\n`).join(''));
  return { files: [...files, entries], entries, specifiers };
}

/** Exports whose type is `any`: what they were declared with could not be found. */
function lostTypes(program, entries, specifiers) {
  const checker = program.getTypeChecker();
  const all = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entries)));
  return all.flatMap((entry, index) =>
    checker.getExportsOfModule(checker.getAliasedSymbol(entry)).flatMap((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const types = [];
      if (target.flags & ts.SymbolFlags.Value) types.push(checker.getTypeOfSymbol(target));
      if (target.flags & ts.SymbolFlags.Type) types.push(checker.getDeclaredTypeOfSymbol(target));
      return types.length === 0 || types.some((type) => type.flags & ts.TypeFlags.Any) ? [`${specifiers[index]} exports ${symbol.name} without its type`] : [];
    }),
  );
}

/**
 * @param project a folder in which the packages are installed
 * @param packages name and public entries of each
 * @returns what is wrong
 */
export function checkConsumerTypes(project, packages) {
  const { files, entries, specifiers } = writeConsumer(project, packages);
  return Object.entries(RESOLUTIONS).flatMap(([resolution, how]) => {
    const program = ts.createProgram(files, {
      ...how, target: ts.ScriptTarget.ES2024, lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts'], types: ['node'],
      strict: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true, moduleDetection: ts.ModuleDetectionKind.Force, noEmit: true, skipLibCheck: false,
    });
    // Declarations of other packages are not ours to mend.
    const own = program.getSourceFiles().filter(({ fileName }) => files.includes(fileName) || fileName.includes('/node_modules/@tidemark/'));
    const said = [...program.getOptionsDiagnostics(), ...own.flatMap((file) => ts.getPreEmitDiagnostics(program, file).filter((found) => found.file === file))];
    const texts = said.map(({ file, start = 0, messageText }) => {
      const { line } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0 };
      return `${file === undefined ? 'options' : `${relative(project, file.fileName)}:${line + 1}`}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    return [...texts, ...lostTypes(program, entries, specifiers)].map((text) => `types, ${resolution}: ${text}`);
  });
}
