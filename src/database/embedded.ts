import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { ClusterLock, livingHolderOf } from './clusterLock';
import {
  isReachable,
  packagedMajorVersion,
  packagedNativeFolder,
  serverIdentity,
  usableNativeFolder,
} from './postgresBinaries';
import { clusterNameOf, processStartOf, signalQuietly, stopOrphans, waitUntil } from './serverProcesses';
import { codeOf, messageOf, StartupError } from './startupError';

const superuser = 'postgres';
const databaseName = 'sluice';
const startTimeoutMilliseconds = 60_000;
const stopTimeoutMilliseconds = 20_000;

export type EmbeddedStep = 'unpack' | 'create' | 'recover' | 'start' | 'ready';

export interface EmbeddedOptions {
  /** the hub's data folder (SLUICE_DATA); the server keeps its files in `pg` below it */
  folder: string;
  /** the hub's secret; the superuser's password is derived from it */
  secret: Buffer;
  /** without fsync: for tests and benchmarks, whose data may be lost */
  fast?: boolean;
  /** where a living hub holds the folder: connect to its server instead of refusing */
  attach?: boolean;
  onStep?: (step: EmbeddedStep) => void;
  /** the folder `native` of the platform package; found by itself when left out */
  nativeFolder?: string;
}

export interface EmbeddedServer {
  /** connection string of the superuser for the database `sluice`, TCP on 127.0.0.1 */
  adminUrl: string;
  port: number;
  /** false when another hub's server was joined */
  owned: boolean;
  /** fast shutdown: open transactions are rolled back, connections closed */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes by npm on a data folder, creating it when new. As root the server runs as nobody.
 * @throws StartupError with one sentence: folder in use, data of another major version, other secret, disk full, folder
 *   not readable, no package for this platform
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  prepareFolder(options.folder);
  if (options.attach && livingHolderOf(options.folder)) return attachTo(options);
  const lock = onFolder(options.folder, () => ClusterLock.acquire(options.folder));
  try {
    const native = options.nativeFolder ?? packagedNativeFolder();
    const home = onFolder(options.folder, () => serverHome(options.folder));
    if (!isReachable(native)) options.onStep?.('unpack');
    const binaries = onFolder(options.folder, () => usableNativeFolder(native, home));
    const launcher = new Launcher(options, join(binaries, 'bin'), home);
    await launcher.recover();
    launcher.create(packagedMajorVersion(native));
    return await launcher.start(lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function adminUrlOf(secret: Buffer, port: number, database: string): string {
  const password = createHmac('sha256', secret).update('embedded superuser').digest('base64url');
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
}

async function attachTo(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const pidFile = join(options.folder, 'pg', 'postmaster.pid');
  if (!(await waitUntil(() => readPidFile(pidFile)?.ready === true, 10_000))) {
    throw new StartupError(`the hub that holds the data folder \`${options.folder}\` has no server ready`);
  }
  const port = readPidFile(pidFile)?.port ?? 0;
  return {
    adminUrl: adminUrlOf(options.secret, port, databaseName),
    port,
    owned: false,
    stop: () => Promise.resolve(),
  };
}

function prepareFolder(folder: string): void {
  onFolder(folder, () => {
    // As root the server's own user must be able to pass through; what is secret inside is 0600.
    const mode = serverIdentity().uid === undefined ? 0o700 : 0o711;
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode });
    else if (mode === 0o711 && !isReachable(folder) && isReachable(join(folder, '..'))) chmodSync(folder, mode);
  });
}

/**
 * Where the server's files live: the data folder, or, when its user cannot reach that (a folder inside root's home), a
 * folder of its own that the link `server` in the data folder points to.
 */
function serverHome(folder: string): string {
  const link = join(folder, 'server');
  if (existsSync(link)) return realpathSync(link);
  if (isReachable(folder)) return realpathSync(folder);
  if (existsSync(join(folder, 'pg'))) {
    throw new StartupError(
      `the server's user cannot reach \`${join(folder, 'pg')}\`: let others pass through its parents`,
    );
  }
  const base = ['/var/lib', '/var/tmp'].find((candidate) => existsSync(candidate) && isReachable(candidate));
  if (!base)
    throw new StartupError(`the server's user cannot reach \`${folder}\`: set SLUICE_DATA to a folder it can reach`);
  const home = mkdtempSync(join(base, 'sluice-'));
  chmodSync(home, 0o711);
  symlinkSync(home, link);
  return home;
}

/** Runs work on the data folder and turns the faults of a file system into one sentence. */
function onFolder<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const sentence = {
      ENOSPC: noSpace(folder),
      EDQUOT: noSpace(folder),
      EACCES: notReadable(folder),
      EPERM: notReadable(folder),
      EROFS: notReadable(folder),
      ENOTDIR: notReadable(folder),
      EEXIST: notReadable(folder),
    }[codeOf(cause) ?? ''];
    throw sentence ? new StartupError(sentence, { cause }) : cause;
  }
}

