import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  buildReleases,
  clearRelease,
  publishRelease,
  reproduce,
  type ReleaseContext,
} from '../../../src/modules/statistics';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub } from '../../support/hub';
import { World } from '../../support/world';
import { fillWorld, releaseContext } from './statisticsWorld';

let database: TestDatabase;
let world: World;
let hub: TestHub;
let context: ReleaseContext;

const YEAR = { start: '2025-01-01', end: '2026-01-01' };
const build = (changes: Partial<Parameters<typeof buildReleases>[1]> = {}) =>
  buildReleases(context, { period: YEAR, dryRun: false, newVintage: false, ...changes });

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await fillWorld(world, ['TRIR', 'GHG_S1_ABS', 'GHG_INT', 'WATER_WITHDRAWN']);
  hub = await TestHub.start(database);
  context = await releaseContext(database);
}, 120_000);
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const initiative = (): string =>
  hub.hub.services.ids.encode('initiative', world.id('initiative'), world.id('institute'));
const STATISTIC = 'query ($input: StatisticInput!) { statistic(input: $input) { value unit n releaseId } }';
const question = (changes: object = {}) => ({
  indicator: 'TRIR',
  function: 'MEAN',
  filter: { mineral: 'copper' },
  period: '2025',
  purpose: 'annual report',
  initiative: initiative(),
  ...changes,
});
const ask = (changes: object = {}, as = 'analyst') => ({
  as,
  query: STATISTIC,
  variables: { input: question(changes) },
});
const published = new Map<string, string>();

