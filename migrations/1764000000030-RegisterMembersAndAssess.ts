import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bits of the grounds, frozen here as `src/policy/grounds.ts` had them. */
const SECRETARIAT = 1 << 5;
const BODY = (1 << 18) | (1 << 27);
/** Disclosure class ADDRESSED/NONE: the owner and whom the row names. */
const ADDRESSED = 6 * 16;
/** Of the class of what a finding says: ADDRESSED/LEGAL. */
const LEGAL = 13;
const FUTURE_INTENT = 7;
const PERFORMANCE = 4;

/** Assessors and what they may assess are public (`domain.md` 1.3), so they lie with the catalogue. */
const CATALOGUE = `
alter table vault.assessor_firm set schema reference;
alter table vault.accreditation set schema reference;
alter table reference.accreditation add synthetic boolean not null default false;
-- who confirms assessments against a standard; no part of the files
alter table reference.standard add owner_organisation_id uuid;
grant usage on schema reference to sluice_reader, sluice_contributor;
grant select on reference.assessor_firm, reference.accreditation to sluice_reader, sluice_contributor;
`;

/** Until it is decided, an assessment is a claim: everybody sees that there is one, and that it is self-declared. */
const CLASSES = `
alter table vault.assessment add level_class smallint not null default ${ADDRESSED};
alter table vault.assessment_history add level_class smallint not null default ${ADDRESSED};
alter table vault.criterion_result add assessor_no int, add standard_owner_no int;
alter table vault.criterion_result_history add assessor_no int, add standard_owner_no int;
create index on vault.finding (assessment_id);
create index on vault.corrective_action (finding_id);
create index on vault.assessment (site_id);
create index on vault.assessment (organisation_id);

create function vault.classify_assessment() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  new.level_class := case when new.label = 'SELF_DECLARED' then ${ADDRESSED} else new.tier * 16 + new.sensitivity end;
  return new;
end $$;
create trigger classify before insert or update on vault.assessment for each row execute function vault.classify_assessment();

-- INVARIANT OwnerNeverConfirmsItself: whoever writes an assessment as itself plans or claims it; every later step goes
-- through vault.move_assessment.
create function vault.guard_assessment() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if current_user = 'sluice_contributor' and (tg_op = 'UPDATE' or new.state not in ('PLANNED', 'UNDER_REVIEW')
    or new.label <> 'SELF_DECLARED' or new.decided_at is not null) then
    raise exception 'the owner of a site plans or claims an assessment and nothing more' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger guard before insert or update on vault.assessment for each row execute function vault.guard_assessment();
`;

/** What the identity step and the person itself ask. */
const PEOPLE = `
create function identity.display_name(wanted uuid) returns text language sql stable security definer set search_path = pg_catalog as $$
  select display_name from identity.person where id = wanted
$$;
create function policy.bound_phase() returns text language sql stable security definer set search_path = pg_catalog as $$
  select i.phase from vault.initiative i, policy.bound() b
  where i.initiative_no = b.initiative_no or (b.initiative_no is null and i.standing) order by i.initiative_no limit 1
$$;
grant execute on function identity.display_name(uuid), policy.bound_phase() to sluice_reader, sluice_contributor;
`;

