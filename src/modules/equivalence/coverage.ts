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

interface HeldRow {
  id: string;
  standard_id: string;
  level: string | null;
}

interface EquivalenceRow {
  id: string;
  from_standard: string;
  to_standard: string;
  degree: string;
  gaps: string[];
}

/**
 * How far the reader's own valid assessments answer a standard at a level: by the standard itself, else by an approved
 * equivalence that leads there, in part with its gaps. From own data only.
 */
export async function ownCoverage(operation: Operation, standard: string, minLevel: string | null): Promise<Coverage> {
  const { catalogue } = operation.services;
  const held = await heldAssessments(operation);
  const levels = catalogue.standards.find((row) => row.standardId === standard)?.levels ?? [];
  const wanted = levels.indexOf(minLevel ?? '');
  const own = held.filter((row) => row.standard_id === standard);
  const enough = own.filter((row) => levels.indexOf(row.level ?? '') >= wanted);
  if (enough.length > 0)
    return { state: 'FULL', gaps: [], assessmentIds: enough.map((row) => row.id), equivalences: [] };
  const approved = await approvedTo(operation, standard);
  const leading = approved.filter((row) => held.some((each) => each.standard_id === row.from_standard));
  const full = leading.filter((row) => row.degree === 'FULL');
  const chosen = full.length > 0 ? full : leading;
  const assessmentIds = held
    .filter((row) => chosen.some((each) => each.from_standard === row.standard_id))
    .map((row) => row.id);
  const equivalences = chosen.map((row) => row.id);
  if (full.length > 0) return { state: 'FULL', gaps: [], assessmentIds, equivalences };
  if (own.length > 0) {
    const reached = own[0]?.level ?? 'no level';
    return {
      state: 'PARTIAL',
      gaps: [`${standard}: ${reached} is held`],
      assessmentIds: own.map((row) => row.id),
      equivalences: [],
    };
  }
  if (chosen.length === 0)
    return { state: 'NONE', gaps: [`no valid assessment against ${standard}`], assessmentIds: [], equivalences: [] };
  return { state: 'PARTIAL', gaps: [...new Set(chosen.flatMap((row) => row.gaps))], assessmentIds, equivalences };
}

/** The reader's own valid assessments, latest end first: one statement, however many demands are compared with them. */
async function heldAssessments(operation: Operation): Promise<readonly HeldRow[]> {
  const loader = operation.loader<string, HeldRow[]>('own assessments in force', async (keys) => {
    const rows = await operation.rows<HeldRow & Record<string, unknown>>(
      `select id, standard_id, level from disclosed.assessment where owner_no = $1 and label <> 'SELF_DECLARED'
       and state in ('CONFORMANT', 'CONFORMANT_WITH_CAP') and (valid_to is null or valid_to > $2::date) order by valid_to desc nulls first, id`,
      [operation.viewer.organisationNo, operation.services.today()],
    );
    return keys.map(() => rows);
  });
  return (await loader.load('own')) ?? [];
}

/** Approved equivalences that lead to a standard, for all standards asked about at once. */
async function approvedTo(operation: Operation, standard: string): Promise<readonly EquivalenceRow[]> {
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
