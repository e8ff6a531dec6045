import { judgedFor } from '../../../src/modules/graph/judgedFor';
import { countStatement, pageStatement } from '../../../src/modules/graph/listStatement';
import type { ListDefinition, Plan } from '../../../src/modules/graph/listPlan';
import { linkList } from '../../../src/modules/valueChain/link.lists';
import type { LinkView } from '../../../src/modules/valueChain/link.view';
import { measurementList } from '../../../src/modules/performance/lists';
import { planList } from '../../../src/modules/performance/planLists';
import { disclosureClass } from '../../../src/policy/cells';
import { groundMask } from '../../../src/policy/grounds';
import type { Reader } from '../../support/referenceModel/policy';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { openAs } from './compare';
import { countWork, type Work } from './countedWork';

/** A plain member at desk 2, organisation 2; the site is unit 10 of organisation 1. */
const reader: Reader = { desks: [2], organisation: 2, may: 2 ** 28 - 1, purpose: '', initiative: null };
const site = '00000000-0000-4000-8000-00000000000a';
const shown = 7;
const shownLinks = 3;
const nothing = '12345678-0000-4000-8000-000000000000';
const pageRows = 50;

const member = groundMask(['ANYONE', 'MEMBER', 'CO_MEMBER', 'PARTY', 'GRANT']);

/** Links from the site, or from another member, to members. */
const linksOf = (tier: number, rows: number, supplier = 10): string => `
    insert into vault.link (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, customer_unit_no, customer_owner_no, supplier_id, customer_id, supplier_site_id,
      asserted_by_no, mineral_id, supplier_stage, period_start, period_end, confidence, confidence_basis, state)
    select s.unit_no, s.owner_no, s.owner_no, ${tier}, ${tier === 0 ? 0 : 5}, 5, u.unit_no, u.owner_no, o.organisation_id, u.organisation_id, s.site_id, s.owner_no, 'copper', 'SMELTING', '2026-01-01', '2027-01-01', 0.7, 'TWO_SIDED', 'CONFIRMED'
    from generate_series(1, ${rows}) n join policy.unit u on u.unit_no = 3 + n % 6 join policy.unit s on s.unit_no = ${supplier} join policy.unit o on o.unit_no = s.owner_no;`;

const plansOf = (tier: number, rows: number, unit = 10): string => `
    insert into vault.plan (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, site_id, organisation_id, topic_id, title, starts_on, ends_on)
    select u.unit_no, u.owner_no, u.owner_no, ${tier}, 0, 4, coalesce(u.site_id, gen_random_uuid()), u.organisation_id, 'T01', 'plan ' || n, date '2010-01-01' + n, date '2011-01-01' + n
    from generate_series(1, ${rows}) n join policy.unit u on u.unit_no = ${unit};`;

/** Rows of one site: some for the alliance, and as many as said that only their owner may read. */
async function databaseWith(hidden: number): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const row = (tier: number, rows: number, indicator: string, unit = 10): string => `
    insert into vault.measurement (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, site_id, organisation_id, indicator_id, indicator_no, mineral_id,
      product, period_start, period_end, value, unit, method)
    select ${unit}, ${unit === 10 ? 1 : unit}, ${unit === 10 ? 1 : unit}, ${tier}, 0, 4, ${unit === 10 ? `'${site}'` : 'gen_random_uuid()'}, gen_random_uuid(), '${indicator}', 1, 'copper', 'product' || n,
      date '2010-01-01' + n, (date '2010-01-01' + n + interval '1 year')::date, n, 't', 'm' from generate_series(1, ${rows}) n;`;
  // one statement after the other on one connection: the setting holds for this session alone
  await database.admin.query(`
    set session_replication_role = replica;
    insert into policy.unit (unit_no, owner_no, organisation_id, site_id) overriding system value select n, case when n = 10 then 1 else n end, gen_random_uuid(), case when n = 10 then '${site}'::uuid end from generate_series(1, 10) n;
    insert into policy.desk (desk_no, organisation_no, name) overriding system value values (2, 2, 'main');
    insert into policy.viewer (desk_no, grounds, closure_valid) values (2, array_fill(${member}, array[10]), true);
    insert into vault.initiative (alliance_id, name, aim, phase, standing) values (gen_random_uuid(), 'standing', 'an aim', 'COOPERATION', true);
    insert into vault.site (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, organisation_id, name, type, country, status, stages, minerals, ownership_unit)
      values ('${site}', 10, 1, 1, 0, 0, 1, gen_random_uuid(), 'Site', 'SMELTER', 'CL', 'OPERATING', '{SMELTING}', '{copper}', gen_random_uuid());
    ${row(1, shown, 'shown')} ${row(8, hidden, 'kept')}
    ${[3, 4, 5, 6, 7, 8, 9].map((unit) => row(1, 1000, 'of others', unit)).join('')}
    ${plansOf(1, shown)} ${plansOf(8, hidden)} ${[3, 4, 5, 6, 7, 8, 9].map((unit) => plansOf(1, 1000, unit)).join('')}
    ${linksOf(0, shownLinks)} ${linksOf(6, hidden)} ${linksOf(6, 5000, 9)}
    set session_replication_role = origin;
    analyze vault.measurement, vault.plan;`);
  await database.admin.query('vacuum analyze vault.link');
  return database;
}

