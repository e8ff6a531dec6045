import type { MigrationInterface, QueryRunner } from 'typeorm';

const COUNSEL_GROUND = 1 << 4;

const QUESTIONS = `
-- Counsel may hold back a question as a whole (domain.md 0.5), such as statistics or valueChain, whatever data it stands on.
create table policy.question_freeze (
  id uuid primary key default gen_random_uuid(),
  question text not null check (question ~ '^[a-zA-Z]{1,60}$'),
  reason text not null,
  frozen_by uuid not null,
  frozen_at timestamptz not null default now(),
  lifted_by uuid,
  lifted_at timestamptz,
  check ((lifted_at is null) = (lifted_by is null))
);
revoke all on policy.question_freeze from public;

-- Asked as each snapshot opens, in its first round trip.
create function policy.frozen_questions() returns text[] language sql stable security definer set search_path = pg_catalog as $$
  select array(select f.question from policy.question_freeze f where f.lifted_at is null)
$$;

create function policy.freeze_question(question text, reason text, person uuid) returns uuid language plpgsql security definer set search_path = pg_catalog as $$
declare
  frozen uuid;
begin
  if coalesce((policy.bound()).may & ${COUNSEL_GROUND}, 0) = 0 then return null; end if;
  insert into policy.question_freeze (question, reason, frozen_by) values (question, reason, person) returning id into frozen;
  return frozen;
end $$;
revoke execute on function policy.frozen_questions(), policy.freeze_question(text, text, uuid) from public;
grant execute on function policy.frozen_questions() to sluice_reader;
grant execute on function policy.freeze_question(text, text, uuid) to sluice_contributor;
`;

const LIFT = `
create or replace function policy.lift_freeze(frozen uuid, person uuid) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  if coalesce((policy.bound()).may & ${COUNSEL_GROUND}, 0) = 0 then return false; end if;
  update policy.freeze set lifted_at = now(), lifted_by = person where id = frozen and lifted_at is null;
  if found then return true; end if;
  update policy.question_freeze set lifted_at = now(), lifted_by = person where id = frozen and lifted_at is null;
  return found;
end $$;
`;
const LIFT_BEFORE = `
create or replace function policy.lift_freeze(frozen uuid, person uuid) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  if ((policy.bound()).may & ${COUNSEL_GROUND}) = 0 then return false; end if;
  update policy.freeze set lifted_at = now(), lifted_by = person where id = frozen and lifted_at is null;
  return found;
end $$;
`;

function freezes(columns: string, all: string): string {
  return `
drop function policy.freezes();
create function policy.freezes() returns table (id uuid, data_class smallint, initiative_no int, reason text, frozen_at timestamptz, lifted_at timestamptz${columns})
language sql stable security definer set search_path = pg_catalog as $$
  ${all}
$$;
revoke execute on function policy.freezes() from public;
grant execute on function policy.freezes() to sluice_reader, sluice_contributor;
`;
}
const ALL = freezes(
  ', question text',
  `select f.id, f.data_class, f.initiative_no, case when (b.may & ${COUNSEL_GROUND}) <> 0 then f.reason end, f.frozen_at, f.lifted_at, f.question
  from (
    select id, data_class, initiative_no, reason, frozen_at, lifted_at, null as question from policy.freeze
    union all
    select id, null, null, reason, frozen_at, lifted_at, question from policy.question_freeze
  ) f, policy.bound() b where b.organisation_no is not null and (f.lifted_at is null or (b.may & ${COUNSEL_GROUND}) <> 0)`,
);
const ALL_BEFORE = freezes(
  '',
  `select f.id, f.data_class, f.initiative_no, case when (b.may & ${COUNSEL_GROUND}) <> 0 then f.reason end, f.frozen_at, f.lifted_at
  from policy.freeze f, policy.bound() b where b.organisation_no is not null and (f.lifted_at is null or (b.may & ${COUNSEL_GROUND}) <> 0)`,
);

/** Counsel freezes a question. */
export class FreezeQuestions1764000000164 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [QUESTIONS, LIFT, ALL]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const sql of [ALL_BEFORE, LIFT_BEFORE]) await runner.query(sql);
    await runner.query(`
drop function policy.freeze_question(text, text, uuid), policy.frozen_questions();
drop table policy.question_freeze;`);
  }
}
