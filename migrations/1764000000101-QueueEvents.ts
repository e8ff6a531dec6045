import type { MigrationInterface, QueryRunner } from 'typeorm';

const COUNSEL_ROLE = 'COMPETITION_COUNSEL';

/**
 * The outbox. What happened is written in the transaction of its cause, as three words: what, of which kind, of which thing. No
 * value, and nobody's name; who may hear of it is asked when it is sent, through the disclosed views.
 */
const OUTBOX = `
create schema events;
create table events.event (
  id uuid primary key default gen_random_uuid(), type text not null, subject_type text not null, subject_id uuid not null,
  happened_at timestamptz not null default now(), position bigint unique,
  -- what one transaction did stays in its order
  noted bigint generated always as identity
);
create index on events.event (happened_at, noted) where position is null;
create index on events.event (happened_at);
-- the place of the last event in the order in which events became visible: one row
create table events.head (position bigint not null);
insert into events.head values (0);
-- whom an event may concern; whether they may see its subject is another question
create table events.inbox (
  organisation_no int not null, position bigint not null, event_id uuid not null references events.event on delete cascade, primary key (organisation_no, position)
);
create index on events.inbox (position);
create index on events.inbox (event_id);
-- certificates that were announced as running out, once for each last day
create table events.announced (subject_id uuid not null, valid_to date not null, primary key (subject_id, valid_to));

-- Steps of the machines that are events (reference/state-machines.csv); null: a step that is none.
create function events.type_of_step(machine text, action text) returns text language sql immutable set search_path = pg_catalog as $$
  select case machine
    when 'DEMAND' then case action when 'issue' then 'DEMAND_ISSUED' when 'amend' then 'DEMAND_AMENDED' when 'withdraw' then 'DEMAND_WITHDRAWN'
      when 'supersede' then 'DEMAND_SUPERSEDED' when 'close' then 'DEMAND_CLOSED' when 'expire' then 'DEMAND_EXPIRED' end
    when 'DEMAND_RESPONSE' then 'RESPONSE_CHANGED'
    when 'ASSESSMENT' then case when action like 'decide\\_%' then 'CERTIFICATE_DECIDED' when action in ('suspend', 'cap_overdue') then 'CERTIFICATE_SUSPENDED'
      when action = 'reinstate' then 'CERTIFICATE_REINSTATED' when action = 'withdraw' then 'CERTIFICATE_WITHDRAWN'
      when action = 'supersede' then 'CERTIFICATE_SUPERSEDED' when action = 'expire' then 'CERTIFICATE_EXPIRED' end
    when 'LINK_CONSENT' then 'LINK_CHANGED'
    when 'DATA_SHARING_AGREEMENT' then 'AGREEMENT_CHANGED'
  end
$$;

create function events.note_step() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into events.event (type, subject_type, subject_id)
    select type, case new.machine when 'DEMAND_RESPONSE' then 'RESPONSE' when 'ASSESSMENT' then 'CERTIFICATE' when 'LINK_CONSENT' then 'LINK'
      when 'DATA_SHARING_AGREEMENT' then 'AGREEMENT' else new.machine end, new.subject_id
    from events.type_of_step(new.machine, new.action) as t(type) where type is not null;
  return null;
end $$;
create trigger note_step after insert on vault.transition for each row execute function events.note_step();

-- One end's consent alone is no step of the machine, and both ends may know of it.
create function events.note_consent() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into events.event (type, subject_type, subject_id) values ('LINK_CHANGED', 'LINK', new.id);
  return null;
end $$;
create trigger note_consent after update on vault.link for each row
  when (old.state = new.state and row(old.supplier_audience, old.customer_audience, old.supplier_distance, old.customer_distance, old.supplier_form, old.customer_form, old.supplier_opaque, old.customer_opaque)
    is distinct from row(new.supplier_audience, new.customer_audience, new.supplier_distance, new.customer_distance, new.supplier_form, new.customer_form, new.supplier_opaque, new.customer_opaque))
  execute function events.note_consent();

create function events.note_freeze() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into events.event (type, subject_type, subject_id) values (case tg_op when 'INSERT' then 'FREEZE_BEGUN' else 'FREEZE_LIFTED' end, 'FREEZE', new.id);
  return null;
end $$;
create trigger note_freeze after insert on policy.freeze for each row execute function events.note_freeze();
create trigger note_lift after update on policy.freeze for each row when (old.lifted_at is null and new.lifted_at is not null) execute function events.note_freeze();
`;