interface PlanNode {
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks'?: number;
  'Subplan Name'?: string;
  Plans?: PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const plan: Plan = {
  terms: [
    { property: 'periodEnd', column: 'period_end', descending: true },
    { property: 'id', column: 'id', descending: true },
  ],
  backward: false,
  rows: pageRows,
  conditions: ['v.current', 'true'],
  parameters: [],
  asOf: null,
  given: [],
  fingerprint: () => '',
  hasCursor: false,
  beforeCursor: { conditions: 2, parameters: 0 },
};

const planOfPlans: Plan = {
  ...plan,
  terms: [
    { property: 'startsOn', column: 'starts_on', descending: true },
    { property: 'id', column: 'id', descending: true },
  ],
  conditions: ['true', 'true'],
};

/** A statement about the site, and the same of the broken twin, which goes by the site alone. */
interface Way {
  readonly text: string;
  readonly twin: string;
  readonly table: string;
  readonly given: number;
}

/** The pages under a site, the list with the site as its filter, and what the two count. */
function waysOf<T extends object>(table: string, list: ListDefinition<T>, of: Plan): [string, Way][] {
  const byFilter: Plan = {
    ...of,
    conditions: [...of.conditions, 'v.site_id = any($1)'],
    parameters: [[site]],
    given: [{ property: 'siteId', ids: '$1::uuid[]', condition: 2 }],
    beforeCursor: { conditions: 3, parameters: 1 },
  };
  const twin = { ...list };
  delete twin.siteProperty;
  const way = (given: number, textOf: (each: ListDefinition<T>) => string): Way => {
    return { text: textOf(list), twin: textOf(twin), table, given };
  };
  return [
    [`${table}s under their site`, way(shown, (each) => pageStatement(each, of, 'site_id').text)],
    [`${table}s of the list filtered by site`, way(shown, (each) => pageStatement(each, byFilter, null).text)],
    [`${table}s counted under their site`, way(1, (each) => countStatement(each, of, 'site_id').text)],
    [`${table}s counted by the list`, way(1, (each) => countStatement(each, byFilter, null).text)],
  ];
}

/** How many rows of its table a statement about the site looks at, and how many it gives. */
async function visited(database: TestDatabase, { text, table }: Way): Promise<[number, number]> {
  const session = openAs(database, reader);
  try {
    const given = await session.query(text, [[site]]);
    const [explained] = await session.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, buffers, format json) ${text}`,
      [[site]],
    );
    const nodes = explained === undefined ? [] : nodesOf(explained['QUERY PLAN'][0].Plan);
    const looked = nodes
      .filter((node) => node['Relation Name'] === table)
      .map(
        (node) => ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1),
      );
    return [looked.reduce((sum, rows) => sum + rows, 0), given.length];
  } finally {
    await session.close();
  }
}

/** What the law looked up for one id, by the names of the lookups in the plan, as a list that two ids can be compared by. */
async function lookups(database: TestDatabase, id: string, judged: string): Promise<string[]> {
  const session = openAs(database, reader);
  try {
    const [explained] = await session.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, format json) select v.id, v.value from disclosed.measurement v where v.id in ${judged}`,
      [[id]],
    );
    const nodes = explained === undefined ? [] : nodesOf(explained['QUERY PLAN'][0].Plan);
    return nodes.flatMap((node) => (node['Subplan Name'] && node['Actual Loops'] !== 0 ? [node['Subplan Name']] : []));
  } finally {
    await session.close();
  }
}

