import type { WriteSession } from '../../database/boundTransaction';
import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { checkDate } from '../../kernel/period';
import { notFound, type Operation, recordStep, rowById } from '../graph';
import { OrganisationView } from '../members';
import { governanceLimits } from './governanceLimits';
import type {
  DeclareInterestInput,
  EndInterestInput,
  Interest,
  InterestSummary,
  RenewInterestInput,
} from './interest.types';

interface EntryRow {
  [column: string]: unknown;
  id: string;
  person_name: string | null;
  organisation_id: string;
  counterpart_id: string;
  counterpart_name: string | null;
  kind: string;
  value_band: string | null;
  valid_from: string;
  valid_to: string | null;
  live: boolean;
  declared_late: boolean;
  renewal_due: string;
}

const KINDS = ['SHARES', 'EMPLOYMENT', 'MANDATE', 'CONSULTING', 'LOAN', 'GIFT', 'FAMILY', 'OTHER'];
const VALUE_BANDS = ['UP_TO_10_K', 'UP_TO_100_K', 'UP_TO_1_M', 'OVER_1_M'];

const ENTRIES = `
select id, person_name, organisation_id, counterpart_id, counterpart_name, kind, value_band, valid_from::text, valid_to::text,
  valid_from <= $3::date and (valid_to is null or valid_to > $3::date) as live, declared_on > valid_from + $4::int as declared_late,
  (renewed_on + make_interval(months => $5))::date::text as renewal_due
from policy.interest_entries($1, $2)`;

/** The entries of one's own, or for counsel those of everybody. */
export async function listInterests(operation: Operation, ofEverybody: boolean): Promise<Interest[]> {
  const { interestDeclarationDays, interestRenewalMonths } = governanceLimits();
  const { personId } = operation.viewer;
  const today = operation.services.today();
  const parameters = [personId, ofEverybody, today, interestDeclarationDays, interestRenewalMonths];
  operation.touched('Interest', []);
  const rows = await operation.rows<EntryRow>(ENTRIES, parameters);
  return rows.map((row) => interestOf(operation, row));
}

export async function summariseInterests(operation: Operation): Promise<InterestSummary[]> {
  const rows = await operation.rows<{ organisation_id: string; organisation_name: string | null; kind: string }>(
    'select organisation_id, organisation_name, kind from policy.interest_summary()',
  );
  return rows.map(({ organisation_id: id, organisation_name: organisationName, kind }) => ({
    organisation: operation.encodeId('member', id),
    organisationName,
    kind,
  }));
}

/** From its first day on the entry stands against every step of this person towards the counterpart (ConflictsFirst). */
export async function declareInterest(operation: Operation, input: DeclareInterestInput): Promise<Interest> {
  const person = personOf(operation);
  checkDeclared(input);
  const id = operation.decodeId(input.counterpart, 'member');
  const counterpart = id === null ? null : await rowById(operation, OrganisationView, id);
  if (counterpart === null) throw notFound(['input', 'counterpart']);
  if (counterpart.unitNo === operation.viewer.organisationNo) {
    throw fault(['input', 'counterpart'], 'OWN', 'name another organisation than your own');
  }
  const declared = await operation.write(
    { name: 'declareInterest', clientKey: input.clientKey ?? null, input },
    async (session) => {
      const values = [person, counterpart.unitNo, input.kind, input.valueBand ?? null, input.from, input.to ?? null];
      const sql = 'select vault.declare_interest($1, $2, $3, $4, $5, $6) as id';
      const [row] = await session.query<{ id: string | null }>(sql, values);
      if (row === undefined || row.id === null) throw notFound(['input']);
      await noteStep(operation, session, row.id, 'declare');
      return { id: row.id };
    },
  );
  return ownEntry(operation, declared.id);
}

