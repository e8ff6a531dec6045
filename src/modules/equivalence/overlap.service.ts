import { OPEN_STATES } from '../demands';
import type { Operation } from '../graph';
import { type KnownRequirement, knownStandards, topicsOf } from '../reference';
import { approvedTo } from './coverage';
import type { FullEquivalence } from './covers';
import { type AskedDemand, type Overlap, overlapsOf } from './overlap';

interface OpenRow {
  response_id: string;
  demand_id: string;
  topic_id: string | null;
  indicator_id: string | null;
  standard_id: string | null;
  min_level: string | null;
  minerals: string[];
  stages: string[];
  jurisdictions: string[];
}

export interface OverlapFound {
  overlap: Overlap;
  responseIds: string[];
}

/** Demands in the reader's own inbox that ask for the same: two statements, from its own inbox alone. */
export async function demandOverlaps(operation: Operation): Promise<OverlapFound[]> {
  const rows = await operation.rows<OpenRow & Record<string, unknown>>(
    `select r.id as response_id, d.id as demand_id, d.topic_id, d.indicator_id, d.standard_id, d.min_level, d.minerals, d.stages, d.jurisdictions
     from disclosed.demand_response r join disclosed.demand d on d.id = r.demand_id
     where r.owner_no = $1 and r.state = any($2) and d.state = 'ISSUED' order by d.deadline, d.id`,
    [operation.viewer.organisationNo, OPEN_STATES],
  );
  const { standards, requirements } = await knownStandards(operation);
  const levelsOf = new Map(standards.map((row) => [row.standardId, row.levels]));
  const demands = rows.map((row): AskedDemand => ({
    id: row.demand_id,
    topic: row.topic_id,
    subjects: subjectsOf(row, requirements),
    indicator: row.indicator_id,
    standard: row.standard_id,
    levelPlace: (levelsOf.get(row.standard_id ?? '') ?? []).indexOf(row.min_level ?? ''),
    minerals: row.minerals,
    stages: row.stages,
    jurisdictions: row.jurisdictions,
  }));
  const responseOf = new Map(rows.map((row) => [row.demand_id, row.response_id]));
  const equivalences = await fullEquivalences(operation, demands);
  return overlapsOf(demands, { equivalences, requirements }).map((overlap) => ({
    overlap,
    responseIds: overlap.demandIds.flatMap((id) => responseOf.get(id) ?? []),
  }));
}

function subjectsOf({ topic_id, standard_id }: OpenRow, requirements: readonly KnownRequirement[]): readonly string[] {
  if (topic_id !== null) return [topic_id];
  if (standard_id === null) return [];
  const topics = topicsOf(standard_id, requirements);
  return topics.size > 0 ? [...topics] : [standard_id];
}

async function fullEquivalences(operation: Operation, demands: readonly AskedDemand[]): Promise<FullEquivalence[]> {
  const standards = [...new Set(demands.flatMap(({ standard }) => (standard === null ? [] : [standard])))];
  const approved = await Promise.all(standards.map((standard) => approvedTo(operation, standard)));
  return approved
    .flat()
    .filter((row) => row.degree === 'FULL')
    .map((row) => ({ from: row.from_standard, to: row.to_standard, reach: row.reach }));
}
