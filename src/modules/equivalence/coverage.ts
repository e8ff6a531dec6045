import { ASSURANCES } from '../demands';
import type { Operation } from '../graph';
import {
  type EquivalenceReach,
  type KnownRequirement,
  knownStandards,
  reachOf,
  reachTogether,
  topicsOf,
} from '../reference';

export interface Coverage {
  /** FULL, PARTIAL or NONE */
  state: 'FULL' | 'PARTIAL' | 'NONE';
  gaps: string[];
  /** ids of own assessments that answer it, best first */
  assessmentIds: string[];
  /** codes of equivalences they rest on */
  equivalences: string[];
}

/** A standard at a level, and how it may be shown. */
export interface StandardAsked {
  readonly standard: string;
  /** null: the standard as a whole */
  readonly topic: string | null;
  readonly minLevel: string | null;
  /** null: any */
  readonly minAssurance: string | null;
  readonly acceptsEquivalents: boolean;
}

interface HeldRow {
  id: string;
  standard_id: string;
  level: string | null;
  assurance: string | null;
}

interface StoredEquivalence {
  id: string;
  from_standard: string;
  to_standard: string;
  to_reference: string;
  topic_id: string | null;
  degree: string;
  gaps: string[];
}

export interface EquivalenceRow extends StoredEquivalence {
  /** how much of the standard it leads to */
  reach: EquivalenceReach;
}

/**
 * How far the reader's own valid assessments answer what is asked: by the standard itself, else, where that is accepted, by
 * an approved equivalence that leads there, in part with its gaps. From own data only.
 */
export async function ownCoverage(operation: Operation, asked: StandardAsked): Promise<Coverage> {
  const all = await heldAssessments(operation);
  const held = all.filter((row) => isAssured(row.assurance, asked.minAssurance));
  const own = await byStandardItself(operation, held, asked);
  if (own?.state === 'FULL') return own;
  const led = asked.acceptsEquivalents ? await byEquivalence(operation, held, asked) : null;
  if (led?.state === 'FULL') return led;
  const gap = all.some((row) => row.standard_id === asked.standard)
    ? `${asked.standard} is held with a lower assurance than ${asked.minAssurance ?? 'asked for'}`
    : `no valid assessment against ${asked.standard}`;
  return own ?? led ?? { state: 'NONE', gaps: [gap], assessmentIds: [], equivalences: [] };
}

function isAssured(held: string | null, wanted: string | null): boolean {
  return wanted === null || ASSURANCES.indexOf(held ?? '') >= ASSURANCES.indexOf(wanted);
}

async function byStandardItself(
  operation: Operation,
  held: readonly HeldRow[],
  asked: StandardAsked,
): Promise<Coverage | null> {
  const { standards } = await knownStandards(operation);
  const levels = standards.find((row) => row.standardId === asked.standard)?.levels ?? [];
  const placeOf = (level: string | null): number => levels.indexOf(level ?? '');
  const own = held.filter((row) => row.standard_id === asked.standard);
  const enough = own.filter((row) => placeOf(row.level) >= placeOf(asked.minLevel));
  if (enough.length > 0) {
    return { state: 'FULL', gaps: [], assessmentIds: enough.map((row) => row.id), equivalences: [] };
  }
  if (own.length === 0) return null;
  const gaps = [`${asked.standard}: ${own[0]?.level ?? 'no level'} is held`];
  return { state: 'PARTIAL', gaps, assessmentIds: own.map((row) => row.id), equivalences: [] };
}

/** FULL where what is asked for is reached in full: the topic, or the whole standard, topic by topic if need be. */
async function byEquivalence(
  operation: Operation,
  held: readonly HeldRow[],
  asked: StandardAsked,
): Promise<Coverage | null> {
  const { requirements } = await knownStandards(operation);
  const approved = await approvedTo(operation, asked.standard);
  const leading = approved
    .filter((row) => held.some((each) => each.standard_id === row.from_standard))
    .filter(({ reach }) => asked.topic === null || reach === 'WHOLE' || reach.has(asked.topic));
  const full = leading.filter((row) => row.degree === 'FULL');
  const isFull = reachTogether(
    full.map((row) => row.reach),
    asked,
    requirements,
  );
  const chosen = isFull ? full : leading;
  if (chosen.length === 0) return null;
  const from = new Set(chosen.map((row) => row.from_standard));
  return {
    state: isFull ? 'FULL' : 'PARTIAL',
    gaps: isFull
      ? []
      : [...new Set([...leading.flatMap((row) => row.gaps), ...unreached(requirements, leading, asked)])],
    assessmentIds: held.filter((row) => from.has(row.standard_id)).map((row) => row.id),
    equivalences: chosen.map((row) => row.id),
  };
}

/** The topics of a whole standard that no equivalence leads to. */
function unreached(
  requirements: readonly KnownRequirement[],
  leading: readonly EquivalenceRow[],
  asked: StandardAsked,
): string[] {
  if (asked.topic !== null || leading.some(({ reach }) => reach === 'WHOLE')) return [];
  const reached = new Set(leading.flatMap(({ reach }) => (reach === 'WHOLE' ? [] : [...reach])));
  return [...topicsOf(asked.standard, requirements)]
    .filter((topic) => !reached.has(topic))
    .map((topic) => `${topic} ${requirements.find((row) => row.topicId === topic)?.topic ?? ''}: not covered`);
}

/** The reader's own valid assessments, latest end first: one statement, however many demands are compared with them. */
async function heldAssessments(operation: Operation): Promise<readonly HeldRow[]> {
  const loader = operation.loader<string, HeldRow[]>('own assessments in force', async (keys) => {
    const rows = await operation.rows<HeldRow & Record<string, unknown>>(
      `select id, standard_id, level, assurance from disclosed.assessment where owner_no = $1 and label <> 'SELF_DECLARED'
       and state in ('CONFORMANT', 'CONFORMANT_WITH_CAP') and (valid_to is null or valid_to > $2::date) order by valid_to desc nulls first, id`,
      [operation.viewer.organisationNo, operation.services.today()],
    );
    return keys.map(() => rows);
  });
  return (await loader.load('own')) ?? [];
}

/** Approved equivalences that lead to a standard, for all standards asked about at once. */
export async function approvedTo(operation: Operation, standard: string): Promise<readonly EquivalenceRow[]> {
  const loader = operation.loader<string, EquivalenceRow[]>('approved equivalences', async (standards) => {
    const rows = await operation.rows<StoredEquivalence & Record<string, unknown>>(
      `select id, from_standard, to_standard, to_reference, topic_id, degree, gaps from reference.equivalence where to_standard = any($1) and degree <> 'NONE'
       and state in ('APPROVED', 'APPROVED_FULL', 'APPROVED_PARTIAL', 'UNDER_CHALLENGE') and (valid_to is null or valid_to >= $2::date) order by id`,
      [standards, operation.services.today()],
    );
    const { requirements } = await knownStandards(operation);
    const reached = rows.map((row): EquivalenceRow => ({ ...row, reach: reachOfRow(row, requirements) }));
    return standards.map((each) => reached.filter((row) => row.to_standard === each));
  });
  return (await loader.load(standard)) ?? [];
}

function reachOfRow(row: StoredEquivalence, requirements: readonly KnownRequirement[]): EquivalenceReach {
  const { to_standard: toStandard, to_reference: toReference, topic_id: topic } = row;
  return reachOf({ toStandard, toReference, topic }, requirements);
}
