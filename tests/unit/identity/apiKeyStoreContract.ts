import { randomBytes } from 'node:crypto';
import { ApiKeys, type ApiKeyHolder, type ApiKeyRecord, type ApiKeyStore } from '../../../src/identity';
import { DomainError } from '../../../src/kernel/errors';
import { rules } from './people';

const DAY = 86_400_000;
const PEPPER = randomBytes(32);

/** Every store of API keys must pass these. `personIds`: two people whom the store may know. */
export function describeApiKeyStore(
  name: string,
  storeOf: () => ApiKeyStore,
  personIds: readonly [string, string],
): void {
  let now = new Date('2026-11-23T12:00:00.123Z');
  const keysOver = (store: ApiKeyStore, pepper = PEPPER): ApiKeys =>
    new ApiKeys({ store, pepper, clock: () => now, thresholds: rules.thresholds });
  const holder = (personId: string): ApiKeyHolder => ({
    kind: 'PERSON',
    personId,
    scopes: ['read', 'write', 'import', 'export'],
    roles: ['UPSTREAM_PUBLISHER', 'ANALYST'],
  });
  const input = { scopes: ['read', 'import'], roles: ['UPSTREAM_PUBLISHER'], days: 30 };
  const [own, other] = personIds;

  describe(`API keys in ${name}`, () => {
    let keys: ApiKeys;
    beforeEach(() => {
      now = new Date('2026-11-23T12:00:00.123Z');
      keys = keysOver(storeOf());
    });

    test('a key proves its person, scopes and roles, and the store keeps no part of its secret', async () => {
      const { key, record } = await keys.issue(holder(own), input);
      expect(key).toMatch(/^slk_[0-9a-hjkmnp-tv-z]{16}_[0-9a-hjkmnp-tv-z]{52}$/);
      expect(await keys.authenticate(key)).toEqual({
        keyId: record.keyId,
        personId: own,
        scopes: ['read', 'import'],
        roles: ['UPSTREAM_PUBLISHER'],
      });
      const stored = await storeOf().find(record.keyId);
      expect(stored).toEqual({ ...record, lastUsedOn: '2026-11-23' });
      expect(JSON.stringify(stored)).not.toContain(key.slice(-52));
      expect(stored?.secretHash).toHaveLength(32);
    });

    test('the day of last use moves on, and is a day', async () => {
      const { key, record } = await keys.issue(holder(own), input);
      expect((await storeOf().find(record.keyId))?.lastUsedOn).toBeNull();
      await keys.authenticate(key);
      now = new Date(now.getTime() + DAY);
      await keys.authenticate(key);
      expect((await storeOf().find(record.keyId))?.lastUsedOn).toBe('2026-11-24');
    });

    /** Broken twins: each believes a key after one check fewer, and must be seen to. */
    const believesTheId = async (key: string): Promise<ApiKeyRecord | null> => storeOf().find(key.split('_')[1] ?? '');

    const ENDED: [string, (key: string, record: ApiKeyRecord) => Promise<string> | string][] = [
      ['with another secret', (key) => `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`],
      [
        'with the secret of another key',
        async (key) => {
          const second = await keys.issue(holder(own), input);
          return `${key.slice(0, 20)}_${second.key.slice(-52)}`;
        },
      ],
      [
        'that is revoked',
        async (key, record) => {
          await keys.revoke(holder(own), record.keyId);
          return key;
        },
      ],
      [
        'that has expired',
        (key) => {
          now = new Date(now.getTime() + 30 * DAY);
          return key;
        },
      ],
    ];

    test.each(ENDED)('a key %s is refused, and only who believes the id alone believes it', async (_name, end) => {
      const { key, record } = await keys.issue(holder(own), input);
      const presented = await end(key, record);
      expect(await believesTheId(presented)).not.toBeNull();
      await expect(keys.authenticate(presented)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test('a key holds to the last moment before its end', async () => {
      const { key } = await keys.issue(holder(own), input);
      now = new Date(now.getTime() + 30 * DAY - 1);
      await expect(keys.authenticate(key)).resolves.toBeDefined();
    });

    test('every refusal reads the same', async () => {
      const { key, record } = await keys.issue(holder(own), input);
      await keys.revoke(holder(own), record.keyId);
      const unknown = `slk_${'0'.repeat(16)}_${'0'.repeat(52)}`;
      const wrong = `${key.slice(0, -2)}00`;
      const attempts = [key, unknown, wrong, 'slk_', key.toUpperCase(), `${key} `, `${key}0`, key.replaceAll('_', '-')];
      const faces = await Promise.all(attempts.map((text) => keys.authenticate(text).then(String, faceOf)));
      expect(new Set(faces).size).toBe(1);
      expect(faces[0]).toContain('UNAUTHENTICATED');
    });

    test('a hash that is moved to another row proves nothing there', async () => {
      const { key, record } = await keys.issue(holder(own), input);
      const moved = { ...record, keyId: 'z'.repeat(16), personId: other };
      await storeOf().insert(moved);
      const presented = `slk_${moved.keyId}_${key.slice(-52)}`;
      expect((await believesTheId(presented))?.personId).toBe(other);
      await expect(keys.authenticate(presented)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test('under another pepper a key is worth nothing', async () => {
      const { key } = await keys.issue(holder(own), input);
      await expect(keysOver(storeOf(), randomBytes(32)).authenticate(key)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    });

    test('one person cannot end the key of another, and is told what is told of a key that never was', async () => {
      const { key, record } = await keys.issue(holder(own), input);
      const refusals = await Promise.all(
        [record.keyId, '0'.repeat(16)].map((keyId) => keys.revoke(holder(other), keyId).then(String, faceOf)),
      );
      expect(refusals[0]).toBe(refusals[1]);
      expect(refusals[0]).toContain('NOT_FOUND');
      await expect(keys.authenticate(key)).resolves.toBeDefined();
    });

    test('a key is ended once, and the first moment stands', async () => {
      const { record } = await keys.issue(holder(own), input);
      const endedAt = now;
      await keys.revoke(holder(own), record.keyId);
      now = new Date(now.getTime() + DAY);
      await expect(keys.revoke(holder(own), record.keyId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect((await storeOf().find(record.keyId))?.revokedAt).toEqual(endedAt);
    });

    test('a person’s keys are listed, newest first, without another’s', async () => {
      const first = await keys.issue(holder(other), input);
      now = new Date(now.getTime() + 1000);
      const second = await keys.issue(holder(other), { ...input, roles: [] });
      const foreign = await keys.issue(holder(own), input);
      const listed = (await storeOf().listOf(other)).map((record) => record.keyId);
      const made = [first.record.keyId, second.record.keyId];
      expect(listed.filter((keyId) => made.includes(keyId))).toEqual([...made].reverse());
      expect(listed).not.toContain(foreign.record.keyId);
    });
  });
}

function faceOf(error: unknown): string {
  if (!(error instanceof DomainError)) return 'no refusal';
  const { code, publicMessage, rule, next, issues } = error;
  return JSON.stringify({ code, publicMessage, rule, next, issues });
}
