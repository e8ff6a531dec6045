import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bits of the grounds, frozen here as `src/policy/grounds.ts` had them: names only grow at the end. */
const bit = {
  ANYONE: 1 << 0,
  MEMBER: 1 << 1,
  SELF: 1 << 8,
  AFFILIATE: 1 << 9,
  CUSTOMER: 1 << 10,
  SUPPLIER: 1 << 11,
  CO_MEMBER: 1 << 14,
  PARTY_AND_GRANT: (1 << 15) | (1 << 16),
  ASSESSOR: 1 << 17,
  BODY: 1 << 18,
  PARTY_COMPETITOR: 1 << 25,
};
/** ANALYST, CLEAN_TEAM, COUNSEL, SECRETARIAT, PARTNER, POLICY_MAKER, BODY: what a desk may hold towards every unit. */
const KINDS = (1 << 2) | (1 << 3) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7) | bit.BODY;
/** CUSTOMER .. GRANT stand together at 10 .. 16, their twins at 20 .. 26. */
const TWINNED_TOGETHER = 127 << 10;
/** From this share on, an owner of a site makes its competitors compete with the site (`domain.md` 0.2). */
const JOINT_VENTURE_PERCENT = 20;
/** Member states of the European Union on 2026-01-01: a market named EU overlaps theirs. */
const EUROPEAN_UNION = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK';

const TRADE = `
-- what confirmed links tell about an organisation's trade; for the competitor test alone, nobody reads it (domain.md 0.6)
create table policy.observed_activity (
  organisation_no int not null references policy.unit, mineral_id text not null, stage text not null,
  side text not null check (side in ('SELL', 'BUY')), primary key (organisation_no, mineral_id, stage, side)
);

-- Two lists of markets that name no code in common, and not everywhere ('{}'): EU overlaps its members, and a code that is
-- no country overlaps with all, since nobody said what it covers.
create function policy.overlaps(one text[], other text[]) returns boolean language sql immutable set search_path = pg_catalog as $$
  select exists (select from unnest(one || other) as m(code) where code is null or code !~ '^[A-Z]{2}$')
    or ('EU' = any(one) and other && string_to_array('${EUROPEAN_UNION}', ' '))
    or ('EU' = any(other) and one && string_to_array('${EUROPEAN_UNION}', ' '))
$$;

-- which sites handle a mineral, as the first, a further or a by-product; kept by the trigger on vault.site
create table policy.site_mineral (
  owner_no int not null, mineral_id text not null, unit_no int not null references policy.unit, primary key (owner_no, mineral_id, unit_no)
);
create index on policy.site_mineral (unit_no);
create function policy.record_minerals(unit_nos int[]) returns void language sql security definer set search_path = pg_catalog as $$
  delete from policy.site_mineral where unit_no = any(unit_nos);
  insert into policy.site_mineral (owner_no, mineral_id, unit_no)
  select distinct s.owner_no, m.id, s.unit_no from vault.site s cross join lateral unnest(s.minerals || s.by_products || s.main_mineral) as m(id)
  where s.unit_no = any(unit_nos) and s.withdrawn_at is null and m.id is not null;
$$;

-- Declared and planned activities, those observed from links, and sites to come, which sell what they will produce.
create view policy.trade as
select a.owner_no as organisation_no, a.id as activity_id, a.mineral_id, a.stage, a.side, a.markets,
  a.origin = 'DECLARED' as declared
from vault.activity a where a.withdrawn_at is null
union all
select organisation_no, null, mineral_id, stage, side, '{}', false from policy.observed_activity
union all
select s.owner_no, null, m.mineral_id, g.stage, 'SELL', '{}', false
from vault.site s join policy.site_mineral m on m.unit_no = s.unit_no cross join lateral unnest(s.stages) as g(stage)
where s.status in ('EXPLORATION', 'CONSTRUCTION');

create view policy.alike_mineral as
select id as mineral_id, id as alike_id from reference.mineral
union select mineral_id, substitute_id from reference.mineral_substitute
union select substitute_id, mineral_id from reference.mineral_substitute;

create index assessment_assessor on vault.assessment (assessor_no) where assessor_no is not null;
create index interest_organisation on vault.interest (organisation_no);

create view policy.live_link as
select id, unit_no, owner_no, customer_unit_no, customer_owner_no, mineral_id, supplier_stage, state, effective_audience from vault.link
where state in ('CONFIRMED', 'DISCLOSED') and ended_on is null and withdrawn_at is null;

-- Stakes of 20 to 50 % and joint ventures: no insider, yet one group for aggregation and a flag for counsel.
create view policy.conflict_flag as
select h.unit_no as holder_no, o.unit_no, o.percent, case when s.joint_venture then 'JOINT_VENTURE' else 'STAKE' end as reason
from vault.site_owner o join vault.site s on s.id = o.site_id join vault.organisation h on h.id = o.holder_id
where o.withdrawn_at is null and (o.percent is null or o.percent >= ${JOINT_VENTURE_PERCENT}) and h.unit_no <> o.owner_no
union all
select h.unit_no, w.unit_no, w.percent, 'STAKE'
from vault.ownership w join vault.organisation h on h.id = w.holder_id
where w.withdrawn_at is null and (w.percent is null or w.percent between ${JOINT_VENTURE_PERCENT} and 50);
`;

