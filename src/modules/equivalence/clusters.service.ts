import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { clusterLimits, type ClusterLimits, type Thresholds, thresholdsFrom } from '../../disclosureControl';
import type { TrusteeQueries } from '../../database/trusteeTransaction';
import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { stages } from '../../kernel/vocabulary';
import { groundMask, NO_GROUND } from '../../policy/grounds';
import { phaseGates, type Operation } from '../graph';
import { type KnownStandards, knownStandards, packageRoot, reachOf, WHOLE_STANDARD } from '../reference';
import { ownCoverage } from './coverage';
import { covers, familyOf, type FullEquivalence, type StandardLevel } from './covers';

export interface ClusterRequest {
  mineral: string;
  stage?: string | null;
  jurisdiction?: string | null;
}

export interface Cluster {
  topic: string;
  /** null where equivalences join several */
  standard: string | null;
  standards: readonly string[];
  issuerBand: string;
  floor: string | null;
  harmonised: string | null;
  ceiling: string | null;
  coveredByMyAssessments: { state: string; gaps: string[] };
  gap: string | null;
}

interface InputRow {
  topic_id: string | null;
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

const NO_EQUIVALENCE = 'no approved full equivalence lets one of these requirements cover the others';

/** Demands of one topic against standards that equivalences join; the standards follow from public data alone. */
interface Family {
  readonly topic: string | null;
  readonly standards: readonly string[];
  readonly rows: InputRow[];
}

/**
 * What several issuers ask for together, from the demands that were out when the quarter froze: a band of issuing groups, and
 * the lowest and highest requirement that enough of them ask for. A proposal: each buyer adopts it alone (`domain.md` 1.4, J7).
 * @throws DomainError SMALL_CELL where no cluster has enough issuing groups, whether there are some or none
 */
export async function demandClusters(operation: Operation, request: ClusterRequest): Promise<Cluster[]> {
  checkRequest(operation, request);
  const rows = await clusterInputs(operation, request);
  const equivalences = await frozenEquivalences(operation);
  const clusters = await Promise.all(
    familiesOf(rows, equivalences).flatMap((family) => {
      const limits = limitsOf(family.rows);
      return limits === undefined ? [] : [clusterOf(operation, family, limits, equivalences)];
    }),
  );
  if (clusters.length > 0) return clusters;
  throw new DomainError('SMALL_CELL', 'too few independent issuers', {
    rule: 'A1',
    next: 'widen stage or jurisdiction',
  });
}

/** In the order of their topics and standards: whole standards first. */
function familiesOf(rows: readonly InputRow[], equivalences: readonly FullEquivalence[]): Family[] {
  const families = new Map<string, Family>();
  for (const row of rows) {
    const standards = familyOf(row.standard_id, row.topic_id, equivalences);
    const key = [row.topic_id ?? '', ...standards].join('|');
    const family = families.get(key) ?? { topic: row.topic_id, standards, rows: [] };
    family.rows.push(row);
    families.set(key, family);
  }
  return [...families].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, family]) => family);
}

/** As they held when the quarter froze. */
async function frozenEquivalences(operation: Operation): Promise<FullEquivalence[]> {
  interface Row {
    from_standard: string;
    to_standard: string;
    to_reference: string;
    topic_id: string | null;
  }
  const rows = await operation.trusteeRows<Row>('select * from vault.equivalences_of_quarter($1::date)', [
    quarterOf(operation.services.today()),
  ]);
  const { requirements } = await knownStandards(operation);
  return rows.map(({ from_standard: from, to_standard: to, to_reference: toReference, topic_id: topic }) => ({
    from,
    to,
    reach: reachOf({ toStandard: to, toReference, topic }, requirements),
  }));
}

/**
 * The demands of the quarter, read by the trustee: the query role must not hold which group asks for what, however briefly.
 * Nothing comes back while the reader's phase keeps statistics of demands closed.
 */
