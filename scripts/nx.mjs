/** `node scripts/nx.mjs ARGS…`: Nx, run as everything in this workspace runs it. */
import { runNx } from './setup/nx.mjs';

process.exitCode = runNx(process.argv.slice(2));