describe('a registered table goes from frozen inputs to its readers, and no other way', () => {
  test('a dry run tells the same and stores nothing', async () => {
    const reports = await build({ dryRun: true });
    expect(reports.map(({ table }) => table)).toContain('safety-by-mineral');
    const counted = await world.rows<{ count: string }>('select count(*) from trustee.snapshot');
    expect(counted[0]?.count).toBe('0');
  });

  test('a period that ended less than three months ago is no input (A3)', async () => {
    const young = { start: '2025-10-01', end: '2026-10-01' };
    await expect(build({ period: young })).rejects.toMatchObject({ code: 'STATE', rule: 'A3' });
  });

  test('a build that is killed in the middle leaves nothing, and the next one is whole', async () => {
    const script = join(__dirname, 'buildAndDie.cjs');
    const child = spawn(process.execPath, [script, database.url, database.secret.toString('hex'), '2025']);
    const said = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    expect(said).toBe('MIDDLE');
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    for (const table of ['snapshot', 'holding', 'release', 'cell']) {
      expect(await world.rows(`select from trustee.${table}`)).toHaveLength(0);
    }
  });

  test('a draft is audited, keeps a third of its cells, and no reader sees it', async () => {
    const reports = await build();
    for (const report of reports) {
      expect(report.auditPassed).toBe(true);
      published.set(report.table, report.release ?? '');
    }
    const cells = reports.reduce((sum, report) => sum + report.cells, 0);
    const kept = reports.reduce((sum, report) => sum + report.cells * report.publishedShare, 0);
    expect(kept / cells).toBeGreaterThanOrEqual(0.3);
    expect((await hub.data({ as: 'analyst', query: '{ releases { nodes { id } } }' })).releases.nodes).toEqual([]);
    expect(await build()).toEqual([]);
  });

  test.each(['reader', 'contributor', 'auditor'] as const)(
    'the role %s has no right on inputs, drafts or ledger',
    async (role) => {
      for (const table of ['holding', 'input', 'snapshot', 'release', 'cell', 'ledger', 'ledger_entry']) {
        await expect(database.pools[role].query(`select 1 from trustee.${table}`)).rejects.toMatchObject({
          code: '42501',
        });
      }
      await expect(
        database.pools[role].query(
          `select * from trustee.measured('TRIR', null, true, false, '2025-01-01', '2026-01-01')`,
        ),
      ).rejects.toMatchObject({ code: '42501' });
    },
  );

  test('before its tables are out, a family answers nothing (A5)', async () => {
    expect(await hub.refusal(ask({ indicator: 'GHG_INT' }))).toMatchObject({ code: 'SMALL_CELL', rule: 'A5' });
  });

  test('a draft is published only after counsel cleared it', async () => {
    const id = published.get('safety-by-mineral') ?? '';
    const person = world.id('person counsel');
    await expect(publishRelease(context, id, person)).rejects.toMatchObject({ code: 'STATE' });
    for (const release of published.values()) {
      await clearRelease(database.pools.trustee, release, person);
      await publishRelease(context, release, person);
    }
    await expect(clearRelease(database.pools.trustee, id, person)).rejects.toMatchObject({ code: 'STATE' });
  });

  test('analysts and members read it; strangers and the public do not until the objection window is over', async () => {
    const titles = async (as?: string): Promise<string[]> => {
      const { releases } = await hub.data({
        ...(as === undefined ? {} : { as }),
        query: '{ releases { nodes { table } } }',
      });
      return releases.nodes.map(({ table }: { table: string }) => table).sort();
    };
    expect(await titles('analyst')).toEqual([...published.keys()].sort());
    expect(await titles('m0')).toEqual([...published.keys()].sort());
    expect(await titles()).toEqual([]);
    expect(await titles('stranger')).toEqual([]);
    await world.rows(`update released.release set public_from = current_date where audience = 'PUBLIC'`);
    expect(await titles()).toEqual([
      'irma-50-by-mineral',
      'irma-by-mineral-and-level',
      'safety-by-stage',
      'water-by-place',
    ]);
  });

  test('the public takes it as JSON and as CSV, suppressed cells coded and without a value', async () => {
    const query =
      '{ releases(table: "water-by-place") { nodes { id publicFrom cells { place value n suppressed obsStatus confStatus } } } }';
    const releases = (await hub.data({ query })).releases.nodes;
    const csv = await hub.data({ query: `{ releaseCsv(id: "${releases[0].id}") }` });
    const lines = csv.releaseCsv.trim().split('\r\n');
    expect(lines).toHaveLength(releases[0].cells.length + 1);
    for (const cell of releases[0].cells) {
      expect(cell.suppressed).toBe(cell.value === null);
      expect([cell.obsStatus, cell.confStatus]).toEqual(cell.suppressed ? ['Q', 'C'] : ['A', 'F']);
    }
    expect(csv.releaseCsv).toContain(',PE,');
  });

  test('it comes out the same from its stored inputs and rules, and not from others', async () => {
    const id = published.get('emissions-by-mineral') ?? '';
    expect(await reproduce(context, id)).toMatchObject({ same: true });
    await world.rows('alter table trustee.holding disable trigger inputs_stay');
    await world.rows(
      `update trustee.holding set amounts = array(select a * 3 from unnest(amounts) a) where snapshot_id = (select snapshot_id from trustee.release where id = $1)`,
      [id],
    );
    expect(await reproduce(context, id)).toMatchObject({ same: false });
    await world.rows(
      `update trustee.holding set amounts = array(select a / 3 from unnest(amounts) a) where snapshot_id = (select snapshot_id from trustee.release where id = $1)`,
      [id],
    );
    await world.rows('alter table trustee.holding enable trigger inputs_stay');
  });

  test('the correction of one member makes no second vintage (A4)', async () => {
    await world.rows(`update vault.measurement set value = value + 50 where indicator_id = 'TRIR' and unit_no = $1`, [
      world.unitNo('m3 site'),
    ]);
    await expect(build({ newVintage: true })).rejects.toMatchObject({ code: 'STATE', rule: 'A4' });
  });
});

