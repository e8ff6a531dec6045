import type { Pool, QueryResultRow } from 'pg';

/** A transaction that writes: what a service holds while it runs a mutation. */
export interface Statements {
  query<T extends QueryResultRow>(sql: string, parameters?: unknown[]): Promise<T[]>;
}

/** An organisation, or a site of one. */
export interface UnitToRegister {
  organisationId: string;
  siteId: string | null;
}

/**
 * Gives every organisation and site its small number, in the order asked for; what is registered keeps its number. The
 * grounds of all desks towards it follow when the fact itself is written.
 * @throws the errors of PostgreSQL: 23503 for a site whose organisation is not registered, 23505 for a site of another
 */
export async function registerUnits(transaction: Statements, units: readonly UnitToRegister[]): Promise<number[]> {
  const rows = await transaction.query<{ unit_no: number }>(
    'select unit_no from policy.register_units($1::uuid[], $2::uuid[]) order by place',
    [units.map((unit) => unit.organisationId), units.map((unit) => unit.siteId)],
  );
  return rows.map((row) => row.unit_no);
}

/**
 * From here on this transaction refreshes its relations once, before it commits, instead of after each statement: for
 * imports of many links or sites. Until then its own reads see the grounds of before.
 */
export async function deferRelations(transaction: Statements): Promise<void> {
  await transaction.query(`select pg_catalog.set_config('sluice.relations', 'deferred', true)`);
}

/**
 * Computes the closures of these desks where they are not valid, one short transaction each. Call it before the snapshot of
 * a read opens.
 * @param contributor the pool of sluice_contributor
 * @returns whether all of them are valid now; otherwise somebody is changing links just now, and DOWNSTREAM and UPSTREAM
 *   stay closed in this read
 */
export async function bindClosures(contributor: Pool, deskNos: readonly number[]): Promise<boolean> {
  let areValid = true;
  for (const deskNo of deskNos) {
    const { rows } = await contributor.query<{ valid: boolean }>('select policy.bind_closure($1) as valid', [deskNo]);
    areValid &&= rows[0]?.valid ?? false;
  }
  return areValid;
}