/** @throws DomainError NOT_FOUND for what is not one's own, is over, or would end on a day that lies behind */
export async function endInterest(operation: Operation, input: EndInterestInput): Promise<Interest> {
  const day = checkDate(input.on ?? operation.services.today());
  if (!day.ok) throw fault(['input', 'on'], day.error.code, day.error.hint);
  const sql = 'select vault.end_interest($1, $2, $3) as done';
  return moveOwn(operation, input, { action: 'end', name: 'endInterest', sql, more: [day.value] });
}

/** @throws DomainError NOT_FOUND for what is not one's own or is over */
export async function renewInterest(operation: Operation, input: RenewInterestInput): Promise<Interest> {
  const sql = 'select vault.renew_interest($1, $2) as done';
  return moveOwn(operation, input, { action: 'renew', name: 'renewInterest', sql, more: [] });
}

interface Move {
  action: string;
  name: string;
  sql: string;
  more: readonly unknown[];
}

async function moveOwn(operation: Operation, input: RenewInterestInput, move: Move): Promise<Interest> {
  const person = personOf(operation);
  const moved = await operation.write(
    { name: move.name, clientKey: input.clientKey ?? null, input },
    async (session) => {
      const id = operation.decodeId(input.interest, 'interest');
      const [row] = await session.query<{ done: boolean }>(move.sql, [id, person, ...move.more]);
      if (id === null || row?.done !== true) throw notFound(['input', 'interest']);
      await noteStep(operation, session, id, move.action);
      return { id };
    },
  );
  return ownEntry(operation, moved.id);
}

/** An interest is a person's own: no machine declares it. @throws DomainError POLICY_DENIED */
function personOf(operation: Operation): string {
  const { kind, personId } = operation.viewer;
  if (kind === 'PERSON' && personId !== null) return personId;
  throw new DomainError('POLICY_DENIED', 'an interest is declared by the person who has it', {
    rule: 'INTEREST.PERSON',
  });
}

function checkDeclared(input: DeclareInterestInput): void {
  const issues = new IssueList();
  if (!KINDS.includes(input.kind)) issues.add(['input', 'kind'], 'UNKNOWN', `use one of ${KINDS.join(', ')}`);
  if (input.valueBand && !VALUE_BANDS.includes(input.valueBand)) {
    issues.add(['input', 'valueBand'], 'UNKNOWN', `use one of ${VALUE_BANDS.join(', ')}, or none`);
  }
  const from = checkDate(input.from);
  if (!from.ok) issues.add(['input', 'from'], from.error.code, from.error.hint);
  const to = input.to ? checkDate(input.to) : from;
  if (!to.ok) issues.add(['input', 'to'], to.error.code, to.error.hint);
  if (input.to && to.ok && from.ok && input.to <= input.from) {
    issues.add(['input', 'to'], 'ORDER', 'it ends after it began');
  }
  issues.throwIfAny();
}

function fault(path: string[], rule: string, hint: string): DomainError {
  return new DomainError('VALIDATION', 'input not valid', { issues: [{ path, rule, hint }] });
}

/** The register holds what changed; the record of steps that it did, without what the interest is. */
function noteStep(operation: Operation, session: WriteSession, subjectId: string, action: string): Promise<void> {
  return recordStep(operation, session, { machine: 'INTEREST', subjectId, from: null, action, to: null });
}

async function ownEntry(operation: Operation, id: string): Promise<Interest> {
  const wanted = operation.encodeId('interest', id);
  const entry = (await listInterests(operation, false)).find((each) => each.id === wanted);
  if (entry === undefined) throw notFound(['input']);
  return entry;
}

function interestOf(operation: Operation, row: EntryRow): Interest {
  const { kind, live } = row;
  return {
    id: operation.encodeId('interest', row.id),
    person: row.person_name,
    organisation: operation.encodeId('member', row.organisation_id),
    counterpart: operation.encodeId('member', row.counterpart_id),
    counterpartName: row.counterpart_name,
    kind,
    valueBand: row.value_band,
    from: row.valid_from,
    to: row.valid_to,
    live,
    declaredLate: row.declared_late,
    renewalDue: row.renewal_due,
  };
}
