import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
-- who reads: a desk is an organisation's walled activity (most have one); policy.viewer holds its grounds towards every unit
create table policy.desk (
  desk_no int primary key generated always as identity, organisation_no int references policy.unit,
  name text not null, kinds int not null default 0, activity_ids uuid[], wall_attested_by uuid, unique (organisation_no, name)
);
create table policy.viewer (
  desk_no int primary key references policy.desk, grounds int[] not null default '{}', closure_valid boolean not null default false,
  computed_at timestamptz not null default now()
);
alter table policy.viewer alter grounds set storage external;
-- INVARIANT DeskOneIsPublic: the reader without a token has a desk like everybody else, with ANYONE towards every unit
insert into policy.desk (organisation_no, name) values (null, 'public');
insert into policy.viewer (desk_no, grounds, closure_valid) select desk_no, '{}', true from policy.desk;

-- the compiled law, loaded from policies/build
create table policy.law (law_hash text not null, boundary_hash text not null, loaded_at timestamptz not null default now());
create table policy.gate (phase text not null, data_class smallint not null, mask int not null, primary key (phase, data_class));
create table policy.field (type text not null, field text not null, fact_no smallint not null, field_no smallint not null, primary key (type, field));

-- what counsel holds back, effective at the next snapshot
create table policy.freeze (
  id uuid primary key default gen_random_uuid(), data_class smallint, initiative_no int, reason text not null, frozen_by uuid not null,
  frozen_at timestamptz not null default now(), lifted_at timestamptz, lifted_by uuid, check (data_class is not null or initiative_no is not null)
);

-- what live agreements open: derived from vault.agreement, never typed by hand
create table policy.grant_scope (
  agreement_id uuid not null, grantee_no int not null, grant_key bigint not null, purpose text not null, initiative_id uuid,
  starts_on date not null, ends_on date not null, primary key (agreement_id, grantee_no, grant_key)
);
create index on policy.grant_scope (grantee_no);

-- the key that signs the bound viewer, as the two padded blocks of HMAC-SHA256
create table policy.key (inner_pad bytea not null, outer_pad bytea not null);
`;

/** `sluice.viewer` = v1|desks|organisation|may|purpose|initiative|expiry|pid|mac, signed by the hub (src/database/boundTransaction.ts). */
const BINDING = `
create type policy.binding as (desk_nos int[], organisation_no int, may int, purpose text, initiative_no int);

create function policy.bound() returns policy.binding language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  setting text := current_setting('sluice.viewer', true);
  part text[];
  signed bytea;
  k policy.key;
begin
  -- INVARIANT UnsignedViewerReadsNothing: anything but a well-formed, fresh binding of this very connection yields NULL.
  if setting is null or setting !~ '^v1\\|[0-9]{1,9}(,[0-9]{1,9})*\\|[0-9]{1,9}\\|[0-9]{1,10}\\|([A-Za-z][A-Za-z0-9_]{0,63}|-)\\|([0-9]{1,9}|-)\\|[0-9]{1,11}\\|[0-9]{1,9}\\|[0-9a-f]{64}$' then
    return null;
  end if;
  part := string_to_array(setting, '|');
  select * into k from policy.key limit 1;
  signed := convert_to(substr(setting, 1, length(setting) - 65), 'UTF8');
  if encode(sha256(k.outer_pad || sha256(k.inner_pad || signed)), 'hex') is distinct from part[9] then return null; end if;
  if part[8]::int <> pg_backend_pid() then return null; end if;
  if part[7]::bigint < extract(epoch from clock_timestamp()) then return null; end if;
  return row(string_to_array(part[2], ',')::int[], part[3]::int, (part[4]::bigint & 2147483647)::int, nullif(part[5], '-'), nullif(part[6], '-')::int)::policy.binding;
end $$;

create function policy.organisation_no() returns int language sql stable security definer set search_path = pg_catalog
  as $$ select (policy.bound()).organisation_no $$;

-- The grounds of the bound desk towards every unit; of several desks what all of them have.
create function policy.grounds() returns int[] language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  b policy.binding := policy.bound();
  held int[];
begin
  if b.desk_nos is null then return null; end if;
  if cardinality(b.desk_nos) = 1 then
    select grounds || '{}' into held from policy.viewer where desk_no = b.desk_nos[1];
    return held;
  end if;
  select array_agg(mask order by place) into held from (
    select place, bit_and(mask) as mask from policy.viewer, unnest(grounds) with ordinality as g(mask, place)
    where desk_no = any(b.desk_nos) group by place having count(*) = cardinality(b.desk_nos)) common;
  return held;
end $$;

