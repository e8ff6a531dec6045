import type { MigrationInterface, QueryRunner } from 'typeorm';

const COUNSEL_GROUND = 1 << 4;

/**
 * What a party or counsel may change on an agreement that the other side may have contributed. The state machine itself is
 * reference/state-machines.csv, walked by src/modules/agreements; here stands only who may touch what.
 */
const MOVE = `
alter table vault.agreement add column pending_action text, add column pending_by int[] not null default '{}', add column pending_terms jsonb,
  add column activated_at timestamptz;
alter table vault.agreement_history add column pending_action text, add column pending_by int[] not null default '{}', add column pending_terms jsonb,
  add column activated_at timestamptz;

create function vault.lock_agreement(which uuid) returns setof vault.agreement language sql security definer set search_path = pg_catalog as $$
  -- NOT FOUND for everybody who is neither a party nor counsel with something to clear: a hidden one is a missing one
  select a.* from vault.agreement a, policy.bound() b
  where a.id = which and a.withdrawn_at is null
    and (b.organisation_no in (a.owner_no, a.partner_no) or ((b.may & ${COUNSEL_GROUND}) <> 0 and (a.needs_clearance or a.state in ('ACTIVE', 'SUSPENDED'))))
  for update
$$;

create function vault.move_agreement(which uuid, changes jsonb) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  a vault.agreement;
begin
  select * into a from vault.lock_agreement(which);
  if not found then return; end if;
  if changes - '{state,prior_state,signed_by,cleared,suspended_by,suspended_by_counsel,disposal_statement,terms_version,data_classes,fields,unit_nos,mutual,starts_on,ends_on,deletion_rule,purpose,needs_clearance,proposer_no,pending_action,pending_by,pending_terms,activated_at}'::text[] <> '{}'::jsonb then
    raise exception 'a step of an agreement changes its terms and state only';
  end if;
  a := jsonb_populate_record(a, changes);
  update vault.agreement set state = a.state, prior_state = a.prior_state, signed_by = a.signed_by, cleared = a.cleared, suspended_by = a.suspended_by,
    suspended_by_counsel = a.suspended_by_counsel, disposal_statement = a.disposal_statement, terms_version = a.terms_version, data_classes = a.data_classes,
    fields = a.fields, unit_nos = a.unit_nos, mutual = a.mutual, starts_on = a.starts_on, ends_on = a.ends_on, deletion_rule = a.deletion_rule, purpose = a.purpose,
    needs_clearance = a.needs_clearance, proposer_no = a.proposer_no, pending_action = a.pending_action, pending_by = a.pending_by,
    pending_terms = a.pending_terms, activated_at = a.activated_at
  where id = which;
end $$;

-- SYSTEM steps: an agreement whose end has come expires; grants end with their date in any case.
create function vault.expire_agreements(on_day date) returns int language sql security definer set search_path = pg_catalog as $$
  with due as (update vault.agreement set prior_state = state, state = 'EXPIRED' where state in ('ACTIVE', 'SUSPENDED') and ends_on <= on_day returning 1)
  select count(*)::int from due
$$;

create function vault.record_transition(machine text, subject uuid, from_state text, action text, to_state text, person uuid, reason text) returns void
language sql security definer set search_path = pg_catalog as $$
  insert into vault.transition (machine, subject_id, from_state, action, to_state, organisation_no, person_id, reason)
  select machine, subject, from_state, action, to_state, (policy.bound()).organisation_no, person, reason
$$;

-- Whether this person has a live entry in the register of interests about a counterpart (checked first at every transition).
create function vault.has_interest(person uuid, counterparts int[]) returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select exists (select from vault.interest where person_id = person and counterpart_no = any(counterparts) and valid_from <= current_date and (valid_to is null or valid_to > current_date))
$$;

revoke execute on function vault.lock_agreement(uuid), vault.move_agreement(uuid, jsonb), vault.expire_agreements(date),
  vault.record_transition(text, uuid, text, text, text, uuid, text), vault.has_interest(uuid, int[]) from public;
grant execute on function vault.lock_agreement(uuid), vault.move_agreement(uuid, jsonb), vault.record_transition(text, uuid, text, text, text, uuid, text),
  vault.has_interest(uuid, int[]) to sluice_contributor;
`;

