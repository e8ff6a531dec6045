import { createHash, randomInt } from 'node:crypto';
import { countsAsContributor, ownershipUnitOf, type OwnerShare } from '../../../src/disclosureControl';
import { buildReleases, reproduce, type ReleaseContext } from '../../../src/modules/statistics';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { World } from '../../support/world';
import { Dice } from '../relations/randomWorld';
import { fillWorld, OWNERS, releaseContext, releaseYear, yearOf } from './statisticsWorld';

const seed = Number(process.env.SLUICE_SEED ?? randomInt(1_000_000));
const TODAY = '2026-11-23';

let database: TestDatabase;
let world: World;
let context: ReleaseContext;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await fillWorld(world, ['TRIR']);
  context = await releaseContext(database, { today: TODAY });
}, 120_000);
afterAll(async () => {
  await database.drop();
});

interface Standing {
  readonly owner: string;
  readonly stakes: readonly OwnerShare[];
  readonly isVenture: boolean;
  readonly verified: boolean;
  readonly joinedOn: string | null;
  readonly standing: string;
}

/** What the law of freezing looks at, drawn anew for every owner and its site; dates around both ends of a month. */
async function shuffle(dice: Dice): Promise<Standing[]> {
  const drawn: Standing[] = [];
  for (const owner of OWNERS) {
    const holders = [
      world.id(`group ${owner}`),
      ...OWNERS.map((other) => world.id(`group ${other}`)).slice(0, 3),
      'name the state',
    ];
    const stakes = holders
      .filter(() => dice.chance(0.4))
      .map((group) => ({ group, percent: dice.pick([5, 19.5, 19.999999, 20, 20]) }));
    const joinedOn = dice.pick([null, '2025-11-22', '2025-11-23', '2025-11-24', '2024-02-29', '2025-11-30']);
    const facts = {
      isVenture: dice.chance(0.1),
      verified: dice.chance(0.8),
      standing: dice.pick(['GOOD', 'LATE', 'SUSPENDED']),
    };
    await world.rows('update vault.organisation set verified = $2, joined_on = $3, standing = $4 where id = $1', [
      world.id(owner),
      facts.verified,
      joinedOn,
      facts.standing,
    ]);
    await world.rows('update vault.site set joint_venture = $2 where id = $1', [
      world.id(`${owner} site`),
      facts.isVenture,
    ]);
    for (const { group, percent } of stakes) await hold(owner, group, percent);
    drawn.push({ owner, stakes, joinedOn, ...facts });
  }
  return drawn;
}

function hold(owner: string, group: string, percent: number): Promise<object[]> {
  return world.rows(
    `insert into vault.site_owner (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, site_id, holder_id, holder_name, percent)
     select s.unit_no, s.owner_no, s.owner_no, 0, 0, 1, s.id, h.id, case when h.id is null then 'The State' else 'holder' end, $2
     from vault.site s left join vault.organisation h on h.ownership_group::text = $3 where s.id = $1`,
    [world.id(`${owner} site`), percent, group],
  );
}

/** The same from the pure rules of the disclosure control. */
function expected({ owner, stakes, isVenture, verified, joinedOn, standing }: Standing) {
  if (standing === 'SUSPENDED') return [];
  const [operator, site] = [world.id(`group ${owner}`), world.id(`${owner} site`)];
  const held = ownershipUnitOf(site, stakes, context.registry.thresholds.jointVentureOwnerPercent);
  const member = { memberSince: joinedOn ?? TODAY, verified, affiliatedWithAsker: false };
  const isProtected = countsAsContributor(member, TODAY, context.registry.thresholds.standingMonthsMin);
  const holder =
    isVenture || held.knownTo.length > 1 ? `venture:${world.id(`group of ${owner} site`)}` : `group:${operator}`;
  return [
    {
      figure: `${world.unitNo(`${owner} site`)}//`,
      unit: isProtected ? holder : `open ${holder}`,
      known: [...new Set([operator, ...held.knownTo])].sort(),
      isProtected,
    },
  ];
}

interface Frozen {
  readonly hash: string;
  /** The hash as it was made before figures stood together. */
  readonly old: string;
  readonly rows: readonly FrozenRow[];
  readonly holdings: readonly {
    readonly unit: string;
    readonly head: string;
    readonly tails: string[];
    readonly published: boolean;
  }[];
}

