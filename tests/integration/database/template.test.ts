import { hardenDatabase } from '../../../src/database/hardening';
import { pendingMigrations } from '../../../src/database/migrate';
import { createTestDatabase, runAsAdmin, type TestDatabase } from '../../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('a copy of the migrated template', () => {
  test('has every migration', async () => {
    expect(await runAsAdmin(database.url, (client) => pendingMigrations(client))).toEqual([]);
  });

  test('is as closed as a migrated database: hardening finds nothing left to take', async () => {
    await expect(database.pools.contributor.query('create temporary table t (id int)')).rejects.toThrow(/temporary/);
    // Without a superuser's rights hardening can only name what is left, and it names nothing.
    expect(
      await database.pools.auditor.connect().then(async (client) => {
        try {
          await client.query('begin');
          return await hardenDatabase(client);
        } finally {
          await client.query('rollback');
          client.release();
        }
      }),
    ).toEqual([]);
  });
});
