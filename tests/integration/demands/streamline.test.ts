import { addDays } from '../../../src/kernel/period';
import { tickDemands } from '../../../src/modules/demands';
import { createTestDatabase } from '../../support/database';
import type { Json } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';

/** One streamlined list instead of many overlapping ones: what Cath, asked by Auto and Auto2, sees and can do. */
let chain: ValueChainWorld;
const today = new Date().toISOString().slice(0, 10);
const inDays = (days: number): string => addDays(today, days);
const HASH = 'd'.repeat(64);

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
  for (const buyer of ['auto', 'auto2']) {
    await chain.world.link(`l-${buyer}`, { supplier: 'cath', customer: buyer, state: 'CONFIRMED' });
  }
  await chain.world.rows(
    `insert into reference.equivalence (id, from_standard, from_reference, to_standard, to_reference, topic_id, degree, gaps, state, synthetic) values
     ('T-FULL', 'LBMA_RGG', 'COMPLIANT', 'RMAP', 'gold', 'T29', 'FULL', '{}', 'APPROVED', true),
     ('T-WATER', 'TSM', 'Water Stewardship', 'IRMA', '4.2', 'T24', 'FULL', '{}', 'APPROVED', true)`,
  );
});
afterAll(() => chain.stop());
afterEach(() =>
  chain.world.rows(
    'truncate vault.response_evidence, vault.demand_response, vault.demand; delete from vault.assessment; delete from vault.measurement',
  ),
);