const COMPETITORS = `
-- A desk against organisations (domain.md 0.2). by_activity: a known activity of both, not merely one that is undeclared.
create function policy.competitors(desk_nos int[], organisation_nos int[])
returns table (desk_no int, organisation_no int, by_activity boolean)
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  viewers int[] := array(select distinct d.organisation_no from policy.desk d where d.desk_no = any(desk_nos));
begin
  return query
  -- A wall counts only once somebody attested it; until then a desk competes wherever its organisation does.
  with mine as materialized (
    select distinct d.desk_no, t.mineral_id, t.stage, t.side, t.markets, t.declared
    from policy.trade t join policy.desk d on d.organisation_no = t.organisation_no
    where t.organisation_no = any(viewers) and d.desk_no = any(desk_nos)
      and (d.activity_ids is null or d.wall_attested_by is null or t.activity_id = any(d.activity_ids))
  ), theirs as materialized (
    select distinct t.organisation_no, t.mineral_id, t.stage, t.side, t.markets, t.declared
    from policy.trade t where t.organisation_no = any(organisation_nos)
  ), viewer as materialized (
    select d.desk_no, o.ownership_group, d.desk_no in (select m.desk_no from mine m where m.declared) as declared
    from policy.desk d join vault.organisation o on o.unit_no = d.organisation_no
    where d.desk_no = any(desk_nos) and o.is_company
  ), other as materialized (
    select o.unit_no, o.ownership_group, o.unit_no in (select t.organisation_no from theirs t where t.declared) as declared
    from vault.organisation o where o.unit_no = any(organisation_nos) and o.is_company
  ), matched as materialized (
    select distinct m.desk_no, t.organisation_no
    from (select distinct desk_no, alike_id, stage, side, markets from mine join policy.alike_mineral a on a.mineral_id = mine.mineral_id) m
    join (select distinct organisation_no, mineral_id, stage, side, markets from theirs) t
      on t.mineral_id = m.alike_id and t.stage = m.stage and t.side = m.side
      and (m.markets = '{}' or t.markets = '{}' or m.markets && t.markets or policy.overlaps(m.markets, t.markets))
  )
  select v.desk_no, o.unit_no, true from matched m
  join viewer v on v.desk_no = m.desk_no join other o on o.unit_no = m.organisation_no
  where v.ownership_group <> o.ownership_group
  union all
  select v.desk_no, o.unit_no, false from viewer v join other o on not (v.declared and o.declared)
  where v.ownership_group <> o.ownership_group
    and not exists (select from matched m where m.desk_no = v.desk_no and m.organisation_no = o.unit_no);
end $$;

-- While competitor each ground with a twin is replaced by it, never kept beside it.
create function policy.while_competitor(mask int) returns int language sql immutable parallel safe as $$
  select (mask & ~${TWINNED_TOGETHER | bit.MEMBER | bit.BODY}) | ((mask & ${TWINNED_TOGETHER}) << 10)
    | ((mask & ${bit.MEMBER}) << 18) | ((mask & ${bit.BODY}) << 9)
$$;
`;

