import { IssueList } from '../../../kernel/issues';
import { checkMember, isCompanyGroup } from '../../members';
import type { MemberRecord } from '../staging';
import { inTransaction, type Actor } from './actor';
import type { CheckedRow } from './checkedRow';
import type { PortionCheck } from './ownChecks';
import { References } from './references';

/** `members`: as `registerMember`, by the secretariat. `ownershipGroup` names the member that controls this one. */
export const memberCheck: PortionCheck = async (actor, records) => {
  const members = records.filter((record) => record.kind === 'member');
  const references = await References.of(
    actor,
    members.flatMap(({ ownershipGroup }) => (ownershipGroup === null ? [] : [ownershipGroup])),
  );
  const taken = await takenIdentifiers(actor, members);
  return (row, [record]) => (record?.kind === 'member' ? checkOne(actor, references, taken, row, record) : []);
};

function identifiersOf({ lei, otherIds }: MemberRecord): { scheme: string; value: string }[] {
  return [...(lei === null ? [] : [{ scheme: 'LEI', value: lei }]), ...otherIds];
}

async function takenIdentifiers(actor: Actor, members: readonly MemberRecord[]): Promise<ReadonlySet<string>> {
  const rows = await inTransaction(actor, (session) =>
    session.query<{ id: string }>(
      `select r.scheme || ':' || r.value as id from jsonb_to_recordset($1::jsonb) as r(scheme text, value text) where vault.identifier_taken(r.scheme, r.value)`,
      [JSON.stringify(members.flatMap(identifiersOf))],
    ),
  );
  return new Set(rows.map(({ id }) => id));
}

function checkOne(
  { services }: Actor,
  references: References,
  taken: ReadonlySet<string>,
  row: CheckedRow,
  record: MemberRecord,
): readonly MemberRecord[] {
  const issues = new IssueList();
  const { lei, activities, ...names } = record;
  const isCompany = isCompanyGroup(record.stakeholderGroup);
  const warnings = checkMember(
    {
      legalName: names.legalName,
      aliases: [...names.aliases],
      lei: lei ?? undefined,
      otherIds: names.otherIds.map(({ scheme, value }) => ({ scheme, value })),
      jurisdiction: names.jurisdiction,
      stakeholderGroup: names.stakeholderGroup,
      activities: activities.map((activity) => ({ ...activity, markets: [...activity.markets] })),
    },
    services.catalogue,
    issues,
  );
  row.rejectIssues(issues);
  row.warn(warnings);
  for (const { scheme, value } of identifiersOf(record)) {
    if (!taken.has(`${scheme}:${value}`)) continue;
    row.reject(
      'TAKEN',
      scheme === 'LEI' ? 'lei' : 'otherIds',
      value,
      'a member with this identifier is registered already',
    );
  }
  if (record.standing !== null && record.standing !== 'GOOD') {
    row.reject('RULE_NOT_KEPT', 'standing', record.standing, 'a member enters in good standing; set another one after');
  }
  const controller =
    record.ownershipGroup === null ? null : row.unitOf(references, record.ownershipGroup, 'ownershipGroup', null);
  const member = {
    legal_name: record.legalName.normalize('NFC').trim(),
    aliases: record.aliases,
    lei,
    other_ids: record.otherIds,
    jurisdiction: record.jurisdiction,
    stakeholder_group: record.stakeholderGroup,
    is_company: isCompany,
    verified: lei !== null,
    controlled_by: controller?.organisationId ?? null,
    activities,
  };
  return [{ ...record, member }];
}
