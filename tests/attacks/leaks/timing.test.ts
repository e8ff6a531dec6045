import { packageRoot } from '../../../src/modules/reference';
import { readServerLimits } from '../../../src/server/limits/thresholds';
import { loadavg } from 'node:os';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub } from '../../support/hub';
import { Random } from '../../support/seededRandom';
import { World } from '../../support/world';

/**
 * 33: the time of an answer about what is hidden against the time of one about nothing, by Welch's t over interleaved calls
 * (`leaks.md`). It takes an hour on a quiet machine and says nothing on a busy one:
 * SLUICE_FULL=1 npx jest tests/attacks/leaks/timing; SLUICE_TIMING_CALLS for fewer calls.
 */
const full = process.env.SLUICE_FULL === '1';
const calls = Number(process.env.SLUICE_TIMING_CALLS ?? 10_000);
const seed = Number(process.env.SLUICE_SEED ?? 20_261_126);
const T_MAX = 4.5;
const HIDDEN_ROWS = 1000;
/** As many customers as a large refiner has. */
const HIDDEN_LINKS = 60;
/** Beside them others publish figures too; a table of one site alone is read as a whole, whatever is asked of it. */
const OTHER_SITES = 10;
const FIGURES_OF_OTHERS = 300;

let database: TestDatabase;
let world: World;
let hub: TestHub;

const limits = { organisationRequestsPerMinute: 10 ** 9 };

beforeAll(async () => {
  if (!full) return;
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance('COORDINATION');
  for (const name of ['reader', 'owner']) {
    await world.organisation(name, { activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] });
    await world.person(name, name);
  }
  await world.site('empty', { owner: 'owner' });
  await world.site('full', { owner: 'owner' });
  await figures('full', HIDDEN_ROWS);
  for (let site = 0; site < OTHER_SITES; site += 1) {
    await world.site(`other ${site}`, { owner: 'owner' });
    await figures(`other ${site}`, FIGURES_OF_OTHERS);
  }
  for (let row = 0; row < HIDDEN_LINKS; row += 1) {
    const customer = `customer ${row}`;
    await world.organisation(customer, {
      activities: [{ mineral: 'cobalt', stage: 'CHEMICAL_PROCESSING', side: 'SELL' }],
    });
    await world.link(`link ${row}`, { supplier: 'full', customer, state: 'CONFIRMED' });
  }
  await world.rows('analyze; select vault.choose_decoys()');
  hub = await TestHub.start(database, {}, { limits: { ...readServerLimits(packageRoot()), ...limits } });
}, 600_000);
afterAll(async () => {
  if (!full) return;
  await hub.stop();
  await database.drop();
});

/** Figures of a site that only its owner may read, one for each of as many years. */
async function figures(site: string, count: number): Promise<void> {
  for (let year = 1000; year < 1000 + count; year += 1) {
    const columns = { period_start: `${year}-01-01`, period_end: `${year + 1}-01-01` };
    await world.measurement(site, 'WATER_WITHDRAWN', '1', 'OWNER_ONLY', columns);
  }
}

interface Sums {
  n: number;
  mean: number;
  squares: number;
}

function add(sums: Sums, value: number): void {
  sums.n += 1;
  const before = value - sums.mean;
  sums.mean += before / sums.n;
  sums.squares += before * (value - sums.mean);
}

const varianceOfMean = ({ n, squares }: Sums): number => squares / (n - 1) / n;

/** Welch's t; of each side the calls slower than its 95th percentile are left out, as dudect does. */
function welch(one: readonly number[], two: readonly number[]): { t: number; means: [number, number] } {
  const bound = [...one, ...two].sort((a, b) => a - b)[Math.floor(0.95 * (one.length + two.length))] ?? Infinity;
  const sums = [one, two].map((values): Sums => {
    const all: Sums = { n: 0, mean: 0, squares: 0 };
    for (const value of values) if (value <= bound) add(all, value);
    return all;
  });
  const [first = { n: 0, mean: 0, squares: 0 }, second = first] = sums;
  const t = (first.mean - second.mean) / Math.sqrt(varianceOfMean(first) + varianceOfMean(second));
  return { t, means: [first.mean, second.mean] };
}

