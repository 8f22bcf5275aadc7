import { appendFile, chmod, copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { childProcesses } from './child-processes.ts';
import { freePort } from './free-port.ts';
import { type Program, findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { makeServerFolder, removeServerFolder } from './server-room.ts';
import { startSshAgent, type SshAgent } from './ssh-agent.ts';

/** A TCP endpoint that the sshd may forward to. */
export interface ForwardTarget {
  readonly host: string;
  readonly port: number;
}

export interface SshdOptions {
  /** The only endpoints that clients may forward to. */
  readonly forwardTo: readonly ForwardTarget[];
  /** TCP port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
}

/** A private sshd that only forwards. Disposing it ends it with its sessions and removes its keys. */
export interface SshdServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** The user to log in as: the one this process runs as, since an sshd without root knows no other. */
  readonly username: string;
  /** ed25519 key in OpenSSH form, without a passphrase, mode 0600. */
  readonly privateKeyPath: string;
  /** The same key, encrypted with `passphrase`. */
  readonly encryptedKeyPath: string;
  readonly passphrase: string;
  /** A known_hosts file with the host key of this server. */
  readonly knownHostsPath: string;
  /** `SHA256:…` fingerprint of the host key, as ssh-keygen -l prints it. */
  readonly hostKeySha256: string;
  readonly process: ServerProcess;
  /** Makes another key that may log in, and gives its path; `pem` writes the older file form. */
  makeUserKey(type: 'ed25519' | 'rsa' | 'ecdsa', options?: { readonly passphrase?: string; readonly pem?: boolean }): Promise<string>;
  /** Starts an agent that holds keys of these paths. */
  startAgent(keyPaths: readonly string[]): Promise<SshAgent>;
  /** The processes of the sessions that are open. */
  sessionPids(): readonly number[];
  /** Kills every open session, as a network or a host that went away; new ones are accepted. */
  dropSessions(): void;
  /** Freezes (SIGSTOP) or wakes (SIGCONT) the server and its sessions. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Replaces the host key and restarts the server on the same port: what a client sees when the host was exchanged. */
  changeHostKey(): Promise<void>;
}

/**
 * Starts an sshd on 127.0.0.1 that accepts one key and forwards to the given endpoints only.
 *
 * @throws StackError `STACK_PROGRAM_MISSING`, `STACK_SERVER_FAILED`
 */
export async function startSshd(options: SshdOptions): Promise<SshdServer> {
  const program = findProgram('sshd');
  const folder = await makeServerFolder('sshd');
  const file = (name: string): string => join(folder, name);
  const passphrase = 'correct horse battery staple';
  try {
    await makeKey(file('host_key'));
    await makeKey(file('user_key'));
    await copyFile(file('user_key'), file('user_key_encrypted'));
    await chmod(file('user_key_encrypted'), 0o600);
    await runProgram(findProgram('ssh-keygen'), ['-q', '-p', '-P', '', '-N', passphrase, '-f', file('user_key_encrypted')]);
    await copyFile(file('user_key.pub'), file('authorized_keys'));
    const port = options.port ?? (await freePort());
    await writeFile(file('sshd_config'), await configuration(folder, port, options.forwardTo, program));
    await preparePrivilegeSeparation();
    let server = await start(program, folder);
    let hostKey = await describeHostKey(folder, port);
    let keyCount = 0;
    const stop = async (): Promise<void> => {
      const sessions = childProcesses(server.pid);
      await server.kill();
      signalEach(sessions, 'SIGKILL');
    };
    return {
      host: '127.0.0.1',
      port,
      username: userInfo().username,
      privateKeyPath: file('user_key'),
      encryptedKeyPath: file('user_key_encrypted'),
      passphrase,
      knownHostsPath: file('known_hosts'),
      get hostKeySha256() {
        return hostKey;
      },
      get process() {
        return server;
      },
      makeUserKey: async (type, { passphrase: own = '', pem = false } = {}) => {
        const path = file(`user_key_${(keyCount += 1)}`);
        await makeKey(path, type, own, pem);
        await appendFile(file('authorized_keys'), await readFile(`${path}.pub`));
        return path;
      },
      startAgent: startSshAgent,
      sessionPids: () => childProcesses(server.pid),
      dropSessions: () => signalEach(childProcesses(server.pid), 'SIGKILL'),
      signalAll: (signal) => signalEach([server.pid, ...childProcesses(server.pid)], signal),
      changeHostKey: async () => {
        await stop();
        await rm(file('host_key'));
        await rm(file('host_key.pub'));
        await makeKey(file('host_key'));
        server = await start(program, folder);
        hostKey = await fingerprint(folder);
      },
      [Symbol.asyncDispose]: async () => {
        await stop();
        await removeServerFolder(folder);
      },
    };
  } catch (error) {
    await removeServerFolder(folder);
    throw error;
  }
}

async function makeKey(path: string, type = 'ed25519', passphrase = '', pem = false): Promise<void> {
  await runProgram(findProgram('ssh-keygen'), ['-q', '-t', type, ...(pem ? ['-m', 'PEM'] : []), '-N', passphrase, '-C', 'tidemark', '-f', path]);
}

async function start(program: Program, folder: string): Promise<ServerProcess> {
  return startServer({
    name: 'sshd',
    program,
    args: ['-D', '-e', '-f', join(folder, 'sshd_config')],
    cwd: folder,
    readyLine: /Server listening on/,
  });
}

/** Writes the known_hosts file, in the form that names a port, and gives the fingerprint. */
async function describeHostKey(folder: string, port: number): Promise<string> {
  const [type = '', key = ''] = (await readFile(join(folder, 'host_key.pub'), 'utf8')).split(' ');
  await writeFile(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${type} ${key}\n`);
  return fingerprint(folder);
}

async function fingerprint(folder: string): Promise<string> {
  const line = await runProgram(findProgram('ssh-keygen'), ['-l', '-E', 'sha256', '-f', join(folder, 'host_key.pub')]);
  return line.split(' ')[1] ?? '';
}

async function configuration(folder: string, port: number, targets: readonly ForwardTarget[], program: Program): Promise<string> {
  const lines = [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${join(folder, 'host_key')}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'AuthenticationMethods publickey',
    // Root logs in with its key when the stack runs as root; nobody gets a shell.
    'PermitRootLogin prohibit-password',
    'ForceCommand /bin/false',
    'PermitTTY no',
    `UsePAM ${(await isLocked(userInfo().username)) ? 'yes' : 'no'}`,
    'StrictModes no',
    'UseDNS no',
    'AllowTcpForwarding local',
    'AllowAgentForwarding no',
    'AllowStreamLocalForwarding no',
    'X11Forwarding no',
    'MaxStartups 100',
    'MaxSessions 100',
    `PermitOpen ${targets.map(({ host, port: targetPort }) => `${host}:${targetPort}`).join(' ') || 'none'}`,
  ];
  // From OpenSSH 9.8 on, sshd starts helpers by a compiled-in path, which packages unpacked elsewhere do not have.
  for (const [option, name] of [['SshdSessionPath', 'sshd-session'], ['SshdAuthPath', 'sshd-auth']] as const) {
    const path = join(program.unpackedRoot ?? '/', 'usr/lib/openssh', name);
    if (program.unpackedRoot !== undefined && (await exists(path))) lines.push(`${option} ${path}`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * True when root finds the account's password locked: sshd then refuses its keys too, unless PAM decides.
 * Without root, sshd cannot see the lock and does not ask.
 */
async function isLocked(username: string): Promise<boolean> {
  const accounts = await readFile('/etc/shadow', 'utf8').catch(() => '');
  return accounts.split('\n').some((line) => line.startsWith(`${username}:!`));
}

/** sshd as root wants this empty folder (sshd(8)); Debian's service unit makes it, and no service runs here. */
async function preparePrivilegeSeparation(): Promise<void> {
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
}

function signalEach(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // A session that has just ended by itself is gone already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
