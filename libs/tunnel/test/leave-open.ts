import { openTunnel, type TunnelOptions } from '../src/index.ts';
import { echoed } from './echo.ts';

/** A program that uses a tunnel: `close` closes it, `leave` does not; then it has nothing more to do. */
const [how, text] = process.argv.slice(2);
const { options, destination } = JSON.parse(text!) as { options: TunnelOptions; destination: { host: string; port: number } };
const tunnel = await openTunnel(options, destination);
process.stdout.write(await echoed(tunnel.port, 'through'));
if (how === 'close') await tunnel.close();
else process.kill(process.pid, 'SIGKILL');
