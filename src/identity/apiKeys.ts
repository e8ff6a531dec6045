import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { DomainError, invariant } from '../kernel/errors';
import { IssueList } from '../kernel/issues';
import type { Clock } from './keySet';
import { isForPeopleOnly, isHeldRole, type HeldRole, type Role } from './roles';
import { isScope, type Scope } from './scopes';
import type { IdentityThresholds } from './thresholds';
import { unauthenticated } from './unauthenticated';

export interface ApiKeyRecord {
  /** Public part: 16 characters of lower-case Crockford base 32. */
  readonly keyId: string;
  /** HMAC-SHA-256 under the pepper, 32 bytes. */
  readonly secretHash: Buffer;
  readonly personId: string;
  readonly scopes: readonly Scope[];
  /** Roles that the key may use of those its person holds at the time of use; none named, none used. */
  readonly roles: readonly HeldRole[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** Day of last use, ISO 8601: a finer trace would be a record of somebody's working hours. */
  readonly lastUsedOn: string | null;
}

export interface ApiKeyStore {
  insert(record: ApiKeyRecord): Promise<void>;
  find(keyId: string): Promise<ApiKeyRecord | null>;
  /** The keys of one person, newest first, ended ones included. */
  listOf(personId: string): Promise<ApiKeyRecord[]>;
  /** @returns false when that person has no such live key. The first moment of revocation stands. */
  revoke(keyId: string, personId: string, at: Date): Promise<boolean>;
  markUsed(keyId: string, on: string): Promise<void>;
}

export interface ApiKeyInput {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly days: number;
}

/** Whoever asks for a key or ends one; every `Viewer` is one. */
export interface ApiKeyHolder {
  readonly kind: 'PUBLIC' | 'PERSON' | 'MACHINE';
  readonly personId: string | null;
  readonly scopes: readonly Scope[];
  readonly roles: readonly Role[];
}

/** What a presented key proves. */
export interface VerifiedApiKey {
  readonly keyId: string;
  readonly personId: string;
  readonly scopes: readonly Scope[];
  readonly roles: readonly HeldRole[];
}

export interface ApiKeysSettings {
  readonly store: ApiKeyStore;
  /** At least 32 random bytes, kept outside the database: who reads the table alone cannot test a key against it. */
  readonly pepper: Buffer;
  readonly clock: Clock;
  readonly thresholds: IdentityThresholds;
}

export const API_KEY_PREFIX = 'slk_';
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const KEY_ID_CHARACTERS = 16;
/** 52 characters of 5 bits: 260 bits. */
const SECRET_CHARACTERS = 52;
const KEY_PATTERN = /^slk_([0-9a-hjkmnp-tv-z]{16})_([0-9a-hjkmnp-tv-z]{52})$/;
const PEPPER_BYTES_MIN = 32;
const HASH_BYTES = 32;
const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * API keys of machines: `slk_<key id>_<secret>`, shown once, stored as a keyed hash, scoped, expiring, revocable.
 *
 * The hash is fast on purpose. Slow hashes make the guessing of passwords dear; 260 random bits cannot be guessed at any
 * speed, while a slow hash before anybody is known would let strangers spend the hub's processor.
 */
export class ApiKeys {
  constructor(private readonly settings: ApiKeysSettings) {
    invariant(settings.pepper.length >= PEPPER_BYTES_MIN, 'the pepper of API keys has at least 32 bytes');
  }

  /**
   * Makes a key with a part of its person's own rights. `key` is the only time the secret is seen.
   *
   * @throws DomainError POLICY_DENIED unless a person asks (a key must not beget keys), VALIDATION with every fault.
   */
  async issue(holder: ApiKeyHolder, input: ApiKeyInput): Promise<{ key: string; record: ApiKeyRecord }> {
    if (holder.kind !== 'PERSON' || holder.personId === null || !holder.scopes.includes('write')) {
      throw new DomainError('POLICY_DENIED', 'a key is made by a person who is signed in', { rule: 'API_KEY.PERSON' });
    }
    const { scopes, roles } = this.rightsOf(holder, input);
    const keyId = randomCharacters(KEY_ID_CHARACTERS);
    const secret = randomCharacters(SECRET_CHARACTERS);
    const createdAt = this.settings.clock();
    const record: ApiKeyRecord = {
      keyId,
      secretHash: this.hash(keyId, secret),
      personId: holder.personId,
      scopes,
      roles,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + input.days * MILLISECONDS_PER_DAY),
      revokedAt: null,
      lastUsedOn: null,
    };
    await this.settings.store.insert(record);
    return { key: `${API_KEY_PREFIX}${keyId}_${secret}`, record };
  }