async function clusterInputs(operation: Operation, request: ClusterRequest): Promise<InputRow[]> {
  const gate = (await phaseGates(operation)).get('DEMAND_AGGREGATE') ?? NO_GROUND;
  if ((gate & groundMask(['CO_MEMBER'])) === NO_GROUND) return [];
  return operation.trusteeRows<InputRow>(
    'select topic_id, standard_id, issuer_group, known, level_place from vault.cluster_inputs($1::date, $2, $3, $4, $5)',
    [
      quarterOf(operation.services.today()),
      request.mineral,
      request.stage ?? null,
      request.jurisdiction ?? null,
      operation.viewer.organisationNo,
    ],
  );
}

function limitsOf(rows: readonly InputRow[]): ClusterLimits | undefined {
  const { minimumContributors, clusterLimitIssuersMin } = thresholds();
  const asks = rows.map((row) => ({ issuerGroup: row.issuer_group, asked: `${row.standard_id}|${row.level_place}` }));
  const known = new Set(rows.filter((row) => row.known).map((row) => row.issuer_group));
  return clusterLimits(asks, known, { minimumContributors, limitIssuersMin: clusterLimitIssuersMin });
}

/**
 * Floor: what each of the others covers. Ceiling: what covers each of the others, and so what is harmonised. Levels of different
 * standards compare by equivalence alone; where none leads across, the cluster says so.
 */
async function clusterOf(
  operation: Operation,
  family: Family,
  limits: ClusterLimits,
  equivalences: readonly FullEquivalence[],
): Promise<Cluster> {
  const known = await knownStandards(operation);
  const asked = limits.asked.map((each) => levelOf(each, family.topic));
  const isAbove = (one: StandardLevel, other: StandardLevel): boolean =>
    covers(one, other, equivalences, known.requirements);
  const floor = asked.find((one) => asked.every((other) => isAbove(other, one))) ?? null;
  const ceiling = asked.find((one) => asked.every((other) => isAbove(one, other))) ?? null;
  const named = (level: StandardLevel | null): string | null => (level === null ? null : nameOf(known, level));
  const isJoined = family.standards.length > 1;
  const { state, gaps } = await ownCoverage(operation, {
    standard: (ceiling ?? floor)?.standard ?? family.standards[0] ?? '',
    topic: family.topic,
    minLevel: levelName(known, ceiling ?? floor),
    minAssurance: null,
    acceptsEquivalents: true,
  });
  return {
    topic: topicName(known, family.topic),
    standard: isJoined ? null : (family.standards[0] ?? null),
    standards: family.standards,
    issuerBand: limits.issuerBand,
    floor: floor === null ? null : `${nameOf(known, floor)}${isJoined ? ' or equivalent' : ''}`,
    harmonised: named(ceiling),
    ceiling: named(ceiling),
    coveredByMyAssessments: { state, gaps },
    gap: asked.length > 0 && ceiling === null ? NO_EQUIVALENCE : null,
  };
}

function levelOf(asked: string, topic: string | null): StandardLevel {
  const [standard = '', place = ''] = asked.split('|');
  return { standard, topic, levelPlace: Number(place) };
}

function levelName({ standards }: KnownStandards, level: StandardLevel | null): string | null {
  const standard = standards.find((row) => row.standardId === level?.standard);
  return level === null ? null : (standard?.levels[level.levelPlace] ?? null);
}

/** `IRMA IRMA_50`; in a topic, `IRMA 4.2 in IRMA_50`. */
function nameOf(known: KnownStandards, level: StandardLevel): string {
  const reference = known.requirements.find(
    (row) => row.standardId === level.standard && row.topicId === level.topic,
  )?.reference;
  const name = levelName(known, level) ?? '';
  return (reference == null ? `${level.standard} ${name}` : `${level.standard} ${reference} in ${name}`).trim();
}

function topicName({ requirements }: KnownStandards, topic: string | null): string {
  if (topic === null) return WHOLE_STANDARD;
  return `${topic} ${requirements.find((row) => row.topicId === topic)?.topic ?? ''}`.trim();
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
