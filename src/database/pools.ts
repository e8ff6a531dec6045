import { Client, type ClientConfig, type CustomTypesConfig, Pool, types } from 'pg';
import { type LoginRole, passwordOf } from './roles';

export interface PoolOptions {
  /** connection string of the migrating user; host, port, database and TLS are taken from it */
  adminUrl: string;
  secret: Buffer;
  /** connections per pool, at most */
  connectionsMax?: Partial<Record<'reader' | 'contributor' | 'trustee' | 'auditor', number>>;
}

/** One pool per right. No pool can become another: the roles log in by themselves and belong to no other role. */
export interface Pools {
  reader: Pool;
  contributor: Pool;
  trustee: Pool;
  auditor: Pool;
  /** a new connection of the migrating user, for `sluice migrate` alone; the caller ends it */
  admin(): Promise<Client>;
  close(): Promise<void>;
}

/** How long a connection that somebody still holds may keep a pool from ending; who holds it then has been answered already. */
const CLOSING_MS_MAX = 500;
/** How long an unused connection stays: what it has planned (a change of relations for some 50 ms) a new one plans again. */
const IDLE_MS_MAX = 15 * 60_000;
const connectionsMaxOf = { reader: 16, contributor: 8, trustee: 4, auditor: 2 } as const;

/** Opens no connection yet: each pool connects when first used. */
export function openPools(options: PoolOptions): Pools {
  const pool = (name: keyof typeof connectionsMaxOf) =>
    openPool(options, `sluice_${name}`, options.connectionsMax?.[name] ?? connectionsMaxOf[name]);
  const pools = {
    reader: pool('reader'),
    contributor: pool('contributor'),
    trustee: pool('trustee'),
    auditor: pool('auditor'),
  };
  return {
    ...pools,
    admin: () => connectAdmin(options.adminUrl),
    close: async () => {
      await Promise.all(Object.values(pools).map(endPool));
    },
  };
}

/** @throws the errors of PostgreSQL; `explainConnectionError` makes sentences of them */
export async function connectAdmin(adminUrl: string): Promise<Client> {
  const client = new Client({ connectionString: adminUrl, application_name: 'sluice admin' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function openPool(options: PoolOptions, role: LoginRole, max: number): Pool {
  const pool = new Pool({
    ...placeOf(options.adminUrl),
    user: role,
    password: passwordOf(options.secret, role),
    application_name: role,
    types: isoTypes,
    max,
    idleTimeoutMillis: IDLE_MS_MAX,
    connectionTimeoutMillis: 10_000,
  });
  // A connection that the server closes, idle or taken, shows at its next use; without listeners it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  keepHeld(pool);
  return pool;
}

/** Ends a pool; connections that are still held after a while are cut, and what was open on them is rolled back. */
async function endPool(pool: Pool): Promise<void> {
  const held = heldOf.get(pool) ?? new Set();
  const cut = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, CLOSING_MS_MAX).unref());
    for (const client of held) void client.end().catch(() => undefined);
  };
  await Promise.race([pool.end(), cut()]);
}

/** The connections of each pool that somebody holds. */
const heldOf = new WeakMap<Pool, Set<Client>>();

function keepHeld(pool: Pool): void {
  const held = new Set<Client>();
  heldOf.set(pool, held);
  pool.on('acquire', (client) => held.add(client));
  pool.on('release', (_error, client) => held.delete(client));
}

/**
 * Days as they are stored, `2026-01-31`, and moments in UTC: node-pg would make of both a moment in the time zone of this
 * machine.
 */
const isoTypes: CustomTypesConfig = {
  getTypeParser: (type: number, format?: 'text' | 'binary') => {
    if (type === types.builtins.DATE) return (text: string) => text;
    // Without an end a moment is `infinity`, which is no date.
    if (type === types.builtins.TIMESTAMPTZ) {
      return (text: string) => (text.endsWith('infinity') ? text : new Date(text).toISOString());
    }
    return types.getTypeParser(type, format ?? 'text') as unknown;
  },
};

/** Where a connection string leads, without who asks. */
function placeOf(url: string): ClientConfig {
  const { host, port, database, ssl } = new Client({ connectionString: url });
  return { host, port, database, ssl };
}
