import { addDays } from '../../../src/kernel/period';
import { tickClusters } from '../../../src/modules/equivalence';
import { createTestDatabase } from '../../support/database';
import { ValueChainWorld } from '../../support/valueChainWorld';

/**
 * Two worlds for chain, inbox and clusters: what a viewer may know is written once and stays, row for row; something hidden
 * is added or changed beside it, and every answer must keep its bytes: data, nulls, counts, pages, cursors, order, errors.
 * Each comparison also runs against a broken twin, which it must catch.
 */
let chain: ValueChainWorld;
const today = new Date().toISOString().slice(0, 10);
const soon = addDays(today, 60);

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
});
afterAll(() => chain.stop());

async function answers(as: string, questions: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const query of questions) texts.push((await chain.hub.ask({ as, query })).text);
  return texts;
}

/** A change of what is hidden, and how to undo it. */
interface Hidden {
  name: string;
  apply: () => Promise<unknown>;
  undo: () => Promise<unknown>;
}

/** The questions whose answers differ with the hidden change in place. */
async function differences(as: string, questions: readonly string[], hidden: Hidden): Promise<string[]> {
  const without = await answers(as, questions);
  await hidden.apply();
  const beside = await answers(as, questions);
  await hidden.undo();
  return questions.filter((_question, index) => without[index] !== beside[index]);
}

/** Opens a row law while the work runs. */
async function withoutLaw<T>(tables: readonly string[], work: () => Promise<T>): Promise<T> {
  const laws = await chain.world.rows<{ tablename: string; qual: string }>(
    `select tablename, qual from pg_policies where schemaname = 'vault' and policyname = 'law' and tablename = any($1)`,
    [tables],
  );
  for (const { tablename } of laws) await chain.world.rows(`alter policy law on vault.${tablename} using (true)`);
  try {
    return await work();
  } finally {
    for (const { tablename, qual } of laws)
      await chain.world.rows(`alter policy law on vault.${tablename} using (${qual})`);
  }
}

const rows = (sql: string, parameters: unknown[] = []) => chain.world.rows(sql, parameters);
const removeLinks = (...keys: string[]) =>
  rows('delete from vault.link where id = any($1)', [keys.map((key) => chain.world.id(key))]);