/** Counsel's freeze and the initiative's phase; both are read by policy.gates() in the reader's own snapshot. */
const GOVERN = `
create function policy.freeze_reads(data_class smallint, initiative int, reason text, person uuid) returns uuid language plpgsql security definer set search_path = pg_catalog as $$
declare
  frozen uuid;
begin
  if ((policy.bound()).may & ${COUNSEL_GROUND}) = 0 then return null; end if;
  insert into policy.freeze (data_class, initiative_no, reason, frozen_by) values (data_class, initiative, reason, person) returning id into frozen;
  return frozen;
end $$;

create function policy.lift_freeze(frozen uuid, person uuid) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  if ((policy.bound()).may & ${COUNSEL_GROUND}) = 0 then return false; end if;
  update policy.freeze set lifted_at = now(), lifted_by = person where id = frozen and lifted_at is null;
  return found;
end $$;

-- Counsel sees what it froze and why; a party is told only that its class of data is frozen.
create function policy.freezes() returns table (id uuid, data_class smallint, initiative_no int, reason text, frozen_at timestamptz, lifted_at timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
  select f.id, f.data_class, f.initiative_no, case when (b.may & ${COUNSEL_GROUND}) <> 0 then f.reason end, f.frozen_at, f.lifted_at
  from policy.freeze f, policy.bound() b where b.organisation_no is not null and (f.lifted_at is null or (b.may & ${COUNSEL_GROUND}) <> 0)
$$;

create function policy.initiatives() returns table (id uuid, initiative_no int, alliance_id uuid, name text, aim text, kind text, phase text, entered_at timestamptz, standing boolean, synthetic boolean)
language sql stable security definer set search_path = pg_catalog as $$
  select id, initiative_no, alliance_id, name, aim, kind, phase, entered_at, standing, synthetic from vault.initiative
$$;

create function policy.decisions() returns table (id uuid, alliance_id uuid, title text, rationale text, state text, trade_offs jsonb, decided_on date, review_on date, synthetic boolean)
language sql stable security definer set search_path = pg_catalog as $$
  select id, alliance_id, title, rationale, state, trade_offs, decided_on, review_on, synthetic from vault.decision where state in ('PUBLISHED', 'UNDER_REVIEW', 'REPEALED')
$$;

create function audit.read_for_counsel(wanted text, rows_max int) returns setof audit.read_record language sql stable security definer set search_path = pg_catalog as $$
  select r.* from audit.read_record r, policy.bound() b
  where (b.may & ${COUNSEL_GROUND}) <> 0 and (wanted is null or r.outcome = wanted) order by r.id desc limit rows_max
$$;
revoke execute on function audit.read_for_counsel(text, int) from public;
grant usage on schema audit to sluice_reader;
grant execute on function audit.read_for_counsel(text, int) to sluice_reader;

create function vault.lock_initiative(which uuid) returns setof vault.initiative language sql security definer set search_path = pg_catalog as $$
  select * from vault.initiative where id = which for update
$$;

create function vault.phase_guards(which uuid, to_phase text, decision uuid) returns text[] language sql stable security definer set search_path = pg_catalog as $$
  -- what still stands in the way of a step, in words; the six risks are scored anew for the phase to come
  select array_remove(array[
    case when not exists (select from vault.decision d where d.id = $3 and d.state in ('ADOPTED', 'PUBLISHED')) then 'an adopted decision of the governing body' end,
    case when (select count(distinct risk) from vault.risk_entry r where r.initiative_id = which and r.phase = to_phase and r.scored_on > current_date - 365) < 6
      then 'the six risks scored for ' || to_phase end,
    case when to_phase = 'COORDINATION' and not exists (select from vault.agreement g where g.state = 'ACTIVE' and (g.initiative_id is null or g.initiative_id = which))
      then 'data-sharing agreements in force' end], null)
$$;

create function vault.move_initiative(which uuid, to_phase text, decision uuid, person uuid, reason text) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
declare
  i vault.initiative;
begin
  -- BODY or COUNSEL; which of them may take which step is the machine's to say
  if ((policy.bound()).may & (${1 << 18} | ${1 << 27} | ${COUNSEL_GROUND})) = 0 then return false; end if;
  select * into i from vault.initiative where id = which for update;
  if not found then return false; end if;
  insert into vault.phase_change (initiative_id, from_phase, to_phase, decision_id, person_id, reason) values (which, i.phase, to_phase, decision, person, reason);
  update vault.initiative set phase = to_phase, entered_at = now() where id = which;
  return true;
end $$;

revoke execute on function policy.freeze_reads(smallint, int, text, uuid), policy.lift_freeze(uuid, uuid), policy.freezes(), policy.initiatives(), policy.decisions(),
  vault.lock_initiative(uuid), vault.phase_guards(uuid, text, uuid), vault.move_initiative(uuid, text, uuid, uuid, text) from public;
grant execute on function policy.freezes(), policy.initiatives(), policy.decisions() to sluice_reader, sluice_contributor;
grant execute on function policy.freeze_reads(smallint, int, text, uuid), policy.lift_freeze(uuid, uuid),
  vault.lock_initiative(uuid), vault.phase_guards(uuid, text, uuid), vault.move_initiative(uuid, text, uuid, uuid, text) to sluice_contributor;
`;

export class MoveAgreements1764000000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MOVE);
    await runner.query(GOVERN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function vault.lock_agreement(uuid), vault.move_agreement(uuid, jsonb), vault.expire_agreements(date),
  vault.record_transition(text, uuid, text, text, text, uuid, text), vault.has_interest(uuid, int[]), policy.freeze_reads(smallint, int, text, uuid),
  policy.lift_freeze(uuid, uuid), policy.freezes(), policy.initiatives(), policy.decisions(), vault.lock_initiative(uuid),
  vault.phase_guards(uuid, text, uuid), vault.move_initiative(uuid, text, uuid, uuid, text)`);
  }
}