async function compare(
  ask: (which: 'hidden' | 'missing') => Promise<unknown>,
): Promise<{ t: number; means: [number, number] }> {
  const random = new Random(seed);
  const times = { hidden: [] as number[], missing: [] as number[] };
  for (let warm = 0; warm < 200; warm += 1) await ask(warm % 2 === 0 ? 'hidden' : 'missing');
  while (Math.min(times.hidden.length, times.missing.length) < calls / 2) {
    const which = random.chance(0.5) ? 'hidden' : 'missing';
    const started = process.hrtime.bigint();
    await ask(which);
    times[which].push(Number(process.hrtime.bigint() - started) / 1e6);
  }
  return welch(times.hidden, times.missing);
}

const idOf = (type: 'measurement' | 'site' | 'demand' | 'plan', uuid: string): string =>
  hub.hub.services.ids.encode(type, uuid, type === 'site' ? null : world.id('reader'));
const NOTHING = '12345678-0000-4000-8000-000000000000';

async function hiddenFigure(): Promise<string> {
  return (await world.rows<{ id: string }>('select id from vault.measurement limit 1'))[0]?.id ?? '';
}

type Ask = (which: 'hidden' | 'missing') => Promise<unknown>;

/** A question about the site that has hidden rows, or about the one that has none. */
const ofSite = (query: (id: string) => string) => (): Promise<Ask> =>
  Promise.resolve((which) => {
    const id = idOf('site', world.id(which === 'hidden' ? 'full' : 'empty'));
    return hub.ask({ as: 'reader', query: query(id) });
  });

const questions: readonly (readonly [string, () => Promise<Ask>])[] = [
  [
    'node by id',
    async () => {
      const hidden = await hiddenFigure();
      return (which) =>
        hub.ask({
          as: 'reader',
          query: `{ node(id: "${idOf('measurement', which === 'hidden' ? hidden : NOTHING)}") { id } }`,
        });
    },
  ],
  [
    'a site with 1,000 hidden figures and one with none',
    ofSite((id) => `{ site(id: "${id}") { name measurements { totalCount nodes { value } } } }`),
  ],
  [
    'a list of one site, 1,000 hidden figures and none',
    ofSite((id) => `{ measurements(where: { site: { eq: "${id}" } }) { totalCount nodes { value } } }`),
  ],
  [
    `links of one site, ${HIDDEN_LINKS} hidden and none`,
    ofSite((id) => `{ links(where: { supplierSite: { eq: "${id}" } }) { totalCount nodes { state } } }`),
  ],
  [
    `the chain from one site, ${HIDDEN_LINKS} hidden links and none`,
    ofSite(
      (id) => `{ valueChain(root: "${id}", mineral: "cobalt", direction: DOWNSTREAM) { nodes { id } truncated } }`,
    ),
  ],
  [
    'a mutation that points to a hidden figure',
    async () => {
      const hidden = await hiddenFigure();
      return (which) => {
        const measurement = idOf('measurement', which === 'hidden' ? hidden : NOTHING);
        const query = `mutation { withdrawMeasurement(input: { measurement: "${measurement}" }) { measurement { id } } }`;
        return hub.ask({ as: 'reader', query });
      };
    },
  ],
];

test('Welch tells a difference of a tenth from none', () => {
  const random = new Random(seed);
  const draw = (middle: number): number[] => Array.from({ length: 5000 }, () => middle + random.next());
  expect(Math.abs(welch(draw(1), draw(1)).t)).toBeLessThan(T_MAX);
  expect(Math.abs(welch(draw(1), draw(1.1)).t)).toBeGreaterThan(T_MAX);
});

(full ? test.each(questions) : test.skip.each(questions))(
  `33: %s: the time does not tell hidden from missing (SLUICE_SEED=${seed})`,
  async (name, make) => {
    const { t, means } = await compare(await make());
    console.log(
      `${name}: |t| ${Math.abs(t).toFixed(2)}, ${means.map((each) => each.toFixed(3)).join(' and ')} ms, ${calls} calls, load ${loadavg()[0]?.toFixed(1)}`,
    );
    expect(Math.abs(t)).toBeLessThan(T_MAX);
  },
  7_200_000,
);