/** One column of viewer and one of unit: who holds CUSTOMER (or SUPPLIER) towards which unit, by the ends of live links. */
function tradePartners(viewer: string, end: string, owner: string): string {
  return `
    select distinct l.${viewer} as viewer_no, e.unit_no
    from policy.live_link l cross join lateral (
      select l.${end} as unit_no union all select l.${owner}
      union all select s.unit_no from policy.site_mineral s where l.${end} = l.${owner} and s.owner_no = l.${owner} and s.mineral_id = l.mineral_id
    ) e
    where l.${viewer} = any(viewers) and l.${owner} = any(owners)`;
}

const PAIRS = `
-- The direct grounds of every given desk towards every given unit; DOWNSTREAM and UPSTREAM are bind_closure's.
create function policy.pair_masks(desk_nos int[], unit_nos int[]) returns table (desk_no int, unit_no int, mask int)
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  viewers int[] := array(select distinct organisation_no from policy.desk where desk_no = any(desk_nos));
  owners int[] := array(select distinct owner_no from policy.unit where unit_no = any(unit_nos));
  holders int[] := array(
    select distinct h.unit_no from vault.site_owner o join vault.organisation h on h.id = o.holder_id
    where o.unit_no = any(unit_nos) and o.withdrawn_at is null and (o.percent is null or o.percent >= ${JOINT_VENTURE_PERCENT}));
begin
  return query
  with desk as materialized (
    select d.desk_no, d.organisation_no, d.kinds & ${KINDS} as kinds, o.ownership_group,
      case when o.standing in ('GOOD', 'LATE') then o.alliance_id end as alliance_id,
      coalesce(o.standing in ('GOOD', 'LATE'), false) as is_member, coalesce(o.is_company, true) as is_company,
      -- the public, an unknown organisation and a suspended member read as everybody does
      o.id is not null and (o.standing is null or o.standing in ('GOOD', 'LATE')) as reads
    from policy.desk d left join vault.organisation o on o.unit_no = d.organisation_no where d.desk_no = any(desk_nos)
  ), unit as materialized (
    select u.unit_no, u.owner_no, o.ownership_group, o.id is null as unknown,
      case when o.standing in ('GOOD', 'LATE') then o.alliance_id end as alliance_id
    from policy.unit u left join vault.organisation o on o.unit_no = u.owner_no where u.unit_no = any(unit_nos)
  ), competitor as materialized (
    select * from policy.competitors(desk_nos, owners || holders)
  ), at_joint_venture as materialized (
    select c.desk_no, o.unit_no, bool_or(c.by_activity) as by_activity from vault.site_owner o
    join vault.organisation h on h.id = o.holder_id join competitor c on c.organisation_no = h.unit_no
    where o.unit_no = any(unit_nos) and o.withdrawn_at is null and (o.percent is null or o.percent >= ${JOINT_VENTURE_PERCENT})
    group by c.desk_no, o.unit_no
  ), customer as materialized (${tradePartners('customer_owner_no', 'unit_no', 'owner_no')}
  ), supplier as materialized (${tradePartners('owner_no', 'customer_unit_no', 'customer_owner_no')}
  ), assessor as materialized (
    select distinct a.assessor_no as viewer_no, a.unit_no from vault.assessment a
    where a.unit_no = any(unit_nos) and a.assessor_no = any(viewers) and a.withdrawn_at is null
      and a.state in ('PLANNED', 'IN_PROGRESS', 'UNDER_REVIEW') and not policy.interested(a.assessor_no, a.unit_no)
  )
  select d.desk_no, u.unit_no,
    case when d.organisation_no = u.owner_no then
           ${bit.ANYONE | bit.SELF} | case when d.reads then p.plain else 0 end
         when not d.reads then ${bit.ANYONE}
         when d.ownership_group = u.ownership_group then ${bit.AFFILIATE} | p.plain
         when d.is_company and (c.desk_no is not null or j.desk_no is not null or u.unknown) then
           policy.while_competitor(p.plain) & case when c.by_activity or j.by_activity then ${~bit.ASSESSOR} else -1 end
         else p.plain end
  from desk d cross join unit u
  left join competitor c on c.desk_no = d.desk_no and c.organisation_no = u.owner_no
  left join at_joint_venture j on j.desk_no = d.desk_no and j.unit_no = u.unit_no
  left join customer on customer.viewer_no = d.organisation_no and customer.unit_no = u.unit_no
  left join supplier on supplier.viewer_no = d.organisation_no and supplier.unit_no = u.unit_no
  left join assessor on assessor.viewer_no = d.organisation_no and assessor.unit_no = u.unit_no
  cross join lateral (select ${bit.ANYONE | bit.PARTY_AND_GRANT} | d.kinds
    | case when d.is_member then ${bit.MEMBER} else 0 end
    | case when d.alliance_id = u.alliance_id then ${bit.CO_MEMBER} else 0 end
    | case when customer.unit_no is not null then ${bit.CUSTOMER} else 0 end
    | case when supplier.unit_no is not null then ${bit.SUPPLIER} else 0 end
    | case when assessor.unit_no is not null then ${bit.ASSESSOR} else 0 end as plain) p;
end $$;

-- A person of the assessor has, or will have, an interest in the owner, in its group or in who holds a share of the site.
create function policy.interested(assessor int, unit int) returns boolean language sql stable set search_path = pg_catalog as $$
  select exists (
    select from vault.interest i join vault.organisation c on c.unit_no = i.counterpart_no
    where i.organisation_no = assessor and (i.valid_to is null or i.valid_to > current_date)
      and (c.ownership_group in (select o.ownership_group from policy.unit u join vault.organisation o on o.unit_no = u.owner_no where u.unit_no = unit)
        or c.id in (select w.holder_id from vault.site_owner w where w.unit_no = unit and w.withdrawn_at is null)))
$$;
`;

