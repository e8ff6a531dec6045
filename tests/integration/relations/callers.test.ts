import { randomUUID } from 'node:crypto';
import type { QueryResultRow } from 'pg';
import { bindClosures, deferRelations, registerUnits, type Statements } from '../../../src/modules/relations';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { SmallWorld } from './smallWorld';
import { WorldInDatabase } from './worldInDatabase';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Runs the work on one connection of the contributor, inside a transaction that is rolled back. */
async function asContributor<T>(work: (transaction: Statements) => Promise<T>): Promise<T> {
  const client = await database.pools.contributor.connect();
  try {
    await client.query('begin');
    return await work({
      query: async <Row extends QueryResultRow>(sql: string, parameters: unknown[] = []) =>
        (await client.query<Row>(sql, parameters)).rows,
    });
  } finally {
    await client.query('rollback');
    client.release();
  }
}

test('units keep their numbers, come back in the order asked for, and a site has the number of its organisation beside its own', () =>
  asContributor(async (transaction) => {
    const [one, other, site] = [randomUUID(), randomUUID(), randomUUID()];
    const units = [
      { organisationId: other, siteId: site },
      { organisationId: one, siteId: null },
      { organisationId: other, siteId: null },
    ];
    const numbers = await registerUnits(transaction, units);
    expect(new Set(numbers).size).toBe(3);
    expect(await registerUnits(transaction, units)).toEqual(numbers);
    expect(await registerUnits(transaction, [...units].reverse())).toEqual([...numbers].reverse());
  }));

test('a site of nobody, and a site of another organisation, are refused', async () => {
  const site = randomUUID();
  await expect(
    asContributor((transaction) => registerUnits(transaction, [{ organisationId: randomUUID(), siteId: site }])),
  ).rejects.toMatchObject({ code: '23503' });
  await expect(
    asContributor(async (transaction) => {
      const [one, other] = [randomUUID(), randomUUID()];
      await registerUnits(transaction, [
        { organisationId: one, siteId: null },
        { organisationId: one, siteId: site },
        { organisationId: other, siteId: null },
      ]);
      return registerUnits(transaction, [{ organisationId: other, siteId: site }]);
    }),
  ).rejects.toMatchObject({ code: '23505' });
});

test('the contributor may put the refresh of its transaction off', () =>
  asContributor(async (transaction) => {
    await deferRelations(transaction);
    expect(await transaction.query(`select current_setting('sluice.relations') as setting`)).toEqual([
      { setting: 'deferred' },
    ]);
  }));

test('closures are bound through the pool of the contributor', async () => {
  const client = await database.admin.connect();
  try {
    const small = new SmallWorld().traders('Mine', 'Smelter', 'Maker').chain('Mine', 'Smelter', 'Maker');
    const stored = new WorldInDatabase(client);
    await stored.load(small.world);
    expect((await stored.grounds()).get('Maker')?.valid).toBe(false);
    expect(await bindClosures(database.pools.contributor, [stored.deskNo('Maker')])).toBe(true);
    const maker = (await stored.grounds()).get('Maker');
    expect(maker?.valid).toBe(true);
    expect(maker?.towards.get('Mine')).toContain('DOWNSTREAM');
    expect(await bindClosures(database.pools.contributor, [stored.deskNo('Maker'), 999_999])).toBe(false);
  } finally {
    client.release();
  }
});
