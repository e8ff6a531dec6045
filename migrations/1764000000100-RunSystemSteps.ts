import type { MigrationInterface, QueryRunner } from 'typeorm';

const TURNS = `
-- Whose turn it is: one row a step. The hub that holds the row runs the step in the same transaction, so that however many
-- hubs serve one database, a step runs once at a time, and a step that fails has not run.
create table vault.system_step (name text primary key, last_run_at timestamptz not null default '-infinity');
insert into vault.system_step (name) values ('assessments'), ('agreements'), ('links'), ('demands'), ('claims'), ('clusters');

-- Whether this hub may run the step now: false where another one is at it or it ran within the interval; null for no such step.
create function vault.take_system_step(step text, every interval) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select from vault.system_step where name = step) then return null; end if;
  perform from vault.system_step where name = step and last_run_at <= clock_timestamp() - every for update skip locked;
  if not found then return false; end if;
  update vault.system_step set last_run_at = clock_timestamp() where name = step;
  return true;
end $$;
`;

/** The steps that time takes, as reference/state-machines.csv has them for the actor SYSTEM; a test holds the two together. */
const ASSESSMENTS = `
create function vault.tick_assessments(on_day date, grace_days int) returns table (expired int, superseded int, suspended int)
language plpgsql security definer set search_path = pg_catalog as $$
begin
  update vault.corrective_action set state = 'OVERDUE' where state = 'OPEN' and due_on < on_day and withdrawn_at is null;
  with due as (
    select a.id, a.state from vault.assessment a
    where a.state in ('CONFORMANT', 'CONFORMANT_WITH_CAP', 'SUSPENDED', 'UNDER_APPEAL') and a.withdrawn_at is null and a.valid_to <= on_day
    order by a.id for update
  ) select vault.end_assessments(array_agg(id), 'expire', 'EXPIRED') into expired from due;
  with due as (
    select a.id from vault.assessment a
    where a.state in ('CONFORMANT', 'CONFORMANT_WITH_CAP') and a.withdrawn_at is null and a.decided_at <= on_day
      and exists (select from vault.assessment n where n.unit_no = a.unit_no and n.standard_id = a.standard_id and n.id <> a.id
        and n.withdrawn_at is null and n.state in ('CONFORMANT', 'CONFORMANT_WITH_CAP') and (n.decided_at, n.id) > (a.decided_at, a.id))
    order by a.id for update
  ) select vault.end_assessments(array_agg(id), 'supersede', 'SUPERSEDED') into superseded from due;
  with due as (
    select a.id from vault.assessment a
    where a.state = 'CONFORMANT_WITH_CAP' and a.withdrawn_at is null and exists (
      select from vault.finding f join vault.corrective_action c on c.finding_id = f.id
      where f.assessment_id = a.id and c.state <> 'VERIFIED' and c.due_on < on_day - grace_days)
    order by a.id for update
  ) select vault.end_assessments(array_agg(id), 'cap_overdue', 'SUSPENDED') into suspended from due;
  return next;
end $$;

-- What was only declared keeps saying so.
create function vault.end_assessments(which uuid[], with_action text, into_state text) returns int language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into vault.transition (machine, subject_id, from_state, action, to_state)
    select 'ASSESSMENT', a.id, a.state, with_action, into_state from vault.assessment a where a.id = any(which) order by a.id;
  update vault.assessment a set state = into_state, prior_state = a.state, label = case when a.label = 'SELF_DECLARED' then a.label else into_state end
    where a.id = any(which);
  return coalesce(cardinality(which), 0);
end $$;
`;

const AGREEMENTS = `
-- An agreement whose end has come expires; its grants end with their date in any case.
create or replace function vault.expire_agreements(on_day date) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  due record;
  steps int := 0;
begin
  for due in select a.id, a.state from vault.agreement a where a.state in ('ACTIVE', 'SUSPENDED') and a.withdrawn_at is null and a.ends_on <= on_day
    order by a.id for update
  loop
    update vault.agreement set prior_state = state, state = 'EXPIRED' where id = due.id;
    insert into vault.transition (machine, subject_id, from_state, action, to_state) values ('DATA_SHARING_AGREEMENT', due.id, due.state, 'expire', 'EXPIRED');
    steps := steps + 1;
  end loop;
  return steps;
end $$;

revoke execute on function vault.take_system_step(text, interval), vault.tick_assessments(date, int), vault.end_assessments(uuid[], text, text) from public;
grant execute on function vault.take_system_step(text, interval), vault.tick_assessments(date, int), vault.expire_agreements(date) to sluice_trustee;
`;

/** SYSTEM is the hub itself: it takes the steps of time as the trustee, with no need of the migrating user. */
export class RunSystemSteps1764000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TURNS, ASSESSMENTS, AGREEMENTS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
revoke execute on function vault.expire_agreements(date) from sluice_trustee;
drop function vault.tick_assessments, vault.end_assessments, vault.take_system_step;
drop table vault.system_step`);
  }
}
