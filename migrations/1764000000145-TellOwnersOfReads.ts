import type { MigrationInterface, QueryRunner } from 'typeorm';

const SELF = 1 << 8;
const SECRETARIAT = 1 << 5;
const OFFICES = "'{ANALYST,CLEAN_TEAM,SECRETARIAT,GOVERNING_BODY,CHAIR,COMPETITION_COUNSEL}'::text[]";
/** Reads that showed something. */
const SHOWN = "('ALLOW', 'REDACT', 'AGGREGATE_ONLY')";

/**
 * What an owner learns of its readers (`domain.md` 0.6). The class of a reader follows from what everybody may know of it, its
 * office or its membership, and never from a relation to the owner: a hidden customer reads like any other member.
 */
const AUDIENCE = `
create function audit.audience_of(roles text[], is_member boolean) returns text language sql immutable set search_path = pg_catalog as $$
  select case when roles && ${OFFICES} then 'OFFICE' when 'PARTNER_ALLIANCE' = any(roles) then 'PARTNER' when 'POLICY_MAKER' = any(roles) then 'POLICY_MAKER'
    when is_member is null or 'PUBLIC' = any(roles) then 'PUBLIC' when is_member then 'MEMBER' else 'OTHER' end
$$;
revoke execute on function audit.audience_of(text[], boolean) from public;
create index read_record_units on audit.read_record using gin (unit_nos);
`;

const READS = `
-- Newest first, from a place on: one row for each reader that may be named and day, one for each class of all others and month.
create function audit.reads_of_own_data(from_day date, from_place text, rows_max int)
returns table (day date, place text, reader_id uuid, reader_name text, audience text, reads int)
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  b policy.binding := policy.bound();
  held int[] := policy.grounds();
  own int[];
  this_month date := date_trunc('month', now() at time zone 'UTC')::date;
begin
  if coalesce(b.organisation_no, 0) = 0 then return; end if;
  -- the ground SELF at every desk of the reader: who acts for two organisations learns of neither
  own := array(select u.unit_no from policy.unit u where u.owner_no = b.organisation_no and (held[u.unit_no] & b.may & ${SELF}) <> 0);
  if own = '{}' then return; end if;
  return query
  with known as materialized (
    -- Whose reads are told by name, and since when: nobody buys the name of yesterday's reader with an agreement of today.
    select b.organisation_no as reader_no, '-infinity'::timestamptz as since, 'infinity'::timestamptz as until
    union all
    select case when a.owner_no = b.organisation_no then a.partner_no else a.owner_no end, coalesce(a.activated_at, a.starts_on::timestamptz), a.ends_on::timestamptz
    from vault.agreement a where b.organisation_no in (a.owner_no, a.partner_no) and a.state in ('ACTIVE', 'SUSPENDED') and a.withdrawn_at is null
    union all
    select case when l.owner_no = b.organisation_no then l.customer_owner_no else l.owner_no end, l.confirmed_at, 'infinity'
    from vault.link l where b.organisation_no in (l.owner_no, l.customer_owner_no) and l.state in ('CONFIRMED', 'DISCLOSED') and l.confirmed_at is not null
      and l.ended_on is null and l.withdrawn_at is null
  ), told as materialized (
    select (r.happened_at at time zone 'UTC')::date as day, r.organisation_no as reader_no, r.roles,
      exists (select from known k where k.reader_no = r.organisation_no and k.since <= r.happened_at and r.happened_at < k.until)
        and (r.organisation_no = b.organisation_no or not r.roles && ${OFFICES}) as named
    from audit.read_record r where r.unit_nos && own and r.outcome in ${SHOWN}
  ), listed as (
    select t.day, 'reader ' || u.organisation_id as place, u.organisation_id as reader_id, o.legal_name as reader_name, null as audience, count(*)::int as reads
    from told t join policy.unit u on u.unit_no = t.reader_no left join vault.organisation o on o.id = u.organisation_id
    where t.named group by t.day, u.organisation_id, o.legal_name
    union all
    -- Only months that are over: else whoever looks every minute learns the minute of a read.
    select distinct date_trunc('month', t.day)::date, 'class ' || c.audience, null::uuid, null, c.audience, null::int
    from told t left join vault.organisation o on o.unit_no = t.reader_no cross join lateral (select audit.audience_of(t.roles, o.is_member) as audience) c
    where not t.named and t.day < this_month
  )
  select l.day, l.place, l.reader_id, l.reader_name, l.audience, l.reads from listed l
  where from_day is null or l.day < from_day or (l.day = from_day and l.place collate "C" > from_place)
  order by l.day desc, l.place collate "C" limit rows_max;
end $$;

-- Counts for the secretariat, over all data, of months that are over.
create function audit.count_reads(months int) returns table (month date, audience text, reads int)
language sql stable security definer set search_path = pg_catalog as $$
  select date_trunc('month', r.happened_at at time zone 'UTC')::date, audit.audience_of(r.roles, o.is_member), count(*)::int
  from audit.read_record r left join vault.organisation o on o.unit_no = r.organisation_no
  where ((policy.bound()).may & ${SECRETARIAT}) <> 0 and r.outcome in ${SHOWN}
    and r.happened_at >= (date_trunc('month', now() at time zone 'UTC') - make_interval(months => months)) at time zone 'UTC'
    and r.happened_at < date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'
  group by 1, 2 order by 1 desc, 2
$$;
revoke execute on function audit.reads_of_own_data(date, text, int), audit.count_reads(int) from public;
grant execute on function audit.reads_of_own_data(date, text, int), audit.count_reads(int) to sluice_reader;
`;

/** Each member sees the reads of its own data, the secretariat sees counts. */
export class TellOwnersOfReads1764000000145 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(AUDIENCE);
    await runner.query(READS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function audit.reads_of_own_data(date, text, int), audit.count_reads(int), audit.audience_of(text[], boolean);
drop index audit.read_record_units`);
  }
}