describe('J9: an analyst runs an aggregate', () => {
  test('a cell of a registered table is that cell, for everybody', async () => {
    const { statistic } = await hub.data(ask({ filter: { stage: 'SMELTING' } }));
    const { releases } = await hub.data({
      as: 'analyst',
      query: '{ releases(table: "safety-by-stage") { nodes { id cells { stage value n } } } }',
    });
    const [release] = releases.nodes;
    const cell = release.cells.find(({ stage }: { stage: string }) => stage === 'SMELTING');
    expect(statistic).toEqual({ value: cell.value, n: cell.n, unit: expect.any(String), releaseId: release.id });
  });

  test('an ad-hoc set is answered: band of groups, three significant figures, no release', async () => {
    const { statistic } = await hub.data(ask({ indicator: 'GHG_INT', filter: { country: 'CL' } }));
    expect(statistic).toEqual({ value: '107', unit: 't CO2e/t', n: '10-19', releaseId: null });
    expect((await hub.data(ask({ indicator: 'GHG_INT', filter: { country: 'CL' } }, 'analyst2'))).statistic).toEqual(
      statistic,
    );
  });

  test('too few groups, and one group less than before, are refused in one shape', async () => {
    const few = await hub.refusal(ask({ indicator: 'GHG_INT', filter: { mineral: 'nickel' } }));
    const near = await hub.refusal(ask({ indicator: 'GHG_INT', filter: { mineral: 'copper', country: 'CL' } }));
    expect(few).toMatchObject({ code: 'SMALL_CELL', rule: 'A1' });
    expect(near).toMatchObject({ code: 'DIFFERENCING', rule: 'A6' });
    expect(Object.keys(few).sort()).toEqual(Object.keys(near).sort());
    const suppressed = await hub.refusal(ask({ filter: { mineral: 'nickel' } }));
    expect(suppressed).toMatchObject({
      code: 'SMALL_CELL',
      rule: 'A5',
      next: expect.stringMatching(/^use release release_/),
    });
  });

  test('a dry run says the same as the question, and changes nothing', async () => {
    const entries = () => world.rows<{ count: string }>('select count(*) from trustee.ledger_entry');
    const before = await entries();
    const query = 'query ($input: StatisticInput!) { wouldAnswer(input: $input) { wouldAnswer code rule } }';
    const outlook = async (changes: object) =>
      (await hub.data({ as: 'analyst', query, variables: { input: question(changes) } })).wouldAnswer;
    expect(await outlook({ indicator: 'GHG_INT', filter: { mineral: 'copper', country: 'CL' } })).toEqual({
      wouldAnswer: false,
      code: 'DIFFERENCING',
      rule: 'A6',
    });
    expect((await outlook({ indicator: 'GHG_INT', filter: {} })).wouldAnswer).toBe(true);
    expect(await entries()).toEqual(before);
  });

  test('without purpose or initiative, with an order statistic, or by a stranger, nothing is asked of the data', async () => {
    expect(await hub.refusal(ask({ purpose: ' ' }))).toMatchObject({ code: 'PURPOSE_MISSING', rule: 'A9' });
    expect(await hub.refusal(ask({ initiative: null }))).toMatchObject({ code: 'PURPOSE_MISSING' });
    expect(await hub.refusal(ask({ function: 'MAX' }))).toMatchObject({ code: 'VALIDATION' });
    expect(await hub.refusal(ask({ indicator: 'PROD_VOLUME' }))).toMatchObject({ code: 'VALIDATION' });
    const foreign = hub.hub.services.ids.encode('initiative', world.id('initiative'), world.id('stranger'));
    expect(await hub.refusal(ask({ initiative: foreign }, 'stranger'))).toMatchObject({ code: 'PHASE_GATE' });
  });

  test('before the initiative cooperates, statistics of members are closed', async () => {
    await world.phase('CONSENSUS_BUILDING');
    expect(await hub.refusal(ask())).toMatchObject({ code: 'PHASE_GATE' });
    await world.phase('COORDINATION');
  });
});

test('J10: intensity and absolute share one ledger', async () => {
  const absolute = { indicator: 'GHG_S1_ABS', function: 'SUM' };
  const near = await hub.refusal(ask({ ...absolute, filter: { mineral: 'copper', country: 'CL' } }));
  expect(near).toMatchObject({ code: 'DERIVATION', rule: 'A8' });
  const same = await hub.data(ask({ ...absolute, filter: { country: 'CL' } }));
  expect(same.statistic).toMatchObject({ n: '10-19' });
});

test("a member sees its own figures beside its peers' released mean", async () => {
  const query = 'query ($input: StatisticInput!) { benchmark(input: $input) { own { value } peers { value n } } }';
  const own = hub.hub.services.ids.encode('initiative', world.id('initiative'), world.id('m0'));
  const input = question({ filter: { stage: 'REFINING' }, initiative: own });
  const { benchmark } = await hub.data({ as: 'm0', query, variables: { input } });
  expect(benchmark).toEqual({ own: [{ value: '100' }], peers: { value: expect.any(String), n: '5-9' } });
});
