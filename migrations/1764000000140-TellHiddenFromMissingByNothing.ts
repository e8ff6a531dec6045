import type { MigrationInterface, QueryRunner } from 'typeorm';

const BODY = (1 << 18) | (1 << 27);

/**
 * A unique key that forgets whose a row is tells a writer of rows that it may not know: what somebody else noted about an
 * organisation is in nobody's way (`leaks.md` 18).
 */
const KEYS = `
drop index vault.activity_organisation_id_mineral_id_stage_side_origin_idx;
create unique index activity_declared on vault.activity (organisation_id, mineral_id, stage, side, origin, contributor_no);
`;

/** INVARIANT MembersArePublic: so that an identifier which is taken tells nothing that the list of members does not. */
const MEMBERS = `
alter table vault.organisation add constraint members_are_public
  check (not is_member or (tier = 0 and sensitivity = 0 and data_class = 1 and withdrawn_at is null));
`;

function holdAssessment(found: string): string {
  return `
create or replace function vault.hold_assessment(wanted uuid) returns setof vault.assessment_part
language plpgsql security definer set search_path = pg_catalog as $$
declare
  me int := policy.organisation_no();
  a vault.assessment;
  parts text[];
begin
  ${found}
  if not found then return; end if;
  parts := array_remove(array[
    case when a.owner_no = me then 'SITE_OWNER' end, case when a.assessor_no = me then 'ASSESSOR' end,
    case when a.standard_owner_no = me then 'STANDARD_OWNER' end, case when policy.acts_as(${BODY}) then 'APPEALS_BODY' end], null);
  if parts = '{}' then return; end if;
  return next row(a.id, a.unit_no, a.owner_no, a.assessor_no, a.standard_owner_no, a.standard_id, a.version_label, a.state, a.label,
    a.valid_from, a.valid_to, a.decided_at, a.assessor_id,
    array(select t.to_state from vault.transition t where t.machine = 'ASSESSMENT' and t.subject_id = a.id order by t.id), parts, true)::vault.assessment_part;
end $$;`;
}

/** Who has no part in an assessment does not wait for who holds its row (`leaks.md` 36): that it waits tells of the row. */
const HELD_BY_PARTS =
  holdAssessment(`select * into a from vault.assessment x where x.id = wanted and x.withdrawn_at is null
    and (me in (x.owner_no, x.assessor_no, x.standard_owner_no) or (select policy.acts_as(${BODY}))) for update;`);
const HELD_BY_ALL = holdAssessment(
  'select * into a from vault.assessment where id = wanted and withdrawn_at is null for update;',
);

/** What a write told of rows that its writer may not know. */
export class TellHiddenFromMissingByNothing1764000000140 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [KEYS, MEMBERS, HELD_BY_PARTS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
alter table vault.organisation drop constraint members_are_public;
drop index vault.activity_declared;
create unique index on vault.activity (organisation_id, mineral_id, stage, side, origin);
${HELD_BY_ALL}`);
  }
}