const REFRESH = `
-- Relations change one transaction after another: each sees what those before it committed, so that no two that are
-- harmless alone make a competitor together unseen. Held until the end of the transaction.
create table policy.relations_lock ();
create function policy.lock_relations() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'relations change in read committed transactions only' using errcode = '25001';
  end if;
  lock table policy.relations_lock in exclusive mode;
end $$;

-- An import sets sluice.relations = deferred for its transaction: one refresh of everything, by a constraint trigger, before
-- it commits. The setting can only move the refresh, never skip it.
create table policy.deferred_refresh (id int generated always as identity);
create function policy.deferred() returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  if current_setting('sluice.relations', true) is distinct from 'deferred' then return false; end if;
  if not exists (select from policy.deferred_refresh) then insert into policy.deferred_refresh default values; end if;
  return true;
end $$;

-- Writes masks into one desk's array. Reach over links is kept, in the form that fits the competition of now; where that
-- changed, hops may be closed, so the closure is invalid.
create function policy.patch_viewer(desk int, unit_nos int[], masks int[]) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  held int[];
  highest int := (select max(n) from unnest(unit_nos) n);
  was int;
  now_held int;
  reach int;
  changed boolean := false;
  turned boolean := false;
begin
  select grounds || '{}' into held from policy.viewer where desk_no = desk for update;
  -- zero, not NULL: an array without NULLs is read in constant time
  if cardinality(held) < highest then
    held := held || array_fill(0, array[highest - cardinality(held)]);
    changed := true;
  end if;
  for i in 1 .. cardinality(unit_nos) loop
    was := held[unit_nos[i]];
    now_held := masks[i];
    reach := ((was >> 12) | (was >> 22)) & 3;
    if reach <> 0 then
      if (now_held & ${bit.PARTY_COMPETITOR}) <> 0 then now_held := now_held | (reach << 22);
      elsif (now_held & ${bit.PARTY_AND_GRANT}) <> 0 then now_held := now_held | (reach << 12); end if;
    end if;
    if was <> now_held then
      held[unit_nos[i]] := now_held;
      changed := true;
      turned := turned or ((was # now_held) & ${bit.PARTY_COMPETITOR | bit.PARTY_AND_GRANT}) <> 0;
    end if;
  end loop;
  if changed then
    update policy.viewer set grounds = held, closure_valid = closure_valid and not turned, computed_at = clock_timestamp()
    where desk_no = desk;
  end if;
end $$;

-- NULL means all. Works through the desks in portions, so that memory does not grow with their number.
create function policy.refresh_pairs(desk_nos int[] default null, unit_nos int[] default null) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  desks int[] := coalesce(desk_nos, array(select d.desk_no from policy.desk d order by 1));
  units int[] := coalesce(unit_nos, array(select u.unit_no from policy.unit u order by 1));
  -- some hundred thousand pairs at once
  portion int := greatest(1, 400000 / greatest(1, cardinality(units)));
  pair record;
begin
  perform policy.lock_relations();
  if cardinality(units) = 0 then return; end if;
  insert into policy.viewer (desk_no)
  select d from unnest(desks) d where not exists (select from policy.viewer v where v.desk_no = d);
  for start in 1 .. cardinality(desks) by portion loop
    for pair in
      select m.desk_no, array_agg(m.unit_no) as unit_nos, array_agg(m.mask) as masks
      from policy.pair_masks(desks[start : start + portion - 1], units) m group by m.desk_no order by m.desk_no
    loop
      perform policy.patch_viewer(pair.desk_no, pair.unit_nos, pair.masks);
    end loop;
  end loop;
end $$;
`;

