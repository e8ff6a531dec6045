import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Numbers as src/policy/cells.ts had them. */
const ADDRESSED = 6;
const OWNER_ONLY = 8;
const COUNTERPARTY = 5;
const DEMAND = 6;
const OPEN = `'RECEIVED', 'ACKNOWLEDGED', 'COUNTER_PROPOSED', 'EQUIVALENCE_CLAIMED', 'ACCEPTED', 'EVIDENCE_SUBMITTED', 'PARTIALLY_MET'`;

/** A draft is its issuer's alone, whomever it names already; from its issue on each recipient reads it. */
const CLASSES = `
create function vault.classify_demand() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  new.tier := case when new.state = 'DRAFT' then ${OWNER_ONLY} else ${ADDRESSED} end;
  new.sensitivity := ${COUNTERPARTY};
  new.data_class := ${DEMAND};
  return new;
end $$;
create trigger classify before insert or update on vault.demand for each row execute function vault.classify_demand();

-- INVARIANT DemandsMoveByFunction: the writing role drafts a demand; whatever reaches another goes through the functions below.
create function vault.guard_demand() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if current_user = 'sluice_contributor' and (tg_op = 'UPDATE' or tg_table_name <> 'demand' or to_jsonb(new) ->> 'state' is distinct from 'DRAFT') then
    raise exception 'demands and answers move through their machine' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger guard before insert or update on vault.demand for each row execute function vault.guard_demand();
create trigger guard before insert or update on vault.demand_response for each row execute function vault.guard_demand();
create trigger guard before insert or update on vault.response_evidence for each row execute function vault.guard_demand();
create index on vault.response_evidence (response_id);
create index on vault.demand (owner_no, state, deadline, id);
create index on vault.demand (cascaded_from) where cascaded_from is not null;
`;

const DEMANDS = `
-- A confirmed link in either direction, or a live agreement: what lets one ask the other (domain.md 1.4).
create function vault.trades_with(other int) returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select exists (select from policy.live_link l, policy.organisation_no() me
      where l.owner_no = me and l.customer_owner_no = other or l.owner_no = other and l.customer_owner_no = me)
    or exists (select from vault.agreement a, policy.organisation_no() me
      where a.state = 'ACTIVE' and a.withdrawn_at is null and (a.owner_no = me and a.partner_no = other or a.owner_no = other and a.partner_no = me))
$$;

create function vault.lock_demand(which uuid) returns setof vault.demand language sql security definer set search_path = pg_catalog as $$
  select d.* from vault.demand d where d.id = which and d.withdrawn_at is null and d.owner_no = (select policy.organisation_no()) for update
$$;

create function vault.move_demand(which uuid, changes jsonb) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  d vault.demand;
begin
  select * into d from vault.lock_demand(which);
  if not found then raise exception 'this step is not open' using errcode = '42501'; end if;
  if changes - '{state,reason,issued_on,superseded_by,terms_version,deadline,title,body,min_level,threshold,min_assurance,accepts_equivalents,legal_basis,minerals,stages,jurisdictions,withdrawn_at}'::text[] <> '{}'::jsonb then
    raise exception 'a step of a demand changes its terms and state only';
  end if;
  d := jsonb_populate_record(d, changes);
  update vault.demand set state = d.state, reason = d.reason, issued_on = d.issued_on, superseded_by = d.superseded_by, terms_version = d.terms_version,
    deadline = d.deadline, title = d.title, body = d.body, min_level = d.min_level, threshold = d.threshold, min_assurance = d.min_assurance,
    accepts_equivalents = d.accepts_equivalents, legal_basis = d.legal_basis, minerals = d.minerals, stages = d.stages,
    jurisdictions = d.jurisdictions, withdrawn_at = d.withdrawn_at
  where id = which;
end $$;

-- One answer for each recipient, each of them its own row: no recipient reads another's.
create function vault.open_responses(which uuid) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  d vault.demand;
  opened uuid;
  recipient int;
begin
  select * into d from vault.lock_demand(which);
  if not found or d.state <> 'ISSUED' then raise exception 'this step is not open' using errcode = '42501'; end if;
  foreach recipient in array d.recipients loop
    if not vault.trades_with(recipient) then raise exception 'this step is not open' using errcode = '42501'; end if;
    insert into vault.demand_response (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, synthetic, demand_id, issuer_no, recipient_id, state, deadline)
    select u.unit_no, u.unit_no, u.unit_no, ${ADDRESSED}, ${COUNTERPARTY}, ${DEMAND}, d.synthetic, d.id, d.owner_no, u.organisation_id, 'RECEIVED', d.deadline
    from policy.unit u where u.unit_no = recipient and u.site_id is null returning id into opened;
    insert into vault.transition (machine, subject_id, from_state, action, to_state) values ('DEMAND_RESPONSE', opened, null, 'open', 'RECEIVED');
  end loop;
end $$;

-- Every open answer of a demand ends as the demand does.
create function vault.end_responses(which uuid, with_action text, into_state text) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  r record;
begin
  for r in select id, state from vault.demand_response where demand_id = which and state in (${OPEN}) order by id for update loop
    update vault.demand_response set state = into_state where id = r.id;
    insert into vault.transition (machine, subject_id, from_state, action, to_state) values ('DEMAND_RESPONSE', r.id, r.state, with_action, into_state);
  end loop;
end $$;
create function vault.void_responses(which uuid) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform from vault.lock_demand(which);
  if not found then raise exception 'this step is not open' using errcode = '42501'; end if;
  perform vault.end_responses(which, 'void', 'VOID');
end $$;

-- What was met by older terms is open again, and marked as such; the others learn the new deadline.
create function vault.apply_terms(which uuid, tightened boolean) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  d vault.demand;
  r record;
begin
  select * into d from vault.lock_demand(which);
  if not found then raise exception 'this step is not open' using errcode = '42501'; end if;
  update vault.demand_response set deadline = d.deadline where demand_id = which and state in (${OPEN}, 'MET');
  if not tightened then return; end if;
  for r in select id, state from vault.demand_response where demand_id = which and state in ('MET', 'PARTIALLY_MET') order by id for update loop
    update vault.demand_response set state = 'ACCEPTED', stale = true where id = r.id;
    insert into vault.transition (machine, subject_id, from_state, action, to_state, reason) values ('DEMAND_RESPONSE', r.id, r.state, 'lapse', 'ACCEPTED', 'threshold tightened');
  end loop;
end $$;

-- Answers to the superseded demand go over to the new one where it is no stricter; else they end and the new ones stand open.
create function vault.carry_responses(which uuid, successor uuid, stricter boolean) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  later vault.demand;
begin
  perform from vault.lock_demand(which);
  if not found then raise exception 'this step is not open' using errcode = '42501'; end if;
  select * into later from vault.lock_demand(successor);
  if not found or later.state <> 'ISSUED' then raise exception 'this step is not open' using errcode = '42501'; end if;
  if not stricter then
    delete from vault.demand_response fresh using vault.demand_response old
    where fresh.demand_id = successor and fresh.state = 'RECEIVED' and old.demand_id = which and old.owner_no = fresh.owner_no and old.state in (${OPEN});
    update vault.demand_response old set demand_id = successor, deadline = later.deadline
    where old.demand_id = which and old.state in (${OPEN}) and old.owner_no = any(later.recipients)
      and not exists (select from vault.demand_response r where r.demand_id = successor and r.owner_no = old.owner_no);
  end if;
  perform vault.end_responses(which, 'void', 'VOID');
end $$;

create function vault.responses_settled(which uuid, on_day date) returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select not exists (select from vault.demand_response r where r.demand_id = which and r.state in (${OPEN}) and coalesce(r.agreed_deadline, r.deadline) >= on_day)
$$;
`;

