import { addDays } from '../../../src/kernel/period';
import { tickClusters } from '../../../src/modules/equivalence';
import { Operation } from '../../../src/modules/graph';
import { createTestDatabase } from '../../support/database';
import type { Json } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';

let chain: ValueChainWorld;
const today = new Date().toISOString().slice(0, 10);
const LEVELS = ['IRMA_50', 'IRMA_75', 'IRMA_50', 'IRMA_75', 'IRMA_50', 'IRMA_75', 'IRMA_100', 'IRMA_50', 'IRMA_75'];

/** Nine buyers of copper, each a group of its own; whom they ask is another mine, so that MineX knows none of them. */
beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
  await chain.world.organisation('minez', { activities: [{ mineral: 'copper', stage: 'MINING_LSM', side: 'SELL' }] });
  for (let place = 0; place < LEVELS.length; place += 1) {
    const name = `buyer${place}`;
    await chain.world.organisation(name, { activities: [{ mineral: 'copper', stage: 'SMELTING', side: 'BUY' }] });
    await chain.world.person(name, name);
    await chain.world.link(`z${place}`, { supplier: 'minez', customer: name, mineral: 'copper', state: 'CONFIRMED' });
  }
});
afterAll(() => chain.stop());
afterEach(() =>
  chain.world.rows(
    'truncate vault.demand_vintage, vault.known_issuer, vault.frozen_quarter, vault.frozen_equivalence, vault.response_evidence, vault.demand_response, vault.demand',
  ),
);

async function issue(
  place: number,
  level = LEVELS[place] ?? '',
  recipient = 'minez',
  requirement: object = { standard: 'IRMA' },
): Promise<void> {
  const input = {
    recipients: [chain.member(recipient)],
    requirement: { ...requirement, minLevel: level },
    deadline: addDays(today, 60),
    minerals: ['copper'],
    stages: ['MINING_LSM'],
  };
  await chain.mutate(`buyer${place}`, 'issueDemand', 'DemandInput', input, 'demand { id }');
}
/** A standard of somebody's own, as the demo has: no file of the catalogue knows it. */
async function addHouseStandard(): Promise<void> {
  const standard = { standard_id: 'HOUSE' };
  await chain.world.insert('reference.standard', {
    ...{ id: 'HOUSE', name: 'House rules', owner: 'House', kind: 'STANDARD', unit_of_assessment: 'SITE' },
    ...{ assurance: 'THIRD_PARTY', level_model: 'LEVELS', scope_minerals: '{}', scope_stages: '{}', certainty: 'HIGH' },
  });
  await chain.world.insert('reference.standard_version', { ...standard, label: '1.0' });
  await chain.world.insert('reference.standard_level', { ...standard, code: 'BRONZE', position: 0 });
  await chain.world.insert('reference.standard_level', { ...standard, code: 'GOLD', position: 1 });
  await chain.world.insert('reference.requirement', {
    ...{ ...standard, id: 'T24/HOUSE', topic_id: 'T24', version: '1.0', reference: 'H-7' },
    ...{ title: 'Water', coverage: 'FULL', certainty: 'HIGH' },
  });
}
/** As if they had been out when the quarter began. */
async function freeze(): Promise<void> {
  await chain.world.rows(`update vault.demand set issued_on = '2020-01-01'`);
  await tickClusters(chain.hub.hub.services.pools.trustee, today);
}
const QUERY = `{ demandClusters(mineral: "copper", stage: "MINING_LSM") { topic standard standards gap issuerBand floor harmonised ceiling coveredByMyAssessments { state gaps } } }`;
const clusters = async (as = 'minex'): Promise<Json> => (await chain.hub.data({ as, query: QUERY })).demandClusters;