const ALLOCATION = `
-- An organisation (site NULL) or a site of a registered one; what is registered already keeps its number. The arrays of the
-- desks grow when the fact itself is written, once for a whole statement.
create function policy.register_units(organisation_ids uuid[], site_ids uuid[]) returns table (place int, unit_no int)
language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_column
begin
  if exists (select from unnest(site_ids, organisation_ids) as given(site, organisation) join policy.unit u on u.site_id = given.site
    where u.organisation_id <> given.organisation) then
    raise exception 'a site belongs to one organisation' using errcode = '23505';
  end if;
  with given as (
    select distinct organisation from unnest(organisation_ids, site_ids) as g(organisation, site) where site is null
  ), numbered as (
    select organisation, nextval(pg_get_serial_sequence('policy.unit', 'unit_no'))::int as number from given
    where not exists (select from policy.unit u where u.organisation_id = organisation and u.site_id is null)
  )
  insert into policy.unit (unit_no, owner_no, organisation_id) overriding system value
  select number, number, organisation from numbered;
  if exists (select from unnest(organisation_ids) as g(organisation)
    where not exists (select from policy.unit u where u.organisation_id = organisation and u.site_id is null)) then
    raise exception 'the organisation of a site is registered first' using errcode = '23503';
  end if;
  with given as (
    select distinct organisation, site from unnest(organisation_ids, site_ids) as g(organisation, site) where site is not null
  )
  insert into policy.unit (owner_no, organisation_id, site_id)
  select u.unit_no, organisation, site from given join policy.unit u on u.organisation_id = organisation and u.site_id is null
  where not exists (select from policy.unit known where known.site_id = site);
  return query
  select g.place::int, u.unit_no from unnest(organisation_ids, site_ids) with ordinality as g(organisation, site, place)
  join policy.unit u on u.organisation_id = g.organisation and u.site_id is not distinct from g.site;
end $$;

create function policy.register_unit(organisation uuid, site uuid default null) returns int
language sql security definer set search_path = pg_catalog as $$
  select unit_no from policy.register_units(array[organisation], array[site])
$$;

create function policy.open_desk(
  organisation_no int, name text, kinds int default 0, activity_ids uuid[] default null, wall_attested_by uuid default null
) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  opened int;
begin
  perform policy.lock_relations();
  insert into policy.desk (organisation_no, name, kinds, activity_ids, wall_attested_by)
  values (organisation_no, name, kinds, activity_ids, wall_attested_by) returning desk_no into opened;
  perform policy.refresh_pairs(array[opened], null);
  return opened;
end $$;
`;

/** Who stands on which direct grounds, and who competes with whom (`design.md` 3, `domain.md` 0.2). */
export class RelatePairs1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [TRADE, COMPETITORS, PAIRS, REFRESH, ALLOCATION]) await runner.query(sql);
    await runner.query('revoke execute on all functions in schema policy from public');
    await runner.query(
      `grant execute on function policy.register_unit(uuid, uuid), policy.register_units(uuid[], uuid[]) to sluice_contributor`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop index vault.assessment_assessor, vault.interest_organisation;
drop function policy.open_desk, policy.register_unit, policy.register_units, policy.refresh_pairs, policy.patch_viewer, policy.lock_relations,
  policy.interested, policy.pair_masks, policy.while_competitor, policy.competitors;
drop function policy.deferred;
drop table policy.relations_lock, policy.deferred_refresh;
drop view policy.conflict_flag, policy.live_link, policy.alike_mineral, policy.trade;
drop function policy.overlaps;
drop function policy.record_minerals;
drop table policy.observed_activity, policy.site_mineral`);
  }
}
