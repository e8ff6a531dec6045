import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub, type Json } from '../../support/hub';
import { World } from '../../support/world';
import { fillWorld, OWNERS, releaseContext, releaseYear, yearOf } from '../../integration/statistics/statisticsWorld';

/**
 * Two years are the two worlds: alike in every figure but those of the nickel smelters, whose sum is the same though one of
 * them has nearly all of it in one world and two share it in the other; and one world has a figure that its owner keeps.
 */
const WORLDS = [2024, 2025] as const;
const NICKEL = ['m21', 'n1', 'n2', 'n3', 'n4', 'n5'];
const NICKEL_FIGURES: Readonly<Record<number, readonly number[]>> = {
  2024: [300, 1, 1, 1, 1, 1],
  2025: [150, 151, 1, 1, 1, 1],
};

let database: TestDatabase;
let world: World;
let hub: TestHub;
const released = new Map<number, ReadonlyMap<string, string>>();

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await fillWorld(world, []);
  for (const owner of [...NICKEL.slice(1), 'keeper']) {
    await world.organisation(owner);
    const minerals = [owner === 'keeper' ? 'copper' : 'nickel'];
    await world.site(`${owner} site`, { owner, minerals, stages: ['SMELTING'], country: 'CL' });
  }
  for (const year of WORLDS) await storeYear(year);
  hub = await TestHub.start(database);
  const context = await releaseContext(database);
  for (const year of WORLDS) released.set(year, await releaseYear(context, year, world.id('person counsel')));
}, 180_000);
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

async function storeYear(year: number): Promise<void> {
  const { start, end } = yearOf(year);
  const columns = { period_start: start, period_end: end };
  for (const indicator of ['GHG_S1_ABS', 'WOMEN_SHARE']) {
    for (const [index, owner] of OWNERS.slice(0, 21).entries()) {
      await world.measurement(`${owner} site`, indicator, String(100 + index), 'BILATERAL', columns);
    }
    for (const [index, owner] of NICKEL.entries()) {
      const value = (NICKEL_FIGURES[year]?.[index] ?? 0) / (indicator === 'WOMEN_SHARE' ? 10 : 1);
      await world.measurement(`${owner} site`, indicator, String(value), 'BILATERAL', columns);
    }
  }
  if (year === 2024) await world.measurement('keeper site', 'GHG_S1_ABS', '77', 'OWNER_ONLY', columns);
}

/** What names the world itself: the year, and what is drawn or clocked when a release is made. A hash may hold its digits. */
function withoutNames(text: string, year: number): string {
  return text
    .replaceAll(new RegExp(`${year + 1}-01-01|${year}-01-01`, 'g'), 'DAY')
    .replaceAll(new RegExp(String.raw`\b${year}\b`, 'g'), 'YEAR')
    .replaceAll(/release_[0-9a-z]+/g, 'RELEASE')
    .replaceAll(/\d{4}-\d\d-\d\d[T ][0-9:.+Z-]+/g, 'MOMENT');
}

const initiative = (organisation: string): string =>
  hub.hub.services.ids.encode('initiative', world.id('initiative'), world.id(organisation));

const RELEASE =
  'id table period vintage memberSetHash ruleVersion cells { mineral value n suppressed obsStatus confStatus }';
const CELLS = 'cells { mineral stage place value unit n releaseId refusal { code rule next } }';