const noSpace = (folder: string) => `no space is left on the disk that holds the data folder \`${folder}\``;
const notReadable = (folder: string) => `the data folder \`${folder}\` cannot be read and written by this user`;

/** What went wrong, by the server's own words; the words are fixed by `lc_messages=C`. */
export function sentenceFor(output: string, folder: string): string {
  if (/No space left on device|Disk quota exceeded/.test(output)) return noSpace(folder);
  if (/is not compatible with this version|incompatible with server/.test(output)) {
    return `the data folder \`${folder}\` holds data of another PostgreSQL version`;
  }
  if (/Permission denied|has wrong ownership|has invalid permissions|Read-only file system/.test(output)) {
    return notReadable(folder);
  }
  const lines = output.trim().split('\n');
  const fatal = lines.filter((line) => /FATAL|PANIC|error:/.test(line)).at(-1) ?? lines.at(-1) ?? '';
  return `PostgreSQL did not start on the data folder \`${folder}\`: ${fatal.replace(/^.*?(FATAL|PANIC|error):\s*/, '')}`;
}

interface PidFile {
  pid: number;
  port: number;
  ready: boolean;
}

/** Lines of postmaster.pid: pid, folder, start, port, socket folder, address, shared memory, status. */
function readPidFile(file: string): PidFile | null {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return null;
  }
}

class Launcher {
  private readonly data: string;
  private readonly pidFile: string;
  private readonly log: string;
  private readonly clusterName: string;

  constructor(
    private readonly options: EmbeddedOptions,
    private readonly binaries: string,
    private readonly home: string,
  ) {
    this.data = join(home, 'pg');
    this.pidFile = join(this.data, 'postmaster.pid');
    this.log = join(home, 'postgresql.log');
    this.clusterName = clusterNameOf(this.data);
  }

  /** After a killed hub its server may still run: it is stopped, so that exactly one server writes the folder. */
  async recover(): Promise<void> {
    const left = readPidFile(this.pidFile);
    if (!left) return;
    this.options.onStep?.('recover');
    await stopOrphans(this.clusterName, left.pid);
    // PostgreSQL trusts any living process with this number; in a restarted container that is a stranger.
    if (processStartOf(left.pid) === null || existsSync(this.pidFile)) rmSync(this.pidFile, { force: true });
  }

  create(majorVersion: number): void {
    const versionFile = join(this.data, 'PG_VERSION');
    if (existsSync(versionFile)) {
      const found = Number(readFileSync(versionFile, 'utf8').trim());
      if (found !== majorVersion) {
        const age = found > majorVersion ? 'newer' : 'older';
        throw new StartupError(
          `the data folder \`${this.options.folder}\` holds data of the ${age} PostgreSQL ${found}, this hub brings PostgreSQL ${majorVersion}`,
        );
      }
      return;
    }
    this.options.onStep?.('create');
    onFolder(this.options.folder, () => this.initialise());
  }

