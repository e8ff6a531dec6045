import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is released: read by everybody whom its audience admits, and nothing else ever stands in this schema. The row law
 * of an ALLIANCE release is that of a fact without subject: the viewer's grounds as a member or as staff, the tier
 * ALLIANCE, and the phase gate of the class AGGREGATE. 67 = (tier ALLIANCE 1 * 16 + sensitivity NONE 0) * 4 + age
 * TWELVE_MONTHS 2 + 1; 4 = class AGGREGATE 3 + 1; both as in src/policy/cells.ts, whose codes only grow at their end.
 */
const RELEASED = `
create table released.release (
  id uuid primary key, table_id text not null, title text not null, measure text not null, indicator_id text, standard_id text, level text,
  function text not null check (function in ('SUM', 'COUNT', 'MEAN', 'WEIGHTED_MEAN', 'SHARE')), dimensions text[] not null, unit text not null,
  period_start date not null, period_end date not null, vintage int not null, audience text not null check (audience in ('ALLIANCE', 'PUBLIC')),
  public_from date check ((public_from is not null) = (audience = 'PUBLIC')), public_sources boolean not null, inputs_as_of timestamptz not null,
  member_set_hash text not null, rule_version text not null, published_at timestamptz not null default now(), synthetic boolean not null default false,
  unique (table_id, period_start, period_end, vintage), check (period_start < period_end)
);
create table released.cell (
  release_id uuid not null references released.release on delete cascade, position int not null, coordinates jsonb not null,
  value text, contributors text, suppressed boolean not null, obs_status text not null, conf_status text not null,
  primary key (release_id, position), check (suppressed = (value is null)), check (suppressed = (contributors is null))
);
create index on released.cell (release_id, coordinates);
create index on released.release (measure, period_start, period_end);

create function released.alliance_reads() returns boolean language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  -- INVARIANT SelfOpensNoStatistic: a statistic has no subject, so nobody reads it as its owner.
  return coalesce(((policy.grounds())[policy.organisation_no()] & ~256 & (policy.class_masks())[67] & (policy.gates())[4]) <> 0, false);
end $$;
create function released.members_figures_read() returns boolean language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  -- before COOPERATION the phase gate admits public sources only (reference/phase-gates.csv)
  return coalesce((select i.phase from vault.initiative i, policy.bound() b where i.initiative_no = b.initiative_no or (b.initiative_no is null and i.standing)
    order by i.initiative_no limit 1) in ('COOPERATION', 'COORDINATION', 'COLLABORATION'), false);
end $$;
revoke execute on function released.alliance_reads(), released.members_figures_read() from public;
grant execute on function released.alliance_reads(), released.members_figures_read() to sluice_reader, sluice_contributor;

alter table released.release enable row level security;
alter table released.release force row level security;
alter table released.cell enable row level security;
alter table released.cell force row level security;
create policy audience on released.release for select to sluice_reader, sluice_contributor using (
  (audience = 'PUBLIC' and public_from <= current_date)
  or ((select released.alliance_reads()) and (public_sources or (select released.members_figures_read()))));
create policy audience on released.cell for select to sluice_reader, sluice_contributor using (
  exists (select from released.release r where r.id = release_id));
grant usage on schema released to sluice_reader, sluice_contributor, sluice_trustee;
grant select on released.release, released.cell to sluice_reader, sluice_contributor;
grant select, insert, delete on released.release, released.cell to sluice_trustee;
`;

/** Keepers see every row: the trustee, who publishes, and the migrating user. */
const KEEPERS = ['release', 'cell']
  .map(
    (table) => `create policy trustee on released.${table} to sluice_trustee using (true) with check (true);
create policy keeper on released.${table} to current_user using (true) with check (true);`,
  )
  .join('\n');

