import { ApiKeys, type ApiKeyHolder, type ApiKeyRecord, type ApiKeyStore } from '../../../src/identity';
import { describeApiKeyStore } from './apiKeyStoreContract';
import { NOW, rules } from './people';

const OWN = '00000000-0000-4000-8000-000000000001';

/** The store of the theory: what the one over PostgreSQL must equal. */
class ApiKeysInMemory implements ApiKeyStore {
  private readonly records = new Map<string, ApiKeyRecord>();

  async insert(record: ApiKeyRecord): Promise<void> {
    this.records.set(record.keyId, record);
  }

  async find(keyId: string): Promise<ApiKeyRecord | null> {
    return this.records.get(keyId) ?? null;
  }

  async listOf(personId: string): Promise<ApiKeyRecord[]> {
    const own = [...this.records.values()].filter((record) => record.personId === personId);
    return own.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  }

  async revoke(keyId: string, personId: string, at: Date): Promise<boolean> {
    const record = this.records.get(keyId);
    if (record?.personId !== personId || record.revokedAt !== null) return false;
    this.records.set(keyId, { ...record, revokedAt: at });
    return true;
  }

  async markUsed(keyId: string, on: string): Promise<void> {
    const record = this.records.get(keyId);
    if (record !== undefined) this.records.set(keyId, { ...record, lastUsedOn: on });
  }
}

const store = new ApiKeysInMemory();
describeApiKeyStore('memory', () => store, [OWN, '00000000-0000-4000-8000-000000000002']);

describe('making a key', () => {
  const keys = new ApiKeys({ store, pepper: Buffer.alloc(32, 7), clock: () => NOW, thresholds: rules.thresholds });
  const holder: ApiKeyHolder = {
    kind: 'PERSON',
    personId: OWN,
    scopes: ['read', 'write'],
    roles: ['ANALYST', 'CLEAN_TEAM', 'CHAIR', 'COMPETITION_COUNSEL', 'GOVERNING_BODY'],
  };

  test('gives no more than its person has, and every fault is told at once', async () => {
    const input = {
      scopes: ['read', 'import', 'all'],
      roles: ['ANALYST', 'SECRETARIAT', 'CLEAN_TEAM', 'PUBLIC'],
      days: 366,
    };
    await expect(keys.issue(holder, input)).rejects.toMatchObject({
      code: 'VALIDATION',
      issues: [
        { path: ['input', 'days'], rule: 'API_KEY.DAYS' },
        { path: ['input', 'scopes', 1], rule: 'API_KEY.SCOPE' },
        { path: ['input', 'scopes', 2], rule: 'API_KEY.SCOPE' },
        { path: ['input', 'roles', 1], rule: 'API_KEY.ROLE' },
        { path: ['input', 'roles', 2], rule: 'API_KEY.PERSONAL_ROLE' },
        { path: ['input', 'roles', 3], rule: 'API_KEY.ROLE' },
      ],
    });
  });

  test.each(['CLEAN_TEAM', 'CHAIR', 'COMPETITION_COUNSEL', 'GOVERNING_BODY'])('carries no %s', async (role) => {
    await expect(keys.issue(holder, { scopes: ['read'], roles: [role], days: 1 })).rejects.toMatchObject({
      issues: [{ rule: 'API_KEY.PERSONAL_ROLE' }],
    });
  });

  test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('for %p days is refused', async (days) => {
    await expect(keys.issue(holder, { scopes: ['read'], roles: [], days })).rejects.toMatchObject({
      code: 'VALIDATION',
    });
  });

  test('without a scope is refused', async () => {
    await expect(keys.issue(holder, { scopes: [], roles: [], days: 1 })).rejects.toMatchObject({ code: 'VALIDATION' });
  });

  test.each([
    ['a machine', { ...holder, kind: 'MACHINE' as const }],
    ['the public', { ...holder, kind: 'PUBLIC' as const, personId: null }],
    ['a person who may only read', { ...holder, scopes: ['read' as const] }],
  ])('is refused to %s', async (_name, asking) => {
    await expect(keys.issue(asking, { scopes: ['read'], roles: [], days: 1 })).rejects.toMatchObject({
      code: 'POLICY_DENIED',
    });
  });

  test('needs a pepper of 32 bytes', () => {
    const pepper = Buffer.alloc(31);
    expect(() => new ApiKeys({ store, pepper, clock: () => NOW, thresholds: rules.thresholds })).toThrow('pepper');
  });

  test('never makes the same secret twice, and uses all characters', async () => {
    const made = await Promise.all(
      Array.from({ length: 200 }, () => keys.issue(holder, { scopes: ['read'], roles: [], days: 1 })),
    );
    expect(new Set(made.map(({ key }) => key.slice(-52))).size).toBe(200);
    expect(new Set(made.flatMap(({ key }) => [...key.slice(-52)])).size).toBe(32);
  });
});