async function issue(as: string, requirement: object, rest: object = {}): Promise<void> {
  const input = {
    recipients: [chain.member('cath')],
    requirement,
    deadline: inDays(60),
    minerals: ['cobalt'],
    ...rest,
  };
  await chain.mutate(as, 'issueDemand', 'DemandInput', input, 'demand { id }');
}
async function inbox(where = '', selection = 'id state demand { issuer { legalName } topic }'): Promise<Json[]> {
  return (await chain.hub.data({ as: 'cath', query: `{ inbox${where} { totalCount nodes { ${selection} } } }` })).inbox
    .nodes;
}
async function certificate(standard: string, level: string, columns: object = {}): Promise<string> {
  const [version] = await chain.world.rows<{ label: string }>(
    'select label from reference.standard_version where standard_id = $1 limit 1',
    [standard],
  );
  const row = {
    organisation_id: chain.world.id('cath'),
    standard_id: standard,
    version_label: version?.label,
    unit_of_assessment: 'SITE',
    level,
    assurance: 'SECOND_PARTY',
    state: 'CONFORMANT',
    label: 'CONFORMANT',
    valid_from: '2026-01-01',
    valid_to: inDays(300),
    ...columns,
  };
  return chain.world.store('assessment', 'cath', { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' }, row);
}
const own = (type: 'assessment' | 'measurement', uuid: string): string =>
  chain.hub.hub.services.ids.encode(type, uuid, chain.world.id('cath'));
const COVERAGE = 'demand { myCoverage { state gaps equivalences assessments { standard } measurements { value } } }';
const coverage = async (): Promise<Json> => (await inbox('', COVERAGE))[0]?.demand.myCoverage;
const step = (as: string, response: string, action: string, rest: object = {}): Promise<Json> =>
  chain.mutate(as, 'moveResponse', 'MoveResponseInput', { response, action, ...rest }, 'response { state stale }');

test('the inbox is found by who asks, by standard, topic, indicator and mineral', async () => {
  await issue('auto', { standard: 'IRMA', minLevel: 'IRMA_50', topic: 'T24' });
  await issue('auto2', { indicator: 'TRIR', comparator: 'LE', threshold: '2' }, { minerals: [] });
  const found = async (where: string): Promise<string[]> =>
    (await inbox(`(where: { ${where} })`)).map((each) => each.demand.issuer.legalName);
  expect(await found(`issuer: { eq: "${chain.member('auto2')}" }`)).toEqual(['auto2']);
  expect(await found(`recipient: { eq: "${chain.member('cath')}" }`)).toHaveLength(2);
  expect(await found('standard: { in: ["IRMA"] }')).toEqual(['auto']);
  expect(await found('indicator: { eq: "TRIR" }')).toEqual(['auto2']);
  expect(await found('topic: { eq: "T24" }')).toEqual(['auto']);
  expect(await found('minerals: { has: "cobalt" }')).toEqual(['auto']);
  expect(await found('minerals: { has: "gold" }')).toEqual([]);
  const refusal = await chain.refused(
    'auto',
    'issueDemand',
    'DemandInput',
    {
      recipients: [chain.member('cath')],
      requirement: { standard: 'RMAP', minLevel: 'CONFORMANT', topic: 'T24' },
      deadline: inDays(60),
    },
    'demand { id }',
  );
  expect(refusal.issues).toMatchObject([{ path: ['input', 'requirement', 'topic'], rule: 'UNKNOWN' }]);
});

describe('which of my certificates answer this demand', () => {
  test('by level, assurance and, where the issuer accepts it, equivalence; gaps say what is missing', async () => {
    await issue('auto', { standard: 'RMAP', minLevel: 'CONFORMANT' });
    expect(await coverage()).toMatchObject({ state: 'NONE', gaps: ['no valid assessment against RMAP'] });
    await certificate('LBMA_RGG', 'COMPLIANT');
    expect(await coverage()).toMatchObject({
      state: 'FULL',
      equivalences: ['T-FULL'],
      assessments: [{ standard: 'LBMA_RGG' }],
    });
    await chain.world.rows('update vault.demand set accepts_equivalents = false');
    expect(await coverage()).toMatchObject({ state: 'NONE', equivalences: [] });
    await certificate('RMAP', 'CONFORMANT');
    expect(await coverage()).toMatchObject({ state: 'FULL', assessments: [{ standard: 'RMAP' }] });
    await chain.world.rows(`update vault.demand set min_assurance = 'THIRD_PARTY_LIMITED'`);
    expect(await coverage()).toMatchObject({
      state: 'NONE',
      gaps: ['RMAP is held with a lower assurance than THIRD_PARTY_LIMITED'],
    });
  });

  test('an equivalence of one requirement answers a demand for its topic, and the whole standard in part', async () => {
    await issue('auto', { standard: 'IRMA', minLevel: 'IRMA_50', topic: 'T24' });
    await certificate('TSM', 'A');
    expect(await coverage()).toMatchObject({ state: 'FULL', gaps: [], equivalences: ['T-WATER'] });
    await chain.world.rows(`update vault.demand set topic_id = 'T01'`);
    expect(await coverage()).toMatchObject({ state: 'NONE', equivalences: [] });
    await chain.world.rows('update vault.demand set topic_id = null');
    const whole = await coverage();
    expect(whole).toMatchObject({ state: 'PARTIAL', equivalences: ['T-WATER'] });
    expect(whole.gaps).toContain('T01 Legal compliance: not covered');
    expect(whole.gaps.filter((gap: string) => gap.startsWith('T24'))).toEqual([]);
  });

  test('an indicator is answered by own latest figures that reach the threshold', async () => {
    await issue('auto', { indicator: 'TRIR', comparator: 'LE', threshold: '2' });
    expect(await coverage()).toMatchObject({ state: 'NONE', gaps: ['no figure of TRIR is on record'] });
    await chain.world.measurement('cath1', 'TRIR', '1.5', 'ALLIANCE');
    expect(await coverage()).toMatchObject({ state: 'FULL', measurements: [{ value: '1.5' }] });
    await chain.world.measurement('cath', 'TRIR', '3', 'ALLIANCE');
    expect(await coverage()).toMatchObject({ state: 'NONE', measurements: [] });
  });
});

test('demands that ask for the same are told together, with the one whose answer covers the others', async () => {
  await issue('auto', { standard: 'IRMA', minLevel: 'IRMA_50', topic: 'T24' }, { title: 'low' });
  await issue('auto2', { standard: 'IRMA', minLevel: 'IRMA_75', topic: 'T24' }, { title: 'high' });
  await issue('auto2', { standard: 'IRMA', minLevel: 'IRMA_75', topic: 'T24' }, { title: 'gold', minerals: ['gold'] });
  const query = '{ demandOverlaps { topic minerals harmonised { title } responses { demand { title } } } }';
  const { demandOverlaps } = await chain.hub.data({ as: 'cath', query });
  expect(demandOverlaps).toEqual([
    {
      topic: 'T24',
      minerals: ['cobalt'],
      harmonised: { title: 'high' },
      responses: expect.arrayContaining([{ demand: { title: 'low' } }, { demand: { title: 'high' } }]),
    },
  ]);
  // An issuer sees no overlap: its outbox is no inbox.
  expect((await chain.hub.data({ as: 'auto', query })).demandOverlaps).toEqual([]);
});

test('a demand for a whole standard asks about all its topics: it meets those for one of them, and covers them', async () => {
  await issue('auto', { standard: 'IRMA', minLevel: 'IRMA_75' }, { title: 'all of it' });
  await issue('auto2', { standard: 'IRMA', minLevel: 'IRMA_50', topic: 'T24' }, { title: 'water' });
  await issue('auto2', { standard: 'RMAP', minLevel: 'CONFORMANT', topic: 'T29' }, { title: 'not IRMA' });
  const query = '{ demandOverlaps { topic topics harmonised { title } responses { demand { title topic } } } }';
  const { demandOverlaps } = await chain.hub.data({ as: 'cath', query });
  const told = demandOverlaps.map(({ topic, topics, harmonised, responses }: Json) => ({
    topic,
    topics,
    harmonised: harmonised?.title ?? null,
    titles: responses.map((each: Json) => each.demand.title).sort(),
  }));
  expect(told.sort((one: Json, other: Json) => (one.topic < other.topic ? -1 : 1))).toEqual([
    { topic: 'T24', topics: ['T24'], harmonised: 'all of it', titles: ['all of it', 'water'] },
    { topic: 'T29', topics: ['T29'], harmonised: null, titles: ['all of it', 'not IRMA'] },
  ]);
});

describe('an answer rests on the proof shown last', () => {
  test('an equivalence stands on a valid certificate of the standard it leads from, and lapses with it', async () => {
    await issue('auto', { standard: 'RMAP', minLevel: 'CONFORMANT' });
    const [{ id }] = (await inbox()) as [Json];
    await step('cath', id, 'ACKNOWLEDGE');
    const claim = (assessment: string): object => ({ response: id, equivalence: 'T-FULL', assessment });
    const wrong = own('assessment', await certificate('IRMA', 'IRMA_50'));
    const refusal = await chain.refused(
      'cath',
      'claimEquivalence',
      'ClaimEquivalenceInput',
      claim(wrong),
      'response { id }',
    );
    expect(refusal.issues).toMatchObject([{ rule: 'NOT_VALID' }]);
    const right = own('assessment', await certificate('LBMA_RGG', 'COMPLIANT', { valid_to: inDays(40) }));
    await chain.mutate('cath', 'claimEquivalence', 'ClaimEquivalenceInput', claim(right), 'response { id }');
    const mine = (await chain.hub.data({ as: 'auto', query: '{ outbox { nodes { id } } }' })).outbox.nodes[0].id;
    await step('auto', mine, 'AGREE');
    await step('auto', mine, 'ASSESS_MET');
    const { pools } = chain.hub.hub.services;
    expect(await tickDemands(pools.trustee, inDays(39))).toBe(0);
    expect(await tickDemands(pools.trustee, inDays(41))).toBe(1);
    // Proved anew, the certificate of before takes nothing with it.
    await step('cath', id, 'SUBMIT_EVIDENCE', { evidence: [{ sha256: HASH, validTo: inDays(90) }] });
    await step('auto', mine, 'ASSESS_MET');
    expect(await tickDemands(pools.trustee, inDays(41))).toBe(0);
    expect(await tickDemands(pools.trustee, inDays(90))).toBe(1);
  });

  test('a figure that was withdrawn or restated is no proof any more', async () => {
    await issue('auto', { indicator: 'TRIR', comparator: 'LE', threshold: '2' });
    const [{ id }] = (await inbox()) as [Json];
    const figure = await chain.world.measurement('cath', 'TRIR', '1.5', 'ALLIANCE');
    await step('cath', id, 'ACKNOWLEDGE');
    await step('cath', id, 'ACCEPT');
    await step('cath', id, 'SUBMIT_EVIDENCE', { evidence: [{ measurement: own('measurement', figure) }] });
    const mine = (await chain.hub.data({ as: 'auto', query: '{ outbox { nodes { id } } }' })).outbox.nodes[0].id;
    await step('auto', mine, 'ASSESS_MET');
    const { pools } = chain.hub.hub.services;
    expect(await tickDemands(pools.trustee, today)).toBe(0);
    await chain.world.rows('update vault.measurement set current = false');
    expect(await tickDemands(pools.trustee, today)).toBe(1);
  });
});

test('own inbox alone: two worlds in which others are asked the same give the same overlaps and coverage', async () => {
  const seen = async (others: boolean): Promise<string> => {
    await chain.world.rows('truncate vault.response_evidence, vault.demand_response, vault.demand');
    await issue('auto', { standard: 'IRMA', minLevel: 'IRMA_50', topic: 'T24' });
    if (others) {
      await chain.world.link('l-sma', { supplier: 'sma', customer: 'auto2', state: 'CONFIRMED' });
      await issue(
        'auto2',
        { standard: 'IRMA', minLevel: 'IRMA_75', topic: 'T24' },
        { recipients: [chain.member('sma')] },
      );
    }
    const query = `{ demandOverlaps { topic } inbox { totalCount nodes { ${COVERAGE} } } }`;
    return (await chain.hub.ask({ as: 'cath', query })).text;
  };
  expect(await seen(true)).toBe(await seen(false));
});
