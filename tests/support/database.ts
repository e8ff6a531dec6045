import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { openPools, type Pools } from '../../src/database/pools';

/** What the run's set-up hands to the workers through the environment. */
export interface TestCluster {
  /** connection string of a superuser to the maintenance database */
  adminUrl: string;
  secretHex: string;
  /** a migrated database with the law loaded, copied for each test database */
  templateName: string;
  /** why the template could not be migrated; null when it was */
  templateFault: string | null;
  /** starts the name of every database of this run */
  namePrefix: string;
}

export const testClusterVariable = 'SLUICE_TEST_CLUSTER';

export interface TestDatabase {
  name: string;
  /** connection string of the superuser */
  url: string;
  secret: Buffer;
  /** superuser, for arranging and inspecting; never for what a test claims about the hub's own roles */
  admin: Pool;
  /** the hub's own login roles */
  pools: Pools;
  drop(): Promise<void>;
}

export function testCluster(): TestCluster {
  const text = process.env[testClusterVariable];
  if (!text) {
    throw new Error(
      'no test cluster: jest starts it unless only tests/unit is asked for, and unit tests use no database',
    );
  }
  // Written by our own set-up in the same shape.
  return JSON.parse(text) as TestCluster;
}

export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

/**
 * A fresh copy of the migrated template, or of another database that nobody is connected to; `empty` gives a database
 * without any schema.
 */
export async function createTestDatabase(options: { empty?: boolean; template?: string } = {}): Promise<TestDatabase> {
  const cluster = testCluster();
  if (cluster.templateFault && !options.empty)
    throw new Error(`the template was not migrated: ${cluster.templateFault}`);
  const secret = Buffer.from(cluster.secretHex, 'hex');
  const name = `${cluster.namePrefix}_${process.env.JEST_WORKER_ID ?? '0'}_${randomBytes(5).toString('hex')}`;
  await runAsAdmin(cluster.adminUrl, async (client) => {
    await client.query(
      `create database ${name} template ${options.empty ? 'template0' : (options.template ?? cluster.templateName)}`,
    );
    // Of all that was taken from everyone, only the rights on the database itself are not copied with it.
    if (!options.empty) await client.query(`revoke temporary on database ${name} from public`);
  });
  const url = databaseUrl(cluster.adminUrl, name);
  const admin = new Pool({ connectionString: url, max: 3 });
  admin.on('error', () => undefined);
  const pools = openPools({ adminUrl: url, secret, connectionsMax: { reader: 4, contributor: 4 } });
  const drop = async () => {
    await Promise.all([admin.end(), pools.close()]);
    await runAsAdmin(cluster.adminUrl, async (client) => {
      await client.query(`drop database if exists ${name} with (force)`);
    });
  };
  return { name, url, secret, admin, pools, drop };
}

export async function runAsAdmin<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
