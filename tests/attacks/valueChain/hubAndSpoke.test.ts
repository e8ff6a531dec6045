import { addDays } from '../../../src/kernel/period';
import { tickClusters } from '../../../src/modules/equivalence';
import { createTestDatabase } from '../../support/database';
import type { Json } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';

/**
 * Hub and spoke: rivals who learn of each other through the one they both deal with. Each attack asks everything that its
 * attacker can ask, and looks for a word that only the other spoke knows; each is shown to find it where the boundary is
 * broken. Seeds: none, the worlds are fixed.
 */
let chain: ValueChainWorld;
const today = new Date().toISOString().slice(0, 10);
/** What stands in the other spoke's facts alone. A short name counts where a word begins: within an opaque id chance writes it. */
const SECRET = /zebra-offer|zebra-gap|777123|(?<![\w-])(smb|auto2)/;

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
  for (const refiner of ['sma', 'smb']) {
    await chain.world.link(`hub-${refiner}`, { supplier: `${refiner}1`, customer: 'auto', state: 'CONFIRMED' });
  }
});
afterAll(() => chain.stop());

const rows = (sql: string, parameters: unknown[] = []) => chain.world.rows(sql, parameters);
const numbers = (organisation: string): object => {
  const unit = chain.world.unitNo(organisation);
  return { unit_no: unit, owner_no: unit, contributor_no: unit, tier: 6, sensitivity: 5, data_class: 6 };
};

/** Everything that an attacker asks about its hub and its rival, by every road there is. */
const roads = (hub: string, rival: string): string[] => [
  '{ links(first: 100) { totalCount nodes { id supplier { legalName } customer { legalName } supplierSite { name } reason purpose evidence { sha256 } } } }',
  `{ links(where: { customer: { eq: "${chain.member(hub)}" } }) { totalCount edges { cursor } } }`,
  `{ links(where: { supplier: { eq: "${chain.member(rival)}" } }) { totalCount edges { cursor } } }`,
  `{ suppliers(of: "${chain.member(hub)}") { totalCount nodes { member { id } site { id } } } customers(of: "${chain.member(rival)}") { totalCount nodes { member { id } } } }`,
  ...['UPSTREAM', 'DOWNSTREAM'].flatMap((direction) => [
    `{ valueChain(mineral: "cobalt", root: "${chain.member(hub)}", direction: ${direction}) { edges { from to } nodes { member { legalName } site { name } } } }`,
    `{ valueChain(mineral: "cobalt", root: "${chain.member(rival)}", direction: ${direction}) { edges { from to } } }`,
    `{ exposure(mineral: "cobalt", direction: ${direction}, target: { member: "${chain.member(rival)}" }) { inChain distance } }`,
  ]),
  '{ demands(first: 100) { totalCount nodes { title text recipients { legalName } responses { totalCount nodes { state offer gaps reason } } } } }',
  '{ inbox(first: 100) { totalCount nodes { id state offer gaps reason evidence { note sha256 } cascade { tier outcome } } } }',
  `{ outbox(where: { recipient: { eq: "${chain.member(rival)}" } }) { totalCount } inbox(where: { issuer: { eq: "${chain.member(hub)}" } }) { totalCount } }`,
  '{ measurements(first: 100) { totalCount nodes { value site { name } } } assessments(first: 100) { totalCount nodes { result } } }',
  '{ plans(first: 100) { totalCount nodes { title } } targets(first: 100) { totalCount } agreements(first: 100) { totalCount } }',
  '{ demandOverlaps { topic responses { id } } }',
];
async function everything(as: string, hub: string, rival: string): Promise<string[]> {
  const texts: string[] = [];
  for (const query of roads(hub, rival)) texts.push((await chain.hub.ask({ as, query })).text);
  return texts;
}

/** Runs the work while a row law is open, as in a hub whose boundary is broken. */
async function withoutLaw<T>(tables: readonly string[], work: () => Promise<T>): Promise<T> {
  const laws = await chain.world.rows<{ tablename: string; qual: string }>(
    `select tablename, qual from pg_policies where schemaname = 'vault' and policyname = 'law' and tablename = any($1)`,
    [tables],
  );
  for (const { tablename } of laws) await rows(`alter policy law on vault.${tablename} using (true)`);
  try {
    return await work();
  } finally {
    for (const { tablename, qual } of laws) await rows(`alter policy law on vault.${tablename} using (${qual})`);
  }
}