/** Frozen inputs, drafts and the ledger: no reader has a privilege here. */
const TRUSTEE = `
create schema trustee;
revoke all on schema trustee from public;

create table trustee.snapshot (
  id uuid primary key default gen_random_uuid(), measure text not null, period_start date not null, period_end date not null, vintage int not null,
  inputs_as_of timestamptz not null default now(), release_day date not null, member_set_hash text not null, unit text not null, synthetic boolean not null,
  public_sources boolean not null, csi boolean not null, unique (measure, period_start, period_end, vintage)
);
create table trustee.input (
  snapshot_id uuid not null references trustee.snapshot, figure text not null, unit text not null, known_to text[] not null, protected boolean not null,
  mineral text not null, stage text not null, country text not null, standards text[] not null, value double precision not null, weight double precision,
  owner_no int not null, primary key (snapshot_id, figure)
);
create table trustee.release (
  id uuid primary key default gen_random_uuid(), snapshot_id uuid not null references trustee.snapshot, table_id text not null, definition jsonb not null,
  rule_version text not null, state text not null default 'DRAFT' check (state in ('DRAFT', 'CLEARED', 'PUBLISHED', 'WITHDRAWN')), report jsonb not null,
  built_at timestamptz not null default now(), cleared_by uuid, cleared_at timestamptz, published_by uuid, published_at timestamptz, public_from date,
  unique (snapshot_id, table_id), check (state <> 'CLEARED' or cleared_by is not null), check (state <> 'PUBLISHED' or published_at is not null)
);
create table trustee.cell (
  release_id uuid not null references trustee.release, position int not null, coordinates jsonb not null, suppressed boolean not null, value text, contributors text,
  figures text[] not null, primary key (release_id, position)
);

-- One row per family of measures and of periods: whoever decides about a query holds it.
create table trustee.ledger (family text primary key, version int not null default 0, sealed_because text);
create table trustee.ledger_entry (
  family text not null references trustee.ledger, version int not null, measure text not null, period text not null, set_key text not null, figures text[] not null,
  release_id uuid references trustee.release, answer jsonb, asked_by uuid, organisation_no int, purpose text, initiative_id uuid, law_hash text not null,
  entered_at timestamptz not null default clock_timestamp(), primary key (family, version), unique (family, measure, period, set_key)
);
create function trustee.refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'what was answered stays answered';
end $$;
create trigger append_only before update or delete on trustee.ledger_entry for each row execute function trustee.refuse_change();
create trigger no_truncate before truncate on trustee.ledger_entry for each statement execute function trustee.refuse_change();
-- INVARIANT LedgerOnlyGrows: a version never falls, and a sealed ledger stays sealed.
create function trustee.ledger_grows() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.version < old.version or (old.sealed_because is not null and new.sealed_because is null) then raise exception 'a ledger only grows'; end if;
  return new;
end $$;
create trigger only_grows before update on trustee.ledger for each row execute function trustee.ledger_grows();
create trigger inputs_stay before update or delete on trustee.input for each row execute function trustee.refuse_change();

grant usage on schema trustee to sluice_trustee;
grant select, insert on trustee.snapshot, trustee.input, trustee.cell, trustee.ledger_entry to sluice_trustee;
grant select, insert, update on trustee.release, trustee.ledger to sluice_trustee;
`;

const INPUT_COLUMNS = `figure text, owner_no int, site_id uuid, mineral text, stage text, country text, standards text[], value double precision, weight double precision,
  is_public boolean, own_statement boolean, ownership_group uuid, is_member boolean, verified boolean, joined_on date, standing text, joint_venture boolean, ownership_unit uuid,
  owners jsonb, synthetic boolean`;

const OWNER_COLUMNS = `o.ownership_group, o.is_member, o.verified, o.joined_on, o.standing, coalesce(s.joint_venture, false), s.ownership_unit,
    coalesce((select jsonb_agg(jsonb_build_object('group', coalesce(h.ownership_group::text, 'name ' || lower(w.holder_name)), 'percent', w.percent) order by w.id)
      from vault.site_owner w left join vault.organisation h on h.id = w.holder_id where w.site_id = s.id and w.withdrawn_at is null and w.percent is not null), '[]')`;

const CERTIFIED = `select a.site_id, a.standard_id, l.position from vault.assessment a left join reference.standard_level l on l.standard_id = a.standard_id and l.code = a.level
      where a.state in ('CONFORMANT', 'CONFORMANT_WITH_CAP') and a.withdrawn_at is null and a.valid_from < on_day and a.valid_to >= on_day`;