describe('the chain of Auto', () => {
  const HIDDEN = [
    'a hop that both ends keep',
    'an assertion of one end',
    'the other customer of a common supplier, disclosed to the alliance',
    'a hop whose near end alone agrees to an intermediate',
    'a hop whose far end alone would be named',
    'a trade of two others elsewhere',
    'fifty hops behind one shown place',
  ];
  const CHAIN = `nodes { id depth stage opaque site { name } member { legalName } } edges { from to supplierStage customerStage custodyModel confidence confidenceBasis product periodStart periodEnd } truncated`;
  const questions = (): string[] => [
    ...['UPSTREAM', 'DOWNSTREAM'].flatMap((direction) => [
      `{ valueChain(mineral: "cobalt", direction: ${direction}, depth: 12) { ${CHAIN} } }`,
      `{ valueChain(mineral: "cobalt", direction: ${direction}, product: "282200") { ${CHAIN} } }`,
      `{ valueChain(mineral: "cobalt", direction: ${direction}, asOf: "${addDays(today, 1)}") { ${CHAIN} } }`,
      ...['cath', 'sma', 'minex'].map(
        (root) =>
          `{ valueChain(mineral: "cobalt", root: "${chain.member(root)}", direction: ${direction}) { ${CHAIN} } }`,
      ),
      `{ chainCoverage(mineral: "cobalt", standard: "RMAP", direction: ${direction}) { links byState { key share } byLevel { key share } byJurisdiction { key share } byRiskArea { key share } } }`,
      ...[
        ...['auto2', 'sma', 'smb', 'minex'].map((member) => `member: "${chain.member(member)}"`),
        `site: "${chain.site('minex1')}"`,
        'jurisdiction: "CL"',
        'standardGap: "RMAP"',
      ].map(
        (target) =>
          `{ exposure(mineral: "cobalt", direction: ${direction}, target: { ${target} }) { inChain distance } }`,
      ),
    ]),
    '{ links(first: 1, orderBy: [{ field: mineral, direction: DESC }]) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id mineral state } } }',
    '{ suppliers { totalCount edges { cursor } nodes { site { name } member { legalName } link { id evidence { type } } } } }',
    `{ suppliers(of: "${chain.member('cath')}") { totalCount nodes { site { name } } } customers(of: "${chain.member('cath')}") { totalCount edges { cursor } } }`,
    `{ links(where: { supplier: { in: ["${chain.member('sma')}", "${chain.member('smb')}", "${chain.member('minex')}"] } }) { totalCount edges { cursor } } }`,
  ];
  const link = (
    key: string,
    supplier: string,
    customer: string,
    columns: object,
    state: 'ASSERTED' | 'CONFIRMED' | 'DISCLOSED',
    audience?: number,
  ): Hidden => ({
    name: key,
    apply: () => chain.world.link(key, { supplier, customer, state, audience, columns: { ...columns } }),
    undo: () => removeLinks(key),
  });
  const hidden = (): Hidden[] => [
    link('a hop that both ends keep', 'minex1', 'sma1', {}, 'CONFIRMED'),
    link('an assertion of one end', 'smb1', 'cath1', {}, 'ASSERTED'),
    link('the other customer of a common supplier, disclosed to the alliance', 'cath', 'auto2', {}, 'DISCLOSED', 2),
    link(
      'a hop whose near end alone agrees to an intermediate',
      'smb1',
      'cath1',
      { customer_audience: 1, customer_distance: 1, customer_opaque: true },
      'CONFIRMED',
    ),
    link(
      'a hop whose far end alone would be named',
      'minex1',
      'sma1',
      { supplier_audience: 3, supplier_distance: 3, supplier_opaque: true },
      'CONFIRMED',
    ),
    link('a trade of two others elsewhere', 'minex', 'smb', { supplier_audience: 0 }, 'CONFIRMED'),
    {
      name: 'fifty hops behind one shown place',
      apply: async () => {
        for (let place = 0; place < 50; place += 1)
          await chain.world.link(`many${place}`, {
            supplier: place % 2 === 0 ? 'smb1' : 'minex1',
            customer: 'sma1',
            state: 'CONFIRMED',
          });
      },
      undo: () => removeLinks(...Array.from({ length: 50 }, (_each, place) => `many${place}`)),
    },
  ];

  beforeAll(async () => {
    await chain.world.link('a', {
      supplier: 'cath',
      customer: 'auto',
      stage: 'CHEMICAL_PROCESSING',
      columns: { product_hs6: '282200' },
    });
    await chain.world.link('b', { supplier: 'sma1', customer: 'cath1' });
    await chain.world.link('own', { supplier: 'smb', customer: 'auto', mineral: 'nickel', state: 'CONFIRMED' });
  });
  afterAll(() => removeLinks('a', 'b', 'own'));

  let without: string[] = [];

  test.each(HIDDEN)('keeps its bytes beside %s', async (name) => {
    const each = hidden().find((candidate) => candidate.name === name);
    if (each === undefined) throw new Error(`nothing is hidden by the name ${name}`);
    if (without.length === 0) without = await answers('auto', questions());
    await each.apply();
    const beside = await answers('auto', questions());
    await each.undo();
    expect(questions().filter((_question, index) => without[index] !== beside[index])).toEqual([]);
  });

  test('and a twin whose links have no row law, or whose walk has open masks, is caught', async () => {
    const [kept] = hidden();
    if (kept === undefined) throw new Error('nothing hidden');
    const lists = await withoutLaw(['link'], () => differences('auto', questions(), kept));
    expect(lists.some((question) => question.includes('links('))).toBe(true);
    const [{ source } = { source: '' }] = await chain.world.rows<{ source: string }>(
      `select pg_get_functiondef('policy.class_masks()'::regprocedure) as source`,
    );
    await rows(
      'create or replace function policy.class_masks() returns int[] language sql immutable as $$ select array_fill(268435455, array[600]) $$',
    );
    const other = hidden()[2];
    const walked = other === undefined ? [] : await differences('auto', questions(), other);
    await rows(source);
    expect(walked.some((question) => question.includes('valueChain('))).toBe(true);
  });
});

