import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type Answer, TestHub } from '../../support/hub';
import { World } from '../../support/world';

let database: TestDatabase;
let hub: TestHub;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance();
  for (const name of ['sma', 'smb']) {
    await world.organisation(name, { activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] });
    await world.person(name, name, ['UPSTREAM_PUBLISHER', 'SITE_OWNER']);
  }
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const CREATE = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id scopes roles expiresAt revokedAt } } }`;
const REVOKE = `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { id revokedAt } }`;
const create = (input: object, as = 'sma') => ({ as, query: CREATE, variables: { input } });
const revoke = (apiKey: string, as = 'sma') => ({ as, query: REVOKE, variables: { input: { apiKey } } });
const withKey = (secret: string, query: string): Promise<Answer> =>
  hub.ask({ query, headers: { authorization: `Bearer ${secret}` } });

test('a person makes a key, sees its secret once, and a machine reads with it as that person may', async () => {
  const input = { clientKey: 'nightly-import', scopes: ['read'], roles: ['SITE_OWNER'], days: 30 };
  const { createApiKey } = await hub.data(create(input));
  expect(createApiKey.secret).toMatch(/^slk_/);
  const again = await hub.data(create(input));
  expect(again.createApiKey).toEqual({ ...createApiKey, secret: null });

  const { data } = await withKey(createApiKey.secret, '{ me { kind scopes roles organisation { legalName } } }');
  expect(data.me).toMatchObject({ kind: 'MACHINE', scopes: ['read'], organisation: { legalName: 'sma' } });
  expect(data.me.roles).toContain('SITE_OWNER');
  const listed = await hub.data({ as: 'sma', query: '{ apiKeys { nodes { id lastUsedOn } } }' });
  expect(listed.apiKeys.nodes).toEqual([{ id: createApiKey.apiKey.id, lastUsedOn: expect.stringMatching(/^\d{4}-/) }]);
  const stored = await world.rows<{ row: string }>('select k::text as row from identity.api_key k');
  expect(JSON.stringify(stored)).not.toContain(createApiKey.secret.split('_')[2]);
});

test('a key does what it is scoped for and no more: it neither writes nor makes another key', async () => {
  const { createApiKey } = await hub.data(create({ scopes: ['read'], days: 1 }));
  for (const query of [
    'mutation { withdrawMeasurement(input: { measurement: "measurement_x" }) { measurement { id } } }',
    'mutation { createApiKey(input: { scopes: ["read"], days: 1 }) { secret } }',
  ]) {
    const answer = await withKey(createApiKey.secret, query);
    expect(answer.errors[0]?.extensions.code).toBe('POLICY_DENIED');
  }
  const writing = await hub.data(create({ scopes: ['read', 'write'], days: 1 }));
  const begotten = await withKey(
    writing.createApiKey.secret,
    'mutation { createApiKey(input: { scopes: ["read"], days: 1 }) { secret } }',
  );
  expect(begotten.errors[0]?.extensions).toMatchObject({ code: 'POLICY_DENIED', rule: 'API_KEY.PERSON' });
});

test('all faults of a wish for a key come at once, and no key is made', async () => {
  const before = await world.rows('select from identity.api_key');
  const refusal = await hub.refusal(create({ scopes: ['everything', 'read'], roles: ['SECRETARIAT'], days: 100_000 }));
  expect(refusal.code).toBe('VALIDATION');
  expect(refusal.issues.map((issue: { rule: string }) => issue.rule)).toEqual([
    'API_KEY.DAYS',
    'API_KEY.SCOPE',
    'API_KEY.ROLE',
  ]);
  expect(await world.rows('select from identity.api_key')).toHaveLength(before.length);
});

test('a revoked key and an expired one are refused at the next request, like one that never was', async () => {
  const { createApiKey } = await hub.data(create({ scopes: ['read'], days: 1 }));
  const expiring = await hub.data(create({ scopes: ['read'], days: 1 }));
  expect((await withKey(createApiKey.secret, '{ me { kind } }')).status).toBe(200);
  await hub.data(revoke(createApiKey.apiKey.id));
  await world.rows(`update identity.api_key set expires_at = now() - interval '1 second' where key_id = $1`, [
    expiring.createApiKey.apiKey.id,
  ]);
  const never = `slk_${'0'.repeat(16)}_${'0'.repeat(52)}`;
  const answers = await Promise.all(
    [createApiKey.secret, expiring.createApiKey.secret, never].map((secret) => withKey(secret, '{ me { kind } }')),
  );
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
});

test("somebody else's key is as little there as one that never was", async () => {
  const { createApiKey } = await hub.data(create({ scopes: ['read'], days: 1 }));
  const theirs = await hub.ask(revoke(createApiKey.apiKey.id, 'smb'));
  const never = await hub.ask(revoke('0'.repeat(16), 'smb'));
  expect(theirs.text).toBe(never.text);
  expect(theirs.errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await hub.data({ as: 'smb', query: '{ apiKeys { nodes { id } } }' })).apiKeys.nodes).toEqual([]);
  expect((await withKey(createApiKey.secret, '{ me { kind } }')).status).toBe(200);
});

test('keys come in pages, forward and backward, and a foreign cursor is refused', async () => {
  for (let index = 0; index < 3; index++) await hub.data(create({ scopes: ['read'], days: 1 }, 'smb'));
  const page = (asked: string, as = 'smb') =>
    hub.ask({
      as,
      query: `{ apiKeys(${asked}) { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`,
    });
  const all = (await page('first: 100')).data.apiKeys;
  const first = (await page('first: 2')).data.apiKeys;
  expect(first).toMatchObject({
    totalCount: 3,
    nodes: all.nodes.slice(0, 2),
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  const second = (await page(`first: 2, after: "${first.pageInfo.endCursor}"`)).data.apiKeys;
  expect(second).toMatchObject({ nodes: all.nodes.slice(2), pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  const back = (await page(`last: 2, before: "${second.pageInfo.startCursor}"`)).data.apiKeys;
  expect(back.nodes).toEqual(first.nodes);
  const refused = [
    await page(`first: 2, after: "${first.pageInfo.endCursor}"`, 'sma'),
    await page('first: 101'),
    await page('first: 1, last: 1'),
  ];
  expect(refused.map(({ errors }) => errors[0]?.extensions.issues[0].rule)).toEqual(['CURSOR', 'PAGE', 'PAGE']);
});