const RESPONSES = `
create function vault.lock_response(which uuid) returns setof vault.demand_response language sql security definer set search_path = pg_catalog as $$
  select r.* from vault.demand_response r where r.id = which and r.withdrawn_at is null and (select policy.organisation_no()) in (r.owner_no, r.issuer_no) for update
$$;

create function vault.move_response(which uuid, changes jsonb) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  r vault.demand_response;
begin
  select * into r from vault.lock_response(which);
  if not found then raise exception 'this step is not open' using errcode = '42501'; end if;
  -- the recipient offers, the issuer judges
  if policy.organisation_no() <> r.owner_no then changes := changes - '{offer,alternative,equivalence_id,proof_valid_to}'::text[]; end if;
  if policy.organisation_no() <> r.issuer_no then changes := changes - '{agreed_terms,agreed_deadline,remediation_until}'::text[]; end if;
  if changes - '{state,stale,reason_code,reason,alternative,equivalence_id,gaps,offer,agreed_terms,remediation_until,proof_valid_to,agreed_deadline}'::text[] <> '{}'::jsonb then
    raise exception 'a step of an answer changes its state and contents only';
  end if;
  r := jsonb_populate_record(r, changes);
  update vault.demand_response set state = r.state, stale = r.stale, reason_code = r.reason_code, reason = r.reason, alternative = r.alternative,
    equivalence_id = r.equivalence_id, gaps = r.gaps, offer = r.offer, agreed_terms = r.agreed_terms, remediation_until = r.remediation_until,
    proof_valid_to = r.proof_valid_to, agreed_deadline = r.agreed_deadline
  where id = which;
end $$;

create function vault.add_response_evidence(which uuid, items jsonb) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  r vault.demand_response;
begin
  select * into r from vault.lock_response(which);
  if not found then raise exception 'this step is not open' using errcode = '42501'; end if;
  insert into vault.response_evidence (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, synthetic, response_id, issuer_no, kind, assessment_id, measurement_id, equivalence_id, sha256, note, valid_to)
  select r.unit_no, r.owner_no, r.owner_no, ${ADDRESSED}, ${COUNTERPARTY}, ${DEMAND}, r.synthetic, r.id, r.issuer_no, e ->> 'kind', (e ->> 'assessment_id')::uuid, (e ->> 'measurement_id')::uuid,
    e ->> 'equivalence_id', e ->> 'sha256', e ->> 'note', (e ->> 'valid_to')::date
  from jsonb_array_elements(items) as i(e);
end $$;

-- Tier by tier above an answer: MET where every answer of that tier is met, GAP where one is not, OPEN before; no names, no counts.
create function policy.cascade_outcome(which uuid) returns table (tier int, outcome text) language sql stable security definer set search_path = pg_catalog as $$
  with recursive up as (
    select r.id, 1 as tier from vault.demand_response r where r.id = which and policy.organisation_no() in (r.owner_no, r.issuer_no)
    union all
    select r.id, up.tier + 1 from up join vault.demand d on d.cascaded_from = up.id and d.state <> 'DRAFT' join vault.demand_response r on r.demand_id = d.id where up.tier < 12
  )
  select up.tier, case when bool_and(r.state = 'MET') then 'MET'
    when bool_or(r.state in ('NOT_MET', 'PARTIALLY_MET', 'DECLINED', 'EXPIRED', 'VOID')) then 'GAP' else 'OPEN' end
  from up join vault.demand_response r on r.id = up.id group by up.tier order by up.tier
$$;
`;