describe('a common customer', () => {
  const demand = 'the common demand';
  beforeAll(async () => {
    await chain.world.insert('vault.demand', {
      id: chain.world.id(demand),
      ...numbers('auto'),
      issuer_id: chain.world.id('auto'),
      state: 'ISSUED',
      title: 'both',
      standard_id: 'RMAP',
      min_level: 'CONFORMANT',
      deadline: addDays(today, 60),
      recipients: ['sma', 'smb'].map((key) => chain.world.unitNo(key)),
      issued_on: today,
    });
    for (const [recipient, offer] of [
      ['sma', 'own offer'],
      ['smb', 'zebra-offer'],
    ] as const) {
      await chain.world.insert('vault.demand_response', {
        id: chain.world.id(`answer of ${recipient}`),
        ...numbers(recipient),
        demand_id: chain.world.id(demand),
        issuer_no: chain.world.unitNo('auto'),
        recipient_id: chain.world.id(recipient),
        state: 'PARTIALLY_MET',
        offer,
        gaps: [recipient === 'smb' ? 'zebra-gap' : 'own gap'],
        deadline: addDays(today, 60),
      });
    }
    await chain.world.measurement('smb1', 'WATER_WITHDRAWN', '777123', 'BILATERAL');
  });
  afterAll(() =>
    rows('truncate vault.response_evidence, vault.demand_response, vault.demand; delete from vault.measurement'),
  );

  test('knows both answers, and tells neither rival anything of the other by any road', async () => {
    const outbox = await chain.hub.ask({
      as: 'auto',
      query: '{ outbox { nodes { offer gaps } } measurements { nodes { value } } }',
    });
    for (const word of ['zebra-offer', 'zebra-gap', '777123', 'own offer']) expect(outbox.text).toContain(word);
    const found = (await everything('sma', 'auto', 'smb')).join('\n');
    expect(found).toContain('own offer');
    expect(found).not.toMatch(SECRET);
  });

  test('and the same roads find the rival where the law of answers and links is open', async () => {
    const found = await withoutLaw(['demand_response', 'link', 'measurement'], () => everything('sma', 'auto', 'smb'));
    for (const word of ['zebra-offer', '777123', '"smb"']) {
      expect(found.join('\n')).toContain(word);
      expect(word).toMatch(SECRET);
    }
  });

  test('lengths and counts do not move when the rival trades more, answers more or leaves', async () => {
    const before = await everything('sma', 'auto', 'smb');
    for (let place = 0; place < 20; place += 1)
      await chain.world.link(`more${place}`, {
        supplier: 'smb1',
        customer: place % 2 === 0 ? 'auto' : 'cath',
        state: 'CONFIRMED',
      });
    await rows(`update vault.demand_response set state = 'MET', offer = repeat('zebra-offer ', 50) where id = $1`, [
      chain.world.id('answer of smb'),
    ]);
    const during = await everything('sma', 'auto', 'smb');
    expect(during.map((text) => text.length)).toEqual(before.map((text) => text.length));
    expect(during).toEqual(before);
    await rows('delete from vault.link where id = any($1)', [
      Array.from({ length: 20 }, (_each, place) => chain.world.id(`more${place}`)),
    ]);
    await rows('delete from vault.demand_response where id = $1', [chain.world.id('answer of smb')]);
    expect(await everything('sma', 'auto', 'smb')).toEqual(before);
  });
});

describe('a shared site', () => {
  beforeAll(async () => {
    for (const [key, customer] of [
      ['shared-auto', 'auto'],
      ['shared-auto2', 'auto2'],
    ] as const) {
      await chain.world.link(key, { supplier: 'cath1', customer, stage: 'CHEMICAL_PROCESSING', audience: 2 });
    }
    await chain.world.link('shared-up', { supplier: 'minex1', customer: 'cath1', stage: 'MINING_LSM', audience: 2 });
  });
  afterAll(() =>
    rows('delete from vault.link where id = any($1)', [
      ['shared-auto', 'shared-auto2', 'shared-up'].map((key) => chain.world.id(key)),
    ]),
  );

  test('and its common upstream are shown to each customer, and never with the other one', async () => {
    for (const [one, other] of [
      ['auto', 'auto2'],
      ['auto2', 'auto'],
    ] as const) {
      const texts = await everything(one, 'cath', other);
      expect(texts.join('\n')).toContain('minex1');
      const names = new RegExp(`"legalName":"${other}"`);
      expect(texts.filter((text) => names.test(text))).toEqual([]);
    }
  });

  test('and an open law would show them together', async () => {
    const texts = await withoutLaw(['link'], () => everything('auto', 'cath', 'auto2'));
    expect(texts.join('\n')).toContain('"legalName":"auto2"');
  });
});

