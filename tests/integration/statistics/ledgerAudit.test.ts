import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  answerQuestion,
  auditLedgers,
  buildReleases,
  checkStatistic,
  clearRelease,
  ledgerAlarms,
  LedgerStates,
  liftAlarm,
  publishRelease,
  type AnswerContext,
  type BuildReport,
  type ReleaseContext,
} from '../../../src/modules/statistics';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub } from '../../support/hub';
import { World } from '../../support/world';
import { fillWorld, meddled, releaseContext, withoutTables } from './statisticsWorld';

let database: TestDatabase;
let world: World;
let context: ReleaseContext & AnswerContext;
let drafts: readonly BuildReport[];
/** What each person acts with on the command line. */
const tokenOf = new Map<string, string>();
const folder = mkdtempSync(join(tmpdir(), 'sluice-release-test-'));

/** The command line as somebody with a token of the issuer runs it. */
function sluice(token: string, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
  writeFileSync(join(folder, 'secret'), database.secret.toString('hex'), { mode: 0o600 });
  const env = {
    ...process.env,
    SLUICE_DATA: folder,
    DATABASE_URL: database.url,
    SLUICE_DEMO: 'on',
    SLUICE_TOKEN: token,
  };
  const script = join(__dirname, '../../../bin/sluice.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const told = async (indicator: string, filter: object, changes: Partial<AnswerContext> = {}): Promise<string> => {
  const input = { indicator, function: 'SUM', filter, period: '2025', purpose: 'test', initiative: 'any' };
  const question = checkStatistic(input, context.registry, context.catalogue);
  const asker = { personId: null, organisationNo: 1, initiativeId: world.id('initiative'), lawHash: 'law' };
  const answer = await answerQuestion({ ...context, ...changes }, question, asker);
  return answer.kind === 'ANSWERED' ? answer.value : answer.refusal.code;
};

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await fillWorld(world, ['WATER_WITHDRAWN', 'FATALITIES', 'GHG_S1_ABS'], (index) => 100 + index);
  const base = await releaseContext(database);
  drafts = await buildReleases(base, {
    period: { start: '2025-01-01', end: '2026-01-01' },
    dryRun: false,
    newVintage: false,
  });
  context = { ...base, registry: withoutTables(base.registry), states: new LedgerStates(4) };
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

describe('the independent audit of everything answered', () => {
  test('passes over what the ledger admitted, and audits a ledger again only when it has grown', async () => {
    expect(await told('WATER_WITHDRAWN', {})).toBe('2430');
    expect(await told('WATER_WITHDRAWN', { mineral: 'copper' })).toBe('DIFFERENCING');
    const [audit, ...others] = await auditLedgers(context);
    expect(others).toEqual([]);
    expect(audit).toMatchObject({ family: 'water 2025', version: 1, passed: true, exposedUnits: 0 });
    expect(audit?.requirements).toBeGreaterThan(20);
    expect(await auditLedgers(context)).toEqual([]);
    expect(await ledgerAlarms(context.pool)).toEqual([]);
    expect(await told('WATER_WITHDRAWN', {})).toBe('2430');
  });

  test('a planted breach raises the alarm and freezes its family, whoever asks or publishes; no other', async () => {
    // The difference of two answers that no ledger would have given together, put in by hand.
    await world.rows(
      `insert into trustee.ledger_entry (family, version, measure, period, set_key, figures, law_hash)
       select 'water 2025', 2, 'WATER_WITHDRAWN', '2025', encode(sha256(convert_to(to_json(array_agg(i.figure order by i.figure collate "C"))::text, 'UTF8')), 'hex'),
         array_agg(i.figure order by i.figure collate "C"), 'law'
       from trustee.input i join trustee.snapshot s on s.id = i.snapshot_id where s.measure = 'WATER_WITHDRAWN' and i.mineral = 'copper'`,
    );
    const [audit] = await auditLedgers(context);
    expect(audit).toMatchObject({ family: 'water 2025', version: 2, passed: false });
    expect(audit?.exposedUnits).toBeGreaterThan(0);
    const water = drafts.find(({ table }) => table === 'water-by-place')?.release ?? '';
    const counsel = world.id('person counsel');
    await clearRelease(context.pool, water, counsel);
    await expect(publishRelease(context, water, counsel)).rejects.toMatchObject({ code: 'STATE', rule: 'A6' });
    await expect(told('WATER_WITHDRAWN', {})).rejects.toMatchObject({ code: 'STATE', rule: 'A6' });
    await expect(told('WATER_WITHDRAWN', {}, { states: new LedgerStates(1) })).rejects.toMatchObject({ code: 'STATE' });
    expect(await told('GHG_S1_ABS', {})).toMatch(/^[0-9]+$/);
    expect(await ledgerAlarms(context.pool)).toMatchObject([{ family: 'water 2025' }]);
  });

  test('counsel reads the alarm over the API, and nobody else', async () => {
    const hub = await TestHub.start(database, { dataFolder: folder });
    const query = '{ ledgerAlarms { id family exposedUnits } }';
    const { ledgerAlarms: read } = await hub.data({ as: 'counsel', query });
    expect(read).toEqual([
      { id: expect.stringMatching(/^alarm_/), family: 'water 2025', exposedUnits: expect.any(Number) },
    ]);
    for (const as of ['analyst', 'm0', 'stranger']) expect(await hub.refusal({ as, query })).toBeDefined();
    for (const as of ['counsel', 'analyst']) tokenOf.set(as, await hub.token(as));
    await hub.stop();
  });

  test('without the audit the breach would have gone on answering', async () => {
    const [{ frozen } = { frozen: '' }] = await world.rows<{ frozen: string }>(
      `select frozen_because as frozen from trustee.ledger where family = 'water 2025'`,
    );
    expect(frozen).toMatch(/^audit /);
    const twin = meddled(context.pool, async (sql, run) => {
      const result = (await run()) as { rows: object[] };
      return sql.startsWith('select version, head')
        ? { rows: result.rows.map((row) => ({ ...row, isOpen: true })) }
        : result;
    });
    expect(await told('WATER_WITHDRAWN', {}, { pool: twin, states: new LedgerStates(1) })).toBe('2430');
  });

  test('counsel lifts the alarm with a reason; what was found stays', async () => {
    const [alarm] = await ledgerAlarms(context.pool);
    const counsel = world.id('person counsel');
    await expect(liftAlarm(context.pool, alarm?.id ?? '', counsel, '  ')).rejects.toMatchObject({ code: 'VALIDATION' });
    const lift = (as: string, ...words: string[]) =>
      sluice(tokenOf.get(as) ?? '', 'release', 'lift', alarm?.id ?? '', ...words);
    expect(lift('counsel')).toMatchObject({ status: 1, stderr: expect.stringContaining('--reason') });
    expect(lift('analyst', '--reason', 'I should like to read on')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('COMPETITION_COUNSEL'),
    });
    expect(await ledgerAlarms(context.pool)).toHaveLength(1);
    const lifted = lift('counsel', '--reason', 'entry was planted by a test');
    expect(lifted).toEqual({ status: 0, stdout: 'lifted\n', stderr: '' });
    expect(await ledgerAlarms(context.pool)).toEqual([]);
    const record = await world.rows(
      'select lifted_by as by, lift_reason as reason from trustee.ledger_audit where id = $1',
      [alarm?.id],
    );
    expect(record).toEqual([{ by: counsel, reason: 'entry was planted by a test' }]);
    expect(await told('WATER_WITHDRAWN', {})).toBe('2430');
    await expect(liftAlarm(context.pool, alarm?.id ?? '', counsel, 'again')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(world.rows('update trustee.ledger_audit set passed = true, exposed_units = 0')).rejects.toThrow(
      'stays',
    );
    await expect(world.rows('delete from trustee.ledger_audit')).rejects.toThrow('stays');
  });

  test.each(['reader', 'contributor', 'auditor'] as const)('the role %s has no right on its findings', async (role) => {
    await expect(database.pools[role].query('select 1 from trustee.ledger_audit')).rejects.toMatchObject({
      code: '42501',
    });
  });
});
