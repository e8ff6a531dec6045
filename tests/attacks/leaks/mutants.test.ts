import { readFileSync } from 'node:fs';
import { createTestDatabase, runAsAdmin, type TestDatabase } from '../../support/database';
import { randomWorld, type RandomWorld } from '../../support/randomWorld';
import type { Reader } from '../../support/referenceModel/policy';
import { Random } from '../../support/seededRandom';
import { bindingFaults } from '../../integration/boundary/bindingFaults';
import { catalogFaults } from '../../integration/boundary/catalogFaults';
import { compareWithModel, readHeld, type Held } from '../../integration/boundary/compare';
import { liftConstraints, readTableShapes, writeWorld } from '../../integration/boundary/vaultDoor';
import { mutants, type Mutant } from './boundaryMutants';

const full = process.env.SLUICE_FULL === '1';
const seed = Number(process.env.SLUICE_SEED ?? 20_260_202);
/** One of most kinds where not all of them run. */
const sample = [
  'the purpose is ignored',
  'a stale closure counts in one direction',
  'the contributor is not asked',
  'columns are not masked',
  'an expired binding is accepted',
  'row security is not forced',
];
const original = readFileSync('policies/build/boundary.sql', 'utf8');
const bound: Reader = { desks: [1], organisation: 1, may: 2 ** 28 - 1, purpose: 'REPORTING', initiative: 1 };

let database: TestDatabase;
let world: RandomWorld;
let held: Held;
/** What the catalog holds against the boundary as it is: integration/boundary/catalog.test.ts fails for it, not this. */
let before: string[];
const killers = new Map<string, string>();

beforeAll(async () => {
  database = await createTestDatabase();
  await liftConstraints(database.admin);
  const shapes = await readTableShapes(database.admin);
  const { rows } = await database.admin.query<{ today: string }>('select current_date::text as today');
  world = randomWorld(new Random(seed), rows[0]?.today ?? '', shapes, {
    facts: full ? 4000 : 1500,
    readers: full ? 10 : 4,
  });
  // somebody at two desks, somebody who may use a part, somebody in an initiative that does not exist
  world.readers.push(
    { ...bound, desks: [2], organisation: 2 },
    { ...bound, desks: [2, 9], organisation: 2 },
    { ...bound, desks: [3], organisation: 3, may: 1 | (1 << 8), initiative: null },
    { ...bound, desks: [2], organisation: 2, initiative: 2 },
    { ...bound, desks: [4], organisation: 4, initiative: 4 },
    { ...bound, desks: [4], organisation: 4, initiative: 99 },
  );
  // and readers who state no purpose, so that no grant may open anything to them
  world.readers.push(...world.readers.slice(0, 3).map((reader) => ({ ...reader, purpose: '' })));
  await runAsAdmin(database.url, (client) => writeWorld(client, world, shapes));
  held = await readHeld(database);
  before = await catalogFaults(database.admin);
}, 600_000);
afterAll(() => database.drop());

async function differs(): Promise<string | null> {
  for (const reader of world.readers) {
    try {
      const { differences } = await compareWithModel(database, { ...world, readers: [reader] }, held);
      if (differences.length > 0) return `differential: ${differences[0] ?? ''}`;
    } catch (error) {
      return `differential: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return null;
}

async function firstFault(name: string, faults: () => Promise<string[]>): Promise<string | null> {
  const [fault] = await faults();
  return fault === undefined ? null : `${name}: ${fault}`;
}

/** The first thing that notices, or null: the mutant lives. */
async function killerOf(mutant?: Mutant): Promise<string | null> {
  const inCatalog = (): Promise<string | null> =>
    firstFault('catalog', async () => (await catalogFaults(database.admin)).filter((fault) => !before.includes(fault)));
  const inBindings = (): Promise<string | null> => firstFault('binding', () => bindingFaults(database, bound));
  // what most likely notices goes first
  const [first, second] = ['policy.is_signed', 'policy.bound'].includes(mutant?.of ?? '')
    ? [inBindings, differs]
    : [differs, inBindings];
  return (await inCatalog()) ?? (await first()) ?? (await second());
}

/** The mutated SQL, applied; what comes back undoes it. */
async function apply(mutant: Mutant): Promise<() => Promise<unknown>> {
  if (mutant.of === 'boundary') {
    const changed = mutant.change(original);
    expect(changed).not.toBe(original);
    const run = (sql: string): Promise<unknown> => database.admin.query(`begin; ${sql}; commit`);
    // what a mutant takes away stays away unless it is put back first
    await run(`alter table vault.measurement no force row level security; ${changed}`);
    return () => run(`revoke select on vault.measurement from sluice_reader; ${original}`);
  }
  const { rows } = await database.admin.query<{ sql: string }>('select pg_get_functiondef($1::regproc) as sql', [
    mutant.of,
  ]);
  const sql = rows[0]?.sql ?? '';
  const changed = mutant.change(sql);
  expect(changed).not.toBe(sql);
  // gates are kept, so that a function that makes them shows only once it has made them all
  const run = (text: string): Promise<unknown> =>
    database.admin.query(`${text}; delete from policy.initiative_gate; select policy.refresh_gates()`);
  await run(changed);
  return () => run(sql);
}

test(`the boundary as it is has nothing that kills it (SLUICE_SEED=${seed})`, async () => {
  expect(await killerOf()).toBeNull();
}, 600_000);

test.each(
  mutants.filter((mutant) => full || sample.includes(mutant.name)).map((mutant) => [mutant.name, mutant] as const),
)(
  'is killed: %s',
  async (name, mutant) => {
    const undo = await apply(mutant);
    try {
      const killer = await killerOf(mutant);
      killers.set(name, killer ?? 'lives');
      expect(killer).not.toBeNull();
    } finally {
      await undo();
    }
  },
  600_000,
);

test('no two mutants have one name, and there are at least 40', () => {
  expect(new Set(mutants.map((mutant) => mutant.name)).size).toBe(mutants.length);
  expect(mutants.length).toBeGreaterThanOrEqual(40);
  if (full)
    console.log(
      [
        '| mutant | killed by |',
        '|---|---|',
        ...[...killers].map(([name, by]) => `| ${name} | ${by.slice(0, 160)} |`),
      ].join('\n'),
    );
});
