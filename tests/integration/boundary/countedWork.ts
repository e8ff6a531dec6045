import type { ClientBase } from 'pg';
import { bindingKey, bindingStatement, signBinding } from '../../../src/database/boundTransaction';
import type { TestDatabase } from '../../support/database';
import type { Reader } from '../../support/referenceModel/policy';

export interface Work {
  /** how often each function of the law ran, and how often it looked into a table of its own */
  looked: Record<string, number>;
  /** how many links were fetched from the table */
  fetched: number;
  given: unknown[];
}

/** The counters of what is not yet reported of this session's work; they only grow. */
async function counters(client: ClientBase): Promise<[Map<string, number>, number]> {
  // what a law looks up by a sub-select is no call of a function
  const { rows: calls } = await client.query<{ name: string; calls: number }>(
    `select funcname as name, calls::int as calls from pg_stat_xact_user_functions where schemaname = 'policy'
      union all select relname, (seq_scan + coalesce(idx_scan, 0))::int from pg_stat_xact_user_tables
        where relid in ('policy.viewer'::regclass, 'policy.rights_gate'::regclass)
      order by 1`,
  );
  const { rows: tables } = await client.query<{ fetched: number }>(
    `select (seq_tup_read + idx_tup_fetch)::int as fetched from pg_stat_xact_user_tables where relid = 'vault.link'::regclass`,
  );
  return [new Map(calls.map(({ name, calls: times }) => [name, times])), tables[0]?.fetched ?? 0];
}

/** The work of a statement, counted. The viewer is bound on the admin's connection, which alone may count. */
export async function countWork(
  database: TestDatabase,
  reader: Reader,
  text: string,
  parameters: unknown[],
): Promise<Work> {
  const client = await database.admin.connect();
  try {
    const [{ pid } = { pid: 0 }] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    const expiresAtSeconds = Math.floor(Date.now() / 1000) + 60;
    const viewer = signBinding(bindingKey(database.secret), { ...reader, backendPid: pid, expiresAtSeconds });
    await client.query(`begin; set local track_functions = 'all'`);
    await client.query(bindingStatement(viewer));
    const [callsBefore, fetchedBefore] = await counters(client);
    const { rows: given } = await client.query<Record<string, unknown>>(text, parameters);
    const [calls, fetched] = await counters(client);
    const times = [...calls].map(([name, after]): [string, number] => [name, after - (callsBefore.get(name) ?? 0)]);
    return {
      looked: Object.fromEntries(times.filter(([, more]) => more > 0)),
      fetched: fetched - fetchedBefore,
      given,
    };
  } finally {
    await client.query('rollback');
    client.release();
  }
}
