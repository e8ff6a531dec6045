import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { ClusterLock, livingHolderOf } from './clusterLock';
import {
  isReachable,
  packagedMajorVersion,
  packagedNativeFolder,
  serverIdentity,
  usableNativeFolder,
} from './postgresBinaries';
import { PostgresServer, superuser } from './postgresServer';
import { noSpace, onFolder } from './serverFault';
import { readPidFile, waitUntil } from './serverProcesses';
import { codeOf, messageOf, StartupError } from './startupError';

const databaseName = 'sluice';
const attachTimeoutMilliseconds = 10_000;

/** What the start is busy with, in this order; `unpack`, `create` and `recover` only where needed. */
export type EmbeddedStep = 'unpack' | 'recover' | 'create' | 'start' | 'ready';

export interface EmbeddedOptions {
  /** the hub's data folder (SLUICE_DATA); the server keeps its files in `pg` below it */
  folder: string;
  /** the hub's secret; the superuser's password is derived from it */
  secret: Buffer;
  /** without fsync: for tests and benchmarks, whose data may be lost */
  fast?: boolean;
  /** where a living hub holds the folder: use its server instead of refusing */
  attach?: boolean;
  onStep?: (step: EmbeddedStep) => void;
  /** the folder `native` of the platform package; found by itself when left out */
  nativeFolder?: string;
}

export interface EmbeddedServer {
  /** connection string of the superuser for the database `sluice`, TCP on 127.0.0.1 */
  adminUrl: string;
  port: number;
  /** false when the server of another living hub is used */
  owned: boolean;
  /** fast shutdown: open transactions are rolled back, connections closed; nothing for a server that is not owned */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes by npm on a data folder, creating it when new. As root the server runs as nobody.
 * @throws StartupError with one sentence: folder in use, data of another major version, other secret, disk full, folder
 *   not usable, no package for this platform
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  onFolder(options.folder, () => prepareFolder(options.folder));
  if (options.attach && livingHolderOf(options.folder)) return attachTo(options);
  const lock = onFolder(options.folder, () => ClusterLock.acquire(options.folder));
  try {
    const server = await startOwned(options);
    const stop = async () => {
      await server.stop();
      lock.release();
    };
    return { ...server, stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startOwned(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { folder } = options;
  const native = options.nativeFolder ?? packagedNativeFolder();
  const home = onFolder(folder, () => serverHome(folder));
  if (!isReachable(native)) options.onStep?.('unpack');
  const binaries = join(
    onFolder(folder, () => usableNativeFolder(native, home)),
    'bin',
  );
  const server = new PostgresServer({ binaries, home, folder }, options.fast ?? false);
  if (server.isLeftOver) {
    options.onStep?.('recover');
    await server.recover();
  }
  createWhenNew(server, packagedMajorVersion(native), options);
  options.onStep?.('start');
  const port = await server.start();
  const interrupt = () => server.interrupt();
  process.once('exit', interrupt);
  const stop = async () => {
    process.removeListener('exit', interrupt);
    await server.stop();
  };
  try {
    await ensureDatabase(options, port);
  } catch (error) {
    await stop();
    throw error;
  }
  options.onStep?.('ready');
  return { adminUrl: adminUrlOf(options.secret, port, databaseName), port, owned: true, stop };
}

function createWhenNew(server: PostgresServer, brought: number, options: EmbeddedOptions): void {
  const found = server.dataVersion;
  if (found === null) {
    options.onStep?.('create');
    onFolder(options.folder, () => server.create(superuserPassword(options.secret)));
  } else if (found !== brought) {
    const age = found > brought ? 'newer' : 'older';
    throw new StartupError(
      `the data folder \`${options.folder}\` holds data of the ${age} PostgreSQL ${found}, and this hub brings PostgreSQL ${brought}`,
    );
  }
}

function superuserPassword(secret: Buffer): string {
  return createHmac('sha256', secret).update('embedded superuser').digest('base64url');
}

function adminUrlOf(secret: Buffer, port: number, database: string): string {
  return `postgres://${superuser}:${superuserPassword(secret)}@127.0.0.1:${port}/${database}`;
}

async function attachTo(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const data = join(existsSync(serverLink(options.folder)) ? serverLink(options.folder) : options.folder, 'pg');
  if (!(await waitUntil(() => readPidFile(data)?.ready === true, attachTimeoutMilliseconds))) {
    throw new StartupError(`the hub that holds the data folder \`${options.folder}\` has no server ready`);
  }
  const port = readPidFile(data)?.port ?? 0;
  const adminUrl = adminUrlOf(options.secret, port, databaseName);
  return { adminUrl, port, owned: false, stop: () => Promise.resolve() };
}

/** As root the server's own user must be able to pass through; what is secret inside is 0600. */
function prepareFolder(folder: string): void {
  const isRoot = serverIdentity().uid !== undefined;
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: isRoot ? 0o711 : 0o700 });
  else if (isRoot && !isReachable(folder) && isReachable(dirname(folder))) chmodSync(folder, 0o711);
}

/**
 * Where the server's files live: the data folder, or, when its user cannot reach that (a folder inside root's home), a
 * folder of its own that the link `server` in the data folder points to.
 */
function serverHome(folder: string): string {
  const link = serverLink(folder);
  if (existsSync(link)) return realpathSync(link);
  if (isReachable(folder)) return realpathSync(folder);
  const base = ['/var/lib', '/var/tmp'].find((candidate) => existsSync(candidate) && isReachable(candidate));
  if (!base || existsSync(join(folder, 'pg'))) {
    throw new StartupError(
      `the server's user \`nobody\` cannot pass through to \`${folder}\`: set SLUICE_DATA elsewhere`,
    );
  }
  const home = mkdtempSync(join(base, 'sluice-'));
  chmodSync(home, 0o711);
  symlinkSync(home, link);
  return home;
}

function serverLink(folder: string): string {
  return join(folder, 'server');
}

async function ensureDatabase({ folder, secret }: EmbeddedOptions, port: number): Promise<void> {
  const client = new Client({ connectionString: adminUrlOf(secret, port, 'postgres') });
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_catalog.pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } catch (cause) {
    const sentence = {
      '28P01': `the data folder \`${folder}\` was created with another secret: put back its file \`secret\` or SLUICE_SECRET`,
      '53100': noSpace(folder),
    }[codeOf(cause) ?? ''];
    throw new StartupError(sentence ?? `PostgreSQL does not answer on \`${folder}\`: ${messageOf(cause)}`, { cause });
  } finally {
    await client.end();
  }
}