describe('J7: a cluster of demands', () => {
  test('nine issuing groups give the band 5-9 with floor and ceiling, and own coverage', async () => {
    for (const place of LEVELS.keys()) await issue(place);
    await freeze();
    const [cluster, ...rest] = await clusters();
    expect(rest).toEqual([]);
    expect(cluster).toMatchObject({
      standard: 'IRMA',
      issuerBand: '5-9',
      floor: 'IRMA IRMA_50',
      ceiling: 'IRMA IRMA_75',
      harmonised: 'IRMA IRMA_75',
      coveredByMyAssessments: { state: 'NONE', gaps: ['no valid assessment against IRMA'] },
    });
    expect(JSON.stringify(cluster)).not.toContain('IRMA_100');
    expect(JSON.stringify(cluster)).not.toContain('buyer');
    const own = await chain.world.store(
      'assessment',
      'minex',
      { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' },
      {
        organisation_id: chain.world.id('minex'),
        standard_id: 'IRMA',
        version_label: '1.0',
        unit_of_assessment: 'SITE',
        level: 'IRMA_75',
        assurance: 'THIRD_PARTY_REASONABLE',
        state: 'CONFORMANT',
        label: 'CONFORMANT',
        valid_from: '2026-01-01',
        valid_to: addDays(today, 300),
      },
    );
    expect((await clusters())[0].coveredByMyAssessments).toEqual({ state: 'FULL', gaps: [] });
    await chain.world.rows('delete from vault.assessment where id = $1', [own]);
  });

  test('standards that a full equivalence joins in a topic are one cluster, harmonised by what covers the others', async () => {
    const water = 'T24';
    const ask = (place: number, standard: string, minLevel: string): Promise<unknown> =>
      chain.mutate(
        `buyer${place}`,
        'issueDemand',
        'DemandInput',
        {
          recipients: [chain.member('minez')],
          requirement: { standard, minLevel, topic: water },
          deadline: addDays(today, 60),
          minerals: ['copper'],
          stages: ['MINING_LSM'],
        },
        'demand { id }',
      );
    const equivalence = (id: string, from: string, to: string, degree: string): Promise<unknown> =>
      chain.world.rows(
        `insert into reference.equivalence (id, from_standard, from_reference, to_standard, to_reference, topic_id, degree, gaps, state, synthetic)
         values ($1, $2, 'water', $3, 'water', $4, $5, $6, 'APPROVED', true)`,
        [id, from, to, water, degree, degree === 'FULL' ? [] : ['numeric water quality limits not covered']],
      );
    for (const place of [0, 1, 2]) await ask(place, 'TSM', 'A');
    for (const place of [3, 4, 5]) await ask(place, 'IRMA', 'IRMA_50');
    for (const place of [6, 7, 8]) await ask(place, 'IRMA', 'IRMA_75');
    const [version] = await chain.world.rows<{ label: string }>(
      `select label from reference.standard_version where standard_id = 'TSM'`,
    );
    await chain.world.store(
      'assessment',
      'minex',
      { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' },
      {
        organisation_id: chain.world.id('minex'),
        standard_id: 'TSM',
        version_label: version?.label,
        unit_of_assessment: 'SITE',
        level: 'A',
        assurance: 'THIRD_PARTY_LIMITED',
        state: 'CONFORMANT',
        label: 'CONFORMANT',
        valid_from: '2026-01-01',
        valid_to: addDays(today, 300),
      },
    );
    await equivalence('T-PART', 'TSM', 'IRMA', 'PARTIAL');
    await freeze();
    // Nothing leads across: the six of IRMA are a cluster, the three of TSM too few.
    expect(await clusters()).toMatchObject([{ standard: 'IRMA', floor: 'IRMA 4.2 in IRMA_50', gap: null }]);
    await equivalence('T-ACROSS', 'IRMA', 'TSM', 'FULL');
    // An approval moves no frozen picture.
    expect(await clusters()).toMatchObject([{ standard: 'IRMA' }]);
    await chain.world.rows(
      'truncate vault.demand_vintage, vault.known_issuer, vault.frozen_quarter, vault.frozen_equivalence',
    );
    await freeze();
    expect(await clusters()).toEqual([
      {
        topic: 'T24 Water',
        standard: null,
        standards: ['IRMA', 'TSM'],
        issuerBand: '5-9',
        floor: 'TSM Water Stewardship in A or equivalent',
        harmonised: 'IRMA 4.2 in IRMA_75',
        ceiling: 'IRMA 4.2 in IRMA_75',
        coveredByMyAssessments: { state: 'PARTIAL', gaps: ['numeric water quality limits not covered'] },
        gap: null,
      },
    ]);
    // The other way alone: TSM covers IRMA at any level, so that it is what harmonises.
    await chain.world.rows(
      `update vault.frozen_equivalence set from_standard = 'TSM', to_standard = 'IRMA' where equivalence_id = 'T-ACROSS'`,
    );
    expect(await clusters()).toMatchObject([
      { harmonised: 'TSM Water Stewardship in A', floor: 'IRMA 4.2 in IRMA_50 or equivalent' },
    ]);
    // Two that lead to a third, and not to each other: joined, and the gap is shown.
    await chain.world.rows(`delete from vault.frozen_equivalence`);
    for (const from of ['TSM', 'IRMA'])
      await chain.world.rows(
        `insert into vault.frozen_equivalence values (date_trunc('quarter', $1::date)::date, $2, $2, 'COPPER_MARK', 'water', $3)`,
        [today, from, water],
      );
    expect(await clusters()).toMatchObject([
      {
        standards: ['COPPER_MARK', 'IRMA', 'TSM'],
        harmonised: null,
        gap: expect.stringContaining('no approved full equivalence'),
      },
    ]);
    await chain.world.rows(`delete from reference.equivalence where id in ('T-PART', 'T-ACROSS')`);
  });

  test('a standard that only the database holds has its levels and topics, in demands and in clusters', async () => {
    await addHouseStandard();
    const requirement = { standard: 'HOUSE', topic: 'T24' };
    for (const place of LEVELS.keys()) await issue(place, place < 5 ? 'BRONZE' : 'GOLD', 'minez', requirement);
    await expect(issue(0, 'SILVER_OF_NOBODY', 'minez', requirement)).rejects.toThrow('UNKNOWN');
    await freeze();
    await expect(clusters()).resolves.toMatchObject([
      { standard: 'HOUSE', floor: 'HOUSE H-7 in BRONZE', gap: null, coveredByMyAssessments: { state: 'NONE' } },
    ]);
    // Five more ask for the higher level: it is the ceiling, since the database says that it is the higher one.
    await chain.world.rows(
      `insert into vault.demand_vintage select quarter, gen_random_uuid(), issuer_no, issuer_group, recipients, topic_id, standard_id, 'GOLD', 1, minerals, stages, jurisdictions
       from vault.demand_vintage where min_level = 'BRONZE'`,
    );
    expect((await clusters())[0]).toMatchObject({ floor: 'HOUSE H-7 in BRONZE', ceiling: 'HOUSE H-7 in GOLD' });
  });

  /** The answer to two questions at once; of the statements of the trustee the first takes long. */
  async function bothRefused(): Promise<string> {
    const { trustee } = chain.hub.hub.services.pools;
    const ask = trustee.query.bind(trustee);
    let asked = 0;
    const slow = (...input: unknown[]): Promise<unknown> => {
      const wait = asked++ === 0 ? 50 : 0;
      return new Promise((done) => setTimeout(done, wait)).then(() => Reflect.apply(ask, trustee, input));
    };
    Object.assign(trustee, { query: slow });
    try {
      const query =
        '{ first: demandClusters(mineral: "copper") { topic } second: demandClusters(mineral: "copper") { topic } }';
      return (await chain.hub.ask({ as: 'minex', query })).text;
    } finally {
      Object.assign(trustee, { query: ask });
    }
  }

  test('of two questions that are refused together the answer names the first, whichever the database answers first', async () => {
    expect(await bothRefused()).toContain('"path":["first"]');
    const inOrder = Operation.prototype.trusteeRows;
    // the broken twin asks both at once
    Operation.prototype.trusteeRows = async function (this: Operation, sql, parameters) {
      return (await this.services.pools.trustee.query(sql, parameters)).rows;
    };
    try {
      expect(await bothRefused()).toContain('"path":["second"]');
    } finally {
      Operation.prototype.trusteeRows = inOrder;
    }
  });

  test('four issuing groups, one issuer, none, and a reader that knows the issuers are all the same SMALL_CELL', async () => {
    const refusal = async (as: string): Promise<string> => (await chain.hub.ask({ as, query: QUERY })).text;
    const none = await refusal('minex');
    expect(none).toContain('SMALL_CELL');
    await issue(0);
    await freeze();
    expect(await refusal('minex')).toBe(none);
    await chain.world.rows('truncate vault.demand_vintage, vault.known_issuer, vault.frozen_quarter');
    for (const place of [1, 2, 3]) await issue(place);
    await freeze();
    expect(await refusal('minex')).toBe(none);
    await chain.world.rows('truncate vault.demand_vintage, vault.known_issuer, vault.frozen_quarter');
    for (const place of [4, 5, 6, 7, 8]) await issue(place);
    await freeze();
    expect(await clusters('minex')).toHaveLength(1);
    await chain.world.person('minez', 'minez');
    expect(await refusal('minez')).toBe(none);
  });

  test('five groups as seen by one of them are four: nobody reads itself out of a cluster', async () => {
    for (const place of [0, 1, 2, 3, 4]) await issue(place);
    await freeze();
    expect(await clusters('minex')).toHaveLength(1);
    expect((await chain.hub.refusal({ as: 'buyer0', query: QUERY })).code).toBe('SMALL_CELL');
  });

  test('watched while demands change, a cluster does not move before the next quarter', async () => {
    for (const place of [0, 1, 2, 3, 4, 5, 6]) await issue(place);
    await freeze();
    const before = (await chain.hub.ask({ as: 'minex', query: QUERY })).text;
    for (const place of [7, 8]) await issue(place, 'IRMA_100');
    await chain.world.rows(
      `update vault.demand set min_level = 'IRMA_100', state = 'WITHDRAWN' where state = 'ISSUED'`,
    );
    await chain.world.link('late', { supplier: 'minex', customer: 'buyer0', mineral: 'copper', state: 'CONFIRMED' });
    await issue(0, 'IRMA_50', 'minex');
    await tickClusters(chain.hub.hub.services.pools.trustee, today);
    expect((await chain.hub.ask({ as: 'minex', query: QUERY })).text).toBe(before);
    // The twin without a freeze moves.
    await chain.world.rows('truncate vault.demand_vintage, vault.known_issuer, vault.frozen_quarter');
    await freeze();
    expect((await chain.hub.ask({ as: 'minex', query: QUERY })).text).not.toBe(before);
    await chain.world.rows('delete from vault.link where id = $1', [chain.world.id('late')]);
  });

  test('new, unverified members and several members of one group do not make a crowd', async () => {
    for (const place of [0, 1, 2, 3, 4]) await issue(place);
    await chain.world.rows(`update vault.organisation set joined_on = current_date - 30 where legal_name = 'buyer4'`);
    await freeze();
    expect((await chain.hub.refusal({ as: 'minex', query: QUERY })).code).toBe('SMALL_CELL');
    await chain.world.rows(`update vault.organisation set joined_on = '2024-01-01' where legal_name = 'buyer4'`);
  });
});

describe('answer once', () => {
  test('one assessment goes to every demand it answers; each issuer sees its own answer only', async () => {
    for (const place of [0, 1])
      await chain.world.link(`x${place}`, {
        supplier: 'minex',
        customer: `buyer${place}`,
        mineral: 'copper',
        state: 'CONFIRMED',
      });
    for (const place of [0, 1]) await issue(place, 'IRMA_50', 'minex');
    const own = await chain.world.store(
      'assessment',
      'minex',
      { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' },
      {
        organisation_id: chain.world.id('minex'),
        standard_id: 'IRMA',
        version_label: '1.0',
        unit_of_assessment: 'SITE',
        level: 'IRMA_75',
        assurance: 'THIRD_PARTY_REASONABLE',
        state: 'CONFORMANT',
        label: 'CONFORMANT',
        valid_from: '2026-01-01',
        valid_to: addDays(today, 300),
      },
    );
    const { inbox } = await chain.hub.data({
      as: 'minex',
      query: '{ inbox { nodes { id demand { myCoverage { state gaps assessments { result } } } } } }',
    });
    expect(inbox.nodes[0].demand.myCoverage).toEqual({ state: 'FULL', gaps: [], assessments: [{ result: 'IRMA_75' }] });
    const responses = inbox.nodes.map((each: Json) => each.id);
    const assessment = chain.hub.hub.services.ids.encode('assessment', own, chain.world.id('minex'));
    expect(
      (await chain.refused('minex', 'answerOnce', 'AnswerOnceInput', { assessment, responses }, 'responses { state }'))
        .code,
    ).toBe('STATE');
    for (const response of responses) {
      for (const action of ['ACKNOWLEDGE', 'ACCEPT'])
        await chain.mutate('minex', 'moveResponse', 'MoveResponseInput', { response, action }, 'response { state }');
    }
    const answered = await chain.mutate(
      'minex',
      'answerOnce',
      'AnswerOnceInput',
      { assessment, responses },
      'responses { state }',
    );
    expect(answered.responses).toEqual([{ state: 'EVIDENCE_SUBMITTED' }, { state: 'EVIDENCE_SUBMITTED' }]);
    for (const as of ['buyer0', 'buyer1']) {
      expect((await chain.hub.data({ as, query: '{ outbox { totalCount } }' })).outbox.totalCount).toBe(1);
    }
  });
});
