import { PostgresApiKeyStore } from '../../../src/identity';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { describeApiKeyStore } from '../../unit/identity/apiKeyStoreContract';

const OWN = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.admin.query(
    `insert into identity.person (id, subject, display_name) select each, each::text, 'somebody' from unnest($1::uuid[]) each`,
    [[OWN, OTHER]],
  );
});
afterAll(() => database.drop());

describeApiKeyStore('PostgreSQL', () => new PostgresApiKeyStore(database.pools.contributor), [OWN, OTHER]);

test('a scope or role that this version does not know gives no right', async () => {
  await database.admin.query(
    `insert into identity.api_key (key_id, secret_hash, person_id, scopes, expires_at)
     values ('later', '\\x00', $1, '{read,delete,role:ANALYST,role:EMPEROR,role:PUBLIC,ANALYST}', now())`,
    [OWN],
  );
  const record = await new PostgresApiKeyStore(database.admin).find('later');
  expect(record).toMatchObject({ scopes: ['read'], roles: ['ANALYST'] });
});
