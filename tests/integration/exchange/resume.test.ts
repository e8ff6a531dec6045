import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openBatch, stageRowsOf } from '../../../src/modules/exchange/commit/batch';
import type { StagedRow } from '../../../src/modules/exchange/staging';
import { configOf, Importing } from './importing';

const ROWS = 3500;

let importing: Importing;
let folder: string;
beforeAll(async () => {
  importing = await Importing.start();
  await importing.world.site('Plant', { owner: 'sma' });
  folder = mkdtempSync(join(tmpdir(), 'sluice-import-'));
});
afterAll(async () => {
  await importing.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Figures of one site, told apart by their products. */
function measurementsFile(name: string, product: string, rows = ROWS): string {
  const path = join(folder, name);
  const lines = Array.from(
    { length: rows },
    (_unused, index) => `Plant,WATER_WITHDRAWN,2024,${index + 1}.5,ML,${product} ${index}`,
  );
  writeFileSync(path, ['subject,indicator,period,value,unit,product', ...lines].join('\n'));
  return path;
}

function start(path: string): { child: ChildProcess; ended: Promise<string> } {
  const config = { ...configOf(importing.database), secret: importing.database.secret.toString('hex') };
  const script = join(__dirname, 'importProcess.cjs');
  const child = spawn(process.execPath, [script, JSON.stringify(config), 'sma', 'measurements', path]);
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  child.stderr.on('data', (text) => (said += String(text)));
  return { child, ended: new Promise((resolve) => child.once('exit', () => resolve(said))) };
}

/** Makes the database stop for two seconds where the statement reaches, so that the process is killed in the middle of it. */
async function stopAt(table: string, condition: string): Promise<void> {
  await importing.world
    .rows(`create or replace function public.linger() returns trigger language plpgsql security definer as
    $$ begin if ${condition} then perform pg_sleep(2); end if; return new; end $$`);
  await importing.world.rows(
    `create trigger linger before insert on ${table} for each row execute function public.linger()`,
  );
}

async function killWhileSleeping(path: string): Promise<void> {
  const { child, ended } = start(path);
  for (let tries = 0; ; tries += 1) {
    const sleeping = await importing.count(
      `pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`,
    );
    if (sleeping > 0) break;
    if (tries > 400 || child.exitCode !== null) throw new Error(`it never came there: ${await ended}`);
    await pause(50);
  }
  child.kill('SIGKILL');
  await ended;
}

const figuresOf = (product: string) => importing.count('vault.measurement where product like $1', [`${product} %`]);

describe('an import that is killed and begun again stores everything once', () => {
  test('killed while it stages', async () => {
    const path = measurementsFile('staging.csv', 'staged');
    await stopAt('intake.staged', 'new.position = 2500');
    await killWhileSleeping(path);
    await importing.world.rows('drop trigger linger on intake.staged');
    expect(await figuresOf('staged')).toBe(0);
    const { ended } = start(path);
    expect(JSON.parse(await ended)).toMatchObject({ state: 'COMMITTED', stored: { measurement: ROWS } });
    expect(await figuresOf('staged')).toBe(ROWS);
    expect(await importing.count('intake.staged')).toBe(0);
  });

  test('killed while it commits', async () => {
    const path = measurementsFile('commit.csv', 'committed');
    await stopAt('vault.measurement', `new.product = 'committed 1700'`);
    await killWhileSleeping(path);
    expect(await figuresOf('committed')).toBe(0);
    // It is begun again while the server still works for the dead one, and waits.
    await importing.world.rows(
      `create or replace function public.linger() returns trigger language plpgsql as $$ begin return new; end $$`,
    );
    const { ended } = start(path);
    expect(JSON.parse(await ended)).toMatchObject({ state: 'COMMITTED', stored: { measurement: ROWS } });
    await importing.world.rows('drop trigger linger on vault.measurement');
    expect(await figuresOf('committed')).toBe(ROWS);
    const again = start(path);
    expect(JSON.parse(await again.ended)).toMatchObject({ state: 'COMMITTED_BEFORE' });
    expect(await figuresOf('committed')).toBe(ROWS);
  });

  test('two processes at the same files store them once', async () => {
    const path = measurementsFile('twice.csv', 'twice');
    const said = await Promise.all([start(path).ended, start(path).ended]);
    expect(said.filter((text) => text.includes('"COMMITTED"')).length).toBeGreaterThanOrEqual(1);
    expect(await figuresOf('twice')).toBe(ROWS);
  });
});

describe('a row that is staged twice, because the note of how far it was is lost', () => {
  const rows: StagedRow[] = Array.from({ length: 50 }, (_unused, index) => ({
    kind: 'loaded',
    file: 'f.csv',
    row: index + 2,
    warnings: [],
    records: [{ kind: 'organisation', key: `k:${index}`, name: `N ${index}`, aliases: [], externalIds: [] }],
  }));

  async function staged(sha256: string): Promise<number> {
    const actor = await importing.actor('sma');
    const batch = await openBatch(actor, 'fineprint', [{ name: 'f.csv', sha256, bytes: 1 }]);
    await stageRowsOf(actor, batch.id, 0, rows);
    await importing.world.rows('update intake.batch set staged_rows = 0 where id = $1', [batch.id]);
    await stageRowsOf(actor, batch.id, 0, rows);
    return importing.count('intake.staged where batch_id = $1', [batch.id]);
  }

  test('is there once by its position', async () => {
    expect(await staged('a')).toBe(rows.length);
  });

  test('the twin without the unique position has it twice, and the count tells', async () => {
    await importing.world.rows('alter table intake.staged drop constraint staged_position');
    expect(await staged('b')).toBe(2 * rows.length);
    await importing.world.rows('delete from intake.staged');
    await importing.world.rows(
      'alter table intake.staged add constraint staged_position primary key (batch_id, position, part)',
    );
  });
});

describe('all or nothing', () => {
  const header = 'subject,indicator,period,value,unit,product';
  const sound = 'Plant,WATER_WITHDRAWN,2023,1,ML,whole';

  test('one fault in a row leaves nothing, and all faults are told', async () => {
    const report = await importing.importOwn('sma', 'measurements', [
      header,
      sound,
      'Nowhere,WATER_WITHDRAWN,2023,1,ML,',
      'Plant,NO_SUCH,2023,1,ML,',
    ]);
    expect(report.state).toBe('REFUSED');
    expect(report.preview.data.rejectionSamples.map(({ row, column, code }) => ({ row, column, code }))).toEqual(
      expect.arrayContaining([
        { row: 3, column: 'subject', code: 'UNKNOWN_REFERENCE' },
        { row: 4, column: 'indicator', code: 'NOT_IN_LIST' },
      ]),
    );
    expect(await importing.count(`vault.measurement where product = 'whole'`)).toBe(0);
    expect(await importing.count('intake.staged')).toBe(0);
  });

  test('the same files with --partial store the sound rows', async () => {
    const report = await importing.importOwn(
      'sma',
      'measurements',
      [header, sound, 'Nowhere,WATER_WITHDRAWN,2023,1,ML,', 'Plant,NO_SUCH,2023,1,ML,'],
      { partial: true },
    );
    expect([report.state, report.stored]).toEqual(['COMMITTED', { measurement: 1 }]);
  });

  test('a fault that only the database knows leaves nothing either', async () => {
    const lines = [header, 'Plant,WATER_WITHDRAWN,2022,1,ML,other', 'Plant,WATER_WITHDRAWN,2023,2,ML,whole'];
    const report = await importing.importOwn('sma', 'measurements', lines);
    expect([report.state, report.commitFaults.map(({ row, code }) => [row, code])]).toEqual([
      'REFUSED',
      [[3, 'OVERLAP']],
    ]);
    expect(await importing.count(`vault.measurement where product = 'other'`)).toBe(0);
    expect((await importing.importOwn('sma', 'measurements', lines, { partial: true })).stored).toEqual({
      measurement: 1,
    });
  });

  test('a database that fails in the middle of the commit keeps nothing of it', async () => {
    await importing.world.rows(`create or replace function public.linger() returns trigger language plpgsql as $$ begin
      if new.product = 'last' then raise exception 'disk full'; end if; return new; end $$`);
    await importing.world.rows(
      'create trigger linger before insert on vault.measurement for each row execute function public.linger()',
    );
    const lines = [header, 'Plant,WATER_WITHDRAWN,2021,1,ML,first', 'Plant,WATER_WITHDRAWN,2021,2,ML,last'];
    await expect(importing.importOwn('sma', 'measurements', lines)).rejects.toThrow('disk full');
    expect(await importing.count(`vault.measurement where product in ('first', 'last')`)).toBe(0);
    await importing.world.rows('drop trigger linger on vault.measurement');
    expect((await importing.importOwn('sma', 'measurements', lines)).stored).toEqual({ measurement: 2 });
  });
});
