import { bindingKey, ReadSession } from '../../../src/database/boundTransaction';
import { hopsOf, type StepRow, STEPS } from '../../../src/modules/valueChain/hops';
import { EVERY_GROUND, groundMask } from '../../../src/policy/grounds';
import { createTestDatabase } from '../../support/database';
import type { Json } from '../../support/hub';
import {
  walkChain,
  type ModelHop,
  type ModelLink,
  type ModelReader,
  type ModelWorld,
} from '../../support/referenceModel/chain';
import { Random } from '../../support/seededRandom';
import { ValueChainWorld } from '../../support/valueChainWorld';

let chain: ValueChainWorld;

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
});
afterAll(() => chain.stop());
afterEach(() => chain.world.rows('delete from vault.link'));

const FULL_QUERY = `nodes { id depth stage opaque site { name } member { legalName } }
  edges { from to confidence custodyModel supplierStage customerStage product } truncated`;

async function ask(as: string, rest = ''): Promise<Json> {
  const { valueChain } = await chain.hub.data({
    as,
    query: `{ valueChain(mineral: "cobalt" ${rest}) { ${FULL_QUERY} } }`,
  });
  return valueChain;
}
/** Names along the edges, `?` for an unnamed place. */
function paths(answer: Json): string[] {
  const name = new Map<string, string>(
    answer.nodes.map((node: Json) => [
      node.id,
      node.opaque ? '?' : (node.site?.name ?? node.member?.legalName ?? 'NOBODY'),
    ]),
  );
  return answer.edges.map((edge: Json) => `${name.get(edge.from) ?? ''} > ${name.get(edge.to) ?? ''}`).sort();
}

