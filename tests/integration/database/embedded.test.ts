import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from '../../../src/database/embedded';
import { packagedNativeFolder } from '../../../src/database/postgresBinaries';
import { clusterNameOf, readPidFile, serverProcessesOf } from '../../../src/database/serverProcesses';
import { launcherFolderPrefix } from '../../support/clusterOfRun';
import { runAsAdmin } from '../../support/database';
import { HubProcess } from '../../support/hubProcess';

const secret = randomBytes(32);
const isRoot = process.getuid?.() === 0;
const made: string[] = [];
const running: { stop(): Promise<void> }[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), launcherFolderPrefix));
  made.push(folder);
  return folder;
}

async function start(folder: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ folder, secret, fast: true, ...options });
  running.push(server);
  return server;
}

const answer = (url: string) =>
  runAsAdmin(url, async (client) => (await client.query<{ one: number }>('select 1 as one')).rows[0]?.one);

/** A server that was started once: most tests only need a folder with data. */
let used: string;
beforeAll(async () => {
  used = newFolder();
  const server = await startEmbedded({ folder: used, secret, fast: true });
  await runAsAdmin(server.adminUrl, (client) => client.query('create table kept as select 42 as value'));
  await server.stop();
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const keptValue = (url: string) =>
  runAsAdmin(url, async (client) => (await client.query<{ value: number }>('select value from kept')).rows[0]?.value);

describe('the embedded PostgreSQL', () => {
  test('keeps its data from one start to the next', async () => {
    const server = await start(used);
    expect(await keptValue(server.adminUrl)).toBe(42);
  });

  test('runs unprivileged, also when the hub is root', async () => {
    await start(used);
    const pid = readPidFile(join(realpathSync(used), 'pg'))?.pid ?? 0;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(
      isRoot ? /^Uid:\t65534\t65534\t65534/m : new RegExp(`^Uid:\\t${process.getuid?.()}\\t`, 'm'),
    );
    expect(status).not.toMatch(/^Uid:\t0/m);
  });

  test('asks everyone for the derived password', async () => {
    const server = await start(used);
    const url = new URL(server.adminUrl);
    for (const password of ['wrong', '']) {
      url.password = password;
      const client = new Client({ connectionString: url.toString(), password });
      await expect(client.connect()).rejects.toThrow(/password/);
    }
  });

  test('sorts alike everywhere and keeps time in UTC', async () => {
    const server = await start(used);
    const settings = await runAsAdmin(server.adminUrl, async (client) => {
      const { rows } = await client.query(
        `select datlocprovider as provider, datlocale as locale, current_setting('timezone') as zone,
           current_setting('listen_addresses') as addresses from pg_database where datname = 'sluice'`,
      );
      return rows[0];
    });
    expect(settings).toEqual({ provider: 'b', locale: 'C.UTF-8', zone: 'UTC', addresses: '127.0.0.1' });
  });

  test('stops when asked, leaving no process and no lock', async () => {
    const server = await startEmbedded({ folder: used, secret, fast: true });
    await server.stop();
    expect(serverProcessesOf(clusterNameOf(join(realpathSync(used), 'pg')))).toEqual([]);
    expect(existsSync(join(used, 'lock'))).toBe(false);
  });
});

describe('a folder in use', () => {
  test('is refused with the holder named, and the holder goes on', async () => {
    const holder = await start(used);
    await expect(start(used)).rejects.toThrow(
      `the data folder \`${used}\` is in use by process ${process.pid}; stop it, or set SLUICE_DATA to another folder`,
    );
    expect(await answer(holder.adminUrl)).toBe(1);
  });

  test('lends its server to a command that asks for it, which does not stop it', async () => {
    const holder = await start(used);
    const lent = await start(used, { attach: true });
    expect(lent).toMatchObject({ adminUrl: holder.adminUrl, owned: false });
    await lent.stop();
    expect(await answer(holder.adminUrl)).toBe(1);
  });

  test('goes to exactly one of two that start at once', async () => {
    const results = await Promise.allSettled([start(used), start(used)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('is free again after its holder was killed, though the number of the process lives on', async () => {
    // The test's own process, which lives, but with another start: a number that was given out again.
    writeFileSync(join(used, 'lock'), JSON.stringify({ pid: process.pid, processStart: 'x:1', host: 'elsewhere' }));
    await expect(start(used)).rejects.toThrow(/in use by process \d+ on `elsewhere`/);
    const host = readFileSync('/proc/sys/kernel/hostname', 'utf8').trim();
    writeFileSync(join(used, 'lock'), JSON.stringify({ pid: process.pid, processStart: 'x:1', host }));
    expect(await keptValue((await start(used)).adminUrl)).toBe(42);
  });
});

describe('after a kill', () => {
  test('the next start ends the orphaned server, keeps what was committed and nothing else', async () => {
    const folder = newFolder();
    const hub = await HubProcess.start(folder, secret);
    const client = new Client({ connectionString: hub.adminUrl });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('create table kept as select 42 as value');
    await client.query('begin; insert into kept values (43)');
    const orphan = readPidFile(join(realpathSync(folder), 'pg'))?.pid ?? 0;
    await hub.end('SIGKILL');
    expect(existsSync(`/proc/${orphan}`)).toBe(true);
    const steps: string[] = [];
    const server = await start(folder, { onStep: (step) => steps.push(step) });
    expect(steps).toEqual(['recover', 'start', 'ready']);
    expect(serverProcessesOf(clusterNameOf(join(realpathSync(folder), 'pg')))).not.toContain(orphan);
    const values = await runAsAdmin(server.adminUrl, async (each) => (await each.query('select value from kept')).rows);
    expect(values).toEqual([{ value: 42 }]);
    await client.end();
  });

  test('of hub and server at once the next start waits for the rest of the server', async () => {
    const folder = newFolder();
    const hub = await HubProcess.start(folder, secret);
    await runAsAdmin(hub.adminUrl, (client) => client.query('create table kept as select 42 as value'));
    const busy = new Client({ connectionString: hub.adminUrl });
    busy.on('error', () => undefined);
    await busy.connect();
    // A backend that computes without looking up does not notice that its server has died.
    const computing = busy
      .query('select count(*) from (select generate_series(1, 1000000000)) as numbers')
      .catch(() => undefined);
    const data = join(realpathSync(folder), 'pg');
    process.kill(readPidFile(data)?.pid ?? 0, 'SIGKILL');
    await hub.end('SIGKILL');
    expect(await keptValue((await start(folder)).adminUrl)).toBe(42);
    await computing;
    await busy.end().catch(() => undefined);
  });

  test('a stranger with the old number of the server is left alone', async () => {
    const stranger = spawn('sleep', ['60']);
    const pidFile = join(used, 'pg', 'postmaster.pid');
    writeFileSync(pidFile, `${stranger.pid}\n${used}/pg\n1\n5432\n\n127.0.0.1\n\nready\n`);
    expect(await keptValue((await start(used)).adminUrl)).toBe(42);
    expect(stranger.kill('SIGKILL')).toBe(true);
  });

  test('a server stops with its hub on SIGTERM', async () => {
    const hub = await HubProcess.start(used, secret);
    expect(await keptValue(hub.adminUrl)).toBe(42);
    expect(await hub.end('SIGTERM')).toBe(0);
    expect(serverProcessesOf(clusterNameOf(join(realpathSync(used), 'pg')))).toEqual([]);
  });

  test('a creation cut short is begun anew', async () => {
    const folder = newFolder();
    const unfinished = join(folder, 'pg.unfinished');
    mkdirSync(unfinished);
    writeFileSync(join(unfinished, 'PG_VERSION'), '18\n');
    expect(await answer((await start(folder)).adminUrl)).toBe(1);
    expect(existsSync(unfinished)).toBe(false);
  });
});

describe('a start that cannot be says why and changes nothing', () => {
  test.each([
    ['newer', 99],
    ['older', 14],
  ])('data of a %s PostgreSQL', async (age, version) => {
    const file = join(used, 'pg', 'PG_VERSION');
    const before = readFileSync(file);
    writeFileSync(file, `${version}\n`);
    await expect(start(used)).rejects.toThrow(
      `the data folder \`${used}\` holds data of the ${age} PostgreSQL ${version}, and this hub brings PostgreSQL 18`,
    );
    expect(readFileSync(file, 'utf8')).toBe(`${version}\n`);
    writeFileSync(file, before);
    expect(await keptValue((await start(used)).adminUrl)).toBe(42);
  });

  test('another secret', async () => {
    await expect(start(used, { secret: randomBytes(32) })).rejects.toThrow(
      `the data folder \`${used}\` was created with another secret: put back its file \`secret\` or SLUICE_SECRET`,
    );
    expect(await keptValue((await start(used)).adminUrl)).toBe(42);
  });

  test('a file where the folder should be', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    await expect(start(file)).rejects.toThrow(`the data folder \`${file}\` cannot be read and written by this user`);
    await expect(start(join(file, 'below'))).rejects.toThrow('cannot be read and written by this user');
  });
});

test('a checkout and a data folder that only root may enter, packages without their links', async () => {
  const closed = newFolder();
  chmodSync(closed, 0o700);
  const packaged = join(closed, 'package');
  mkdirSync(packaged);
  const original = dirname(packagedNativeFolder());
  // Hard links instead of copies; the symbolic links that the install script makes are left out.
  execFileSync('cp', ['-al', join(original, 'native'), join(original, 'package.json'), packaged]);
  execFileSync('find', [join(packaged, 'native'), '-type', 'l', '-delete']);
  const folder = join(closed, 'data');
  const server = await start(folder, { nativeFolder: join(packaged, 'native') });
  expect(await answer(server.adminUrl)).toBe(1);
  await server.stop();
  const again = await start(folder, { nativeFolder: join(packaged, 'native') });
  expect(await answer(again.adminUrl)).toBe(1);
  if (isRoot) made.push(realpathSync(join(folder, 'server')));
});