const ADDRESSEES = `
-- Whom a thing may concern. This decides who is asked about, never who may know: that is judged at each sending.
create function events.addressees(subject_type text, subject uuid) returns setof int language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  case subject_type
  when 'DEMAND' then
    return query select d.owner_no from vault.demand d where d.id = subject
      union select unnest(d.recipients) from vault.demand d where d.id = subject and d.state <> 'DRAFT';
  when 'RESPONSE' then
    return query select unnest(array[r.owner_no, r.issuer_no]) from vault.demand_response r where r.id = subject;
  when 'CERTIFICATE' then
    return query select unnest(array[a.owner_no, a.assessor_no, a.standard_owner_no]) from vault.assessment a where a.id = subject
      union select l.customer_owner_no from vault.assessment a join policy.live_link l on l.owner_no = a.owner_no where a.id = subject
      union select e.issuer_no from vault.response_evidence e where e.assessment_id = subject;
  when 'LINK' then
    return query select unnest(array[l.owner_no, l.customer_owner_no]) from vault.link l where l.id = subject;
  when 'AGREEMENT' then
    return query select unnest(array[a.owner_no, a.partner_no]) from vault.agreement a where a.id = subject
      union select f.organisation_no from vault.agreement a, identity.role r join identity.affiliation f on f.person_id = r.person_id
        where a.id = subject and r.name = '${COUNSEL_ROLE}' and coalesce(r.valid_to > current_date, true);
  when 'FREEZE' then
    -- parties whose own data are held back; where a whole initiative is, every member
    return query select o.unit_no from policy.freeze f, vault.organisation o where f.id = subject and o.is_member
      and (f.data_class is null or exists (select from events.holders(f.data_class) h(no) where h.no = o.unit_no));
  else
    return;
  end case;
end $$;

-- Who has facts of a class, as owner or as the other party to them.
create function events.holders(class smallint) returns setof int language sql stable security definer set search_path = pg_catalog as $$
  select owner_no from vault.measurement where data_class = class union select owner_no from vault.plan where data_class = class
  union select owner_no from vault.target where data_class = class union select owner_no from vault.assessment where data_class = class
  union select unnest(array[owner_no, customer_owner_no]) from vault.link where data_class = class
  union select unnest(owner_no || recipients) from vault.demand where data_class = class
  union select unnest(array[owner_no, issuer_no]) from vault.demand_response where data_class = class
  union select unnest(array[owner_no, partner_no]) from vault.agreement where data_class = class
  union select owner_no from vault.capacity where data_class = class
$$;
`;

/**
 * Numbers of rows are given when they are written, and rows become visible when their transactions end: whoever read on from
 * the last number would miss what ended later. So places are given afterwards, to what is visible, by one hub at a time.
 */
const ORDER = `
create function events.poll(after bigint, events_max int) returns table (head bigint, organisation_nos int[], is_full boolean)
language plpgsql security definer set search_path = pg_catalog as $$
declare
  last bigint;
  placed int := 0;
begin
  if exists (select from events.event where position is null) then
    select h.position into last from events.head h for update;
    with fresh as (select e.id, row_number() over (order by e.happened_at, e.noted) as place from (
        select id, happened_at, noted from events.event where position is null order by happened_at, noted limit events_max) e),
      given as (update events.event e set position = last + f.place from fresh f where e.id = f.id returning e.position, e.id, e.subject_type, e.subject_id),
      told as (insert into events.inbox (organisation_no, position, event_id)
        select distinct a.no, g.position, g.id from given g cross join lateral events.addressees(g.subject_type, g.subject_id) a(no) where a.no is not null)
    select count(*) into placed from given;
    update events.head set position = last + placed;
  end if;
  select h.position into head from events.head h;
  organisation_nos := array(select distinct i.organisation_no from events.inbox i where i.position > after and i.position <= head);
  is_full := placed = events_max;
  return next;
end $$;

create function events.of_organisation(organisation int, after bigint, events_max int)
returns table (place bigint, id uuid, type text, subject_type text, subject_id uuid, happened_at timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
  select i.position, e.id, e.type, e.subject_type, e.subject_id, e.happened_at from events.inbox i join events.event e on e.id = i.event_id
  where i.organisation_no = organisation and i.position > after order by i.position limit events_max
$$;

-- Steps of time: certificates about to run out are announced once, and what is older than its time is forgotten.
create function events.announce_expiring(on_day date, days int) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  told int;
begin
  with due as (insert into events.announced (subject_id, valid_to)
      select a.id, a.valid_to from vault.assessment a where a.state in ('CONFORMANT', 'CONFORMANT_WITH_CAP') and a.withdrawn_at is null
        and a.valid_to > on_day and a.valid_to <= on_day + days on conflict do nothing returning subject_id),
    noted as (insert into events.event (type, subject_type, subject_id) select 'CERTIFICATE_EXPIRING', 'CERTIFICATE', subject_id from due returning 1)
  select count(*) into told from noted;
  return told;
end $$;
create function events.forget(older interval) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  forgotten int;
begin
  delete from events.event where happened_at < now() - older;
  get diagnostics forgotten = row_count;
  return forgotten;
end $$;
insert into vault.system_step (name) values ('events');

-- Which of these freezes are known here: that one was laid or lifted is no secret from whoever is signed in; why is counsel's.
create function events.known_freezes(wanted uuid[]) returns setof uuid language sql stable security definer set search_path = pg_catalog as $$
  select f.id from policy.freeze f where f.id = any(wanted) and coalesce((select policy.organisation_no()), 0) > 0
$$;

revoke execute on all functions in schema events from public;
grant usage on schema events to sluice_trustee, sluice_reader;
grant execute on function events.known_freezes(uuid[]) to sluice_reader;
grant execute on function events.poll(bigint, int), events.of_organisation(int, bigint, int), events.announce_expiring(date, int), events.forget(interval) to sluice_trustee;
`;

/** What happened, in the order in which it became visible, and whom it may concern (`domain.md` 1.6, Notification). */
export class QueueEvents1764000000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [OUTBOX, ADDRESSEES, ORDER]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop trigger note_step on vault.transition;
drop trigger note_consent on vault.link;
drop trigger note_freeze on policy.freeze;
drop trigger note_lift on policy.freeze;
delete from vault.system_step where name = 'events';
drop schema events cascade`);
  }
}
