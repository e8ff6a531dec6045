import type { PoolClient } from 'pg';
import { prepared } from '../../database/trusteeTransaction';
import type { Period } from '../../kernel/period';
import { inOrder, type Amount, type Member, type Reached } from './frozenInputs';

/** A snapshot without its figures. */
export interface SnapshotName {
  readonly id: string;
  readonly measure: string;
  readonly vintage: number;
  readonly unit: string;
  readonly isOfPeriod: boolean;
}

/** Every vintage of some measures, the first one first, in one period or in all; `isOfPeriod` marks the period's own. */
export async function snapshotNames(
  client: PoolClient,
  measures: readonly string[],
  period: Period,
  inAllPeriods: boolean,
): Promise<readonly SnapshotName[]> {
  const { rows } = await prepared<SnapshotName>(
    client,
    `select id, measure, vintage, unit, period_start = $2 and period_end = $3 as "isOfPeriod" from trustee.snapshot
     where measure = any($1) and ($4 or (period_start = $2 and period_end = $3)) order by measure, period_start, period_end, vintage`,
    [measures, period.start, period.end, inAllPeriods],
  );
  return rows;
}

/** A member as it is frozen; `isWeighed` says whether it has a weight, not which. */
export interface FrozenMember extends Member {
  readonly isWeighed: boolean;
}

/** Who is in a snapshot, without a single value. */
export async function loadMembers(client: PoolClient, snapshotId: string): Promise<readonly FrozenMember[]> {
  const { rows } = await client.query<FrozenMember>(
    `select figure, unit, known_to as "knownTo", protected as "isProtected", mineral, stage, country, standards, weight is not null as "isWeighed"
     from trustee.input where snapshot_id = $1`,
    [snapshotId],
  );
  return inOrder(rows);
}

/** Figures by name: their subjects, which their names begin with, are found by the key. */
const OF_FIGURES = `trustee.input where snapshot_id = $1 and figure = any($2)
  and unit_no = any(array(select distinct split_part(name, '/', 1)::int from unnest($2::text[]) n(name)))`;

/** The amounts of some figures of a snapshot, in one fixed order, so that the same set always gives the same sum. */
export async function loadAmounts(
  client: PoolClient,
  snapshotId: string,
  figures: readonly string[],
): Promise<readonly Amount[]> {
  const { rows } = await prepared<Amount & { figure: string }>(
    client,
    `select figure, value::double precision as value, weight::double precision as weight from ${OF_FIGURES}`,
    [snapshotId, figures],
  );
  return inOrder(rows);
}

/** The levels that some figures of a snapshot have reached, by figure. Confidential. */
export async function loadLevels(
  client: PoolClient,
  snapshotId: string,
  figures: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<Reached & { figure: string }>(`select figure, level from ${OF_FIGURES}`, [
    snapshotId,
    figures,
  ]);
  return new Map(rows.map(({ figure, level }) => [figure, level]));
}