/**
 * What the trustee freezes. The owner's will counts: OWNER_ONLY (tier 8) is no input. Where a subject has several figures
 * for one place, by method or basis, the first by name counts, never their sum.
 */
const INPUTS = `
create function trustee.measured(indicator text, weigher text, at_site boolean, from_day date, on_day date) returns table (${INPUT_COLUMNS})
language sql stable security definer set search_path = pg_catalog as $$
  with certified as (${CERTIFIED}), chosen as (
    select distinct on (m.unit_no, coalesce(m.mineral_id, ''), coalesce(m.product, '')) m.* from vault.measurement m
    where m.indicator_id = indicator and m.period_start = from_day and m.period_end = on_day and m.current and m.withdrawn_at is null
      and m.availability = 'REPORTED' and m.value is not null and (m.site_id is not null) = at_site
      and m.tier <> 8
    order by m.unit_no, coalesce(m.mineral_id, ''), coalesce(m.product, ''), m.contributor_no <> m.owner_no, m.basis nulls first, m.method nulls first, m.id)
  select m.unit_no || '/' || coalesce(m.mineral_id, '') || '/' || coalesce(m.product, ''), m.owner_no, s.id,
    coalesce(m.mineral_id, s.main_mineral, 'UNALLOCATED'), coalesce(s.stages[1], 'UNALLOCATED'), coalesce(s.country, o.jurisdiction, 'ZZ'),
    coalesce((select array_agg(distinct c.standard_id order by c.standard_id) from certified c where c.site_id = s.id), '{}'),
    m.value::double precision,
    (select sum(w.value)::double precision from (select distinct on (coalesce(x.product, '')) x.value from vault.measurement x
      where x.indicator_id = weigher and x.unit_no = m.unit_no and x.period_start = from_day and x.period_end = on_day and x.current and x.withdrawn_at is null
        and x.availability = 'REPORTED' and x.value is not null and x.tier <> 8
      order by coalesce(x.product, ''), x.contributor_no <> x.owner_no, x.basis nulls first, x.method nulls first, x.id) w),
    m.tier = 0 and m.sensitivity = 0, m.contributor_no = m.owner_no, ${OWNER_COLUMNS}, m.synthetic
  from chosen m join vault.organisation o on o.unit_no = m.owner_no left join vault.site s on s.id = m.site_id
$$;

create function trustee.certified(standard text, at_least text, on_day date) returns table (${INPUT_COLUMNS})
language sql stable security definer set search_path = pg_catalog as $$
  with certified as (${CERTIFIED})
  select s.unit_no::text, s.owner_no, s.id, coalesce(s.main_mineral, 'UNALLOCATED'), coalesce(s.stages[1], 'UNALLOCATED'), s.country,
    coalesce((select array_agg(distinct c.standard_id order by c.standard_id) from certified c where c.site_id = s.id), '{}'),
    (exists (select from certified c where c.site_id = s.id and c.standard_id = standard
      and c.position >= (select l.position from reference.standard_level l where l.standard_id = standard and l.code = at_least)))::int::double precision,
    null::double precision, true, s.contributor_no = s.owner_no, ${OWNER_COLUMNS}, s.synthetic
  from vault.site s join vault.organisation o on o.unit_no = s.owner_no
  where s.withdrawn_at is null and s.status = 'OPERATING' and o.is_member
$$;
revoke execute on function trustee.measured(text, text, boolean, date, date), trustee.certified(text, text, date) from public;
grant execute on function trustee.measured(text, text, boolean, date, date), trustee.certified(text, text, date) to sluice_trustee;
`;

/** Statistics: released rows, the trustee's drafts and frozen inputs, and the ledger of everything ever answered. */
export class ReleaseStatistics1764000000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [RELEASED, KEEPERS, TRUSTEE, INPUTS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop schema trustee cascade;
drop table released.cell, released.release;
drop function released.alliance_reads(), released.members_figures_read();
`);
  }
}
