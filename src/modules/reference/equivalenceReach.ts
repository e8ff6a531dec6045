import type { KnownRequirement } from './knownStandards';

/** Where an equivalence leads: a standard, what of it, and the topic that it was approved for. */
export interface EquivalenceTarget {
  readonly toStandard: string;
  readonly toReference: string;
  readonly topic: string | null;
}

/** WHOLE: the standard as a whole; else the topics of its requirements that are reached. */
export type EquivalenceReach = 'WHOLE' | ReadonlySet<string>;

export const WHOLE_STANDARD = 'whole standard';
const NAMES_THE_WHOLE = /^whole /;

/** The topics that a standard addresses; none where the catalogue does not split it into requirements. */
export function topicsOf(standard: string, requirements: readonly KnownRequirement[]): ReadonlySet<string> {
  return new Set(addressed(standard, requirements).map((row) => row.topicId));
}

/**
 * How much of the standard an equivalence covers: one requirement is not the standard (`domain.md` 1.3). Whole only where the
 * catalogue does not split the standard, or says of the topic that the whole standard is about it.
 */
export function reachOf(equivalence: EquivalenceTarget, requirements: readonly KnownRequirement[]): EquivalenceReach {
  const rows = addressed(equivalence.toStandard, requirements);
  if (rows.length === 0) return 'WHOLE';
  const { topic, toReference } = equivalence;
  if (topic === null && toReference === WHOLE_STANDARD) return 'WHOLE';
  const reached = rows.filter((row) => (topic === null ? row.reference === toReference : row.topicId === topic));
  if (reached.some((row) => NAMES_THE_WHOLE.test(row.title ?? ''))) return 'WHOLE';
  return new Set(reached.map((row) => row.topicId));
}

/** Whether equivalences together reach what is asked: a topic, or (null) the whole standard, topic by topic if need be. */
export function reachTogether(
  reaches: readonly EquivalenceReach[],
  asked: { readonly standard: string; readonly topic: string | null },
  requirements: readonly KnownRequirement[],
): boolean {
  if (reaches.includes('WHOLE')) return true;
  const reached = new Set(reaches.flatMap((reach) => (reach === 'WHOLE' ? [] : [...reach])));
  const wanted = asked.topic === null ? [...topicsOf(asked.standard, requirements)] : [asked.topic];
  return wanted.length > 0 && wanted.every((topic) => reached.has(topic));
}

function addressed(standard: string, requirements: readonly KnownRequirement[]): KnownRequirement[] {
  return requirements.filter((row) => row.standardId === standard && row.coverage !== 'NONE');
}