interface FrozenRow {
  readonly figure: string;
  readonly unit: string;
  readonly known: string[];
  readonly isProtected: boolean;
  readonly mineral: string;
  readonly value: number;
}

const key = ({ unit, head, published }: Frozen['holdings'][number]): string => `${unit} ${head} ${String(published)}`;

/** Freezes in the trustee's transaction, reads it, and leaves nothing. */
async function frozen(changes: object = {}): Promise<Frozen> {
  const client = await database.pools.trustee.connect();
  try {
    await client.query('begin');
    const { jointVentureOwnerPercent, standingMonthsMin } = context.registry.thresholds;
    const measure = { ...context.registry.measures.get('TRIR'), ...changes };
    const call = 'select trustee.freeze($1, $2, $3, $4, $5, 9, $6, false) as id';
    const { start, end } = yearOf(2025);
    const rules = { jointVentureOwnerPercent, standingMonthsMin };
    const { rows: ids } = await client.query<{ id: string }>(call, [measure, rules, start, end, TODAY, 'h']);
    const { rows } = await client.query<FrozenRow>(
      `select figure, unit, known_to as known, protected as "isProtected", mineral, value::double precision as value from trustee.input where snapshot_id = $1`,
      [ids[0]?.id],
    );
    const { rows: holdings } = await client.query<Frozen['holdings'][number]>(
      'select unit, head, tails, published from trustee.holding where snapshot_id = $1',
      [ids[0]?.id],
    );
    const { rows: heads } = await client.query<{ hash: string; again: string }>(
      'select member_set_hash as hash, trustee.member_set_hash(id) as again from trustee.snapshot where id = $1',
      [ids[0]?.id],
    );
    expect(heads[0]?.again).toBe(heads[0]?.hash);
    return {
      hash: heads[0]?.hash ?? '',
      old: await hashedByFigure(ids[0]?.id ?? ''),
      rows: rows.map((row) => ({ ...row, known: [...row.known].sort() })),
      holdings,
    };

    async function hashedByFigure(id: string): Promise<string> {
      const { rows: found } = await client.query<{ hash: string }>('select trustee.hash_of_figures($1) as hash', [id]);
      return found[0]?.hash ?? '';
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const byFigure = <T extends { figure: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (a.figure < b.figure ? -1 : 1));

describe(`what the database freezes, seed ${seed}`, () => {
  // Relations have no part in a freeze: to draw them anew for each owner is most of the time.
  beforeAll(() => world.rows('set session_replication_role = replica'));
  afterAll(async () => {
    await world.rows('set session_replication_role = origin');
    await world.rows('delete from vault.site_owner');
    await world.rows(
      `update vault.organisation set verified = true, joined_on = '2024-01-01', standing = 'GOOD' where is_member`,
    );
    await world.rows('update vault.site set joint_venture = false');
  });

  test('units, who knows them, who counts and the hash of the members are those of the pure rules', async () => {
    for (let round = 0; round < 5; round += 1) {
      await world.rows('delete from vault.site_owner');
      const drawn = await shuffle(new Dice(seed + round));
      const wanted = drawn.flatMap(expected);
      const { hash, rows } = await frozen();
      const found = byFigure(rows).map(({ figure, unit, known, isProtected }) => ({
        figure,
        unit,
        known,
        isProtected,
      }));
      expect(found).toEqual(byFigure(wanted));
      const holdings = wanted.map(({ unit, figure }) => [unit, figure, ['']]);
      const inOrder = holdings.sort(([a, x], [b, y]) =>
        `${String(a)} ${String(x)}` < `${String(b)} ${String(y)}` ? -1 : 1,
      );
      expect(hash).toBe(createHash('sha256').update(JSON.stringify(inOrder)).digest('hex'));
    }
  });

  test('stakes that exceed the whole stop the freeze (A1)', async () => {
    await world.rows(`update vault.organisation set standing = 'GOOD' where is_member`);
    for (const other of ['m1', 'm2', 'm3']) await hold('m0', world.id(`group ${other}`), 34);
    await expect(
      buildReleases(context, { period: yearOf(2025), dryRun: true, newVintage: false }),
    ).rejects.toMatchObject({
      code: 'VALIDATION',
      rule: 'A1',
    });
  });
});

/** What one site may have said of an indicator: several minerals, products, bases and methods, by itself or by others. */
interface Said {
  readonly owner: string;
  readonly contributor: string;
  readonly mineral: string | null;
  readonly product: string | null;
  readonly basis: string | null;
  readonly method: string | null;
  readonly tier: number;
  readonly value: number;
}

const SAYERS = ['m0', 'm1', 'm2'];
const PRODUCTS = [null, 'a', 'a b', 'a/b', 'B', 'é "q" \\'];

function statements(dice: Dice): Said[] {
  const said = new Map<string, Said>();
  for (let drawn = 0; drawn < 80; drawn += 1) {
    const owner = dice.pick(SAYERS);
    const one = {
      owner,
      contributor: dice.chance(0.7) ? owner : dice.pick(SAYERS),
      mineral: dice.pick([null, 'copper', 'nickel']),
      product: dice.pick(PRODUCTS),
      basis: dice.pick([null, 'ORE', 'PRODUCT']),
      method: dice.pick([null, 'metered']),
      tier: dice.pick([0, 1, 6, 8]),
      value: dice.below(1000) / 10,
    };
    said.set(JSON.stringify({ ...one, tier: null, value: null }), one);
  }
  return [...said.values()];
}

/** Their ids ascend in the order in which they are drawn, since of figures that are alike the lowest id counts. */
async function store(said: readonly Said[]): Promise<void> {
  await world.rows(`delete from vault.measurement where indicator_id = 'TRIR'`);
  await world.rows(
    `insert into vault.measurement (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, site_id, organisation_id, indicator_id, indicator_no, mineral_id,
       product, basis, method, period_start, period_end, value, unit)
     select f.id, f.unit, f.owner, f.contributor, f.tier, 0, 4, s.id, s.organisation_id, 'TRIR', i.indicator_no, f.mineral, f.product, f.basis, f.method, '2025-01-01', '2026-01-01', f.value, i.unit
     from jsonb_to_recordset($1) f(id uuid, unit int, owner int, contributor int, tier int, mineral text, product text, basis text, method text, value numeric)
       join vault.site s on s.unit_no = f.unit join reference.indicator i on i.id = 'TRIR'`,
    [
      JSON.stringify(
        said.map((one, place) => ({
          ...one,
          id: `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`,
          unit: world.unitNo(`${one.owner} site`),
          owner: world.unitNo(one.owner),
          contributor: world.unitNo(one.contributor),
        })),
      ),
    ],
  );
}

/** Of several figures of one subject and place the owner's own, the one without basis, then without method counts, then the first. */
function chosen(said: readonly Said[], inputs: string) {
  const rank = ({ owner, contributor, basis, method }: Said): string =>
    [contributor === owner ? 0 : 1, basis ?? '', method ?? ''].join(' ');
  const first = new Map<string, Said>();
  for (const one of said.filter(({ tier }) => tier !== 8)) {
    const figure = `${world.unitNo(`${one.owner} site`)}/${one.mineral ?? ''}/${one.product ?? ''}`;
    const other = first.get(figure);
    if (other === undefined || rank(one) < rank(other)) first.set(figure, one);
  }
  return [...first].flatMap(([figure, { owner, contributor, tier, value, mineral }]) => {
    if (inputs === 'PUBLIC' ? tier !== 0 : contributor !== owner) return [];
    return [{ figure, value, mineral: mineral ?? 'copper', isProtected: inputs === 'PUBLIC' || tier !== 0 }];
  });
}

describe(`which figures are frozen, seed ${seed}`, () => {
  beforeAll(() => world.rows('set session_replication_role = replica'));
  afterAll(async () => {
    await world.rows(`delete from vault.measurement where indicator_id = 'TRIR'`);
    for (const owner of OWNERS) {
      await world.measurement(`${owner} site`, 'TRIR', String(100 + OWNERS.indexOf(owner)), 'BILATERAL');
    }
    await world.rows('set session_replication_role = origin');
  });

  test.each(['MEMBERS', 'PUBLIC'])(
    'one of each subject and place, and the hash names them all: inputs of %s',
    async (inputs) => {
      for (let round = 0; round < 4; round += 1) {
        const said = statements(new Dice(seed + round));
        await store(said);
        const { rows, hash, holdings } = await frozen({ inputs });
        const wanted = byFigure(chosen(said, inputs));
        expect(
          byFigure(rows).map(({ figure, value, mineral, isProtected }) => ({ figure, value, mineral, isProtected })),
        ).toEqual(wanted);
        const byUnit = [...holdings].sort((a, b) => (key(a) < key(b) ? -1 : 1));
        const listed = byUnit.map(({ unit, head, tails }) => [unit, head, tails]);
        expect(hash).toBe(createHash('sha256').update(JSON.stringify(listed)).digest('hex'));
        const named = holdings.flatMap(({ head, tails }) => tails.map((tail) => head + tail));
        expect(named.sort()).toEqual(wanted.map(({ figure }) => figure).sort());
        for (const { tails } of holdings) expect([...tails].sort()).toEqual(tails);
      }
    },
  );

  test('a snapshot frozen before figures stood together keeps its hash', async () => {
    const said = statements(new Dice(seed));
    await store(said);
    const { rows, old } = await frozen({ inputs: 'MEMBERS' });
    const lines = rows.map(({ unit, figure }) => `${unit} ${figure}`).sort();
    expect(old).toBe(createHash('sha256').update(JSON.stringify(lines)).digest('hex'));
  });

  test('what is frozen stays, whoever writes, and the trustee has no right to', async () => {
    const client = await database.admin.connect();
    for (const change of [
      'update trustee.holding set amounts = amounts',
      'delete from trustee.holding',
      'truncate trustee.holding',
    ]) {
      await client.query('begin');
      await client.query('set local session_replication_role = origin');
      await client.query(
        `select trustee.freeze('{"id": "TRIR", "indicator": "TRIR", "level": "SITE", "inputs": "MEMBERS"}', '{"standingMonthsMin": 12, "jointVentureOwnerPercent": 20}', '2025-01-01', '2026-01-01', '${TODAY}', 9, 'h', false)`,
      );
      await expect(client.query(change)).rejects.toThrow('stays answered');
      await client.query('rollback');
      await expect(database.pools.trustee.query(change)).rejects.toMatchObject({ code: '42501' });
    }
    client.release();
    await expect(
      database.pools.trustee.query('insert into trustee.holding select * from trustee.holding'),
    ).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a second vintage (A4)', () => {
  const later = () => buildReleases(context, { period: yearOf(2025), dryRun: false, newVintage: true });
  const correct = (owners: readonly string[], by: number) =>
    world.rows(`update vault.measurement set value = value + $2 where indicator_id = 'TRIR' and unit_no = any($1)`, [
      owners.map((owner) => world.unitNo(`${owner} site`)),
      by,
    ]);

  test('is refused while four groups of a cell changed, and published once the fifth did, in every cell or none', async () => {
    const first = await releaseYear(context, 2025, world.id('person counsel'));
    await correct(['m0', 'm1', 'm2', 'm3'], 50);
    await expect(later()).rejects.toMatchObject({ code: 'STATE', rule: 'A4' });
    await correct(['m4', 'm14'], 50);
    // Five changed in Chile and in refining, one in Peru.
    await expect(later()).rejects.toMatchObject({ code: 'STATE', rule: 'A4' });
    await correct(['m14'], -50);
    const reports = await later();
    expect(reports.map(({ vintage }) => vintage)).toEqual(reports.map(() => 2));
    const id = reports.find(({ table }) => table === 'safety-by-stage')?.release ?? '';
    expect(await reproduce(context, id)).toMatchObject({ same: true });
    expect(await reproduce(context, first.get('safety-by-stage') ?? '')).toMatchObject({ same: true });
    const cells = await world.rows<{ stage: string; before: string; after: string }>(
      `select a.coordinates ->> 'stage' as stage, b.value as before, a.value as after from trustee.cell a
       join trustee.cell b on b.coordinates = a.coordinates where a.release_id = $1 and b.release_id = $2 order by 1`,
      [id, first.get('safety-by-stage')],
    );
    // Means of three figures: seven refiners of whom five rose by 50; the smelters as they were.
    const changed = cells.filter(({ before, after }) => before !== after).map(({ stage }) => stage);
    expect(cells.find(({ stage }) => stage === 'SMELTING')).toMatchObject({ before: expect.any(String) });
    expect(changed).toContain('REFINING');
    expect(changed).not.toContain('SMELTING');
  });
});