describe('the inbox of SmA and the outbox of Auto', () => {
  const FIELDS = `totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor } nodes { id state stale deadline gaps reason offer equivalence
    cascade { tier outcome } evidence { kind note } recipient { legalName } demand { id title text state termsVersion recipients { legalName } issuer { legalName }
    responses { totalCount nodes { id state } } myCoverage { state gaps } } }`;
  const lists = (box: string): string[] => [
    `{ ${box} { ${FIELDS} } }`,
    `{ ${box}(first: 1, orderBy: [{ field: deadline, direction: DESC }]) { ${FIELDS} } }`,
    `{ ${box}(where: { overdue: { eq: true } }) { ${FIELDS} } }`,
    `{ ${box}(where: { expiring: { eq: false }, standard: { eq: "RMAP" } }) { ${FIELDS} } }`,
    `{ ${box}(where: { issuer: { eq: "${chain.member('auto2')}" } }) { ${FIELDS} } }`,
    `{ ${box}(where: { recipient: { eq: "${chain.member('smb')}" } }) { totalCount } }`,
  ];
  const questions = (): string[] => [
    ...lists('inbox'),
    '{ demands { totalCount nodes { id title state recipients { legalName } responses { totalCount } } } }',
    '{ demandOverlaps { topic minerals responses { id } harmonised { id } } }',
  ];
  const demand = (key: string, issuer: string, recipients: string[], changes: object = {}) =>
    chain.world.insert('vault.demand', {
      id: chain.world.id(key),
      ...numbers(issuer),
      tier: 6,
      sensitivity: 5,
      data_class: 6,
      issuer_id: chain.world.id(issuer),
      state: 'ISSUED',
      title: key,
      standard_id: 'RMAP',
      min_level: 'CONFORMANT',
      deadline: soon,
      recipients: recipients.map((name) => chain.world.unitNo(name)),
      issued_on: today,
      minerals: ['cobalt'],
      cascade: 'BLIND',
      ...changes,
    });
  const response = (key: string, of: string, issuer: string, recipient: string, changes: object = {}) =>
    chain.world.insert('vault.demand_response', {
      id: chain.world.id(key),
      ...numbers(recipient),
      tier: 6,
      sensitivity: 5,
      data_class: 6,
      demand_id: chain.world.id(of),
      issuer_no: chain.world.unitNo(issuer),
      recipient_id: chain.world.id(recipient),
      state: 'RECEIVED',
      deadline: soon,
      ...changes,
    });
  const numbers = (organisation: string): object => {
    const unit = chain.world.unitNo(organisation);
    return { unit_no: unit, owner_no: unit, contributor_no: unit };
  };
  const gone = async (...keys: string[]): Promise<void> => {
    const ids = keys.map((key) => chain.world.id(key));
    await rows('delete from vault.response_evidence where response_id = any($1)', [ids]);
    await rows('delete from vault.demand_response where id = any($1)', [ids]);
    await rows('delete from vault.demand where id = any($1)', [ids]);
  };
  /** What SmA must not learn of: SmB was asked too, how it answered, and what others ask each other. */
  const hiddenFromRecipient = (): Hidden[] => [
    {
      name: 'the same demand went to a rival',
      apply: async () => {
        await rows('update vault.demand set recipients = $2 where id = $1', [
          chain.world.id('d'),
          ['sma', 'smb'].map((key) => chain.world.unitNo(key)),
        ]);
        await response('r-rival', 'd', 'auto', 'smb', { state: 'DECLINED', reason: 'no thanks', offer: 'later' });
      },
      undo: async () => {
        await gone('r-rival');
        await rows('update vault.demand set recipients = $2 where id = $1', [
          chain.world.id('d'),
          [chain.world.unitNo('sma')],
        ]);
      },
    },
    {
      name: 'a rival is asked alone, much the same',
      apply: async () => {
        await demand('d-rival', 'auto', ['smb']);
        await response('r-rival', 'd-rival', 'auto', 'smb', { state: 'MET' });
      },
      undo: () => gone('r-rival', 'd-rival'),
    },
    {
      name: 'a draft names it',
      apply: () => demand('d-draft', 'auto2', ['sma'], { state: 'DRAFT' }),
      undo: () => gone('d-draft'),
    },
    {
      name: 'a hundred demands between others',
      apply: async () => {
        for (let place = 0; place < 100; place += 1) {
          await demand(`d${place}`, 'auto2', ['cath'], { deadline: addDays(today, place) });
          await response(`r${place}`, `d${place}`, 'auto2', 'cath');
        }
      },
      undo: () => gone(...Array.from({ length: 100 }, (_each, place) => [`r${place}`, `d${place}`]).flat()),
    },
  ];
  /** What Auto must not learn of: whom SmA asked further up, as long as the tier's outcome is the same. */
  const hiddenFromIssuer = (): Hidden[] => [
    {
      name: 'one more is asked in the tier above, as open as the first',
      apply: async () => {
        await rows('update vault.demand set recipients = $2 where id = $1', [
          chain.world.id('d-up'),
          ['minex', 'smb'].map((key) => chain.world.unitNo(key)),
        ]);
        await response('r-more', 'd-up', 'sma', 'smb', { state: 'ACKNOWLEDGED' });
      },
      undo: async () => {
        await gone('r-more');
        await rows('update vault.demand set recipients = $2 where id = $1', [
          chain.world.id('d-up'),
          [chain.world.unitNo('minex')],
        ]);
      },
    },
    {
      name: 'the tier above speaks to the one below',
      apply: () =>
        rows(`update vault.demand_response set offer = 'by spring', state = 'ACCEPTED' where id = $1`, [
          chain.world.id('r-up'),
        ]),
      undo: () =>
        rows(`update vault.demand_response set offer = null, state = 'RECEIVED' where id = $1`, [
          chain.world.id('r-up'),
        ]),
    },
    {
      name: 'its recipient answers another customer',
      apply: async () => {
        await demand('d-other', 'auto2', ['sma']);
        await response('r-other', 'd-other', 'auto2', 'sma', { state: 'MET', offer: 'all of it' });
      },
      undo: () => gone('r-other', 'd-other'),
    },
  ];

  beforeAll(async () => {
    await demand('d', 'auto', ['sma']);
    await response('r', 'd', 'auto', 'sma', { state: 'ACKNOWLEDGED' });
    await demand('d-up', 'sma', ['minex'], { cascaded_from: chain.world.id('r') });
    await response('r-up', 'd-up', 'sma', 'minex');
  });
  afterAll(() => gone('r-up', 'd-up', 'r', 'd'));

  test('keep their bytes whoever else is asked, and however others answer', async () => {
    for (const each of hiddenFromRecipient())
      expect([each.name, await differences('sma', questions(), each)]).toEqual([each.name, []]);
    for (const each of hiddenFromIssuer())
      expect([each.name, await differences('auto', lists('outbox'), each)]).toEqual([each.name, []]);
  });

  test('and a twin without the row law of demands and answers is caught by each of them', async () => {
    for (const each of hiddenFromRecipient().slice(0, 2)) {
      const caught = await withoutLaw(['demand', 'demand_response'], () => differences('sma', questions(), each));
      expect([each.name, caught.length > 0]).toEqual([each.name, true]);
    }
  });
});

