import { stringify } from 'csv-stringify/sync';
import { notFound, type Operation } from '../graph';
import { cellsOf, findRelease, listReleases } from './release.service';
import type { Release, ReleaseCell } from './release.types';
import { registry } from './statistic.service';

/** What a reader who states nothing reads for. */
const PURPOSE_OF_ANYBODY = 'PUBLIC_INTEREST';

/** Everything that a file says of itself, so that a copy of it can be told from others (`domain.md` 5). */
export interface ReleaseHead {
  readonly releaseId: string;
  readonly table: string;
  readonly title: string;
  readonly tier: string;
  readonly publishedAt: string;
  readonly publicFrom: string | null;
  readonly purpose: string;
  readonly period: string;
  readonly vintage: number;
  readonly function: string;
  readonly unit: string;
  readonly inputsAsOf: string;
  readonly memberSetHash: string;
  readonly ruleVersion: string;
  readonly synthetic: boolean;
  readonly terms: string;
}

function headOf({ viewer }: Operation, release: Release): ReleaseHead {
  return {
    releaseId: release.id,
    table: release.table,
    title: release.title,
    tier: release.audience,
    publishedAt: release.publishedAt,
    publicFrom: release.publicFrom,
    purpose: viewer.purpose ?? PURPOSE_OF_ANYBODY,
    period: release.period,
    vintage: release.vintage,
    function: release.function,
    unit: release.unit,
    inputsAsOf: release.inputsAsOf,
    memberSetHash: release.memberSetHash,
    ruleVersion: release.ruleVersion,
    synthetic: release.synthetic,
    terms: registry().terms,
  };
}

async function readRelease(operation: Operation, id: string): Promise<{ head: ReleaseHead; cells: ReleaseCell[] }> {
  const release = await findRelease(operation, id);
  if (release === null) throw notFound(['id']);
  return { head: headOf(operation, release), cells: await cellsOf(operation, release) };
}

/**
 * A release as CSV (RFC 4180), one line a cell, the names of observation and its two statuses as in SDMX-CSV. Every line
 * says which release it is from, so that a line that is copied still does. What a spreadsheet would run is escaped.
 * @throws DomainError NOT_FOUND for a release that is hidden or missing
 */
export async function releaseCsv(operation: Operation, id: string): Promise<string> {
  const { head, cells } = await readRelease(operation, id);
  const lines = cells.map((cell) => ({
    release_id: head.releaseId,
    table: head.table,
    tier: head.tier,
    published_at: head.publishedAt,
    purpose: head.purpose,
    period: head.period,
    vintage: head.vintage,
    mineral: cell.mineral,
    stage: cell.stage,
    place: cell.place,
    level: cell.level,
    OBS_VALUE: cell.value,
    unit: head.unit,
    n: cell.n,
    OBS_STATUS: cell.obsStatus,
    CONF_STATUS: cell.confStatus,
    terms: head.terms,
  }));
  return stringify(lines, { header: true, columns: CSV_COLUMNS, record_delimiter: '\r\n', escape_formulas: true });
}

const CSV_COLUMNS = [
  ...[
    'release_id',
    'table',
    'tier',
    'published_at',
    'purpose',
    'period',
    'vintage',
    'mineral',
    'stage',
    'place',
    'level',
  ],
  ...['OBS_VALUE', 'unit', 'n', 'OBS_STATUS', 'CONF_STATUS', 'terms'],
];

/** The same as JSON. @throws DomainError NOT_FOUND for a release that is hidden or missing */
export async function releaseJson(operation: Operation, id: string): Promise<string> {
  const { head, cells } = await readRelease(operation, id);
  const written = cells.map(({ mineral, stage, place, level, value, n, obsStatus, confStatus }) => ({
    ...{ mineral, stage, place, level, value, n },
    ...{ OBS_STATUS: obsStatus, CONF_STATUS: confStatus },
  }));
  return `${JSON.stringify({ release: head, cells: written }, null, 2)}\n`;
}

/** Every release that this reader may read, with the addresses of its files. */
export async function releaseIndex(operation: Operation): Promise<string> {
  const releases = await listReleases(operation, {});
  const entries = releases.map((release) => ({
    ...headOf(operation, release),
    csv: `/releases/${release.id}.csv`,
    json: `/releases/${release.id}.json`,
  }));
  return `${JSON.stringify({ releases: entries, about: '/statistics' }, null, 2)}\n`;
}