describe('a chain is shown hop by hop', () => {
  test('J1: it ends where a hop is not disclosed, and would end the same way if there were none', async () => {
    await chain.world.link('a', { supplier: 'cath', customer: 'auto', stage: 'CHEMICAL_PROCESSING' });
    await chain.world.link('b', {
      supplier: 'sma1',
      customer: 'cath1',
      columns: { customer_stage: 'CHEMICAL_PROCESSING' },
    });
    const shown = await ask('auto', 'direction: UPSTREAM, depth: 4');
    expect(paths(shown)).toEqual(['cath > auto', 'sma1 > cath1']);
    expect(shown.truncated).toBe(true);
    expect(shown.edges.map((edge: Json) => [edge.confidence, edge.custodyModel])).toEqual([
      ['0.7', 'MASS_BALANCE'],
      ['0.7', 'MASS_BALANCE'],
    ]);
    await chain.world.link('c', { supplier: 'minex1', customer: 'sma1', state: 'CONFIRMED', stage: 'MINING_LSM' });
    expect(await ask('auto', 'direction: UPSTREAM, depth: 4')).toEqual(shown);
    await chain.world.rows(
      `update vault.link set state = 'DISCLOSED', supplier_audience = 1, customer_audience = 1 where id = $1`,
      [chain.world.id('c')],
    );
    const whole = await ask('auto', 'direction: UPSTREAM, depth: 4');
    expect(paths(whole)).toEqual(['cath > auto', 'minex1 > sma1', 'sma1 > cath1']);
    expect(whole.truncated).toBe(false);
    expect(paths(await ask('auto', 'depth: 2'))).toEqual(['cath > auto', 'sma1 > cath1']);
    expect((await ask('auto', 'depth: 2')).truncated).toBe(true);
    expect(paths(await ask('minex', 'direction: DOWNSTREAM'))).toEqual([
      'cath > auto',
      'minex1 > sma1',
      'sma1 > cath1',
    ]);
  });

  test('depth 13, depth 0, an unknown mineral and an unknown product are told; a root that is none is null', async () => {
    const refusal = (query: string) => chain.hub.refusal({ as: 'auto', query: `{ ${query} { truncated } }` });
    expect((await refusal('valueChain(mineral: "cobalt", depth: 13)')).issues[0]).toMatchObject({
      path: ['depth'],
      rule: 'DEPTH',
    });
    const all = await refusal('valueChain(mineral: "gold!", depth: 0, product: "x", asOf: "yesterday")');
    expect(all.issues.map((issue: Json) => issue.rule)).toEqual(['DEPTH', 'UNKNOWN', 'FORMAT', 'DATE']);
    expect(await ask('auto', 'root: "member_00000000000000000000000000"')).toBeNull();
    const { errors } = await chain.hub.ask({ query: '{ valueChain(mineral: "cobalt") { truncated } }' });
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('a common supplier is never shown with the other customer where the two compete', async () => {
    await chain.world.link('a', { supplier: 'cath', customer: 'auto', stage: 'CHEMICAL_PROCESSING' });
    await chain.world.link('b', { supplier: 'cath', customer: 'auto2', stage: 'CHEMICAL_PROCESSING', audience: 2 });
    for (const rest of [
      '',
      `root: "${chain.member('cath')}", direction: DOWNSTREAM`,
      `root: "${chain.member('auto2')}"`,
    ]) {
      expect(JSON.stringify(paths(await ask('auto', rest)))).not.toContain('auto2');
    }
    expect(paths(await ask('minex', `root: "${chain.member('cath')}", direction: DOWNSTREAM`))).toEqual([
      'cath > auto2',
    ]);
  });

  test('an unnamed place stands between neighbours that both agreed, and is another id for each reader', async () => {
    const between = async (nearAgrees: boolean, farAgrees: boolean): Promise<void> => {
      await chain.world.rows('delete from vault.link');
      await chain.world.link('a', { supplier: 'cath', customer: 'auto', stage: 'CHEMICAL_PROCESSING' });
      await chain.world.link('b', {
        supplier: 'sma1',
        customer: 'cath1',
        state: 'CONFIRMED',
        columns: { customer_audience: 1, customer_distance: 1, customer_opaque: nearAgrees },
      });
      await chain.world.link('c', {
        supplier: 'minex1',
        customer: 'sma1',
        state: 'CONFIRMED',
        stage: 'MINING_LSM',
        columns: { supplier_audience: 1, supplier_distance: 1, supplier_opaque: farAgrees },
      });
    };
    await between(true, false);
    expect(paths(await ask('auto'))).toEqual(['cath > auto']);
    await between(false, true);
    expect(paths(await ask('auto'))).toEqual(['cath > auto']);
    await between(true, true);
    const shown = await ask('auto');
    expect(paths(shown)).toEqual(['? > cath1', 'cath > auto', 'minex1 > ?']);
    // with its quotes: an opaque id may happen to hold these letters
    expect(JSON.stringify(shown)).not.toContain('"sma');
    expect(paths(await ask('smb', `root: "${chain.member('cath')}"`))).toEqual([]);
    expect(paths(await ask('auto2', `root: "${chain.member('cath')}"`))).toEqual([]);
    expect(paths(await ask('auto', 'depth: 2'))).toEqual(['cath > auto']);
    const ids = (answer: Json): string[] => answer.nodes.map((node: Json) => node.id);
    const own = new Set(ids(shown));
    expect(ids(await ask('cath')).filter((id) => own.has(id))).toEqual([]);
  });

  test('an unnamed place has no stage either, whichever way one asks', async () => {
    const agrees = { supplier_audience: 1, supplier_distance: 1, supplier_opaque: true };
    const [near, far] = [agrees, { customer_audience: 1, customer_distance: 1, customer_opaque: true }];
    await chain.world.link('a', { supplier: 'minex1', customer: 'sma1', stage: 'MINING_LSM' });
    await chain.world.link('b', { supplier: 'sma1', customer: 'cath1', state: 'CONFIRMED', columns: near });
    await chain.world.link('c', {
      ...{ supplier: 'cath1', customer: 'auto', state: 'CONFIRMED', columns: far },
      stage: 'CHEMICAL_PROCESSING',
    });
    const shown = await ask('minex', 'direction: DOWNSTREAM');
    expect(paths(shown)).toEqual(['? > auto', 'minex1 > sma1', 'sma1 > ?']);
    expect(JSON.stringify(shown)).not.toContain('CHEMICAL_PROCESSING');
  });

  test('cycles end, several minerals do not mix, and the walk stops at its bound with one statement', async () => {
    await chain.world.link('a', { supplier: 'cath', customer: 'auto', stage: 'CHEMICAL_PROCESSING', audience: 2 });
    await chain.world.link('b', { supplier: 'auto', customer: 'cath', stage: 'RECYCLING', audience: 2 });
    await chain.world.link('c', { supplier: 'minex', customer: 'cath', mineral: 'nickel', audience: 2 });
    expect(paths(await ask('auto', 'depth: 12'))).toEqual(['auto > cath', 'cath > auto']);
    expect(await bounded(1)).toEqual({ hops: 0, isCut: true });
    expect(await bounded(2)).toEqual({ hops: 2, isCut: false });
  });

  test('asOf reads the links of then by the consent of now', async () => {
    await chain.world.link('a', { supplier: 'cath', customer: 'auto', stage: 'CHEMICAL_PROCESSING' });
    await chain.world.link('b', { supplier: 'sma1', customer: 'cath1' });
    const [{ now } = { now: '' }] = await chain.world.rows<{ now: string }>('select clock_timestamp()::text as now');
    const then = `asOf: "${new Date(now).toISOString()}"`;
    expect(paths(await ask('auto', then))).toEqual(['cath > auto', 'sma1 > cath1']);
    await chain.world.rows(`update vault.link set state = 'ENDED', ended_on = '2026-06-30' where id = $1`, [
      chain.world.id('a'),
    ]);
    expect(paths(await ask('auto'))).toEqual([]);
    await chain.world.rows(`update vault.link set supplier_audience = 0 where id = $1`, [chain.world.id('b')]);
    expect(paths(await ask('auto', then))).toEqual(['cath > auto']);
    expect(paths(await ask('auto', 'asOf: "2020-01-01"'))).toEqual([]);
  });
});

async function bounded(nodesMax: number): Promise<{ hops: number; isCut: boolean }> {
  const { hops, isCut } = hopsOf(
    await read<StepRow>('auto', STEPS(true), [chain.world.unitNo('auto'), 'cobalt', null, 6, nodesMax, 100]),
  );
  return { hops: hops.length, isCut };
}

async function read<T extends object>(as: string, sql: string, parameters: unknown[]): Promise<T[]> {
  await chain.world.rows('select policy.bind_closure($1)', [chain.world.deskNo(as)]);
  const session = ReadSession.open(chain.database.pools.reader, bindingKey(chain.database.secret), {
    desks: [chain.world.deskNo(as)],
    organisation: chain.world.unitNo(as),
    may: EVERY_GROUND,
    purpose: '',
    initiative: null,
    expiresAtSeconds: Math.floor(Date.now() / 1000) + 60,
  });
  return session.query<T & Record<string, unknown>>(sql, parameters).finally(() => session.close());
}

const UNITS = ['auto', 'auto2', 'cath', 'cath1', 'sma', 'sma1', 'smb', 'smb1', 'minex', 'minex1'];
const OWNER: Record<string, string> = { cath1: 'cath', sma1: 'sma', smb1: 'smb', minex1: 'minex' };

describe('the walk in SQL and a walk in memory agree', () => {
  test.each([11, 12, 13])('on every reader, root, direction and depth of a random world (seed %i)', async (seed) => {
    const random = new Random(seed);
    const world = await randomChain(random);
    for (const as of ['auto', 'cath', 'sma', 'minex', 'auto2']) {
      const reader = await readerOf(as);
      for (const root of UNITS) {
        for (const isUpward of [true, false]) {
          const depthMax = 1 + random.below(6);
          const way = isUpward ? 'upward' : 'downward';
          const parameters = [chain.world.unitNo(root), 'cobalt', null, depthMax, 1000, 5000];
          const found = hopsOf(await read<StepRow>(as, STEPS(isUpward), parameters));
          const expected = walkChain(world, reader, {
            root: chain.world.unitNo(root),
            mineral: 'cobalt',
            isUpward,
            depthMax,
          });
          const asKeys = (hops: ModelHop[]): string[] => hops.map((hop) => JSON.stringify(Object.values(hop))).sort();
          const inSql = found.hops.map((hop): ModelHop => ({
            link: hop.between?.slice(0, UUID_LENGTH) ?? idOf(world, hop.told.confidence),
            behind: hop.between?.slice(UUID_LENGTH) ?? null,
            near: hop.nearNo,
            far: hop.farNo,
            depth: hop.nearDepth,
          }));
          expect(found.isCut).toBe(false);
          expect([as, root, way, depthMax, asKeys(inSql)]).toEqual([as, root, way, depthMax, asKeys(expected)]);
        }
      }
    }
  });
});

const UUID_LENGTH = 36;
type TellingLink = ModelLink & { confidence: string };
type TellingWorld = Omit<ModelWorld, 'links'> & { links: readonly TellingLink[] };

/** A hop names no link; in these worlds no two links tell the same confidence. */
function idOf({ links }: TellingWorld, confidence: string | null): string {
  return links.find((link) => link.confidence === confidence)?.id ?? 'NONE';
}

async function randomChain(random: Random): Promise<TellingWorld> {
  for (let index = 0; index < 22; index += 1) {
    const [supplier, customer] = [random.pick(UNITS), random.pick(UNITS)];
    if ((OWNER[supplier] ?? supplier) === (OWNER[customer] ?? customer)) continue;
    const [a, b] = [random.below(4), random.below(4)];
    const isDisclosed = Math.min(a, b) > 0 && random.chance(0.7);
    await chain.world.link(`r${random.seed}-${index}`, {
      supplier,
      customer,
      state: isDisclosed ? 'DISCLOSED' : 'CONFIRMED',
      mineral: random.chance(0.9) ? 'cobalt' : 'copper',
      columns: {
        supplier_audience: a,
        customer_audience: b,
        confidence: 0.6 + index / 100,
        supplier_opaque: random.chance(0.6),
        customer_opaque: random.chance(0.6),
      },
    });
  }
  const links = await chain.world.rows<TellingLink>(
    `select id, confidence::text as confidence, unit_no as supplier, customer_unit_no as customer, mineral_id as mineral, state in ('CONFIRMED', 'DISCLOSED') as "isLive",
       supplier_audience as "supplierReach", customer_audience as "customerReach", supplier_opaque as "supplierOpaque", customer_opaque as "customerOpaque" from vault.link`,
  );
  const units = UNITS.map((key) => ({
    unit: chain.world.unitNo(key),
    owner: chain.world.unitNo(OWNER[key] ?? key),
    minerals: OWNER[key] === undefined ? [] : ['cobalt'],
  }));
  return { units, links };
}

async function readerOf(as: string): Promise<ModelReader> {
  const rows = await read<{ id: string }>(as, 'select id from disclosed.link', []);
  const [held] = await read<{ grounds: number[] }>(as, 'select policy.grounds() as grounds', []);
  const mask = (unit: number): number => held?.grounds[unit - 1] ?? 0;
  const linked = groundMask(['SELF', 'AFFILIATE', 'CUSTOMER', 'SUPPLIER', 'DOWNSTREAM', 'UPSTREAM']);
  const down = groundMask(['SELF', 'AFFILIATE', 'CUSTOMER', 'DOWNSTREAM']);
  const up = groundMask(['SELF', 'AFFILIATE', 'SUPPLIER', 'UPSTREAM']);
  return {
    readable: new Set(rows.map((row) => row.id)),
    competesWith: (unit) => (mask(unit) & groundMask(['PARTY_COMPETITOR'])) !== 0,
    isOwn: (unit) => (mask(unit) & groundMask(['SELF'])) !== 0,
    isLinkedTo: (unit) => (mask(unit) & linked) !== 0,
    standsInChainOf: (unit, isUpward) => (mask(unit) & (isUpward ? down : up)) !== 0,
  };
}

describe('two worlds that differ in hidden links alone', () => {
  const questions = (): string[] => [
    ...['UPSTREAM', 'DOWNSTREAM'].flatMap((direction) => [
      `{ valueChain(mineral: "cobalt", direction: ${direction}) { ${FULL_QUERY} } }`,
      `{ valueChain(mineral: "cobalt", root: "${chain.member('sma')}", direction: ${direction}) { ${FULL_QUERY} } }`,
      `{ exposure(mineral: "cobalt", direction: ${direction}, target: { member: "${chain.member('minex')}" }) { inChain distance } }`,
      `{ exposure(mineral: "cobalt", direction: ${direction}, target: { jurisdiction: "CL" }) { inChain distance } }`,
      `{ chainCoverage(mineral: "cobalt", standard: "RMAP", direction: ${direction}) { links byState { key share } byJurisdiction { key share } byRiskArea { key } byLevel { key } } }`,
    ]),
    '{ links { totalCount pageInfo { hasNextPage endCursor } nodes { id mineral } } }',
    '{ suppliers { totalCount nodes { site { name } } } customers { totalCount nodes { member { legalName } } } }',
    `{ suppliers(of: "${chain.member('cath')}") { totalCount edges { cursor } } links(where: { supplier: { eq: "${chain.member('sma')}" } }) { totalCount edges { cursor } } }`,
  ];
  const answers = async (as: string): Promise<string[]> => {
    const texts: string[] = [];
    for (const query of questions()) texts.push((await chain.hub.ask({ as, query })).text);
    return texts;
  };
  async function visiblePart(): Promise<void> {
    await chain.world.link('a', { supplier: 'cath', customer: 'auto', stage: 'CHEMICAL_PROCESSING' });
    await chain.world.link('b', { supplier: 'sma1', customer: 'cath1' });
  }
  async function hiddenPart(kind: number): Promise<void> {
    await chain.world.link('h1', {
      supplier: 'minex1',
      customer: 'sma1',
      state: kind === 0 ? 'CONFIRMED' : 'ASSERTED',
      stage: 'MINING_LSM',
    });
    await chain.world.link('h2', {
      supplier: 'cath',
      customer: 'auto2',
      stage: 'CHEMICAL_PROCESSING',
      audience: kind === 0 ? 1 : 2,
    });
    await chain.world.link('h3', {
      supplier: 'smb1',
      customer: 'cath',
      state: 'CONFIRMED',
      columns: { supplier_audience: 3 },
    });
    if (kind === 0) await chain.world.link('h4', { supplier: 'minex', customer: 'smb', state: 'CONFIRMED' });
  }

  test('give the same bytes to every question, with hidden links added, changed and removed', async () => {
    await visiblePart();
    const without = await answers('auto');
    await hiddenPart(0);
    expect(await answers('auto')).toEqual(without);
    await chain.world.rows('delete from vault.link');
    await visiblePart();
    await hiddenPart(1);
    expect((await answers('auto')).map(stripIds)).toEqual(without.map(stripIds));
  });

  test('and the same comparison catches a walk whose masks are open', async () => {
    await visiblePart();
    await chain.world.link('h2', { supplier: 'cath', customer: 'auto2', stage: 'CHEMICAL_PROCESSING', audience: 2 });
    const query = `{ valueChain(mineral: "cobalt", root: "${chain.member('cath')}", direction: DOWNSTREAM) { ${FULL_QUERY} } }`;
    const kept = (await chain.hub.ask({ as: 'auto', query })).text;
    const [{ source } = { source: '' }] = await chain.world.rows<{ source: string }>(
      `select pg_get_functiondef('policy.class_masks()'::regprocedure) as source`,
    );
    await chain.world.rows(
      'create or replace function policy.class_masks() returns int[] language sql immutable as $$ select array_fill(268435455, array[600]) $$',
    );
    const leaky = (await chain.hub.ask({ as: 'auto', query })).text;
    await chain.world.rows(source);
    expect(leaky).not.toBe(kept);
    expect(leaky).toContain('auto2');
  });

  test("J11: a rival's suppliers, and a supplier's other customers, are as empty as those of an id that never was", async () => {
    await visiblePart();
    const query = (id: string): string =>
      `{ suppliers(of: "${id}") { totalCount edges { cursor } pageInfo { endCursor hasNextPage } } links(where: { supplier: { eq: "${id}" } }) { totalCount edges { cursor } } }`;
    const nobody = (await chain.hub.ask({ as: 'auto2', query: query('member_00000000000000000000000000') })).text;
    expect((await chain.hub.ask({ as: 'auto2', query: query(chain.member('auto')) })).text).toBe(nobody);
    expect((await chain.hub.ask({ as: 'auto2', query: query(chain.member('sma')) })).text).toBe(nobody);
    expect(nobody).toContain('"totalCount":0');
  });

  /** Links that were written anew have other ids; everything else is compared. */
  function stripIds(text: string): string {
    return text.replace(/link_[0-9a-z]{26}/g, 'link').replace(/"(endCursor|cursor)":"[^"]*"/g, '"$1":""');
  }
});

describe('distance and coverage', () => {
  test('a step that counts without a name gives a distance and no node', async () => {
    await chain.world.link('a', { supplier: 'cath', customer: 'auto', stage: 'CHEMICAL_PROCESSING' });
    await chain.world.link('b', {
      supplier: 'sma1',
      customer: 'cath1',
      columns: { supplier_audience: 0, supplier_distance: 1, supplier_form: 2 },
    });
    const exposure = async (target: string): Promise<Json> =>
      (
        await chain.hub.data({
          as: 'auto',
          query: `{ exposure(mineral: "cobalt", target: { ${target} }) { inChain distance } }`,
        })
      ).exposure;
    expect(await exposure(`site: "${chain.site('sma1')}"`)).toEqual({ inChain: true, distance: 2 });
    expect(await exposure(`member: "${chain.member('sma')}"`)).toEqual({ inChain: true, distance: 2 });
    expect(paths(await ask('auto'))).toEqual(['cath > auto']);
    const nothing = { inChain: false, distance: null };
    expect(await exposure(`member: "${chain.member('minex')}"`)).toEqual(nothing);
    expect(await exposure('member: "member_00000000000000000000000000"')).toEqual(nothing);
    expect(await exposure('jurisdiction: "CD"')).toEqual(nothing);
    expect(await exposure('standardGap: "RMAP"')).toEqual({ inChain: true, distance: 1 });
  });

  test('covers a chain by state with expiry, level, country and risk area, in shares of its links', async () => {
    const { world } = chain;
    await world.link('a', { supplier: 'cath1', customer: 'auto', stage: 'CHEMICAL_PROCESSING' });
    await world.link('b', { supplier: 'sma1', customer: 'cath1' });
    await world.link('c', { supplier: 'smb1', customer: 'cath1' });
    await world.link('d', { supplier: 'minex1', customer: 'sma1', stage: 'MINING_LSM' });
    const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const certified = (owner: string, state: string, validTo: string, level: string): Promise<string> =>
      world.store(
        'assessment',
        `${owner}1`,
        { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' },
        {
          site_id: world.id(`${owner}1`),
          organisation_id: world.id(owner),
          standard_id: 'IRMA',
          version_label: '1.0',
          unit_of_assessment: 'SITE',
          ...{
            state,
            label: state,
            level,
            level_class: 0,
            valid_from: '2024-01-01',
            valid_to: validTo,
            decided_at: '2024-01-01',
          },
        },
      );
    await certified('sma', 'CONFORMANT', inDays(400), 'IRMA_75');
    await certified('smb', 'EXPIRED', inDays(-30), 'IRMA_75');
    await certified('minex', 'CONFORMANT', inDays(20), 'IRMA_50');
    await world.rows(`update vault.site set country = 'CD' where name = (select name from vault.site where id = $1)`, [
      world.id('minex1'),
    ]);
    await world.rows(`update reference.jurisdiction set cahra = code = 'CD' where code in ('CD', 'CL')`);
    const query = `{ chainCoverage(mineral: "cobalt", standard: "IRMA") { links byState { key share } byLevel { key share } byJurisdiction { key share } byRiskArea { key share } } }`;
    const { chainCoverage } = await chain.hub.data({ as: 'auto', query });
    const quarter = (key: string) => ({ key, share: '0.250' });
    expect(chainCoverage).toEqual({
      links: 4,
      byState: [quarter('EXPIRED'), quarter('EXPIRING'), quarter('NONE'), quarter('VALID')],
      byLevel: [quarter('IRMA_50'), { key: 'IRMA_75', share: '0.500' }, quarter('NONE')],
      byJurisdiction: [quarter('CD'), { key: 'CL', share: '0.750' }],
      byRiskArea: [quarter('CAHRA'), { key: 'NOT_CAHRA', share: '0.750' }],
    });
    await world.rows('delete from vault.assessment');
    await world.rows(`update reference.jurisdiction set cahra = null where code in ('CD', 'CL')`);
    await world.rows(`update vault.site set country = 'CL' where country = 'CD'`);
  });
});
