import { formatPeriod } from '../../kernel/period';
import { notFound, type Operation } from '../graph';
import type { Release, ReleaseCell } from './release.types';

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
  synthetic: boolean;
}

interface CellRow {
  [column: string]: unknown;
  coordinates: { mineral?: string; stage?: string; place?: string };
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
  return (cells ?? []).map(({ coordinates, value, contributors, suppressed, obs_status, conf_status }) => ({
    mineral: coordinates.mineral ?? null,
    stage: coordinates.stage ?? null,
    place: coordinates.place ?? null,
    value,
    n: contributors,
    suppressed,
    obsStatus: obs_status,
    confStatus: conf_status,
  }));
}

/**
 * A release as CSV (RFC 4180), one line per cell; a suppressed cell has no value and its codes.
 * @throws DomainError NOT_FOUND for a release that is hidden or missing
 */
export async function releaseCsv(operation: Operation, id: string): Promise<string> {
  const release = await findRelease(operation, id);
  if (release === null) throw notFound(['id']);
  const cells = await cellsOf(operation, release);
  const header = [
    'table',
    'period',
    'vintage',
    'mineral',
    'stage',
    'place',
    'value',
    'unit',
    'n',
    'obs_status',
    'conf_status',
  ];
  const lines = cells.map(({ mineral, stage, place, value, n, obsStatus, confStatus }) => {
    const { table, period, vintage, unit } = release;
    return [table, period, vintage, mineral, stage, place, value, unit, n, obsStatus, confStatus];
  });
  return `${[header, ...lines].map((fields) => fields.map(quoted).join(',')).join('\r\n')}\r\n`;
}

function quoted(field: string | number | null): string {
  const text = String(field ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
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
    synthetic: row.synthetic,
  };
}
