import type { Pool } from 'pg';
import type { ApiKeyRecord, ApiKeyStore } from './apiKeys';
import { isHeldRole } from './roles';
import { isScope } from './scopes';

interface ApiKeyRow {
  key_id: string;
  secret_hash: Buffer;
  person_id: string;
  scopes: string[];
  /** Moments as the driver gives them: a Date, or ISO 8601 text from the hub's own pools. */
  created_at: Date | string;
  expires_at: Date | string;
  revoked_at: Date | string | null;
  last_used_on: string | null;
}

const COLUMNS =
  'key_id, secret_hash, person_id, scopes, created_at, expires_at, revoked_at, last_used_on::text as last_used_on';
/** The roles of a key lie among its scopes, as `role:ANALYST`. */
const ROLE_PREFIX = 'role:';

/** API keys in the table `identity.api_key`; the pool's role needs select, insert and update on it. */
export class PostgresApiKeyStore implements ApiKeyStore {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  async insert(record: ApiKeyRecord): Promise<void> {
    const scopes = [...record.scopes, ...record.roles.map((role) => `${ROLE_PREFIX}${role}`)];
    await this.pool.query(
      `insert into identity.api_key (key_id, secret_hash, person_id, scopes, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [record.keyId, record.secretHash, record.personId, scopes, record.createdAt, record.expiresAt],
    );
  }

  async find(keyId: string): Promise<ApiKeyRecord | null> {
    const { rows } = await this.pool.query<ApiKeyRow>(`select ${COLUMNS} from identity.api_key where key_id = $1`, [
      keyId,
    ]);
    const row = rows[0];
    return row === undefined ? null : recordOf(row);
  }

  async listOf(personId: string): Promise<ApiKeyRecord[]> {
    const { rows } = await this.pool.query<ApiKeyRow>(
      `select ${COLUMNS} from identity.api_key where person_id = $1 order by created_at desc, key_id`,
      [personId],
    );
    return rows.map(recordOf);
  }

  async revoke(keyId: string, personId: string, at: Date): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'update identity.api_key set revoked_at = $3 where key_id = $1 and person_id = $2 and revoked_at is null',
      [keyId, personId, at],
    );
    return rowCount === 1;
  }

  async markUsed(keyId: string, on: string): Promise<void> {
    // Requests that arrive together need not write the same day one after another.
    await this.pool.query(
      'update identity.api_key set last_used_on = $2::date where key_id = $1 and last_used_on is distinct from $2::date',
      [keyId, on],
    );
  }
}

/** A scope or role that this version does not know is left out: what is not understood gives no right. */
function recordOf(row: ApiKeyRow): ApiKeyRecord {
  const roles = row.scopes.filter((scope) => scope.startsWith(ROLE_PREFIX)).map((s) => s.slice(ROLE_PREFIX.length));
  return {
    keyId: row.key_id,
    secretHash: row.secret_hash,
    personId: row.person_id,
    scopes: row.scopes.filter(isScope),
    roles: roles.filter(isHeldRole),
    createdAt: new Date(row.created_at),
    // INVARIANT ExpiryIsAMoment: a text would compare as not a number, and such a key would never end.
    expiresAt: new Date(row.expires_at),
    revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at),
    lastUsedOn: row.last_used_on,
  };
}
