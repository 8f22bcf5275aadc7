/**
 * Runs a consumer in plain JavaScript in a folder in which the packages are installed: the examples of the packed READMEs that need no
 * server, their types taken away, and `consumer.mjs` for the rest.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Libraries whose first example runs by itself, and the arguments of its program. */
const RUNS_ALONE = {
  '@tidemark/aws-auth': [], '@tidemark/cdc-strategies': [], '@tidemark/cli-kit': ['Ada'], '@tidemark/ddl-optimizer': [], '@tidemark/domain': [], '@tidemark/layout': [],
  '@tidemark/parquet-writer': [], '@tidemark/s3-store': [], '@tidemark/secrets-aws': [], '@tidemark/watermark': [],
};

/** Packages that `consumer.mjs` uses. */
const IN_CONSUMER = [
  '@tidemark/cli', '@tidemark/config', '@tidemark/connections', '@tidemark/extractor', '@tidemark/plugin-s3clean', '@tidemark/plugin-watermark', '@tidemark/redshift-loader', '@tidemark/sync-engine', '@tidemark/tunnel',
];

/** Runs a program of the project. Gives what it printed, or what is wrong. */
function run(project, name, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [name, ...args], { cwd: project, encoding: 'utf8', timeout: 60_000 });
  return status === 0 ? { stdout } : { wrong: `${name} ended with ${status}: ${stdout}${stderr}` };
}

/** The first example of a README and, where it stands right below, what it prints. */
function firstExample(readme) {
  const found = /^```ts\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/ms.exec(readme);
  return { code: found?.[1] ?? '', output: found?.[2] };
}

/**
 * @param project a folder in which the packages are installed
 * @param names of the packages
 * @param root the workspace, for its example configuration
 * @returns what is wrong
 */
export function checkExamples(project, names, root) {
  const failures = names.filter((name) => !Object.hasOwn(RUNS_ALONE, name) && !IN_CONSUMER.includes(name)).map((name) => `nothing in scripts/packages/examples.mjs uses ${name}`);
  for (const [name, args] of Object.entries(RUNS_ALONE)) {
    const { code, output } = firstExample(readFileSync(join(project, 'node_modules', name, 'README.md'), 'utf8'));
    const file = `${name.replace('@tidemark/', 'example-')}.js`;
    const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true } });
    writeFileSync(join(project, file), outputText);
    const { stdout, wrong } = run(project, file, args);
    if (wrong !== undefined) failures.push(`example of ${name}: ${wrong}`);
    else if (output !== undefined && stdout !== output) failures.push(`example of ${name} prints ${JSON.stringify(stdout)}, and its README says ${JSON.stringify(output)}`);
  }
  copyFileSync(join(dirname(fileURLToPath(import.meta.url)), 'consumer.mjs'), join(project, 'consumer.js'));
  const { wrong } = run(project, 'consumer.js', [join(root, 'config')]);
  return wrong === undefined ? failures : [...failures, wrong];
}
