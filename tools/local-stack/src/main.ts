import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireNoStack, requireStack, startInBackground, stopStack } from './background-stack.ts';
import { StackError } from './errors.ts';
import { runStack, stackPlace } from './run-stack.ts';
import { shellExports } from './shell-exports.ts';
import type { StackState } from './stack-state.ts';

const USAGE = `npm run stack              all servers in this terminal, until Ctrl-C
npm run stack -- start     in the background
npm run stack -- stop      ends them
npm run stack -- status    says whether they run
npm run stack -- env       prints the environment for a shell
`;

const place = stackPlace(join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), '.stack'));

function announce(state: StackState, how: string): void {
  process.stdout.write(shellExports(state.environment));
  process.stdout.write(`# ready; configuration: ${state.configFolder}\n# ${how}\n`);
}

async function foreground(): Promise<void> {
  await requireNoStack(place);
  await runStack(place, (state) => {
    // The process that started this one in the background waits for the message.
    if (process.send === undefined) announce(state, 'Ctrl-C ends it.');
    else process.send('ready');
  });
}

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  run: foreground,
  start: async () => {
    const state = await startInBackground(place, ['--conditions=@tidemark/source', fileURLToPath(import.meta.url), 'run']);
    announce(state, 'npm run stack -- stop ends it.');
  },
  stop: async () => {
    await stopStack(place);
    process.stdout.write('stopped\n');
  },
  status: async () => {
    const state = await requireStack(place);
    process.stdout.write(`running: process ${state.pid}, since ${state.startedAt}, configuration ${state.configFolder}\n`);
  },
  env: async () => {
    process.stdout.write(shellExports((await requireStack(place)).environment));
  },
};

const [name = 'run', ...rest] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command === undefined || rest.length > 0) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    process.stderr.write(`${error.message}\n${error.remedy.map((step) => `  ${step}\n`).join('')}`);
    process.exitCode = 1;
  }
}
