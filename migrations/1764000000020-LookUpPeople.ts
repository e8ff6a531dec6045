import type { MigrationInterface, QueryRunner } from 'typeorm';

const PEOPLE = `
alter table identity.person add machine boolean not null default false;
-- the organisation that a person with several affiliations is at home in
alter table identity.person add organisation_id uuid;

-- One person with all that decides about its rights, for the identity step of a request. By an exact key only: nothing here
-- lists people.
create function identity.person_record(found identity.person) returns jsonb language sql stable security definer set search_path = pg_catalog as $$
  select jsonb_build_object(
    'personId', found.id, 'subject', found.subject, 'organisationId', found.organisation_id, 'machine', found.machine,
    'suspended', coalesce(found.deactivated_at <= now(), false), 'locale', found.locale,
    'affiliations', coalesce((
      select jsonb_agg(jsonb_build_object(
          'organisationId', a.organisation_id, 'organisationNo', a.organisation_no, 'standing', coalesce(o.standing, 'NONE'),
          'deskNo', a.desk_no, 'deskKey', d.name, 'wallAttestedBy', case when a.wall_attested then d.wall_attested_by end,
          'closureValid', coalesce(v.closure_valid, false), 'from', a.valid_from, 'to', a.valid_to)
        order by a.desk_no, a.organisation_no)
      from identity.affiliation a
      join policy.desk d on d.desk_no = a.desk_no
      left join policy.viewer v on v.desk_no = a.desk_no
      left join vault.organisation o on o.id = a.organisation_id
      where a.person_id = found.id), '[]'),
    'roles', coalesce((
      select jsonb_agg(jsonb_build_object(
          'name', r.name, 'organisationId', r.organisation_id, 'initiativeId', r.initiative_id, 'from', r.valid_from, 'to', r.valid_to)
        order by r.name, r.valid_from)
      from identity.role r where r.person_id = found.id), '[]'))
$$;

create function identity.find_person(wanted text) returns jsonb language sql stable security definer set search_path = pg_catalog as $$
  select identity.person_record(p) from identity.person p where p.subject = wanted
$$;
create function identity.find_person_by_id(wanted uuid) returns jsonb language sql stable security definer set search_path = pg_catalog as $$
  select identity.person_record(p) from identity.person p where p.id = wanted
$$;
create function identity.find_initiative(wanted uuid) returns int language sql stable security definer set search_path = pg_catalog as $$
  select initiative_no from vault.initiative where id = wanted
$$;

revoke execute on all functions in schema identity, audit from public;
grant usage on schema identity to sluice_reader, sluice_contributor;
grant execute on function identity.find_person(text), identity.find_person_by_id(uuid), identity.find_initiative(uuid) to sluice_reader;
grant select, insert, update (revoked_at, last_used_on) on identity.api_key to sluice_contributor;
`;

/** The auditor adds records and can do nothing else: not read them, not set their number or time. */
const RECORD = `
grant usage on schema audit to sluice_auditor;
grant insert (organisation_no, person_id, roles, purpose, initiative_no, operation, query_hash, types, unit_nos, outcome, rule)
  on audit.read_record to sluice_auditor;
`;

/** What a node asks of a database before it serves from it. */
const READINESS = `
grant usage on schema policy to sluice_reader;
grant select on policy.law to sluice_reader;
`;

/** The lookups of the identity step, the right to record reads, and the hashes that a node checks. */
export class LookUpPeople1764000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [PEOPLE, RECORD, READINESS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
revoke select on policy.law from sluice_reader;
revoke insert (organisation_no, person_id, roles, purpose, initiative_no, operation, query_hash, types, unit_nos, outcome, rule)
  on audit.read_record from sluice_auditor;
revoke usage on schema audit from sluice_auditor;
revoke select, insert, update on identity.api_key from sluice_contributor;
drop function identity.find_person(text), identity.find_person_by_id(uuid), identity.find_initiative(uuid), identity.person_record(identity.person);
alter table identity.person drop machine, drop organisation_id;
`);
  }
}