-- One mask per data class (element data_class + 1): phase of the bound initiative in this snapshot, narrowed to what the
-- person may use, to valid closures and to what counsel has not frozen.
create function policy.gates() returns int[] language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  b policy.binding := policy.bound();
  current_phase text;
  current_initiative int;
  allowed int;
  masks int[];
begin
  if b.desk_nos is null then return null; end if;
  select phase, initiative_no into current_phase, current_initiative from vault.initiative
    where initiative_no = b.initiative_no or (b.initiative_no is null and standing) order by initiative_no limit 1;
  current_phase := coalesce(current_phase, 'CHAMPIONING');
  allowed := b.may;
  if exists (select from policy.viewer where desk_no = any(b.desk_nos) and not closure_valid) then
    allowed := allowed & ~CLOSURE_GROUNDS;
  end if;
  select array_agg(g.mask & allowed & case when exists (
      select from policy.freeze f where f.lifted_at is null
        and (f.data_class is null or f.data_class = g.data_class)
        and (f.initiative_no is null or f.initiative_no = current_initiative)
        and g.data_class > 1) then SELF_GROUND else -1 end order by g.data_class)
    into masks from policy.gate g where g.phase = current_phase;
  return masks;
end $$;

-- unit << 24 | data class << 20 | fact << 12 | field (0 = every field), of agreements live today for the stated purpose
create function policy.granted() returns bigint[] language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(distinct g.grant_key), '{}') from policy.grant_scope g, policy.bound() b
  where g.grantee_no = b.organisation_no and g.purpose = b.purpose and g.starts_on <= current_date and current_date < g.ends_on
    and (g.initiative_id is null or exists (select from vault.initiative i where i.id = g.initiative_id and i.initiative_no = b.initiative_no))
$$;
`;

const GRANTS_OF_AGREEMENTS = `
-- Direct grounds change in the transaction of their cause: the scopes of an agreement are rewritten whenever it changes.
create function policy.refresh_grants(changed uuid) returns void language sql security definer set search_path = pg_catalog as $$
  delete from policy.grant_scope where agreement_id = changed;
  insert into policy.grant_scope (agreement_id, grantee_no, grant_key, purpose, initiative_id, starts_on, ends_on)
  select distinct a.id, side.grantee, (u.unit_no::bigint << 24) | (c.class_no << 20) | (f.fact_no::bigint << 12) | f.field_no,
    a.purpose, a.initiative_id, a.starts_on, a.ends_on
  from vault.agreement a
  cross join lateral (values (a.owner_no, a.partner_no, true), (a.partner_no, a.owner_no, a.mutual)) as side(giver, grantee, live)
  join policy.unit u on u.owner_no = side.giver and (a.unit_nos = '{}' or u.unit_no = any(a.unit_nos))
  join unnest(a.fields) as named(field) on true
  join policy.field f on f.type || '.' || f.field = named.field
  join (select code, place - 1 as class_no from unnest('{DATA_CLASS_LIST}'::text[]) with ordinality as d(code, place)) c on c.code = any(a.data_classes)
  where a.id = changed and a.state = 'ACTIVE' and side.live and a.withdrawn_at is null
$$;
create function policy.agreement_changed() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform policy.refresh_grants(new.id);
  return null;
end $$;
create trigger refresh_grants after insert or update on vault.agreement for each row execute function policy.agreement_changed();

create function policy.unit_added() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform policy.refresh_grants(a.id) from vault.agreement a where a.state = 'ACTIVE' and a.unit_nos = '{}' and new.owner_no in (a.owner_no, a.partner_no);
  return null;
end $$;
create trigger unit_added after insert on policy.unit for each row execute function policy.unit_added();
`;

/**
 * The list of codes is frozen here as it was when the migration was written: codes only grow at the end, and a later
 * migration replaces the function.
 */
const DATA_CLASS_LIST =
  'REFERENCE,PUBLIC_CLAIM,ALLIANCE_META,AGGREGATE,PERFORMANCE,LINK,DEMAND,DEMAND_AGGREGATE,PLAN,JOINT_ACTION,CSI_CORE,GOVERNANCE_INTERNAL';
const CLOSURE_GROUNDS = (1 << 12) | (1 << 13) | (1 << 22) | (1 << 23);
const SELF_GROUND = 1 << 8;

/** Who stands on which grounds, the compiled law, and the functions that bind a viewer (`design.md` 3 and 4). */
export class CreatePolicy1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(
      BINDING.replace('CLOSURE_GROUNDS', String(CLOSURE_GROUNDS)).replace('SELF_GROUND', String(SELF_GROUND)),
    );
    await runner.query(GRANTS_OF_AGREEMENTS.replace('DATA_CLASS_LIST', DATA_CLASS_LIST));
    await runner.query('revoke execute on all functions in schema policy, vault from public');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema policy cascade; create schema policy');
  }
}
