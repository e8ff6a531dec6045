import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Numbers as src/policy/cells.ts had them: ADDRESSED/COUNTERPARTY, class LINK. */
const ADDRESSED = 6;
const COUNTERPARTY = 5;
const LINK = 5;

const CONSENT_COLUMNS = `
  add column supplier_distance smallint not null default 0 check (supplier_distance between 0 and 3),
  add column customer_distance smallint not null default 0 check (customer_distance between 0 and 3),
  add column supplier_publication text, add column customer_publication text,
  add column detail_class smallint not null default ${ADDRESSED * 16 + COUNTERPARTY}`;

/**
 * What an end consents to has an audience and a form. supplier_audience and customer_audience say to whom the link may be
 * NAMED; supplier_distance and customer_distance to whom it may at least count as a step (never narrower than the former).
 * Form: 0 full, 1 counterparty named, 2 distance only, 3 none.
 */
const CONSENT = `
alter table vault.link ${CONSENT_COLUMNS};
alter table vault.link_history ${CONSENT_COLUMNS};

-- A link is read by its two ends; wider only once both disclosed it, and then as far as the narrower of their audiences.
-- What has ended stays at its tier as history; product, period, custody and confidence need the full form of both ends.
create or replace function vault.classify_link() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
declare
  audience smallint := case when new.state = 'DISCLOSED' then least(new.supplier_audience, new.customer_audience) else 0 end;
begin
  if tg_op = 'UPDATE' and new.state = 'ENDED' then
    new.tier := old.tier; new.sensitivity := old.sensitivity; new.data_class := old.data_class; new.detail_class := old.detail_class;
    return new;
  end if;
  new.tier := case audience when 1 then 2 when 2 then 1 when 3 then 0 else ${ADDRESSED} end;
  new.sensitivity := case when audience = 3 then 0 else ${COUNTERPARTY} end;
  new.data_class := case when audience = 3 then 1 else ${LINK} end;
  new.detail_class := case when greatest(new.supplier_form, new.customer_form) = 0 then new.tier * 16 + new.sensitivity
    else ${ADDRESSED * 16 + COUNTERPARTY} end;
  return new;
end $$;

-- INVARIANT OneEndOnlyAsserts: whoever writes a link as itself asserts it; every later step goes through vault.move_link.
create function vault.guard_link() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if current_user = 'sluice_contributor' and (tg_op = 'UPDATE' or new.state <> 'ASSERTED'
    or greatest(new.supplier_audience, new.customer_audience, new.supplier_distance, new.customer_distance) > 0
    or new.supplier_opaque or new.customer_opaque) then
    raise exception 'one end of a link asserts it and nothing more' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger guard before insert or update on vault.link for each row execute function vault.guard_link();
`;

const MOVE = `
-- Whether two organisations belong to one ownership group, asked by one of them.
create function vault.in_my_group(other int) returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select exists (select from vault.organisation mine join vault.organisation o on o.ownership_group = mine.ownership_group
    where mine.unit_no = policy.organisation_no() and o.unit_no = other)
$$;

-- The row, held until the end of the transaction; nothing for whoever is no end of it, as if it did not exist.
create function vault.lock_link(which uuid) returns setof vault.link language sql security definer set search_path = pg_catalog as $$
  select l.* from vault.link l
  where l.id = which and l.withdrawn_at is null and (select policy.organisation_no()) in (l.owner_no, l.customer_owner_no)
  for update
$$;

create function vault.move_link(which uuid, changes jsonb) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  l vault.link;
  me int := policy.organisation_no();
begin
  select * into l from vault.lock_link(which);
  if not found then raise exception 'this step is not open' using errcode = '42501'; end if;
  -- an end speaks for itself alone
  if me <> l.owner_no then changes := changes - '{supplier_audience,supplier_distance,supplier_form,supplier_opaque,supplier_publication}'::text[]; end if;
  if me <> l.customer_owner_no then changes := changes - '{customer_audience,customer_distance,customer_form,customer_opaque,customer_publication}'::text[]; end if;
  if changes - '{state,reason,confidence,confidence_basis,confirmed_at,disputed_at,ended_on,purpose,pending_settlement_by,supplier_audience,supplier_distance,supplier_form,supplier_opaque,supplier_publication,customer_audience,customer_distance,customer_form,customer_opaque,customer_publication}'::text[] <> '{}'::jsonb then
    raise exception 'a step of a link changes its state and the consent of its ends only';
  end if;
  l := jsonb_populate_record(l, changes);
  update vault.link set state = l.state, reason = l.reason, confidence = l.confidence, confidence_basis = l.confidence_basis, confirmed_at = l.confirmed_at,
    disputed_at = l.disputed_at, ended_on = l.ended_on, purpose = l.purpose, pending_settlement_by = l.pending_settlement_by,
    supplier_audience = l.supplier_audience, supplier_distance = l.supplier_distance, supplier_form = l.supplier_form, supplier_opaque = l.supplier_opaque,
    supplier_publication = l.supplier_publication, customer_audience = l.customer_audience, customer_distance = l.customer_distance,
    customer_form = l.customer_form, customer_opaque = l.customer_opaque, customer_publication = l.customer_publication
  where id = which;
end $$;

-- Steps of time: an assertion without an answer from a member, a dispute without a settlement. Clocks stand while counsel
-- holds a freeze, and a suspended member's steps wait.
create function vault.lapse_links(on_day date, answer_days int, settlement_days int) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  due record;
  lapsed int := 0;
begin
  if exists (select from policy.freeze where lifted_at is null and coalesce(data_class, ${LINK}) = ${LINK}) then return 0; end if;
  for due in
    select l.id, l.state from vault.link l
    join vault.organisation o on o.unit_no = case when l.asserted_by_no = l.owner_no then l.customer_owner_no else l.owner_no end
    where l.withdrawn_at is null and o.standing in ('GOOD', 'LATE')
      and (l.state = 'ASSERTED' and l.created_at::date <= on_day - answer_days or l.state = 'DISPUTED' and l.disputed_at::date <= on_day - settlement_days)
    order by l.id for update of l
  loop
    update vault.link set state = 'LAPSED' where id = due.id;
    insert into vault.transition (machine, subject_id, from_state, action, to_state) values ('LINK_CONSENT', due.id, due.state, 'lapse', 'LAPSED');
    lapsed := lapsed + 1;
  end loop;
  return lapsed;
end $$;

revoke execute on function vault.guard_link(), vault.in_my_group(int), vault.lock_link(uuid), vault.move_link(uuid, jsonb), vault.lapse_links(date, int, int) from public;
grant execute on function vault.in_my_group(int), vault.lock_link(uuid), vault.move_link(uuid, jsonb) to sluice_contributor;
-- SYSTEM is the hub itself, never a member's request
grant usage on schema vault to sluice_trustee;
grant execute on function vault.lapse_links(date, int, int) to sluice_trustee;
`;

/** What an end may change of a link whose other end, too, has a say; the machine itself is reference/state-machines.csv. */
export class MoveLinks1764000000050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['link', 'link_history']) {
      await runner.query(`alter table vault.${table} add column pending_settlement_by int[] not null default '{}'`);
    }
    await runner.query(CONSENT);
    await runner.query(MOVE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function vault.lapse_links, vault.move_link, vault.lock_link, vault.in_my_group;
drop trigger guard on vault.link;
drop function vault.guard_link`);
    for (const table of ['link', 'link_history']) {
      await runner.query(`alter table vault.${table} drop supplier_distance, drop customer_distance, drop supplier_publication, drop customer_publication,
        drop detail_class, drop pending_settlement_by`);
    }
  }
}