describe('a cluster as a hub', () => {
  const QUARTER = `date_trunc('quarter', date '${today}')::date`;
  const group = (place: number): string => `00000000-0000-4000-8000-0000000000${place.toString().padStart(2, '0')}`;
  const vintage = (
    groups: readonly number[],
    level: number,
    rest: { stage?: string; country?: string; mineral?: string } = {},
  ) =>
    rows(
      `insert into vault.demand_vintage (quarter, demand_id, issuer_no, issuer_group, recipients, topic_id, standard_id, min_level, level_place, minerals, stages, jurisdictions)
       select ${QUARTER}, gen_random_uuid(), 1, g::uuid, '{}', 'T24', 'IRMA', 'x', $2, array[$3], array[$4], array[$5] from unnest($1::text[]) g`,
      [groups.map(group), level, rest.mineral ?? 'cobalt', rest.stage ?? 'MINING_LSM', rest.country ?? 'CL'],
    );
  const ask = async (as: string, rest = '', mineral = 'cobalt'): Promise<string> =>
    (
      await chain.hub.ask({
        as,
        query: `{ demandClusters(mineral: "${mineral}"${rest}) { topic standard issuerBand floor harmonised ceiling coveredByMyAssessments { state gaps } } }`,
      })
    ).text;

  beforeAll(() => tickClusters(chain.hub.hub.services.pools.trustee, today));
  afterEach(() => rows('truncate vault.demand_vintage, vault.known_issuer'));
  afterAll(() => rows('truncate vault.frozen_quarter'));

  test('with one issuer it is no cluster, by whatever slice of mineral, stage and country', async () => {
    const none = await ask('minex');
    await vintage([1], 3);
    for (const rest of [
      '',
      ', stage: "MINING_LSM"',
      ', jurisdiction: "CL"',
      ', stage: "MINING_LSM", jurisdiction: "CL"',
    ]) {
      expect(await ask('minex', rest)).toBe(none);
    }
    expect(none).toContain('SMALL_CELL');
  });

  test('slices do not single an issuer out: one alone in its country or stage with its level shows nowhere', async () => {
    await vintage([1, 2, 3, 4, 5, 6], 1);
    const slices = ['', ', jurisdiction: "CL"', ', jurisdiction: "CD"', ', stage: "MINING_LSM"', ', stage: "REFINING"'];
    const before = await Promise.all(slices.map((rest) => ask('minex', rest)));
    await vintage([7], 3, { country: 'CD' });
    await vintage([8], 3, { stage: 'REFINING' });
    expect(await Promise.all(slices.map((rest) => ask('minex', rest)))).toEqual(before);
  });

  test('watched while one demands oneself: an issuer reads the same before its demand, after it, and with a stricter one', async () => {
    await vintage([1, 2, 3, 4, 5], 1);
    const [own] = await chain.world.rows<{ id: string }>(
      'select ownership_group as id from vault.organisation where id = $1',
      [chain.world.id('auto')],
    );
    const before = await ask('auto');
    for (const level of [0, 3]) {
      await rows(
        `insert into vault.demand_vintage select ${QUARTER}, gen_random_uuid(), $1, $2, '{}', 'T24', 'IRMA', 'x', $3, '{cobalt}', '{MINING_LSM}', '{CL}'`,
        [chain.world.unitNo('auto'), own?.id, level],
      );
      expect(await ask('auto')).toBe(before);
    }
    expect(before).toContain('5-9');
    // Whoever is no issuer may read it in: the band is what moves, and only in bands.
    expect(JSON.parse(await ask('minex')).data.demandClusters.map((each: Json) => each.issuerBand)).toEqual(['5-9']);
  });

  test('an issuer known from the own inbox never counts, so that four unknown ones stay a small cell', async () => {
    await vintage([1, 2, 3, 4, 5], 1);
    expect(await ask('minex')).toContain('5-9');
    await rows(`insert into vault.known_issuer values (${QUARTER}, $1, $2)`, [chain.world.unitNo('minex'), group(5)]);
    expect(await ask('minex')).toContain('SMALL_CELL');
  });

  test('and twins are caught: one that counts demands as issuers, one that forgets whom the reader knows', async () => {
    const [{ source } = { source: '' }] = await chain.world.rows<{ source: string }>(
      `select pg_get_functiondef('vault.cluster_inputs(date, text, text, text, int)'::regprocedure) as source`,
    );
    const twin = (pattern: RegExp, replacement: string): Promise<unknown> => {
      expect(source).toMatch(pattern);
      return rows(source.replace(pattern, replacement));
    };
    try {
      await vintage([1, 1, 1, 1, 1, 1], 3);
      expect(await ask('minex')).toContain('SMALL_CELL');
      await twin(/v\.standard_id, v\.issuer_group,/, 'v.standard_id, v.demand_id,');
      expect(await ask('minex')).toContain('5-9');
      await rows('truncate vault.demand_vintage');
      await twin(/v\.issuer_group = me\.ownership_group or exists \([^)]*\)/, 'false');
      await vintage([1, 2, 3, 4], 1);
      const before = await ask('auto');
      await rows(
        `insert into vault.demand_vintage select ${QUARTER}, gen_random_uuid(), unit_no, ownership_group, '{}', 'T24', 'IRMA', 'x', 1, '{cobalt}', '{MINING_LSM}', '{CL}'
         from vault.organisation where id = $1`,
        [chain.world.id('auto')],
      );
      expect(await ask('auto')).not.toBe(before);
      await rows(`insert into vault.known_issuer values (${QUARTER}, $1, $2)`, [chain.world.unitNo('minex'), group(4)]);
      expect(await ask('minex')).toContain('5-9');
    } finally {
      await rows(source);
    }
    expect(await ask('minex')).toContain('SMALL_CELL');
  });
});
