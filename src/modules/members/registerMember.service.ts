import type { WriteSession } from '../../database/boundTransaction';
import { DomainError, InvariantError } from '../../kernel/errors';
import { checkText } from '../../kernel/identifiers/text';
import { IssueList } from '../../kernel/issues';
import { DATA_CLASSES, TIERS } from '../../policy/cells';
import { insertFact, notFound, type Operation, pointedTo } from '../graph';
import { checkActivities, checkMember, isCompanyGroup, STANDINGS, take, takeCode } from './checkMember';
import type { ActivityInput, DeclareActivitiesInput, RegisterMemberInput, SetStandingInput } from './member.input';

export interface WrittenMember {
  id: string;
  warnings: string[];
}

/**
 * Enters a member, by the secretariat: unit, organisation (its own contributor), activities, desk and membership.
 * @throws DomainError VALIDATION with every fault; NOT_FOUND for who controls it
 */
export function registerMember(operation: Operation, input: RegisterMemberInput): Promise<WrittenMember> {
  const issues = new IssueList();
  const warnings = checkMember(input, operation.services.catalogue, issues);
  const isWellFormed = issues.issues.length === 0;
  return operation.write({ name: 'registerMember', clientKey: input.clientKey ?? null, input }, async (session) => {
    await refuseTakenIdentifiers(session, input, issues);
    issues.throwIfAny();
    if (!isWellFormed) throw new InvariantError('a member with faults was not refused');
    const controller = await controllerOf(operation, session, input.controlledBy);
    const [row] = await session.query<{ id: string }>('select vault.register_member($1) as id', [
      JSON.stringify(recordOf(input, controller)),
    ]);
    if (row === undefined) throw new InvariantError('registering a member gave no id');
    return { id: row.id, warnings };
  });
}

/** Replaces the declared activities of the writer's own organisation. */
export function declareActivities(operation: Operation, input: DeclareActivitiesInput): Promise<WrittenMember> {
  const issues = new IssueList();
  checkActivities(input.activities, operation.services.catalogue, ['input', 'activities'], issues);
  return operation.write({ name: 'declareActivities', clientKey: input.clientKey ?? null, input }, async (session) => {
    const owner = operation.viewer.organisationNo;
    const [own] = await session.query<{ id: string; isCompany: boolean }>(
      'select id, is_company as "isCompany" from disclosed.organisation where unit_no = $1 and is_member',
      [owner],
    );
    if (own === undefined) throw notFound(['input']);
    refuseWrongKind(own.isCompany, input.activities, issues);
    issues.throwIfAny();
    await replaceActivities(session, owner, own.id, input.activities);
    return { id: own.id, warnings: [] };
  });
}

/** Standing is the secretariat's to set; SUSPENDED reads as the public from the next request on. */
export function setStanding(operation: Operation, input: SetStandingInput): Promise<WrittenMember> {
  const issues = new IssueList();
  takeCode(issues, ['input', 'standing'], input.standing, STANDINGS);
  take(issues, ['input', 'reason'], checkText(input.reason, { multiline: true }));
  issues.throwIfAny();
  const id = operation.decodeId(input.member, 'member');
  return operation.write({ name: 'setStanding', clientKey: input.clientKey ?? null, input }, async (session) => {
    const [row] = await session.query<{ before: string | null }>('select vault.set_standing($1, $2) as before', [
      id,
      input.standing,
    ]);
    if (id === null || row === undefined || row.before === null) throw notFound(['input', 'member']);
    if (row.before === 'LEFT') throw new DomainError('STATE', 'a member that left is registered anew');
    await session.query("select vault.record_transition('MEMBER', $1, $2, 'set_standing', $3, $4, $5)", [
      id,
      row.before,
      input.standing,
      operation.viewer.personId,
      input.reason,
    ]);
    return { id, warnings: [] };
  });
}

async function refuseTakenIdentifiers(
  session: WriteSession,
  { lei, otherIds }: RegisterMemberInput,
  issues: IssueList,
): Promise<void> {
  const asked = [
    ...(lei ? [{ scheme: 'LEI', value: lei, path: ['input', 'lei'] }] : []),
    ...(otherIds ?? []).map(({ scheme, value }, index) => ({ scheme, value, path: ['input', 'otherIds', index] })),
  ];
  for (const { scheme, value, path } of asked) {
    const [row] = await session.query<{ taken: boolean }>('select vault.identifier_taken($1, $2) as taken', [
      scheme,
      value,
    ]);
    if (row?.taken) issues.add(path, 'TAKEN', 'a member with this identifier is registered already');
  }
}

async function controllerOf(
  operation: Operation,
  session: WriteSession,
  controlledBy: string | undefined,
): Promise<string | null> {
  if (controlledBy === undefined || controlledBy === null) return null;
  const [row] = await session.query<{ id: string }>(
    `select id from ${pointedTo('disclosed.organisation', '$1')} v where id = $1`,
    [operation.decodeId(controlledBy, 'member')],
  );
  if (row === undefined) throw notFound(['input', 'controlledBy']);
  return row.id;
}

function recordOf(input: RegisterMemberInput, controller: string | null): object {
  return {
    legal_name: input.legalName.normalize('NFC').trim(),
    aliases: input.aliases ?? [],
    lei: input.lei ?? null,
    other_ids: input.otherIds ?? [],
    jurisdiction: input.jurisdiction,
    stakeholder_group: input.stakeholderGroup,
    is_company: isCompanyGroup(input.stakeholderGroup),
    verified: Boolean(input.lei),
    controlled_by: controller,
    beneficial_owners: input.beneficialOwners ?? [],
    capacity: input.capacity ?? null,
    capacity_note: input.capacityNote ?? null,
    activities: input.activities ?? [],
  };
}

function refuseWrongKind(isCompany: boolean, activities: readonly ActivityInput[], issues: IssueList): void {
  if (isCompany && activities.length === 0) {
    issues.add(['input', 'activities'], 'REQUIRED', 'a company declares what it does: one without competes with all');
  }
  if (!isCompany && activities.length > 0) {
    issues.add(['input', 'activities'], 'NOT_APPLICABLE', 'only companies declare activities');
  }
}

async function replaceActivities(
  session: WriteSession,
  owner: number | null,
  organisationId: string,
  activities: readonly ActivityInput[],
): Promise<void> {
  const kept = activities.map(({ mineral, stage, side }) => `${mineral} ${stage} ${side}`);
  await session.query(
    `update vault.activity set withdrawn_at = now() where organisation_id = $1 and origin = 'DECLARED' and withdrawn_at is null
       and not (mineral_id || ' ' || stage || ' ' || side) = any($2)`,
    [organisationId, kept],
  );
  for (const { mineral, stage, side, markets } of activities) {
    const [known] = await session.query<{ id: string }>(
      `update vault.activity set markets = $5, withdrawn_at = null
       where organisation_id = $1 and mineral_id = $2 and stage = $3 and side = $4 and origin = 'DECLARED' returning id`,
      [organisationId, mineral, stage, side, markets ?? []],
    );
    if (known !== undefined) continue;
    await insertFact(session, 'activity', {
      unit_no: owner,
      owner_no: owner,
      contributor_no: owner,
      tier: TIERS.indexOf('ALLIANCE'),
      sensitivity: 0,
      data_class: DATA_CLASSES.indexOf('ALLIANCE_META'),
      organisation_id: organisationId,
      mineral_id: mineral,
      stage,
      side,
      markets: markets ?? [],
    });
  }
}