describe('the clusters that MineX reads', () => {
  const questions = ['', ', stage: "MINING_LSM"', ', stage: "REFINING"', ', jurisdiction: "CL"'].map(
    (rest) =>
      `{ demandClusters(mineral: "cobalt"${rest}) { topic standard issuerBand floor harmonised ceiling coveredByMyAssessments { state gaps } } }`,
  );
  const QUARTER = `date_trunc('quarter', date '${today}')::date`;
  const group = (place: number): string => `00000000-0000-4000-8000-0000000000${place.toString().padStart(2, '0')}`;
  const vintage = (groups: readonly number[], level: (place: number) => number, stages = '{MINING_LSM}') =>
    rows(
      `insert into vault.demand_vintage (quarter, demand_id, issuer_no, issuer_group, recipients, topic_id, standard_id, min_level, level_place, minerals, stages, jurisdictions)
       select ${QUARTER}, gen_random_uuid(), 1, g::uuid, '{}', 'T24', 'IRMA', 'x', l, '{cobalt}', $3, '{CL}' from unnest($1::text[], $2::int[]) as i(g, l)`,
      [groups.map(group), groups.map(level), stages],
    );
  const clear = () => rows('truncate vault.demand_vintage, vault.known_issuer');
  /** The same picture by other issuers, and pictures that differ below what may be told. */
  const worlds: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
    [
      'other issuers with the same levels',
      () => vintage([0, 1, 2, 3, 4, 5], (place) => 1 + (place % 2)),
      () => vintage([10, 11, 12, 13, 14, 15], (place) => 1 + (place % 2)),
    ],
    [
      'six or nine issuing groups',
      () => vintage([0, 1, 2, 3, 4, 5], () => 1),
      () => vintage([0, 1, 2, 3, 4, 5, 6, 7, 8], () => 1),
    ],
    [
      'the level of the one strictest issuer',
      () => vintage([0, 1, 2, 3, 4, 5, 6], (place) => (place === 6 ? 3 : 1)),
      () => vintage([0, 1, 2, 3, 4, 5, 6], () => 1),
    ],
    ['one issuer or four, or none', () => vintage([0], () => 1), () => vintage([0, 1, 2, 3], () => 1)],
    [
      'several demands of one group',
      () => vintage([0, 1, 2, 3], () => 1),
      () => vintage([0, 0, 0, 1, 1, 2, 3, 3], () => 1),
    ],
    [
      'too few at another stage',
      () => vintage([0, 1, 2, 3, 4, 5], () => 1),
      async () => {
        await vintage([0, 1, 2, 3, 4, 5], () => 1);
        await vintage([6, 7], () => 3, '{REFINING}');
      },
    ],
  ];
  const seen = async (fill: () => Promise<unknown>): Promise<string[]> => {
    await clear();
    await fill();
    return answers('minex', questions);
  };

  beforeAll(() => tickClusters(chain.hub.hub.services.pools.trustee, today));
  afterAll(() => rows('truncate vault.demand_vintage, vault.known_issuer, vault.frozen_quarter'));

  test.each(worlds)('keep their bytes: %s', async (_name, one, other) => {
    expect(await seen(other)).toEqual(await seen(one));
  });

  test('and a twin that counts each demand as an issuer of its own is caught', async () => {
    const [{ source } = { source: '' }] = await chain.world.rows<{ source: string }>(
      `select pg_get_functiondef('vault.cluster_inputs(date, text, text, text, int)'::regprocedure) as source`,
    );
    await rows(source.replace('v.topic_id, v.standard_id, v.issuer_group,', 'v.topic_id, v.standard_id, v.demand_id,'));
    const caught: string[] = [];
    for (const [name, one, other] of worlds) {
      if (JSON.stringify(await seen(other)) !== JSON.stringify(await seen(one))) caught.push(name);
    }
    await rows(source);
    expect(caught).toContain('several demands of one group');
  });
});
