import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { clusterFloor, thresholdsFrom, type ClusterView, type Thresholds } from '../../disclosureControl';
import type { TrusteeQueries } from '../../database/trusteeTransaction';
import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { stages } from '../../kernel/vocabulary';
import { groundMask, NO_GROUND } from '../../policy/grounds';
import { phaseGates, type Operation } from '../graph';
import { packageRoot } from '../reference';
import { ownCoverage } from './coverage';

export interface ClusterRequest {
  mineral: string;
  stage?: string | null;
  jurisdiction?: string | null;
}

export interface Cluster {
  topic: string;
  standard: string;
  issuerBand: string;
  floor: string | null;
  harmonised: string | null;
  ceiling: string | null;
  coveredByMyAssessments: { state: string; gaps: string[] };
}

interface InputRow {
  topic_id: string;
  standard_id: string;
  issuer_group: string;
  known: boolean;
  level_place: number;
}

let read: Thresholds | null = null;

function thresholds(): Thresholds {
  read ??= thresholdsFrom(parse(readFileSync(join(packageRoot(), 'policies', 'thresholds.yaml'), 'utf8')));
  return read;
}

const KEY_SEPARATOR = '|';

/**
 * What several issuers ask for together, from the demands that were out when the quarter froze: a band of issuing groups, and
 * the lowest and highest level that enough of them ask for. A proposal: each buyer adopts it alone (`domain.md` 1.4, J7).
 * @throws DomainError SMALL_CELL where no cluster has enough issuing groups, whether there are some or none
 */
export async function demandClusters(operation: Operation, request: ClusterRequest): Promise<Cluster[]> {
  checkRequest(operation, request);
  const rows = await clusterInputs(operation, request);
  const byKey = new Map<string, InputRow[]>();
  for (const row of rows) {
    const key = [row.topic_id, row.standard_id].join(KEY_SEPARATOR);
    byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
  const clusters = await Promise.all(
    sorted.flatMap(([key, inside]) => {
      const view = viewOf(inside);
      return view === undefined ? [] : [clusterOf(operation, key, view)];
    }),
  );
  if (clusters.length > 0) return clusters;
  throw new DomainError('SMALL_CELL', 'too few independent issuers', {
    rule: 'A1',
    next: 'widen stage or jurisdiction',
  });
}

/**
 * The demands of the quarter, read by the trustee: the query role must not hold which group asks for what, however briefly.
 * Nothing comes back while the reader's phase keeps statistics of demands closed.
 */
async function clusterInputs(operation: Operation, request: ClusterRequest): Promise<InputRow[]> {
  const gate = (await phaseGates(operation)).get('DEMAND_AGGREGATE') ?? NO_GROUND;
  if ((gate & groundMask(['CO_MEMBER'])) === NO_GROUND) return [];
  const { rows } = await operation.services.pools.trustee.query<InputRow>(
    'select topic_id, standard_id, issuer_group, known, level_place from vault.cluster_inputs($1::date, $2, $3, $4, $5)',
    [
      quarterOf(operation.services.today()),
      request.mineral,
      request.stage ?? null,
      request.jurisdiction ?? null,
      operation.viewer.organisationNo,
    ],
  );
  return rows;
}

function viewOf(rows: readonly InputRow[]): ClusterView | undefined {
  const { minimumContributors, clusterLimitIssuersMin } = thresholds();
  const demands = rows.map((row) => ({ issuerGroup: row.issuer_group, level: row.level_place }));
  const known = new Set(rows.filter((row) => row.known).map((row) => row.issuer_group));
  return clusterFloor(demands, known, { minimumContributors, limitIssuersMin: clusterLimitIssuersMin });
}

/** Levels of one standard cover the lower ones, so what enough issuers ask for at most covers what they ask for at least. */
async function clusterOf(operation: Operation, key: string, view: ClusterView): Promise<Cluster> {
  const [topic = '', standard = ''] = key.split(KEY_SEPARATOR);
  const levels = operation.services.catalogue.standards.find((row) => row.standardId === standard)?.levels ?? [];
  const named = (place: number | null): string | null =>
    place === null ? null : `${standard} ${levels[place] ?? ''}`.trim();
  const harmonised = view.ceiling ?? view.floor;
  const minLevel = harmonised === null ? null : (levels[harmonised] ?? null);
  const asked = { standard, minLevel, minAssurance: null, acceptsEquivalents: true };
  const { state, gaps } = await ownCoverage(operation, asked);
  return {
    topic:
      `${topic} ${operation.services.catalogue.requirements.find((row) => row.topicId === topic)?.topic ?? ''}`.trim(),
    standard,
    issuerBand: view.issuerBand,
    floor: named(view.floor),
    harmonised: named(harmonised),
    ceiling: named(view.ceiling),
    coveredByMyAssessments: { state, gaps },
  };
}

function checkRequest(operation: Operation, request: ClusterRequest): void {
  const issues = new IssueList();
  if (!operation.services.catalogue.minerals.some((row) => row.mineralId === request.mineral)) {
    issues.add(['mineral'], 'UNKNOWN', 'use a mineral of the catalogue, such as copper');
  }
  if (request.stage != null && !stages.some((stage) => stage === request.stage)) {
    issues.add(['stage'], 'UNKNOWN', `use one of ${stages.join(', ')}`);
  }
  issues.throwIfAny();
}

const MONTHS_PER_QUARTER = 3;

/** The first day of the quarter of a day; both ISO dates. */
export function quarterOf(day: string): string {
  const month = Number(day.slice(5, 7));
  const first = month - ((month - 1) % MONTHS_PER_QUARTER);
  return `${day.slice(0, 4)}-${String(first).padStart(2, '0')}-01`;
}

/** Freezes the demands of the quarter that has begun, once; later changes show in the next one. */
export async function tickClusters(trustee: TrusteeQueries, today: string): Promise<void> {
  await trustee.query('select vault.freeze_quarter($1::date, $2)', [quarterOf(today), thresholds().standingMonthsMin]);
}