/** A member is entered by the secretariat, which is no party to the member's facts: the member is their contributor. */
const MEMBERS = `
create function policy.acts_as(grounds int) returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(((policy.bound()).may & grounds) <> 0, false)
$$;

create function vault.register_member(member jsonb) returns uuid language plpgsql security definer set search_path = pg_catalog as $$
declare
  entered uuid := gen_random_uuid();
  number int;
  alliance uuid := (member ->> 'alliance_id')::uuid;
  grouped uuid;
begin
  if not policy.acts_as(${SECRETARIAT}) then raise exception 'members are entered by the secretariat' using errcode = '42501'; end if;
  alliance := coalesce(alliance, (select o.alliance_id from vault.organisation o where o.unit_no = policy.organisation_no()),
    (select id from reference.alliance order by id limit 1));
  select o.ownership_group into grouped from vault.organisation o where o.id = (member ->> 'controlled_by')::uuid;
  number := policy.register_unit(entered);
  insert into vault.organisation (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, legal_name, aliases, lei, other_ids, jurisdiction,
    stakeholder_group, is_company, is_member, verified, ownership_group, beneficial_owners, capacity, capacity_note, standing, joined_on, alliance_id)
  values (entered, number, number, number, 0, 0, 1, member ->> 'legal_name', array(select jsonb_array_elements_text(coalesce(member -> 'aliases', '[]'))),
    member ->> 'lei', coalesce(member -> 'other_ids', '[]'), member ->> 'jurisdiction', member ->> 'stakeholder_group', (member ->> 'is_company')::boolean,
    true, coalesce((member ->> 'verified')::boolean, false), coalesce(grouped, gen_random_uuid()), coalesce(member -> 'beneficial_owners', '[]'),
    member ->> 'capacity', member ->> 'capacity_note', 'GOOD', current_date, alliance);
  insert into vault.organisation_identifier (scheme, value, organisation_id)
  select each ->> 'scheme', each ->> 'value', entered from jsonb_array_elements(coalesce(member -> 'other_ids', '[]')) as e(each);
  insert into vault.activity (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, organisation_id, mineral_id, stage, side, markets)
  select number, number, number, 1, 0, 2, entered, each ->> 'mineral', each ->> 'stage', each ->> 'side',
    array(select jsonb_array_elements_text(coalesce(each -> 'markets', '[]')))
  from jsonb_array_elements(coalesce(member -> 'activities', '[]')) as a(each);
  perform policy.open_desk(number, 'main');
  return entered;
end $$;

create function vault.set_standing(member uuid, new_standing text) returns text language plpgsql security definer set search_path = pg_catalog as $$
declare
  before text;
begin
  if not policy.acts_as(${SECRETARIAT}) then raise exception 'standing is set by the secretariat' using errcode = '42501'; end if;
  select standing into before from vault.organisation where id = member and is_member for update;
  if found then update vault.organisation set standing = new_standing where id = member; end if;
  return before;
end $$;

-- Whether an identifier is in use, without telling by whom.
create function vault.identifier_taken(wanted_scheme text, wanted_value text) returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select case when wanted_scheme = 'LEI' then exists (select from vault.organisation where lei = wanted_value and is_member)
    else exists (select from vault.organisation_identifier where scheme = wanted_scheme and value = wanted_value) end
$$;
`;

/** Who of an assessor, or which person, stands too near to the subject: an interest that is live or ended within the years. */
const CONFLICTS = `
create function vault.has_stake_in(person uuid, organisation int, unit int, years int) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
  select exists (
    select from vault.interest i join vault.organisation c on c.unit_no = i.counterpart_no
    where (i.person_id = person or i.organisation_no = organisation)
      and (i.valid_to is null or i.valid_to > (current_date - make_interval(years => years))::date)
      and (c.ownership_group in (select o.ownership_group from policy.unit u join vault.organisation o on o.unit_no = u.owner_no where u.unit_no = unit)
        or c.id in (select w.holder_id from vault.site_owner w where w.unit_no = unit and w.withdrawn_at is null)))
$$;
create function vault.unit_of_organisation(organisation uuid) returns int language sql stable security definer set search_path = pg_catalog as $$
  select unit_no from policy.unit where organisation_id = organisation and site_id is null
$$;
`;

/**
 * The steps of an assessment touch a row of the site's owner; who may touch it is settled here, the machine itself is
 * reference/state-machines.csv, walked by src/modules/standards.
 */
