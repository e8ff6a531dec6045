import type { WriteSession } from '../../database/boundTransaction';
import { IssueList } from '../../kernel/issues';
import { checkDate } from '../../kernel/period';
import { notFound, type Operation } from '../graph';
import { ASSURANCES } from './checkDemand';
import type { ResponseEvidenceInput } from './demand.input';

export interface StoredEvidence {
  kind: string;
  assessment_id?: string;
  measurement_id?: string;
  equivalence_id?: string;
  sha256?: string;
  note?: string;
  valid_to?: string | null;
}

const SHARED_TIER_MAX = 5;

/**
 * Evidence of the recipient's own, shared at BILATERAL or wider, as rows to store.
 * @throws DomainError VALIDATION; NOT_FOUND for what is not the recipient's
 */
export async function readEvidence(
  operation: Operation,
  session: WriteSession,
  items: readonly ResponseEvidenceInput[],
  field: string,
): Promise<StoredEvidence[]> {
  const issues = new IssueList();
  items.forEach((item, index) => checkItem(item, ['input', field, index], issues));
  issues.throwIfAny();
  const stored: StoredEvidence[] = [];
  for (const [index, item] of items.entries())
    stored.push(await storedItem(operation, session, item, ['input', field, index]));
  return stored;
}

function checkItem(item: ResponseEvidenceInput, path: (string | number)[], issues: IssueList): void {
  const given = [item.assessment, item.measurement, item.sha256].filter((value) => value != null).length;
  if (given !== 1)
    issues.add(path, 'EVIDENCE', 'give an assessment, a measurement or the hash of a document, one of them');
  if (item.sha256 != null && !/^[0-9a-f]{64}$/.test(item.sha256)) {
    issues.add([...path, 'sha256'], 'FORMAT', 'give the SHA-256 of the document as 64 lower-case hex digits');
  }
  if (item.validTo == null) return;
  const date = checkDate(item.validTo);
  if (!date.ok) issues.add([...path, 'validTo'], date.error.code, date.error.hint);
}

async function storedItem(
  operation: Operation,
  session: WriteSession,
  item: ResponseEvidenceInput,
  path: (string | number)[],
): Promise<StoredEvidence> {
  const note = item.note == null ? {} : { note: item.note };
  if (item.sha256 != null) return { kind: 'DOCUMENT', sha256: item.sha256, valid_to: item.validTo ?? null, ...note };
  const [table, type, id] =
    item.assessment != null
      ? (['assessment', 'assessment', item.assessment] as const)
      : (['measurement', 'measurement', item.measurement ?? ''] as const);
  const validTo = table === 'assessment' ? 'valid_to' : 'null::date';
  const [row] = await session.query<{ id: string; valid_to: string | null; tier: number }>(
    `select id, ${validTo} as valid_to, disclosure_class / 16 as tier from disclosed.${table} where id = $1 and owner_no = $2`,
    [operation.decodeId(id, type), operation.viewer.organisationNo],
  );
  if (row === undefined) throw notFound(path);
  if (row.tier > SHARED_TIER_MAX) {
    const issues = new IssueList();
    issues.add(path, 'NOT_SHARED', 'share it at BILATERAL or wider first: the issuer has to read it');
    issues.throwIfAny();
  }
  return table === 'assessment'
    ? { kind: 'ASSESSMENT', assessment_id: row.id, valid_to: row.valid_to, ...note }
    : { kind: 'MEASUREMENT', measurement_id: row.id, valid_to: null, ...note };
}

export async function storeEvidence(
  session: WriteSession,
  response: string,
  items: readonly StoredEvidence[],
): Promise<void> {
  if (items.length > 0)
    await session.query('select vault.add_response_evidence($1, $2)', [response, JSON.stringify(items)]);
}

/** The day on which the first proof runs out; null where none does. */
export function firstExpiry(items: readonly StoredEvidence[]): string | null {
  const dates = items.flatMap((item) => (item.valid_to == null ? [] : [item.valid_to])).sort();
  return dates[0] ?? null;
}

/** The place of the best assurance among the evidence that the issuer can read; a document is a declaration. */
export async function bestAssurance(session: WriteSession, response: string): Promise<number> {
  const rows = await session.query<{ assurance: string | null }>(
    `select coalesce(a.assurance, m.verification, 'SELF_DECLARED') as assurance from disclosed.response_evidence e
     left join disclosed.assessment a on a.id = e.assessment_id left join disclosed.measurement m on m.id = e.measurement_id
     where e.response_id = $1`,
    [response],
  );
  return Math.max(-1, ...rows.map((row) => ASSURANCES.indexOf(row.assurance ?? '')));
}
