import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type Json, TestHub } from '../../support/hub';
import { World } from '../../support/world';

let database: TestDatabase;
let hub: TestHub;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance();
  const refining = [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] as const;
  await world.organisation('sma', { activities: refining });
  await world.organisation('smb', { activities: refining });
  await world.organisation('ngo', { company: false });
  for (const owner of ['sma', 'smb']) {
    await world.site(`${owner}1`, { owner });
    await world.person(owner, owner, ['UPSTREAM_PUBLISHER', 'SITE_OWNER']);
  }
  await world.person('ngo', 'ngo', ['CIVIL_SOCIETY']);
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const siteId = (key: string): string => hub.hub.services.ids.encode('site', world.id(key), null);
const PUBLISH = `mutation ($input: PublishMeasurementInput!) { publishMeasurement(input: $input) { measurement { id value unit periodEnd restatementOf } warnings } }`;
const publish = (change: object = {}, as = 'sma') => ({
  as,
  query: PUBLISH,
  variables: {
    input: {
      site: siteId('sma1'),
      indicator: 'WATER_WITHDRAWN',
      period: { start: '2025-01-01', end: '2026-01-01' },
      value: '1250.4',
      unit: 'ML',
      verification: 'THIRD_PARTY_LIMITED',
      ...change,
    },
  },
});
const rulesOf = (refusal: Json): Record<string, string> =>
  Object.fromEntries(refusal.issues.map((issue: Json) => [issue.path.slice(1).join('.'), issue.rule]));
const seen = async (as?: string, unit = 'ML'): Promise<Json[]> => {
  const query = `{ site(id: "${siteId('sma1')}") { measurements(where: { indicator: { eq: "WATER_WITHDRAWN" } }) { nodes { value(unit: "${unit}") periodStart periodEnd verification } } } }`;
  return (await hub.data({ as, query })).site.measurements.nodes;
};

describe('J3: SmA publishes a measurement', () => {
  let id: string;

  test('it is stored at ALLIANCE: members read it, the public does not', async () => {
    const { publishMeasurement } = await hub.data(publish({ clientKey: 'water-2025' }));
    id = publishMeasurement.measurement.id;
    expect(publishMeasurement).toMatchObject({
      measurement: { value: '1250.4', unit: 'ML', periodEnd: '2026-01-01' },
      warnings: [],
    });
    expect((await hub.data(publish({ clientKey: 'water-2025' }))).publishMeasurement.measurement.id).toBe(id);
    const row = {
      value: '1250.4',
      periodStart: '2025-01-01',
      periodEnd: '2026-01-01',
      verification: 'THIRD_PARTY_LIMITED',
    };
    expect(await seen('ngo')).toEqual([row]);
    expect(await seen('ngo', 'm3')).toEqual([{ ...row, value: '1250400' }]);
    expect(await seen()).toEqual([]);
  });

  test.each<[string, object, Record<string, string>]>([
    ['below the bounds', { value: '-3' }, { value: 'BOUNDS' }],
    ['a unit of another dimension', { unit: 't' }, { unit: 'DIMENSION' }],
    [
      'a period that has not ended',
      { period: { start: '2026-01-01', end: '2027-01-01' } },
      { 'period.end': 'PERIOD_OPEN' },
    ],
    ['the same period twice', {}, { period: 'OVERLAP' }],
    ['an overlapping period', { period: { start: '2025-07-01', end: '2026-07-01' } }, { period: 'OVERLAP' }],
    ['a thousands separator', { value: '1,250' }, { value: 'SEPARATOR' }],
    ['a decimal comma', { value: '1250,4' }, { value: 'SEPARATOR' }],
    ['NaN', { value: 'NaN' }, { value: 'FORMAT' }],
    [
      'a period that ends before it starts',
      { period: { start: '2025-01-01', end: '2024-01-01' } },
      { period: 'ORDER' },
    ],
    ['a leap day that is none', { period: { start: '2025-02-29', end: '2026-01-01' } }, { period: 'NO_SUCH_DAY' }],
    ['a time zone', { period: { start: '2025-01-01T00:00:00Z', end: '2026-01-01' } }, { period: 'FORMAT' }],
    ['an unknown indicator', { indicator: 'WATER' }, { indicator: 'UNKNOWN' }],
    [
      'an unknown indicator with other faults, told at once,',
      { indicator: 'WATER', value: '1,250', unit: 'bushel', boundary: '<script>', tier: 'WIDE', verification: 'GOLD' },
      {
        ...{ indicator: 'UNKNOWN', value: 'SEPARATOR', unit: 'UNKNOWN_UNIT', boundary: 'HTML' },
        ...{ tier: 'UNKNOWN', verification: 'UNKNOWN' },
      },
    ],
    ['an unknown verification', { verification: 'GOLD' }, { verification: 'UNKNOWN' }],
    ['markup', { boundary: '<script>' }, { boundary: 'HTML' }],
    ['a figure and its absence', { availability: 'NOT_MATERIAL' }, { value: 'VALUE_AND_AVAILABILITY' }],
    ['neither', { value: null }, { value: 'REQUIRED' }],
    ['CSI for everybody', { indicator: 'PROD_VOLUME', unit: 't', tier: 'ALLIANCE' }, { tier: 'CSI_TIER' }],
  ])('%s is refused, and nothing is stored', async (_what, change, rules) => {
    const count = async () => (await world.rows('select from vault.measurement')).length;
    const before = await count();
    expect(rulesOf(await hub.refusal(publish(change)))).toEqual(rules);
    expect(await count()).toBe(before);
  });

  test("a key with another body is refused; another member's site is not found", async () => {
    expect(rulesOf(await hub.refusal(publish({ clientKey: 'water-2025', value: '1' })))).toEqual({
      clientKey: 'CLIENT_KEY_REUSED',
    });
    const hidden = await hub.ask(publish({}, 'smb'));
    const missing = await hub.ask(publish({ site: siteId('nowhere') }, 'smb'));
    expect(hidden.errors[0]?.extensions.code).toBe('NOT_FOUND');
    expect(hidden.text).toBe(missing.text);
  });

  test('a restatement names what it corrects, and the corrected figure steps back', async () => {
    expect(rulesOf(await hub.refusal(publish({ restatementOf: id })))).toEqual({ restatementReason: 'REQUIRED' });
    const { publishMeasurement } = await hub.data(
      publish({ restatementOf: id, restatementReason: 'meter error', value: '1300' }),
    );
    expect(publishMeasurement.measurement).toMatchObject({ value: '1300', restatementOf: id });
    expect(await seen('ngo')).toEqual([expect.objectContaining({ value: '1300' })]);
  });
});