const ASSESSMENTS = `
create type vault.assessment_part as (
  id uuid, unit_no int, owner_no int, assessor_no int, standard_owner_no int, standard_id text, version_label text, state text, label text,
  valid_from date, valid_to date, decided_at timestamptz, assessor_id uuid, history text[], parts text[], may_appeal boolean
);

-- The row, held until the end of the transaction, with the parts that the caller plays in it; nothing for everybody else.
create function vault.hold_assessment(wanted uuid) returns setof vault.assessment_part
language plpgsql security definer set search_path = pg_catalog as $$
declare
  me int := policy.organisation_no();
  a vault.assessment;
  parts text[];
begin
  select * into a from vault.assessment where id = wanted and withdrawn_at is null for update;
  if not found then return; end if;
  parts := array_remove(array[
    case when a.owner_no = me then 'SITE_OWNER' end, case when a.assessor_no = me then 'ASSESSOR' end,
    case when a.standard_owner_no = me then 'STANDARD_OWNER' end, case when policy.acts_as(${BODY}) then 'APPEALS_BODY' end], null);
  if parts = '{}' then return; end if;
  return next row(a.id, a.unit_no, a.owner_no, a.assessor_no, a.standard_owner_no, a.standard_id, a.version_label, a.state, a.label,
    a.valid_from, a.valid_to, a.decided_at, a.assessor_id,
    array(select t.to_state from vault.transition t where t.machine = 'ASSESSMENT' and t.subject_id = a.id order by t.id), parts, true)::vault.assessment_part;
end $$;

create function vault.move_assessment(wanted uuid, from_state text, action text, into_state text, changes jsonb, person uuid, reason text) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  held vault.assessment_part;
begin
  select * into held from vault.hold_assessment(wanted);
  if not found or held.state <> from_state then raise exception 'this step is not open' using errcode = '42501'; end if;
  -- the owner of a site never confirms itself
  if action in ('decide_conformant', 'decide_conditional', 'decide_not', 'return', 'suspend', 'reinstate', 'withdraw') and not 'STANDARD_OWNER' = any(held.parts)
    or action in ('start', 'report', 'close_cap') and not 'ASSESSOR' = any(held.parts)
    or action in ('cancel', 'appeal') and not 'SITE_OWNER' = any(held.parts)
    or action in ('uphold', 'overturn') and not 'APPEALS_BODY' = any(held.parts) then
    raise exception 'this step is another''s' using errcode = '42501';
  end if;
  if changes - '{level,label,assurance,valid_from,valid_to,decided_at,report_url,report_sha256,note}'::text[] <> '{}'::jsonb then
    raise exception 'a step changes the result only';
  end if;
  -- what is no decision and no report moves the label with the state, and nothing else
  if action not in ('decide_conformant', 'decide_conditional', 'decide_not', 'report')
    and (changes - 'label' <> '{}'::jsonb or coalesce(changes ->> 'label', into_state) <> into_state)
    or action = 'report' and changes - '{level,assurance}'::text[] <> '{}'::jsonb
    or (action, into_state) not in (values ('start', 'IN_PROGRESS'), ('report', 'UNDER_REVIEW'), ('return', 'IN_PROGRESS'), ('cancel', 'CANCELLED'),
      ('decide_conformant', 'CONFORMANT'), ('decide_conditional', 'CONFORMANT_WITH_CAP'), ('decide_not', 'NON_CONFORMANT'), ('close_cap', 'CONFORMANT'),
      ('suspend', 'SUSPENDED'), ('withdraw', 'WITHDRAWN'), ('reinstate', 'CONFORMANT'), ('reinstate', 'CONFORMANT_WITH_CAP'), ('appeal', 'UNDER_APPEAL'),
      ('overturn', 'UNDER_REVIEW'), ('uphold', 'CONFORMANT'), ('uphold', 'CONFORMANT_WITH_CAP'), ('uphold', 'NON_CONFORMANT'), ('uphold', 'SUSPENDED')) then
    raise exception 'this is no step of an assessment' using errcode = '42501';
  end if;
  update vault.assessment a set state = into_state, prior_state = from_state, level = p.level, label = p.label, assurance = p.assurance, valid_from = p.valid_from,
    valid_to = p.valid_to, decided_at = p.decided_at, report_url = p.report_url, report_sha256 = p.report_sha256, note = p.note
  from jsonb_populate_record((select x from vault.assessment x where x.id = wanted), changes) p
  where a.id = wanted;
  if action like 'decide\\_%' then
    update vault.criterion_result c set tier = case when exists (select from vault.assessment a where a.id = wanted and a.standard_id in ('IRMA', 'TSM')) then 0 else 1 end
    where c.assessment_id = wanted;
  end if;
  insert into vault.transition (machine, subject_id, from_state, action, to_state, organisation_no, person_id, reason)
  values ('ASSESSMENT', wanted, from_state, action, into_state, policy.organisation_no(), person, reason);
end $$;

create function vault.note_assessment(wanted uuid, action text, into_state text, person uuid) returns void
language sql security definer set search_path = pg_catalog as $$
  insert into vault.transition (machine, subject_id, from_state, action, to_state, organisation_no, person_id)
  select 'ASSESSMENT', a.id, null, note_assessment.action, into_state, a.owner_no, person from vault.assessment a
  where a.id = wanted and a.owner_no = policy.organisation_no() and a.state = into_state
$$;

-- Findings are the assessor's; ratings become the owner's result, so that co-members of the owner may read them once decided. They stay with the owner, the assessor and the owner of the standard until decided.
create function vault.report_assessment(wanted uuid, ratings jsonb, findings jsonb) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  held vault.assessment_part;
begin
  select * into held from vault.hold_assessment(wanted);
  if not found or not 'ASSESSOR' = any(held.parts) then raise exception 'ratings are the assessor''s' using errcode = '42501'; end if;
  delete from vault.criterion_result where assessment_id = wanted;
  insert into vault.criterion_result (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, assessment_id, requirement_ref, rating, reason, assessor_no, standard_owner_no)
  select held.unit_no, held.owner_no, held.owner_no, 6, 0, ${PERFORMANCE}, 'ASSESSOR', wanted, r ->> 'requirement', r ->> 'rating', r ->> 'reason', held.assessor_no, held.standard_owner_no
  from jsonb_array_elements(ratings) as e(r);
  insert into vault.finding (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, assessment_id, requirement_ref, text, due_on, severity, assessor_no, standard_owner_no)
  select held.unit_no, held.owner_no, held.assessor_no, 6, ${LEGAL}, ${PERFORMANCE}, 'ASSESSOR', wanted, f ->> 'requirement', f ->> 'text', (f ->> 'dueOn')::date, f ->> 'severity', held.assessor_no, held.standard_owner_no
  from jsonb_array_elements(findings) as e(f);
end $$;

-- A corrective action is proposed and done by the owner of the site, and verified by the assessor.
create function vault.plan_corrective_action(in_finding uuid, what text, who text, due date) returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
declare
  planned uuid;
begin
  insert into vault.corrective_action (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, finding_id, action, responsible, due_on, assessor_no, standard_owner_no)
  select f.unit_no, f.owner_no, f.owner_no, 6, ${FUTURE_INTENT}, ${PERFORMANCE}, f.id, what, who, due, f.assessor_no, f.standard_owner_no
  from vault.finding f where f.id = in_finding and f.owner_no = policy.organisation_no() and f.withdrawn_at is null
  returning id into planned;
  return planned;
end $$;

create function vault.move_corrective_action(corrective uuid, into_state text) returns boolean
language plpgsql security definer set search_path = pg_catalog as $$
declare
  me int := policy.organisation_no();
begin
  update vault.corrective_action c set state = into_state
  where c.id = corrective and (into_state = 'DONE' and c.owner_no = me and c.state in ('OPEN', 'OVERDUE')
    or into_state = 'VERIFIED' and c.assessor_no = me and c.state = 'DONE');
  if not found then return false; end if;
  update vault.finding f set state = 'CLOSED' where f.id = (select finding_id from vault.corrective_action where id = corrective)
    and not exists (select from vault.corrective_action o where o.finding_id = f.id and o.state <> 'VERIFIED');
  return true;
end $$;

revoke execute on all functions in schema vault, policy, identity from public;
grant execute on function vault.register_member(jsonb), vault.set_standing(uuid, text), vault.identifier_taken(text, text), vault.has_stake_in(uuid, int, int, int),
  vault.unit_of_organisation(uuid), vault.hold_assessment(uuid), vault.move_assessment(uuid, text, text, text, jsonb, uuid, text),
  vault.note_assessment(uuid, text, text, uuid), vault.report_assessment(uuid, jsonb, jsonb), vault.plan_corrective_action(uuid, text, text, date),
  vault.move_corrective_action(uuid, text) to sluice_contributor;
`;

/** What the secretariat and the parties of an assessment may change of rows that are another's, function by function. */
export class RegisterMembersAndAssess1764000000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CATALOGUE, CLASSES, PEOPLE, MEMBERS, CONFLICTS, ASSESSMENTS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function vault.move_corrective_action, vault.plan_corrective_action, vault.report_assessment, vault.note_assessment, vault.move_assessment,
  vault.hold_assessment, vault.unit_of_organisation, vault.has_stake_in, vault.identifier_taken, vault.set_standing, vault.register_member,
  policy.acts_as, policy.bound_phase, identity.display_name;
drop type vault.assessment_part;
drop function vault.classify_assessment() cascade;
drop function vault.guard_assessment() cascade;
alter table vault.assessment drop level_class;
alter table vault.assessment_history drop level_class;
alter table vault.criterion_result drop assessor_no, drop standard_owner_no;
alter table vault.criterion_result_history drop assessor_no, drop standard_owner_no;
alter table reference.standard drop owner_organisation_id;
alter table reference.accreditation drop synthetic;
alter table reference.assessor_firm set schema vault;
alter table reference.accreditation set schema vault;
`);
  }
}
