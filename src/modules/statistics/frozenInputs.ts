import type { PoolClient } from 'pg';
import type { Period } from '../../kernel/period';
import type { Placed } from './dimensions';

/** Whose a figure is, and who knows it. */
export interface Held {
  /** Ownership unit (`domain.md` 0.2). */
  readonly unit: string;
  /** Ownership groups that know it as their own. */
  readonly knownTo: readonly string[];
  /** False for insiders: short of standing, unverified, or published by its owner. */
  readonly isProtected: boolean;
}

/** That a figure is among the frozen ones, and who stands behind it: all that decisions look at. */
export interface Member extends Placed, Held {
  /** Names the same subject and place in every period; never leaves the trustee. */
  readonly figure: string;
  readonly standards: readonly string[];
}

/** A level of a standard that a site has reached. Confidential where its owner does not show its certificate. */
export interface Reached {
  /** NONE: no certificate of the standard; ALL: the figure is none of a standard. */
  readonly level: string;
}

/** What a statistic is computed from. Confidential. */
export interface Amount {
  readonly value: number;
  readonly weight: number | null;
}

/** One frozen figure: of one subject in one place, with whoever stands behind it. Confidential. */
export interface Figure extends Member, Amount {
  readonly ownerNo: number;
}

/** The frozen inputs of one measure and period (A4): never changed, followed by a later vintage at most. */
export interface SnapshotHead {
  readonly id: string;
  readonly measure: string;
  readonly period: Period;
  readonly vintage: number;
  readonly inputsAsOf: string;
  /** The day of the release, from which ages and standing are told. */
  readonly releaseDay: string;
  readonly memberSetHash: string;
  readonly unit: string;
  readonly synthetic: boolean;
  readonly publicSources: boolean;
}

/** The same with every figure. */
export interface Snapshot extends SnapshotHead {
  readonly figures: readonly Figure[];
}

interface SnapshotRow {
  id: string;
  measure: string;
  period_start: string;
  period_end: string;
  vintage: number;
  inputs_as_of: string;
  release_day: string;
  member_set_hash: string;
  unit: string;
  synthetic: boolean;
  public_sources: boolean;
}

/** Every vintage of a measure in a period, the first one first; without period of all periods. */
export async function snapshotHeads(
  client: PoolClient,
  measure: string,
  period: Period | null,
): Promise<readonly SnapshotHead[]> {
  const { rows } = await client.query<SnapshotRow>(
    `select * from trustee.snapshot where measure = $1 and ($2::date is null or (period_start = $2 and period_end = $3))
     order by period_start, period_end, vintage`,
    [measure, period?.start ?? null, period?.end ?? null],
  );
  return rows.map((row) => ({
    id: row.id,
    measure: row.measure,
    period: { start: row.period_start, end: row.period_end },
    vintage: row.vintage,
    inputsAsOf: row.inputs_as_of,
    releaseDay: row.release_day,
    memberSetHash: row.member_set_hash,
    unit: row.unit,
    synthetic: row.synthetic,
    publicSources: row.public_sources,
  }));
}

/** The same with every figure of each: for audits, which look at all of them. */
export async function loadSnapshots(client: PoolClient, measure: string, period: Period | null): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const head of await snapshotHeads(client, measure, period)) {
    const { rows } = await client.query<Figure>(
      `select figure, unit, known_to as "knownTo", protected as "isProtected", mineral, stage, country, standards, value::double precision as value,
         weight::double precision as weight, owner_no as "ownerNo"
       from trustee.input where snapshot_id = $1`,
      [head.id],
    );
    snapshots.push({ ...head, figures: inOrder(rows) });
  }
  return snapshots;
}

/** One order wherever they come from, so that sums come out the same to the last bit. */
export function inOrder<T extends { readonly figure: string }>(figures: readonly T[]): readonly T[] {
  return [...figures].sort((a, b) => (a.figure < b.figure ? -1 : 1));
}
