import { formatPeriod } from '../../kernel/period';
import type { Operation } from '../graph';
import { ledgerAlarms } from './auditLedgers';
import { ROOTS, type Coordinates } from './dimensions';
import type { LedgerAlarm, Release, ReleaseCell, TrendPoint } from './release.types';

interface ReleaseRow {
  [column: string]: unknown;
  id: string;
  table_id: string;
  title: string;
  indicator_id: string | null;
  standard_id: string | null;
  level: string | null;
  function: string;
  unit: string;
  dimensions: string[];
  period_start: string;
  period_end: string;
  vintage: number;
  audience: string;
  public_from: string | null;
  inputs_as_of: string;
  member_set_hash: string;
  rule_version: string;
  published_at: string;
  synthetic: boolean;
}

interface CellRow {
  [column: string]: unknown;
  coordinates: Coordinates;
  value: string | null;
  contributors: string | null;
  suppressed: boolean;
  obs_status: string;
  conf_status: string;
}

/** What a reader may ask of the list; every vintage stands in it, the newest period first: the trend over vintages. */
export interface ReleaseQuestion {
  readonly table?: string | null;
  readonly indicator?: string | null;
}

const RELEASES_MAX = 500;

/** Released tables that this reader may read: the row law of `released` decides. */
export async function listReleases(operation: Operation, { table, indicator }: ReleaseQuestion): Promise<Release[]> {
  const rows = await operation.rows<ReleaseRow>(
    `select * from released.release where ($1::text is null or table_id = $1) and ($2::text is null or indicator_id = $2)
     order by period_end desc, table_id, vintage desc limit $3`,
    [table ?? null, indicator ?? null, RELEASES_MAX],
  );
  operation.touched('Release', []);
  return rows.map((row) => releaseOf(operation, row));
}

/**
 * One cell of a table through all periods and vintages that this reader may read, the oldest first: what changed from one
 * vintage to the next is at least as many groups' doing as A4 asks, or nobody's.
 */
export async function trendOf(operation: Operation, table: string, asked: Coordinates): Promise<TrendPoint[]> {
  const rows = await operation.rows<ReleaseRow & CellRow>(
    `select r.*, c.coordinates, c.value, c.contributors, c.suppressed, c.obs_status, c.conf_status
     from released.release r join released.cell c on c.release_id = r.id
     where r.table_id = $1 and coalesce(c.coordinates ->> 'mineral', $2) = $3 and coalesce(c.coordinates ->> 'stage', $4) = $5
       and coalesce(c.coordinates ->> 'place', $6) = $7 and coalesce(c.coordinates ->> 'level', $8) = $9
     order by r.period_start, r.period_end, r.vintage limit $10`,
    [
      table,
      ...[ROOTS.mineral, asked.mineral ?? ROOTS.mineral],
      ...[ROOTS.stage, asked.stage ?? ROOTS.stage],
      ...[ROOTS.place, asked.place ?? ROOTS.place],
      ...[ROOTS.level, asked.level ?? ROOTS.level],
      RELEASES_MAX,
    ],
  );
  operation.touched('Release', []);
  return rows.map((row) => ({ release: releaseOf(operation, row), cell: cellOf(row) }));
}

/** Alarms that nobody lifted: counsel alone asks for them, and no reader's role can see where they stand. */
export async function alarmsForCounsel(operation: Operation): Promise<LedgerAlarm[]> {
  const alarms = await ledgerAlarms(operation.services.pools.trustee);
  operation.touched('LedgerAlarm', []);
  return alarms.map(({ id, ...alarm }) => ({ id: operation.encodeId('alarm', id), ...alarm }));
}

/** Null for a release that is a draft, hidden or missing: they are the same. */
export async function findRelease(operation: Operation, id: string): Promise<Release | null> {
  const [row] = await operation.rows<ReleaseRow>('select * from released.release where id = $1', [
    operation.decodeId(id, 'release'),
  ]);
  operation.touched('Release', []);
  return row === undefined ? null : releaseOf(operation, row);
}

export async function cellsOf(operation: Operation, release: Release): Promise<ReleaseCell[]> {
  const cells = await operation
    .loader<string, CellRow[]>('released.cell', async (ids) => {
      const rows = await operation.rows<CellRow & { release_id: string }>(
        'select * from released.cell where release_id = any($1) order by position',
        [ids],
      );
      return ids.map((id) => rows.filter((row) => row.release_id === id));
    })
    .load(release.uuid);
  return (cells ?? []).map(cellOf);
}

function cellOf({ coordinates, value, contributors, suppressed, obs_status, conf_status }: CellRow): ReleaseCell {
  return {
    mineral: coordinates.mineral ?? null,
    stage: coordinates.stage ?? null,
    place: coordinates.place ?? null,
    level: coordinates.level ?? null,
    value,
    n: contributors,
    suppressed,
    obsStatus: obs_status,
    confStatus: conf_status,
  };
}

function releaseOf(operation: Operation, row: ReleaseRow): Release {
  return {
    uuid: row.id,
    id: operation.encodeId('release', row.id),
    table: row.table_id,
    title: row.title,
    indicator: row.indicator_id,
    standard: row.standard_id,
    level: row.level,
    function: row.function,
    unit: row.unit,
    dimensions: row.dimensions,
    period: formatPeriod({ start: row.period_start, end: row.period_end }),
    vintage: row.vintage,
    audience: row.audience,
    publicFrom: row.public_from,
    inputsAsOf: row.inputs_as_of,
    memberSetHash: row.member_set_hash,
    ruleVersion: row.rule_version,
    publishedAt: row.published_at,
    synthetic: row.synthetic,
  };
}
