import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import { StatementNames } from './statementNames';

/** The trustee's pool, or one connection of it inside a transaction. */
export interface TrusteeQueries {
  query<T extends QueryResultRow>(sql: string, parameters?: unknown[]): Promise<{ rows: T[] }>;
}

const names = new StatementNames();

/** A statement that every question of a kind sends: planned once a connection, from the second time on. */
export function prepared<T extends QueryResultRow>(
  client: PoolClient,
  text: string,
  values: unknown[],
): Promise<QueryResult<T>> {
  const name = names.of(text);
  return name === null ? client.query<T>(text, values) : client.query<T>({ name, text, values });
}

/**
 * One transaction of the trustee: everything durable when it returns, nothing when it throws. The connection is destroyed
 * when its end is not confirmed, so that no lock outlives a failure.
 */
export async function inTrusteeTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level read committed');
    const result = await work(client);
    const ended = await client.query('commit');
    if (ended.command !== 'COMMIT') throw new Error('the transaction failed and was rolled back');
    client.release();
    return result;
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}