/** Everything that statistics tell, asked about one world. */
async function transcript(year: number, as: string, organisation: string): Promise<string[]> {
  const input = (changes: object) => ({
    indicator: 'GHG_S1_ABS',
    function: 'SUM',
    filter: {},
    period: String(year),
    purpose: 'test',
    initiative: initiative(organisation),
    ...changes,
  });
  const said: string[] = [];
  const ask = async (query: string, variables: object = {}): Promise<void> => {
    said.push(withoutNames((await hub.ask({ as, query, variables })).text, year));
  };
  for (const field of ['wouldAnswerAll', 'statistics']) {
    for (const by of [['MINERAL'], ['STAGE', 'COUNTRY'], ['REGION']]) {
      for (const measure of [{}, { indicator: 'WOMEN_SHARE', function: 'MEAN' }]) {
        const query = `query ($input: StatisticInput!, $by: [StatisticGrouping!]!) { ${field}(input: $input, groupBy: $by) { ${CELLS} } }`;
        await ask(query, { input: input(measure), by });
      }
    }
  }
  for (const filter of [{}, { mineral: 'nickel' }, { mineral: 'copper' }, { country: 'CL' }, { stage: 'SMELTING' }]) {
    for (const field of [
      'wouldAnswer(input: $input) { wouldAnswer code rule next }',
      'statistic(input: $input) { value n }',
    ]) {
      await ask(`query ($input: StatisticInput!) { ${field} }`, { input: input({ filter }) });
    }
  }
  const query = 'query ($input: StatisticInput!) { benchmark(input: $input) { peers { value n } } }';
  await ask(query, { input: input({ indicator: 'WOMEN_SHARE', function: 'MEAN', filter: { mineral: 'nickel' } }) });
  said.push(...(await files(year, as)));
  return said;
}

/** The releases of a world, over GraphQL and as files. */
async function files(year: number, as: string | undefined): Promise<string[]> {
  const { releases } = await hub.data({
    ...(as === undefined ? {} : { as }),
    query: `{ releases(first: 100) { nodes { ${RELEASE} } } }`,
  });
  const own = releases.nodes.filter((release: Json) => release.period === String(year));
  const said = [withoutNames(JSON.stringify(own), year)];
  for (const { id } of own) {
    for (const ending of ['csv', 'json']) {
      const headers: Record<string, string> =
        as === undefined ? {} : { authorization: `Bearer ${await hub.token(as)}` };
      const response = await fetch(`${hub.url}/releases/${id}.${ending}`, { headers });
      expect(response.status).toBe(200);
      said.push(withoutNames(await response.text(), year));
    }
  }
  return said;
}

test.each([
  ['an analyst', 'analyst', 'institute'],
  ['a member that contributes', 'm0', 'm0'],
])(
  '%s gets the same of both worlds, byte by byte, from questions, releases and files',
  async (_who, as, organisation) => {
    const [one, other] = [await transcript(2024, as, organisation), await transcript(2025, as, organisation)];
    expect(other).toEqual(one);
    const text = one.join();
    // Both closed and open cells, and each kind of refusal that a set of groups can meet, were compared.
    for (const seen of ['"confStatus":"C"', '"confStatus":"F"', 'SMALL_CELL']) expect(text).toContain(seen);
  },
);

test('a publication that codes why a cell is closed is caught', async () => {
  const dominated = `select max(i.value) > 0.6 * sum(i.value) from trustee.input i join trustee.release r on r.snapshot_id = i.snapshot_id
    where r.id = c.release_id and i.mineral = 'nickel'`;
  await world.rows(
    `update released.cell c set conf_status = case when (${dominated}) then 'D' else 'N' end where c.coordinates ->> 'mineral' = 'nickel' and suppressed`,
  );
  expect(await files(2024, 'analyst')).not.toEqual(await files(2025, 'analyst'));
  await world.rows(`update released.cell set conf_status = 'C' where suppressed`);
  expect(await files(2024, 'analyst')).toEqual(await files(2025, 'analyst'));
});

