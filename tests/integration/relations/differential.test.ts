import { randomInt } from 'node:crypto';
import type { PoolClient } from 'pg';
import { groundsOf, type World } from '../../support/referenceModel/relations';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { changeSomething, Dice, randomWorld } from './randomWorld';
import { strayMasks, strayNeighbours } from './keptNeighbours';
import { SmallWorld } from './smallWorld';
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

/** A twin of a function that says something else in one place. */
async function twinOf(on: PoolClient, name: string, original: string, replacement: string): Promise<void> {
  const { rows } = await on.query<{ text: string }>('select pg_get_functiondef($1::regproc) as text', [name]);
  const text = rows[0]?.text ?? '';
  expect(text).toContain(original);
  await on.query(text.replace(original, replacement));
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
        expect({ protocol, masks: await strayMasks(client) }).toEqual({ protocol, masks: [] });
        expect({ protocol, differences: await differences(world, stored) }).toEqual({ protocol, differences: [] });
        if (!dice.chance(0.6)) continue;
        await stored.bindAll();
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

  test.each([
    ['hops', 'ends policy.link_end[]'],
    ['footholds', 'owners int[]'],
  ])('where a change does not keep the %s of its places, closures are wrong and this test tells', async (kept, of) => {
    const small = new SmallWorld().traders('Mine', 'Smelter', 'Maker').site('Pit', 'Mine', { mainMineral: 'cobalt' });
    const { world } = small.chain('Mine', 'Smelter', 'Maker');
    const stored = new WorldInDatabase(client);
    await stored.load(world);
    await stored.bindAll();
    await client.query(`create or replace function policy.keep_${kept}(${of}) returns void language sql as ''`);
    for (const site of world.sites) {
      site.mainMineral = 'copper';
      await stored.site(site);
    }
    await stored.bindAll();
    const wrong = await differences(world, stored);
    for (const link of world.links.slice(0, 1)) {
      link.state = 'CONFIRMED';
      await stored.link(link);
    }
    await stored.bindAll();
    wrong.push(...(await differences(world, stored)));
    expect(wrong).toContainEqual(expect.stringMatching(kept === 'hops' ? /^Maker -> Mine/ : /^Maker -> Pit/));
    expect(wrong).toContainEqual(expect.stringMatching(kept === 'hops' ? /^hop_upward/ : /^foothold/));
  });

  test('where a site does not keep the hops that name it, a walk passes through it for its organisation, and this test tells', async () => {
    const small = new SmallWorld().traders('Mine', 'Smelter', 'Maker').site('Plant', 'Smelter');
    const { world } = small.link('Mine', 'Plant').link('Smelter', 'Maker');
    const stored = new WorldInDatabase(client);
    await stored.load(world);
    await stored.bindAll();
    expect((await stored.grounds()).get('Maker')?.towards.get('Mine')).toContain('DOWNSTREAM');
    await twinOf(client, 'policy.sites_changed', 'perform policy.keep_hops(ends);', 'perform 1;');
    for (const site of world.sites) {
      site.mainMineral = 'cobalt';
      await stored.site(site);
    }
    await stored.bindAll();
    const wrong = await differences(world, stored);
    expect(wrong).toContainEqual(expect.stringMatching(/^Maker -> Mine/));
    expect(wrong).toContainEqual(expect.stringMatching(/^hop_upward/));
  });

  test.each([
    ['its own desk', 'organisation_no = any(observed))'],
    ['the desks of the others', 'organisation_no <> all(observed))'],
  ])(
    'where a trade that a link shows is not looked at from %s, masks are stale and this test tells',
    async (_whose, desks) => {
      const small = new SmallWorld()
        .traders('Mine', 'Maker')
        .organisation('Rival')
        .activity('Rival', { stage: 'MELTING' });
      const { world } = small.link('Mine', 'Maker', { stage: 'MELTING', state: 'ASSERTED' });
      const stored = new WorldInDatabase(client);
      await stored.load(world);
      expect(await strayMasks(client)).toEqual([]);
      await twinOf(client, 'policy.observed_changed', desks, 'false)');
      for (const link of world.links) await stored.link({ ...link, state: 'CONFIRMED' });
      expect(await strayMasks(client)).not.toEqual([]);
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
