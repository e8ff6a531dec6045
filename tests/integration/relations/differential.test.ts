import { randomInt } from 'node:crypto';
import type { PoolClient } from 'pg';
import { groundsOf, type World } from '../../support/referenceModel/relations';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { changeSomething, Dice, randomWorld } from './randomWorld';
import { strayNeighbours } from './keptNeighbours';
import { WorldInDatabase } from './worldInDatabase';

const REACH = /^(DOWN|UP)STREAM/;
const seed = Number(process.env.SLUICE_SEED ?? randomInt(1_000_000));
/** A longer search: SLUICE_WORLDS=100. */
const worlds = Number(process.env.SLUICE_WORLDS ?? 3);
const stepsPerWorld = 15;

let database: TestDatabase;
let client: PoolClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = await database.admin.connect();
});
afterAll(async () => {
  client.release();
  await database.drop();
});
beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

/** What differs, as sentences; reach over links is compared only where the closure counts. */
async function differences(world: World, stored: WorldInDatabase): Promise<string[]> {
  const expected = groundsOf(world);
  const found = await strayNeighbours(client);
  for (const [desk, { valid, towards }] of await stored.grounds()) {
    for (const [unit, names] of expected.get(desk) ?? []) {
      const counted = (list: string[]) => (valid ? list : list.filter((name) => !REACH.test(name))).join(' ');
      const actual = counted(towards.get(unit) ?? []);
      if (actual !== counted(names)) found.push(`${desk} -> ${unit}: stored ${actual}, expected ${counted(names)}`);
    }
  }
  return found;
}

describe(`masks against the reference model, seed ${seed}`, () => {
  test.each(Array.from({ length: worlds }, (_unused, index) => index))(
    'in random world %i they agree after every change, before and after closures are bound',
    async (index) => {
      const dice = new Dice(seed + index);
      const world = randomWorld(dice, 8 + dice.below(8));
      const stored = new WorldInDatabase(client);
      await stored.load(world);
      expect(await differences(world, stored)).toEqual([]);
      await stored.bindAll();
      expect(await differences(world, stored)).toEqual([]);
      const protocol: string[] = [];
      for (let step = 0; step < stepsPerWorld; step += 1) {
        protocol.push(await changeSomething(dice, world, stored));
        expect({ protocol, differences: await differences(world, stored) }).toEqual({ protocol, differences: [] });
        if (dice.chance(0.6)) await stored.bindAll();
        expect({ protocol, differences: await differences(world, stored) }).toEqual({ protocol, differences: [] });
      }
      const incremental = await stored.grounds();
      await client.query('select policy.refresh_relations()');
      await stored.bindAll();
      const full = await stored.grounds();
      for (const [desk, { valid, towards }] of incremental) if (valid) expect(towards).toEqual(full.get(desk)?.towards);
      expect(await differences(world, stored)).toEqual([]);
    },
  );

  test.each(['hops', 'footholds'])(
    'where a change does not keep the %s of its places, closures are wrong and this test tells',
    async (kept) => {
      const dice = new Dice(seed);
      const world = randomWorld(dice, 12);
      const stored = new WorldInDatabase(client);
      await stored.load(world);
      await client.query(
        `create or replace function policy.keep_${kept}(${kept === 'hops' ? 'ends policy.link_end[]' : 'owners int[]'}) returns void language sql as ''`,
      );
      const wrong = { lists: 0, grounds: 0 };
      for (let step = 0; step < 60 && (wrong.lists === 0 || wrong.grounds === 0); step += 1) {
        await changeSomething(dice, world, stored);
        await stored.bindAll();
        wrong.lists += (await strayNeighbours(client)).length;
        wrong.grounds += (await differences(world, stored)).filter((each) => each.includes(' -> ')).length;
      }
      expect(wrong.lists).toBeGreaterThan(0);
      expect(wrong.grounds).toBeGreaterThan(0);
    },
  );

  test('a world loaded with one deferred refresh is the same world', async () => {
    const dice = new Dice(seed);
    const world = randomWorld(dice, 20);
    const stored = new WorldInDatabase(client);
    await client.query(`set local sluice.relations = 'deferred'`);
    await stored.load(world);
    await client.query('set constraints all immediate');
    expect(await differences(world, stored)).toEqual([]);
    await stored.bindAll();
    expect(await differences(world, stored)).toEqual([]);
    const all = [...groundsOf(world).values()].flatMap((row) => [...row.values()]).flat();
    // the world is not too tame to tell anything
    for (const name of ['SELF', 'AFFILIATE', 'CUSTOMER', 'SUPPLIER', 'PARTY_COMPETITOR']) expect(all).toContain(name);
  });
});