describe('files of releases', () => {
  const idFor = (reader: string | null, year = 2025): string =>
    hub.hub.services.ids.encode(
      'release',
      released.get(year)?.get('emissions-by-mineral') ?? '',
      reader === null ? 'PUBLIC' : world.id(reader),
    );
  const get = async (address: string, as?: string, headers: Record<string, string> = {}) => {
    const authorization: Record<string, string> =
      as === undefined ? {} : { authorization: `Bearer ${await hub.token(as)}` };
    const response = await fetch(`${hub.url}${address}`, { headers: { ...headers, ...authorization } });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  test('the public reads what is public, and a hidden release is as missing as one that never was', async () => {
    const hidden = await get(`/releases/${idFor(null)}.csv`);
    const missing = await get(
      `/releases/${hub.hub.services.ids.encode('release', world.id('initiative'), 'PUBLIC')}.csv`,
    );
    expect(hidden.status).toBe(404);
    expect(hidden).toEqual(missing);
    expect(hidden).toEqual(await get('/releases/nothing.csv'));
    expect(JSON.parse((await get('/releases')).text).releases).toEqual([]);
    await world.rows(`update released.release set audience = 'PUBLIC', public_from = current_date`);
    const open = await get(`/releases/${idFor(null)}.csv`);
    expect([open.status, open.type]).toEqual([200, 'text/csv; charset=utf-8']);
    const { releases } = JSON.parse((await get('/releases')).text);
    expect((await get(releases[0].json)).status).toBe(200);
    await world.rows(`update released.release set public_from = current_date + 7`);
    expect((await get(`/releases/${idFor(null)}.csv`)).text).toBe(missing.text);
    await world.rows(`update released.release set audience = 'ALLIANCE', public_from = null`);
  });

  test('every line tells release, tier, date and purpose; a closed cell has no value and its two codes', async () => {
    const address = `/releases/${idFor('institute')}`;
    const csv = (await get(`${address}.csv`, 'analyst', { 'sluice-purpose': 'RESEARCH' })).text;
    const [head = '', ...lines] = csv.trim().split('\r\n');
    expect(head).toMatch(
      /^release_id,table,tier,published_at,purpose,.*OBS_VALUE,unit,n,OBS_STATUS,CONF_STATUS,terms$/,
    );
    for (const line of lines) {
      expect(line).toMatch(/^release_\w+,emissions-by-mineral,ALLIANCE,20\d\d-[^,]+,RESEARCH,2025,1,/);
      expect(line).toMatch(/,\d+,t CO2e,[0-9+-]+,A,F,|,,t CO2e,,Q,C,/);
    }
    const json = JSON.parse((await get(`${address}.json`, 'analyst')).text);
    expect(json.release).toMatchObject({ table: 'emissions-by-mineral', tier: 'ALLIANCE', period: '2025' });
    expect(json.cells).toHaveLength(lines.length);
  });

  test('a cell that a spreadsheet would run is escaped', async () => {
    await world.rows(`update released.release set unit = '=1+1' where table_id = 'emissions-by-mineral'`);
    const csv = (await get(`/releases/${idFor('institute')}.csv`, 'analyst')).text;
    expect(csv).toContain(",'=1+1,");
    await world.rows(`update released.release set unit = 't CO2e' where table_id = 'emissions-by-mineral'`);
  });

  test('a file that a member or an analyst takes is recorded, and leaves only then', async () => {
    const records = () =>
      world.rows<{ operation: string; outcome: string }>(
        `select operation, outcome from audit.read_record where operation like 'release.%' order by 1, 2`,
      );
    const before = await records();
    await get(`/releases/${idFor('institute')}.csv`, 'analyst');
    await get(`/releases/${idFor('stranger')}.csv`, 'stranger');
    await get(`/releases/${idFor(null)}.csv`);
    const after = await records();
    expect(after).toHaveLength(before.length + 2);
    expect(after).toContainEqual({ operation: 'release.csv', outcome: 'DENY' });
  });

  test('a credential that is not good is refused as everywhere else', async () => {
    const response = await fetch(`${hub.url}/releases`, { headers: { authorization: 'Bearer nonsense' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('the trend of a cell runs through periods and vintages, the oldest first', async () => {
    const query =
      '{ trend(table: "emissions-by-mineral", mineral: "nickel") { release { period vintage } cell { value confStatus } } }';
    const { trend } = await hub.data({ as: 'analyst', query });
    expect(trend).toEqual([
      { release: { period: '2024', vintage: 1 }, cell: { value: null, confStatus: 'C' } },
      { release: { period: '2025', vintage: 1 }, cell: { value: null, confStatus: 'C' } },
    ]);
    expect((await hub.data({ query })).trend).toEqual([]);
  });
});

test('the page that says what is protected and why a figure is missing is there for everybody, without a script', async () => {
  const response = await fetch(`${hub.url}/statistics`);
  const html = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  for (const id of ['what', 'missing', 'protected', 'not-protected', 'tables']) expect(html).toContain(`id="${id}"`);
  expect(html).not.toContain('<script');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});