describe('plans and targets', () => {
  const plan = (change: object = {}) => ({
    as: 'sma',
    query: 'mutation ($input: PublishPlanInput!) { publishPlan(input: $input) { id title actions budgetBand } }',
    variables: {
      input: {
        site: siteId('sma1'),
        topic: 'T24',
        title: 'Water reuse',
        actions: ['design', 'build'],
        period: { start: '2027-01-01', end: '2029-01-01' },
        budgetBand: 'UP_TO_10_M',
        ...change,
      },
    },
  });
  const target = (change: object = {}) => ({
    as: 'sma',
    query: 'mutation ($input: PublishTargetInput!) { publishTarget(input: $input) { id targetValue unit } }',
    variables: {
      input: {
        site: siteId('sma1'),
        indicator: 'ENERGY_REN',
        baselineYear: 2024,
        baselineValue: '30',
        targetYear: 2030,
        targetValue: '70',
        ...change,
      },
    },
  });
  const totals = async (as?: string): Promise<number[]> => {
    const { plans, targets } = await hub.data({ as, query: '{ plans { totalCount } targets { totalCount } }' });
    return [plans.totalCount, targets.totalCount];
  };

  test("a plan is its owner's alone; a target is, until it is published", async () => {
    const { publishPlan } = await hub.data(plan());
    expect(publishPlan).toMatchObject({ title: 'Water reuse', actions: ['design', 'build'], budgetBand: 'UP_TO_10_M' });
    const { publishTarget } = await hub.data(target());
    expect([await totals('sma'), await totals('smb'), await totals()]).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
    await hub.data(
      target({
        indicator: 'TRIR',
        baselineValue: '2',
        targetValue: '1',
        sourceUrl: 'https://sma.example/targets',
        publishedAt: '2026-05-01',
      }),
    );
    expect([await totals('sma'), await totals('smb'), await totals()]).toEqual([
      [1, 2],
      [0, 1],
      [0, 1],
    ]);
    for (const id of [publishPlan.id, publishTarget.id]) {
      expect((await hub.ask({ as: 'smb', query: `{ node(id: "${id}") { id } }` })).text).toBe(
        '{"data":{"node":null}}\n',
      );
      expect((await hub.data({ as: 'sma', query: `{ node(id: "${id}") { id } }` })).node.id).toBe(id);
    }
    const withdraw = (as: string) => ({
      as,
      query: `mutation { withdrawPlan(input: { plan: "${publishPlan.id}" }) { withdrawnAt } }`,
    });
    expect(await hub.refusal(withdraw('smb'))).toMatchObject({ code: 'NOT_FOUND' });
    expect((await hub.data(withdraw('sma'))).withdrawPlan.withdrawnAt).not.toBeNull();
  });

  test.each<[string, () => object, Record<string, string>]>([
    ['an unknown topic', () => plan({ topic: 'T99' }), { topic: 'UNKNOWN' }],
    [
      'a plan of the past',
      () => plan({ period: { start: '2020-01-01', end: '2021-01-01' } }),
      { 'period.end': 'PERIOD_OVER' },
    ],
    ['a plan without a step', () => plan({ actions: [] }), { actions: 'LENGTH' }],
    ['a budget in figures', () => plan({ budgetBand: '7000000' }), { budgetBand: 'UNKNOWN' }],
    ['a target before its baseline', () => target({ targetYear: 2024 }), { targetYear: 'ORDER' }],
    ['a share above 100 %', () => target({ targetValue: '170' }), { targetValue: 'BOUNDS' }],
    ['a unit of another dimension', () => target({ unit: 't' }), { unit: 'DIMENSION' }],
    ['a publication without a day', () => target({ sourceUrl: 'https://sma.example' }), { publishedAt: 'REQUIRED' }],
  ])('%s is refused', async (_what, question, rules) => {
    expect(rulesOf(await hub.refusal(question() as Parameters<TestHub['refusal']>[0]))).toEqual(rules);
  });
});