  /**
   * Unknown id, wrong secret, expired and revoked do the same work and give the same answer.
   *
   * @throws DomainError UNAUTHENTICATED
   */
  async authenticate(key: string): Promise<VerifiedApiKey> {
    const parts = KEY_PATTERN.exec(key);
    const keyId = parts?.[1];
    const secret = parts?.[2];
    if (keyId === undefined || secret === undefined) throw unauthenticated(new Error('the key is malformed'));
    const record = await this.settings.store.find(keyId);
    const stored = record?.secretHash.length === HASH_BYTES ? record.secretHash : Buffer.alloc(HASH_BYTES);
    const matches = timingSafeEqual(this.hash(keyId, secret), stored);
    const now = this.settings.clock();
    if (record === null) throw unauthenticated(new Error('no such key'));
    if (!matches) throw unauthenticated(new Error('the secret does not fit the key'));
    if (record.revokedAt !== null) throw unauthenticated(new Error('the key is revoked'));
    if (record.expiresAt <= now) throw unauthenticated(new Error('the key has expired'));
    const today = now.toISOString().slice(0, 10);
    if (record.lastUsedOn !== today) await this.settings.store.markUsed(keyId, today);
    return { keyId, personId: record.personId, scopes: record.scopes, roles: record.roles };
  }

  /** The keys of one person, newest first, ended ones included. */
  listOf(personId: string): Promise<ApiKeyRecord[]> {
    return this.settings.store.listOf(personId);
  }

  /** @throws DomainError NOT_FOUND for a key that is not one's own, is ended, or never was. */
  async revoke(holder: ApiKeyHolder, keyId: string): Promise<void> {
    const { store, clock } = this.settings;
    const revoked = holder.personId !== null && (await store.revoke(keyId, holder.personId, clock()));
    if (!revoked) throw new DomainError('NOT_FOUND', 'no such key');
  }

  private rightsOf(holder: ApiKeyHolder, input: ApiKeyInput): { scopes: Scope[]; roles: HeldRole[] } {
    const issues = new IssueList();
    const daysMax = this.settings.thresholds.apiKeyDaysMax;
    if (!Number.isSafeInteger(input.days) || input.days < 1 || input.days > daysMax) {
      issues.add(['input', 'days'], 'API_KEY.DAYS', `give whole days from 1 to ${daysMax}`);
    }
    if (input.scopes.length === 0) issues.add(['input', 'scopes'], 'API_KEY.SCOPES', 'name at least one scope');
    const scopes = new Set<Scope>();
    for (const [index, scope] of input.scopes.entries()) {
      if (isScope(scope) && holder.scopes.includes(scope)) scopes.add(scope);
      else issues.add(['input', 'scopes', index], 'API_KEY.SCOPE', 'use a scope that you have');
    }
    const roles = new Set<HeldRole>();
    for (const [index, role] of input.roles.entries()) {
      const path = ['input', 'roles', index];
      if (!isHeldRole(role) || !holder.roles.includes(role)) {
        issues.add(path, 'API_KEY.ROLE', 'use a role that you hold');
      } else if (isForPeopleOnly(role)) {
        issues.add(path, 'API_KEY.PERSONAL_ROLE', 'this role is for named people, not for machines');
      } else roles.add(role);
    }
    issues.throwIfAny();
    return { scopes: [...scopes], roles: [...roles] };
  }

  /** The id is hashed too, so that a hash moved to another row proves nothing. */
  private hash(keyId: string, secret: string): Buffer {
    return createHmac('sha256', this.settings.pepper).update(`${keyId}.${secret}`).digest();
  }
}

/** 32 divides 256, so the low five bits of a random byte are uniform. */
function randomCharacters(count: number): string {
  return Array.from(randomBytes(count), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}
