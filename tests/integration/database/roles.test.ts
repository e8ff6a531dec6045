import { createTestDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('the roles of the hub', () => {
  test('each pool logs in as its own role', async () => {
    for (const name of ['reader', 'contributor', 'trustee', 'auditor'] as const) {
      const { rows } = await database.pools[name].query('select session_user, current_user');
      expect(rows).toEqual([{ session_user: `sluice_${name}`, current_user: `sluice_${name}` }]);
    }
  });
});