  /** Into a folder of another name first, so that a creation cut short leaves nothing that looks like data. */
  private initialise(): void {
    const unfinished = `${this.data}.unfinished`;
    const passwordFile = join(this.home, 'password.unfinished');
    const { uid, gid } = serverIdentity();
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { mode: 0o700 });
    try {
      rmSync(passwordFile, { force: true });
      writeFileSync(passwordFile, new URL(adminUrlOf(this.options.secret, 0, databaseName)).password, { mode: 0o600 });
      if (uid !== undefined && gid !== undefined) {
        chownSync(unfinished, uid, gid);
        chownSync(passwordFile, uid, gid);
      }
      // The built-in locale sorts alike on every system.
      const result = spawnSync(
        join(this.binaries, 'initdb'),
        [
          '-D',
          unfinished,
          '-U',
          superuser,
          '--auth=scram-sha-256',
          `--pwfile=${passwordFile}`,
          '-E',
          'UTF8',
          '--locale=C',
          '--locale-provider=builtin',
          '--builtin-locale=C.UTF-8',
          ...(this.options.fast ? ['--no-sync'] : []),
        ],
        { uid, gid, cwd: '/', env: serverEnvironment(), encoding: 'utf8' },
      );
      if (result.error) throw result.error;
      if (result.status !== 0) {
        throw new StartupError(sentenceFor(`${result.stdout}\n${result.stderr}`, this.options.folder));
      }
      renameSync(unfinished, this.data);
    } finally {
      rmSync(passwordFile, { force: true });
      rmSync(unfinished, { recursive: true, force: true });
    }
  }

  async start(lock: ClusterLock): Promise<EmbeddedServer> {
    this.options.onStep?.('start');
    const port = await this.launch(3);
    const stopAtExit = () => this.interrupt();
    process.once('exit', stopAtExit);
    const stop = async () => {
      process.removeListener('exit', stopAtExit);
      await this.stop();
      lock.release();
    };
    try {
      await ensureDatabase(this.options, port);
    } catch (error) {
      process.removeListener('exit', stopAtExit);
      await this.stop();
      throw error;
    }
    this.options.onStep?.('ready');
    return { adminUrl: adminUrlOf(this.options.secret, port, databaseName), port, owned: true, stop };
  }

  /** The port is free when asked for, yet another process may take it first: then once more. */
  private async launch(attemptsLeft: number): Promise<number> {
    const port = await freePort();
    const logDescriptor = onFolder(this.options.folder, () => openSync(this.log, 'w', 0o600));
    // Its own session, so that a Ctrl-C in the terminal reaches the hub, which drains first.
    const server = spawn(join(this.binaries, 'postgres'), this.arguments(port), {
      ...serverIdentity(),
      cwd: '/',
      env: serverEnvironment(),
      detached: true,
      stdio: ['ignore', logDescriptor, logDescriptor],
    });
    closeSync(logDescriptor);
    let ended = false;
    server.once('error', () => (ended = true));
    server.once('exit', () => (ended = true));
    server.unref();
    const settled = () => ended || readPidFile(this.pidFile)?.ready === true;
    if ((await waitUntil(settled, startTimeoutMilliseconds)) && !ended) return port;
    if (!ended) await this.stop();
    const output = readFileSync(this.log, 'utf8');
    if (output.includes('Address already in use') && attemptsLeft > 1) return this.launch(attemptsLeft - 1);
    throw new StartupError(sentenceFor(output, this.options.folder));
  }

  private arguments(port: number): string[] {
    const settings = {
      ...serverSettings(),
      ...(this.options.fast ? unsafeSettings : {}),
      cluster_name: this.clusterName,
    };
    return [
      '-D',
      this.data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
  }

  private interrupt(): void {
    const server = readPidFile(this.pidFile);
    if (server) signalQuietly(server.pid, 'SIGINT');
  }

  private async stop(): Promise<void> {
    const server = readPidFile(this.pidFile);
    if (!server) return;
    signalQuietly(server.pid, 'SIGINT');
    const gone = await waitUntil(() => processStartOf(server.pid) === null, stopTimeoutMilliseconds);
    if (!gone) await stopOrphans(this.clusterName, server.pid);
  }
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function serverSettings(): Record<string, string> {
  const memoryMegabytes = totalmem() / 2 ** 20;
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: `${Math.floor(Math.min(512, Math.max(64, memoryMegabytes / 16)))}MB`,
    effective_cache_size: `${Math.floor(memoryMegabytes / 2)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_wal_size: '2GB',
    random_page_cost: '1.1',
    jit: 'off',
    max_parallel_workers: String(availableParallelism()),
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    password_encryption: 'scram-sha-256',
    // The log names faults, never a value or a statement that could hold one.
    log_min_messages: 'warning',
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
  };
}

const unsafeSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

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

async function ensureDatabase(options: EmbeddedOptions, port: number): Promise<void> {
  const client = new Client({ connectionString: adminUrlOf(options.secret, port, 'postgres') });
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_catalog.pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } catch (cause) {
    if (codeOf(cause) === '28P01') {
      throw new StartupError(
        `the data folder \`${options.folder}\` was created with another secret: put back its file \`secret\` or SLUICE_SECRET`,
        { cause },
      );
    }
    if (codeOf(cause) === '53100') throw new StartupError(noSpace(options.folder), { cause });
    throw new StartupError(`PostgreSQL does not answer on the data folder \`${options.folder}\`: ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    await client.end();
  }
}
