import { addDays } from '../../../src/kernel/period';
import { loadCatalogue } from '../../../src/modules/reference';
import { createLogger } from '../../../src/server/logger';
import { Scheduler } from '../../../src/server/scheduler';
import { systemSteps, takeStep, type SystemStep } from '../../../src/server/systemSteps';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub } from '../../support/hub';
import { World } from '../../support/world';

const TODAY = '2026-06-15';
let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance();
  for (const key of ['issuer', 'owner']) {
    await world.organisation(key, { activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] });
  }
  await world.site('owner1', { owner: 'owner' });
});
afterAll(() => database.drop());
afterEach(() => world.rows(`update vault.system_step set last_run_at = '-infinity'`));

const assessment = (state: string, columns: object = {}): Promise<string> =>
  world.store(
    'assessment',
    'owner1',
    { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' },
    {
      site_id: world.id('owner1'),
      organisation_id: world.id('owner'),
      standard_id: 'IRMA',
      version_label: '1.0',
      unit_of_assessment: 'SITE',
      state,
      label: state,
      valid_from: '2025-01-01',
      valid_to: '2027-01-01',
      decided_at: '2025-01-01',
      ...columns,
    },
  );
const stateOf = async (table: string, id: string): Promise<string | undefined> =>
  (await world.rows<{ state: string }>(`select state from vault.${table} where id = $1`, [id]))[0]?.state;
const stepNamed = (name: string): SystemStep => {
  const step = systemSteps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step;
};
const take = (name: string, today = TODAY) => takeStep(database.pools.trustee, stepNamed(name), today, 0);

test('every step runs as the trustee, and the rows judged beside an id are chosen', async () => {
  for (const { name } of systemSteps) expect([name, await take(name)]).toEqual([name, 'RAN']);
  const chosen = await world.rows<{ n: number }>(
    `select cardinality(ids) as n from policy.decoy where view = 'disclosed.site'`,
  );
  expect(chosen).toEqual([{ n: 1 }]);
});

describe('what time does to assessments is what the machine lists for SYSTEM', () => {
  const machine = loadCatalogue().stateMachines.get('ASSESSMENT');
  const rows = (machine?.rows ?? []).filter((row) => row.actors.includes('SYSTEM'));
  const states = [...new Set((machine?.rows ?? []).flatMap(({ from, to }) => [from, to]))].flatMap((state) =>
    state ? [state] : [],
  );
  afterEach(() =>
    world.rows('truncate vault.corrective_action, vault.finding, vault.criterion_result, vault.assessment'),
  );

  /** An assessment in this state for which the cause of the action holds. */
  async function due(action: string, state: string): Promise<string> {
    if (action === 'expire') return assessment(state, { valid_to: TODAY });
    const id = await assessment(state);
    if (action === 'supersede') await assessment('CONFORMANT', { decided_at: '2026-01-01' });
    if (action === 'cap_overdue') {
      const finding = await world.store(
        'finding',
        'owner1',
        {},
        { assessment_id: id, requirement_ref: '1', text: 't', severity: 'MAJOR' },
      );
      await world.store(
        'corrective_action',
        'owner1',
        {},
        { finding_id: finding, action: 'mend', due_on: addDays(TODAY, -31) },
      );
    }
    return id;
  }

  test.each(['expire', 'supersede', 'cap_overdue'])(
    '%s: the listed states move as listed, all others stay',
    async (action) => {
      for (const state of states) {
        const id = await due(action, state);
        await take('assessments');
        const listed = rows.find((row) => row.action === action && row.from === state);
        expect([action, state, await stateOf('assessment', id)]).toEqual([action, state, listed?.to ?? state]);
        await world.rows('truncate vault.corrective_action, vault.finding, vault.criterion_result, vault.assessment');
      }
    },
  );

  test.each(['expire', 'cap_overdue'])('%s: a day before the cause, nothing moves', async (action) => {
    const id = await due(action, 'CONFORMANT_WITH_CAP');
    await take('assessments', addDays(TODAY, -1));
    expect(await stateOf('assessment', id)).toBe('CONFORMANT_WITH_CAP');
  });
});

test('a hub whose day has come takes every step once it listens: demand, agreement and certificate end', async () => {
  const demand = await world.store(
    'demand',
    'issuer',
    {},
    { issuer_id: world.id('issuer'), state: 'ISSUED', title: 'x', deadline: '2026-01-01' },
  );
  const agreement = await world.store(
    'agreement',
    'issuer',
    {},
    {
      partner_no: world.unitNo('owner'),
      partner_id: world.id('owner'),
      proposer_no: world.unitNo('issuer'),
      state: 'ACTIVE',
      purpose: 'DUE_DILIGENCE',
      data_classes: ['PERFORMANCE'],
      fields: ['Measurement.*'],
      starts_on: '2025-06-15',
      ends_on: TODAY,
      deletion_rule: 'delete',
      needs_clearance: false,
    },
  );
  const certificate = await assessment('CONFORMANT', { valid_to: TODAY });
  const states = async () => [
    await stateOf('demand', demand),
    await stateOf('agreement', agreement),
    await stateOf('assessment', certificate),
  ];
  const early = await TestHub.start(database, { today: addDays(TODAY, -80) });
  await early.hub.startSystemSteps();
  expect(await states()).toEqual(['ISSUED', 'ACTIVE', 'CONFORMANT']);
  await early.stop();
  const hub = await TestHub.start(database, { today: TODAY });
  await hub.hub.startSystemSteps();
  expect(await states()).toEqual(['EXPIRED', 'EXPIRED', 'EXPIRED']);
  expect(await world.rows(`select action from vault.transition where subject_id = $1`, [agreement])).toEqual([
    { action: 'expire' },
  ]);
  const [quarter] = await world.rows<{ quarter: string }>(
    'select quarter::text from vault.frozen_quarter order by quarter desc limit 1',
  );
  expect(quarter?.quarter).toBe('2026-04-01');
  await hub.stop();
});

describe('turns', () => {
  const logLines: string[] = [];
  const scheduler = (steps: readonly SystemStep[], intervalSeconds: number) =>
    new Scheduler({
      trustee: database.pools.trustee,
      steps,
      intervalSeconds,
      logger: createLogger('debug', { write: (line: string) => void logLines.push(line) }),
      today: () => TODAY,
    });

  test('of two hubs at the same step one takes it and the other passes on at once', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow: SystemStep = { name: 'links', run: () => gate };
    const first = takeStep(database.pools.trustee, slow, TODAY, 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await takeStep(database.pools.trustee, slow, TODAY, 0)).toBe('NOT_DUE');
    release();
    expect(await first).toBe('RAN');
    expect(await takeStep(database.pools.trustee, slow, TODAY, 600)).toBe('NOT_DUE');
    expect(await takeStep(database.pools.trustee, slow, TODAY, 0)).toBe('RAN');
  });

  test('a step that fails is logged with its code, moves nothing, stays due, and harms no other', async () => {
    const ran: string[] = [];
    const failing: SystemStep = {
      name: 'demands',
      run: async (trustee) => {
        await trustee.query(`select vault.freeze_quarter('2025-01-01', 6)`);
        await trustee.query('select 1 / 0');
      },
    };
    const noting = (name: string): SystemStep => ({ name, run: () => Promise.resolve(ran.push(name)) });
    const taking = scheduler([noting('links'), failing, noting('claims')], 600);
    await taking.start();
    await taking.stop();
    expect(ran).toEqual(['links', 'claims']);
    const failure = logLines.find((line) => line.includes('a step of time failed')) ?? '{}';
    expect(JSON.parse(failure)).toMatchObject({ step: 'demands', cause: { code: '22012' } });
    expect(await world.rows(`select from vault.frozen_quarter where quarter = '2025-01-01'`)).toEqual([]);
    expect(await takeStep(database.pools.trustee, noting('demands'), TODAY, 600)).toBe('RAN');
  });

  test('rounds follow each other and never overlap; stopping waits for the step under way and begins no other', async () => {
    let [now, most, runs] = [0, 0, 0];
    const counted: SystemStep = {
      name: 'links',
      run: async () => {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setTimeout(resolve, 30));
        now -= 1;
        runs += 1;
      },
    };
    const taking = scheduler([counted], 0.01);
    await taking.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await taking.stop();
    const after = runs;
    expect([most, now, after > 2]).toEqual([1, 0, true]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(runs).toBe(after);
  });

  test('an unknown step is a mistake of ours, and a member cannot take one', async () => {
    await expect(
      takeStep(database.pools.trustee, { name: 'other', run: () => Promise.resolve() }, TODAY, 0),
    ).rejects.toThrow('knows no step');
    await expect(database.pools.contributor.query(`select vault.take_system_step('links', '0')`)).rejects.toThrow(
      'permission denied',
    );
  });
});