const ends = ['supplierId', 'customerId', 'supplierSiteId', 'customerSiteId'] as const;
type EndProperty = (typeof ends)[number];

/** A list of the links that have the first parameter at an end. */
const ofEnd = (property: EndProperty, columns: string): Plan => ({
  ...plan,
  terms: [
    { property: 'mineral', column: 'mineral_id', descending: false },
    { property: 'id', column: 'id', descending: false },
  ],
  conditions: ['true', 'true', `v.${columns} = any($1)`],
  given: [{ property, ids: '$1::uuid[]', condition: 2 }],
  beforeCursor: { conditions: 3, parameters: 1 },
});

describe('a page of one site', () => {
  let none: TestDatabase;
  let many: TestDatabase;
  beforeAll(async () => {
    [none, many] = [await databaseWith(0), await databaseWith(1000)];
  });
  afterAll(() => Promise.all([none.drop(), many.drop()]));

  const ways = [...waysOf('measurement', measurementList, plan), ...waysOf('plan', planList, planOfPlans)];
  test.each(ways)(
    '%s: visits as many rows with a thousand hidden ones as with none, and gives the same; the broken twin visits the hidden',
    async (_title, way) => {
      expect(await visited(many, way)).toEqual(await visited(none, way));
      expect((await visited(many, way))[1]).toBe(way.given);
      const twin = { ...way, text: way.twin };
      expect((await visited(many, twin))[0]).toBeGreaterThan((await visited(none, twin))[0]);
    },
  );

  const lists = ends.flatMap((end) => {
    const asked = ofEnd(
      end,
      {
        supplierId: 'supplier_id',
        customerId: 'customer_id',
        supplierSiteId: 'supplier_site_id',
        customerSiteId: 'customer_site_id',
      }[end],
    );
    return [
      [end, 'page', (list: ListDefinition<LinkView>) => pageStatement(list, asked, null).text],
      [end, 'count', (list: ListDefinition<LinkView>) => countStatement(list, asked, null).text],
    ] as const;
  });

  const member = async (database: TestDatabase, unitNo: number): Promise<string> =>
    (
      await database.admin.query<{ id: string }>('select organisation_id as id from policy.unit where unit_no = $1', [
        unitNo,
      ])
    ).rows[0]?.id ?? '';

  test.each(lists)(
    '33: links by %s, the %s: the law looks up as much and fetches as many links with a thousand hidden ones as with none',
    async (end, what, textOf) => {
      const idAt = async (database: TestDatabase): Promise<string> =>
        end.endsWith('SiteId') ? site : member(database, end === 'supplierId' ? 1 : 4);
      const work = async (database: TestDatabase, list: ListDefinition<LinkView>): Promise<Work> =>
        countWork(database, reader, textOf(list), [[await idAt(database)]]);
      const [few, more] = [await work(none, linkList), await work(many, linkList)];
      expect([more.looked, more.fetched]).toEqual([few.looked, few.fetched]);
      expect(more.looked).toEqual(expect.objectContaining({ links_open_at: 1 }));
      if (what === 'count') expect(more.given).toEqual(few.given);
      // no link has this site for its customer: an end where nothing is
      expect(few.fetched > 0).toBe(end !== 'customerSiteId');
      // the broken twin goes to the view at once
      const twin = { ...linkList };
      delete twin.ends;
      if (end === 'customerSiteId') return;
      expect((await work(many, twin)).fetched).toBeGreaterThan((await work(none, twin)).fetched);
    },
  );

  test.each(lists.slice(0, 2))(
    '33: links by %s, the %s: the id of nothing makes the law look up what a member with hidden links alone does',
    async (_end, _what, textOf) => {
      const [hidden, missing] = [await member(many, 9), nothing];
      const work = async (list: ListDefinition<LinkView>, id: string): Promise<unknown[]> => {
        const { looked, fetched } = await countWork(many, reader, textOf(list), [[id]]);
        return [looked, fetched];
      };
      expect(await work(linkList, hidden)).toEqual(await work(linkList, missing));
      const twin = { ...linkList };
      delete twin.ends;
      expect(await work(twin, hidden)).not.toEqual(await work(twin, missing));
    },
  );

  test('rows that only their owner may read have a class of their own: the claim is not empty', () => {
    expect(disclosureClass('OWNER_ONLY', 'NONE')).not.toBe(disclosureClass('ALLIANCE', 'NONE'));
  });

  const idOf = async (product: string, indicator: string): Promise<string> =>
    (
      await many.admin.query<{ id: string }>(
        'select id from vault.measurement where product = $1 and indicator_id = $2',
        [product, indicator],
      )
    ).rows[0]?.id ?? '';
  test('33: the id of nothing makes the law look up what the id of a hidden row does', async () => {
    await many.admin.query(`
      set session_replication_role = replica;
      update vault.measurement set withdrawn_at = now() where product = 'product1' and indicator_id = 'kept';
      set session_replication_role = origin;
      select vault.choose_decoys()`);
    const judged = judgedFor('$1::uuid[]', 'disclosed.measurement');
    const missing = await lookups(many, nothing, judged);
    expect(missing).toEqual(await lookups(many, await idOf('product500', 'kept'), judged));
    expect(missing).toEqual(await lookups(many, await idOf('product1', 'kept'), judged));
    expect(missing.length).toBeGreaterThan(3);
    // the broken twin asks for the one id alone
    const alone = '(select unnest($1::uuid[]))';
    const [hidden, withdrawn, none] = [
      await lookups(many, await idOf('product500', 'kept'), alone),
      await lookups(many, await idOf('product1', 'kept'), alone),
      await lookups(many, nothing, alone),
    ];
    expect(hidden.length).toBeGreaterThan(none.length);
    expect(withdrawn).not.toEqual(hidden);
  });

  test('33: an id is found by the primary key, not by a walk through the index of units that takes longer for some rows', async () => {
    const client = await many.admin.connect();
    try {
      const { rows } = await client.query<{ version: number }>(
        `select current_setting('server_version_num')::int as version`,
      );
      const version = rows[0]?.version ?? 0;
      // the plan for any id at all, which the hub keeps; before PostgreSQL 16 it cannot be asked for, nor is there such a walk
      const indexes = async (condition: string): Promise<(string | undefined)[]> => {
        const { rows: explained } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          `explain (generic_plan, format json) select v.id, v.value from small v where v.id ${condition}`,
        );
        const nodes = explained[0] === undefined ? [] : nodesOf(explained[0]['QUERY PLAN'][0].Plan);
        return nodes.filter((node) => node['Relation Name'] === 'small').map((node) => node['Index Name']);
      };
      if (version < 180_000) return;
      // figures of one member, whose index of units has fewer pages than their key
      await client.query(`begin;
        create temporary table small (id uuid primary key with (fillfactor = 60), unit_no int, disclosure_class smallint, value numeric) on commit drop;
        insert into small select gen_random_uuid(), 1, 1, 1 from generate_series(1, 4000);
        create index by_unit on small (unit_no, disclosure_class, id); reindex table small; analyze small`);
      expect(await indexes(`in ${judgedFor('$1::uuid[]', 'disclosed.measurement')}`)).toEqual(['small_pkey']);
      expect(await indexes(`= any($1::uuid[] || policy.decoys('disclosed.measurement'))`)).toEqual(['by_unit']);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test('the rows that are judged beside an id are the most closed of two owners and a withdrawn one, and stay for a day', async () => {
    const rows = await many.admin.query<{ owner_no: number; tier: number; withdrawn: boolean }>(
      `select owner_no, tier, withdrawn_at is not null as withdrawn from vault.measurement
        where id = any((select ids from policy.decoy where view = 'disclosed.measurement')::uuid[]) order by tier, withdrawn`,
    );
    expect(rows.rows).toEqual([
      expect.objectContaining({ tier: 1, withdrawn: false }),
      { owner_no: 1, tier: 8, withdrawn: false },
      { owner_no: 1, tier: 8, withdrawn: true },
    ]);
    const again = await many.admin.query<{ n: number }>('select vault.choose_decoys() as n');
    const empty = await many.admin.query<{ n: number }>(`select count(*)::int as n from policy.decoy where ids = '{}'`);
    expect(again.rows[0]?.n).toBe(empty.rows[0]?.n);
  });
});
