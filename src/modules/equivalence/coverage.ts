import { ASSURANCES } from '../demands';
import type { Operation } from '../graph';

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

interface EquivalenceRow {
  id: string;
  from_standard: string;
  to_standard: string;
  degree: string;
  gaps: string[];
}

/**
 * How far the reader's own valid assessments answer what is asked: by the standard itself, else, where that is accepted, by
 * an approved equivalence that leads there, in part with its gaps. From own data only.
 */
export async function ownCoverage(operation: Operation, asked: StandardAsked): Promise<Coverage> {
  const all = await heldAssessments(operation);
  const held = all.filter((row) => isAssured(row.assurance, asked.minAssurance));
  const own = byStandardItself(operation, held, asked);
  if (own?.state === 'FULL') return own;
  const led = asked.acceptsEquivalents ? await byEquivalence(operation, held, asked.standard) : null;
  if (led?.state === 'FULL') return led;
  const gap = all.some((row) => row.standard_id === asked.standard)
    ? `${asked.standard} is held with a lower assurance than ${asked.minAssurance ?? 'asked for'}`
    : `no valid assessment against ${asked.standard}`;
  return own ?? led ?? { state: 'NONE', gaps: [gap], assessmentIds: [], equivalences: [] };
}

function isAssured(held: string | null, wanted: string | null): boolean {
  return wanted === null || ASSURANCES.indexOf(held ?? '') >= ASSURANCES.indexOf(wanted);
}

function byStandardItself(operation: Operation, held: readonly HeldRow[], asked: StandardAsked): Coverage | null {
  const levels = operation.services.catalogue.standards.find((row) => row.standardId === asked.standard)?.levels ?? [];
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

async function byEquivalence(
  operation: Operation,
  held: readonly HeldRow[],
  standard: string,
): Promise<Coverage | null> {
  const approved = await approvedTo(operation, standard);
  const leading = approved.filter((row) => held.some((each) => each.standard_id === row.from_standard));
  const full = leading.filter((row) => row.degree === 'FULL');
  const chosen = full.length > 0 ? full : leading;
  if (chosen.length === 0) return null;
  const from = new Set(chosen.map((row) => row.from_standard));
  return {
    state: full.length > 0 ? 'FULL' : 'PARTIAL',
    gaps: full.length > 0 ? [] : [...new Set(chosen.flatMap((row) => row.gaps))],
    assessmentIds: held.filter((row) => from.has(row.standard_id)).map((row) => row.id),
    equivalences: chosen.map((row) => row.id),
  };
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
    const rows = await operation.rows<EquivalenceRow & Record<string, unknown>>(
      `select id, from_standard, to_standard, degree, gaps from reference.equivalence where to_standard = any($1) and degree <> 'NONE'
       and state in ('APPROVED', 'APPROVED_FULL', 'APPROVED_PARTIAL', 'UNDER_CHALLENGE') and (valid_to is null or valid_to >= $2::date) order by id`,
      [standards, operation.services.today()],
    );
    return standards.map((each) => rows.filter((row) => row.to_standard === each));
  });
  return (await loader.load(standard)) ?? [];
}
