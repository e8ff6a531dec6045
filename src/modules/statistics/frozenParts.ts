import type { PoolClient } from 'pg';
import type { Period } from '../../kernel/period';
import type { Placed } from './dimensions';
import { snapshotHeads, type Held, type Reached, type SnapshotHead } from './frozenInputs';

/** What figures come to together. Confidential. */
export interface Sums {
  readonly count: number;
  readonly value: number;
  /** Null where the figures have no weight. */
  readonly weight: number | null;
  /** Of each value and its weight. */
  readonly product: number | null;
}

/**
 * The figures of one ownership unit in one elementary cell (and at one level, where they are of a standard), taken together: all that a table is built from. Its sums are
 * exact, since amounts are stored as decimals, and so the same in whatever order the database adds.
 */
export interface Part extends Placed, Held, Sums, Reached {
  readonly isWeighed: boolean;
  readonly hasNegative: boolean;
}

/** Frozen inputs as tables are built from them. */
export interface FrozenParts extends SnapshotHead {
  readonly parts: readonly Part[];
}

export async function loadParts(client: PoolClient, snapshotId: string): Promise<readonly Part[]> {
  const { rows } = await client.query<Part>(
    `select unit, known_to as "knownTo", protected as "isProtected", mineral, stage, country, level, weight is not null as "isWeighed", sum(own.count)::int as count,
       sum(own.value)::double precision as value, sum(weight * own.count)::double precision as weight, sum(weight * own.value)::double precision as product,
       min(own.least) < 0 as "hasNegative"
     from trustee.holding cross join lateral (select count(*) as count, sum(amount) as value, min(amount) as least from unnest(amounts) a(amount)) own
     where snapshot_id = $1
     group by unit, known_to, protected, mineral, stage, country, level, weight is not null
     order by unit collate "C", mineral collate "C", stage collate "C", country collate "C", level collate "C", known_to, protected, weight is not null`,
    [snapshotId],
  );
  return rows;
}

/** One vintage of a measure in a period; undefined where there is none of that id. */
export async function loadFrozen(
  client: PoolClient,
  measure: string,
  period: Period,
  id: string,
): Promise<FrozenParts | undefined> {
  const head = (await snapshotHeads(client, measure, period)).find((candidate) => candidate.id === id);
  return head === undefined ? undefined : { ...head, parts: await loadParts(client, id) };
}