const TIME = `
-- Steps of time: demands long past their deadline, and what was met by a proof that has run out.
create function vault.tick_demands(on_day date, expiry_days int, grace_days int) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  due record;
  steps int := 0;
begin
  if exists (select from policy.freeze where lifted_at is null and coalesce(data_class, ${DEMAND}) = ${DEMAND}) then return 0; end if;
  for due in select d.id from vault.demand d join vault.organisation o on o.unit_no = d.owner_no
    where d.state = 'ISSUED' and d.withdrawn_at is null and d.deadline < on_day - expiry_days and o.standing in ('GOOD', 'LATE') order by d.id for update of d
  loop
    update vault.demand set state = 'EXPIRED' where id = due.id;
    insert into vault.transition (machine, subject_id, from_state, action, to_state) values ('DEMAND', due.id, 'ISSUED', 'expire', 'EXPIRED');
    perform vault.end_responses(due.id, 'expire', 'EXPIRED');
    steps := steps + 1;
  end loop;
  for due in select r.id, r.state from vault.demand_response r join vault.demand d on d.id = r.demand_id
    where r.state in ('MET', 'PARTIALLY_MET') and d.state = 'ISSUED' and (r.proof_valid_to <= on_day
      or exists (select from vault.response_evidence e join vault.assessment a on a.id = e.assessment_id
        where e.response_id = r.id and (a.state in ('SUSPENDED', 'WITHDRAWN', 'EXPIRED') or a.withdrawn_at is not null or a.valid_to <= on_day))
      or exists (select from vault.equivalence_claim c where c.equivalence_id = r.equivalence_id and c.state = 'REVOKED' and c.updated_at::date <= on_day - grace_days))
    order by r.id for update of r
  loop
    update vault.demand_response set state = 'ACCEPTED', stale = true where id = due.id;
    insert into vault.transition (machine, subject_id, from_state, action, to_state, reason) values ('DEMAND_RESPONSE', due.id, due.state, 'lapse', 'ACCEPTED', 'proof expired');
    steps := steps + 1;
  end loop;
  return steps;
end $$;

revoke execute on function vault.classify_demand(), vault.guard_demand(), vault.trades_with(int), vault.lock_demand(uuid), vault.move_demand(uuid, jsonb), vault.open_responses(uuid),
  vault.end_responses(uuid, text, text), vault.void_responses(uuid), vault.apply_terms(uuid, boolean), vault.carry_responses(uuid, uuid, boolean), vault.responses_settled(uuid, date),
  vault.lock_response(uuid), vault.move_response(uuid, jsonb), vault.add_response_evidence(uuid, jsonb), policy.cascade_outcome(uuid), vault.tick_demands(date, int, int) from public;
grant execute on function vault.trades_with(int), vault.lock_demand(uuid), vault.move_demand(uuid, jsonb), vault.open_responses(uuid), vault.void_responses(uuid),
  vault.apply_terms(uuid, boolean), vault.carry_responses(uuid, uuid, boolean), vault.responses_settled(uuid, date), vault.lock_response(uuid), vault.move_response(uuid, jsonb),
  vault.add_response_evidence(uuid, jsonb), policy.cascade_outcome(uuid) to sluice_contributor;
grant execute on function policy.cascade_outcome(uuid) to sluice_reader;
grant execute on function vault.tick_demands(date, int, int) to sluice_trustee;
`;

/** What issuer and recipient may change of each other's rows; the machines themselves are reference/state-machines.csv. */
export class MoveDemands1764000000052 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CLASSES, DEMANDS, RESPONSES, TIME]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function vault.tick_demands, policy.cascade_outcome, vault.add_response_evidence, vault.move_response, vault.lock_response, vault.responses_settled,
  vault.carry_responses, vault.apply_terms, vault.void_responses, vault.end_responses, vault.open_responses, vault.move_demand, vault.lock_demand, vault.trades_with;
drop function vault.guard_demand() cascade;
drop function vault.classify_demand() cascade`);
  }
}
