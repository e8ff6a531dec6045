import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { serverIdentity } from './postgresBinaries';
import { onFolder, sentenceFor } from './serverFault';
import { clusterNameOf, processStartOf, readPidFile, signalQuietly, stopOrphans, waitUntil } from './serverProcesses';
import { serverSettings } from './serverSettings';
import { StartupError } from './startupError';

export const superuser = 'postgres';

const startTimeoutMilliseconds = 60_000;
const stopTimeoutMilliseconds = 20_000;
const portAttempts = 3;

export interface ServerPlace {
  /** holds initdb and postgres */
  binaries: string;
  /** holds the server's folder `pg` and its log; its user may pass through */
  home: string;
  /** the folder that messages name */
  folder: string;
}

/** The server on one data folder: creates, starts and stops it. Who may do so is settled by the caller's lock. */
export class PostgresServer {
  private readonly data: string;
  private readonly log: string;

  constructor(
    private readonly place: ServerPlace,
    private readonly fast: boolean,
  ) {
    this.data = join(place.home, 'pg');
    this.log = join(place.home, 'postgresql.log');
  }

  /** Whether a server of an earlier hub left its mark, running or not. */
  get isLeftOver(): boolean {
    return existsSync(join(this.data, 'postmaster.pid'));
  }

  /** After a killed hub its server may still run: it is stopped, so that exactly one server writes the folder. */
  async recover(): Promise<void> {
    if (!(await stopOrphans(this.data))) {
      throw new StartupError(
        `a server of an earlier start still runs on \`${this.place.folder}\` and cannot be stopped`,
      );
    }
    // PostgreSQL takes any living process of this number for its server; in a restarted container that is a stranger.
    rmSync(join(this.data, 'postmaster.pid'), { force: true });
  }

  /** The major version of the data, or null when there is none yet. */
  get dataVersion(): number | null {
    const file = join(this.data, 'PG_VERSION');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : null;
  }

  /** Into a folder of another name first, so that a creation cut short leaves nothing that looks like data. */
  create(password: string): void {
    const unfinished = `${this.data}.unfinished`;
    const passwordFile = join(this.place.home, 'password.unfinished');
    const remove = () => [unfinished, passwordFile].forEach((path) => rmSync(path, { recursive: true, force: true }));
    remove();
    try {
      mkdirSync(unfinished, { mode: 0o700 });
      writeFileSync(passwordFile, password, { mode: 0o600 });
      giveToServer(unfinished);
      giveToServer(passwordFile);
      this.runInitdb(unfinished, passwordFile);
      renameSync(unfinished, this.data);
    } finally {
      remove();
    }
  }

  private runInitdb(data: string, passwordFile: string): void {
    // The built-in locale sorts alike on every system.
    const locale = ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = ['-U', superuser, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const result = spawnSync(
      join(this.place.binaries, 'initdb'),
      ['-D', data, ...access, ...locale, ...(this.fast ? ['--no-sync'] : [])],
      { ...serverIdentity(), cwd: '/', env: serverEnvironment(), encoding: 'utf8' },
    );
    if (result.error) throw result.error;
    if (result.status !== 0)
      throw new StartupError(sentenceFor(`${result.stdout}\n${result.stderr}`, this.place.folder));
  }

  /** @returns the port on 127.0.0.1 */
  async start(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      if (await this.launch(port)) return port;
      const output = readFileSync(this.log, 'utf8');
      // The port was free when asked for, yet another process may have taken it since.
      const portTaken = output.includes('Address already in use');
      if (!portTaken || attempt === portAttempts) throw new StartupError(sentenceFor(output, this.place.folder));
    }
  }

  private async launch(port: number): Promise<boolean> {
    const logDescriptor = onFolder(this.place.folder, () => openSync(this.log, 'w', 0o600));
    const settings = Object.entries(serverSettings(clusterNameOf(this.data), this.fast));
    // Its own session, so that a Ctrl-C in the terminal reaches the hub, which drains first.
    const server = spawn(
      join(this.place.binaries, 'postgres'),
      ['-D', this.data, '-p', String(port), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        ...serverIdentity(),
        cwd: '/',
        env: serverEnvironment(),
        detached: true,
        stdio: ['ignore', logDescriptor, logDescriptor],
      },
    );
    closeSync(logDescriptor);
    let ended = false;
    server.once('error', () => (ended = true));
    server.once('exit', () => (ended = true));
    server.unref();
    const isSettled = () => ended || readPidFile(this.data)?.ready === true;
    const settled = await waitUntil(isSettled, startTimeoutMilliseconds);
    if (!settled) await this.stop();
    return settled && !ended;
  }

  /** Fast shutdown without waiting: what a process that is ending can still do. */
  interrupt(): void {
    const server = readPidFile(this.data);
    if (server) signalQuietly(server.pid, 'SIGINT');
  }

  async stop(): Promise<void> {
    const server = readPidFile(this.data);
    if (!server) return;
    signalQuietly(server.pid, 'SIGINT');
    const gone = await waitUntil(() => processStartOf(server.pid) === null, stopTimeoutMilliseconds);
    if (!gone) await stopOrphans(this.data);
  }
}

function giveToServer(path: string): void {
  const { uid, gid } = serverIdentity();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
