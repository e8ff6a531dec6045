import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, their roles and keys; the append-only record of reads; the staging of imports. */
export class CreateIdentityAndAudit1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create table identity.person (
  id uuid primary key default gen_random_uuid(), subject text not null unique, display_name text not null, email text, locale text not null default 'en',
  deactivated_at timestamptz, synthetic boolean not null default false
);
create table identity.affiliation (
  person_id uuid not null references identity.person, organisation_id uuid not null, organisation_no int not null references policy.unit,
  desk_no int not null references policy.desk, wall_attested boolean not null default false, valid_from date not null default current_date, valid_to date,
  primary key (person_id, organisation_id, desk_no)
);
create table identity.role (
  person_id uuid not null references identity.person, name text not null, organisation_id uuid, alliance_id uuid, initiative_id uuid, activity text,
  valid_from date not null default current_date, valid_to date, primary key (person_id, name, valid_from),
  check (name <> 'CLEAN_TEAM' or (valid_to is not null and valid_to <= valid_from + interval '24 months'))
);
create table identity.api_key (
  key_id text primary key, secret_hash bytea not null, person_id uuid not null references identity.person, scopes text[] not null,
  created_at timestamptz not null default now(), expires_at timestamptz not null, revoked_at timestamptz, last_used_on date
);

create table audit.read_record (
  id bigint generated always as identity primary key, happened_at timestamptz not null default clock_timestamp(),
  organisation_no int, person_id uuid, roles text[] not null, purpose text, initiative_no int, operation text, query_hash text not null,
  types text[] not null, unit_nos int[] not null, outcome text not null, rule text
);
create index on audit.read_record using brin (happened_at);
-- INVARIANT RecordIsAppendOnly: nobody, not even the owner of the table, changes or removes a record.
create function audit.refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'the audit record is append-only';
end $$;
create trigger append_only before update or delete on audit.read_record for each row execute function audit.refuse_change();
create trigger no_truncate before truncate on audit.read_record for each statement execute function audit.refuse_change();

create table intake.batch (
  id uuid primary key default gen_random_uuid(), format text not null, contributor_no int not null, person_id uuid, files jsonb not null, content_hash text not null,
  state text not null default 'STAGED' check (state in ('STAGED', 'COMMITTED', 'ABANDONED')), partial boolean not null default false, preview jsonb,
  staged_rows int not null default 0, created_at timestamptz not null default now(), committed_at timestamptz, unique (contributor_no, format, content_hash)
);
create table intake.staged (
  batch_id uuid not null references intake.batch, position int not null, kind text not null, body jsonb not null, primary key (batch_id, position)
);
create table intake.rejection (
  batch_id uuid not null references intake.batch, position int not null, file text not null, row_no int not null, column_name text, code text not null, value text, hint text not null,
  primary key (batch_id, position)
);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop schema identity, audit, intake cascade; create schema identity; create schema audit; create schema intake',
    );
  }
}
