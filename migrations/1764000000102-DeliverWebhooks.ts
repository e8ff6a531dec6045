import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A webhook is a feed of its own: how far it has come in its organisation's events, and how many its receiver has acknowledged.
 * The queue is that place and the outbox itself. Its secret is derived from the hub's and a nonce, so that who reads this table
 * can sign nothing.
 */
const TABLES = `
create table events.webhook (
  id uuid primary key default gen_random_uuid(), organisation_no int not null, person_id uuid not null, roles text[] not null, desk_nos int[] not null,
  purpose text, initiative_id uuid, url text not null, types text[] not null, nonce bytea not null, prior_nonce bytea, prior_until timestamptz,
  stopped boolean not null default false, position bigint not null, sequence int not null default 0, created_at timestamptz not null default now(),
  removed_at timestamptz, next_attempt_at timestamptz not null default now(), attempts int not null default 0, attempted_event uuid,
  lease uuid, lease_until timestamptz not null default '-infinity'
);
create index on events.webhook (organisation_no) where removed_at is null;
create index on events.webhook (next_attempt_at) where removed_at is null and not stopped;
create table events.delivery (
  id bigint generated always as identity primary key, webhook_id uuid not null references events.webhook, event_id uuid not null, type text not null,
  sequence int not null, attempt int not null, outcome text not null check (outcome in ('DELIVERED', 'FAILED', 'DEAD')), cause text, status int,
  happened_at timestamptz not null default clock_timestamp()
);
create index on events.delivery (webhook_id, id desc);
create index on events.delivery (happened_at);
`;

const OWN = `
-- Null where the organisation has as many as it may. It begins with what happens from now on.
create function events.add_webhook(asked jsonb, webhooks_max int) returns uuid language plpgsql security definer set search_path = pg_catalog as $$
declare
  me int := policy.organisation_no();
  added uuid;
begin
  if coalesce(me, 0) = 0 then return null; end if;
  perform from vault.organisation where unit_no = me for update;
  if (select count(*) from events.webhook where organisation_no = me and removed_at is null) >= webhooks_max then return null; end if;
  insert into events.webhook (organisation_no, person_id, roles, desk_nos, purpose, initiative_id, url, types, nonce, position)
  select me, a.person_id, a.roles, a.desk_nos, a.purpose, a.initiative_id, a.url, a.types, decode(asked ->> 'nonce_hex', 'hex'), (select position from events.head)
  from jsonb_populate_record(null::events.webhook, asked - 'nonce_hex') a returning id into added;
  return added;
end $$;
create function events.remove_webhook(which uuid) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  update events.webhook set removed_at = now() where id = which and removed_at is null and organisation_no = policy.organisation_no();
  return found;
end $$;
create function events.rotate_webhook(which uuid, fresh bytea, overlap interval) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  update events.webhook set prior_nonce = nonce, prior_until = now() + overlap, nonce = fresh, stopped = false
    where id = which and removed_at is null and organisation_no = policy.organisation_no();
  return found;
end $$;
create function events.own_webhooks() returns table (id uuid, url text, types text[], stopped boolean, sequence int, attempts int, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
  select w.id, w.url, w.types, w.stopped, w.sequence, w.attempts, w.created_at from events.webhook w
  where w.organisation_no = (select policy.organisation_no()) and w.removed_at is null order by w.created_at, w.id
$$;
create function events.own_deliveries(which uuid, rows_max int)
returns table (event_id uuid, type text, sequence int, attempt int, outcome text, cause text, status int, happened_at timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
  select d.event_id, d.type, d.sequence, d.attempt, d.outcome, d.cause, d.status, d.happened_at from events.delivery d join events.webhook w on w.id = d.webhook_id
  where w.id = which and w.organisation_no = (select policy.organisation_no()) order by d.id desc limit rows_max
$$;
`;

const TURNS = `
-- The webhook that has waited longest, held for this hub until the lease ends: a hub that dies loses its lease and nothing else.
-- No organisation holds more than its share, so that slow receivers of one leave room for the others.
create function events.take_webhook(new_lease uuid, seconds int, per_organisation int)
returns table (id uuid, organisation_no int, person_id uuid, roles text[], desk_nos int[], purpose text, initiative_id uuid, url text, types text[], nonce bytea,
  prior_nonce bytea, place bigint, sequence int, attempts int, attempted_event uuid)
language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_column
declare
  mine uuid;
begin
  select w.id into mine from events.webhook w
    where w.removed_at is null and not w.stopped and w.next_attempt_at <= clock_timestamp() and w.lease_until < clock_timestamp()
      and exists (select from events.inbox i where i.organisation_no = w.organisation_no and i.position > w.position)
      and (select count(*) from events.webhook o where o.organisation_no = w.organisation_no and o.lease_until >= clock_timestamp()) < per_organisation
    order by w.next_attempt_at limit 1 for update skip locked;
  if mine is null then return; end if;
  return query update events.webhook w set lease = new_lease, lease_until = clock_timestamp() + make_interval(secs => seconds) where w.id = mine
    returning w.id, w.organisation_no, w.person_id, w.roles, w.desk_nos, w.purpose, w.initiative_id, w.url, w.types, w.nonce,
      case when w.prior_until > now() then w.prior_nonce end, w.position, w.sequence, w.attempts, w.attempted_event;
end $$;

-- How an attempt ended, and the line for the log; nothing where another hub holds the webhook by now.
create function events.settle_webhook(which uuid, held uuid, outcome jsonb, line jsonb) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  update events.webhook set position = (outcome ->> 'place')::bigint, sequence = (outcome ->> 'sequence')::int, attempts = (outcome ->> 'attempts')::int,
    attempted_event = (outcome ->> 'attemptedEvent')::uuid, next_attempt_at = clock_timestamp() + make_interval(secs => (outcome ->> 'seconds')::float8),
    stopped = stopped or (outcome ->> 'stop')::boolean, lease = null, lease_until = '-infinity'
  where id = which and lease = held;
  if not found then return false; end if;
  if line is not null then
    insert into events.delivery (webhook_id, event_id, type, sequence, attempt, outcome, cause, status)
    select which, l.event_id, l.type, l.sequence, l.attempt, l.outcome, l.cause, l.status from jsonb_populate_record(null::events.delivery, line) l;
  end if;
  return true;
end $$;

create or replace function events.forget(older interval) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  forgotten int;
begin
  delete from events.delivery where happened_at < now() - older;
  delete from events.event where happened_at < now() - older;
  get diagnostics forgotten = row_count;
  return forgotten;
end $$;

revoke execute on function events.add_webhook(jsonb, int), events.remove_webhook(uuid), events.rotate_webhook(uuid, bytea, interval), events.own_webhooks(),
  events.own_deliveries(uuid, int), events.take_webhook(uuid, int, int), events.settle_webhook(uuid, uuid, jsonb, jsonb) from public;
grant usage on schema events to sluice_reader, sluice_contributor;
grant execute on function events.add_webhook(jsonb, int), events.remove_webhook(uuid), events.rotate_webhook(uuid, bytea, interval) to sluice_contributor;
grant execute on function events.own_webhooks(), events.own_deliveries(uuid, int) to sluice_reader;
grant execute on function events.take_webhook(uuid, int, int), events.settle_webhook(uuid, uuid, jsonb, jsonb) to sluice_trustee;
`;

/** Webhooks: who asked for which events at which address, how far each has come, and the log of its deliveries. */
export class DeliverWebhooks1764000000102 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TABLES, OWN, TURNS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function events.settle_webhook, events.take_webhook, events.own_deliveries, events.own_webhooks, events.rotate_webhook, events.remove_webhook, events.add_webhook;
drop table events.delivery, events.webhook`);
  }
}
