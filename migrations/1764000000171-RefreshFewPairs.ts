import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Up to so many pairs a plan for any arrays is as good as one for these, and planning anew would cost more than the work. */
const FEW_PAIRS = 2000;
/** Some hundred thousand pairs at once, so that memory does not grow with the number of desks. */
const PORTION_PAIRS = 400_000;
/** From this share on, an owner of a site makes its competitors compete with the site (`domain.md` 0.2). */
const JOINT_VENTURE_PERCENT = 20;

/** Who trades the like is asked by mineral, stage and side. */
const INDEXES = `
create index activity_trade on vault.activity (mineral_id, stage, side) where withdrawn_at is null;
create index observed_activity_trade on policy.observed_activity (mineral_id, stage, side);
create index site_to_come on vault.site (owner_no) where status in ('EXPLORATION', 'CONSTRUCTION');
`;

/** How to plan is the decision of whoever knows how much there is to do; the functions below inherit it. */
const PLANS = `
alter function policy.pair_masks(int[], int[]) reset plan_cache_mode;
alter function policy.competitors(int[], int[]) reset plan_cache_mode;
alter function policy.observe_activities(policy.link_end[]) set plan_cache_mode = force_generic_plan;

create or replace function policy.refresh_pairs(desk_nos int[] default null, unit_nos int[] default null) returns void
language plpgsql security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
declare
  desks int[] := coalesce(desk_nos, array(select d.desk_no from policy.desk d order by 1));
  units int[] := coalesce(unit_nos, array(select u.unit_no from policy.unit u order by 1));
  portion int := greatest(1, ${PORTION_PAIRS} / greatest(1, cardinality(units)));
  pair record;
begin
  perform policy.lock_relations();
  if cardinality(units) = 0 then return; end if;
  -- until the end of this function
  if cardinality(desks)::bigint * cardinality(units) > ${FEW_PAIRS} then
    perform set_config('plan_cache_mode', 'force_custom_plan', true);
  end if;
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

create or replace function policy.units_of(organisation_nos int[]) returns int[]
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
begin
  return array(
    select unit_no from policy.unit where owner_no = any(organisation_nos)
    union
    select s.unit_no from vault.organisation h join vault.site_owner s on s.holder_id = h.id
    where h.unit_no = any(organisation_nos) and (s.percent is null or s.percent >= ${JOINT_VENTURE_PERCENT}));
end $$;
`;

const CAUSES = `
-- A trade seen or no longer seen in links changes nothing but the competition with those who do the like on the same side. The
-- desks of the observed see all that their organisations own refreshed with it.
create or replace function policy.observed_changed(observed int[], ends policy.link_end[]) returns void
language plpgsql security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
declare
  rivals int[] := observed;
  trade record;
begin
  -- one after another, since a view of three kinds of trade is looked up by values and not by a join
  for trade in
    select a.alike_id as mineral_id, s.stage, s.side
    from (
      select e.mineral_id, e.stage, 'SELL' as side from unnest(ends) e where e.supplier_owner_no = any(observed)
      union select e.mineral_id, e.stage, 'BUY' from unnest(ends) e where e.customer_owner_no = any(observed)
    ) s join policy.alike_mineral a on a.mineral_id = s.mineral_id
  loop
    rivals := rivals || array(
      select t.organisation_no from policy.trade t
      where t.mineral_id = trade.mineral_id and t.stage = trade.stage and t.side = trade.side);
  end loop;
  perform policy.refresh_pairs(array(select desk_no from policy.desk where organisation_no = any(observed)), policy.units_of(rivals));
  perform policy.refresh_pairs(
    array(select desk_no from policy.desk where organisation_no = any(rivals) and organisation_no <> all(observed)), policy.units_of(observed));
end $$;

create or replace function policy.links_changed(ends policy.link_end[]) returns void
language plpgsql security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
declare
  observed int[];
  owners int[];
begin
  if cardinality(ends) = 0 or policy.deferred() then return; end if;
  perform policy.lock_relations();
  perform policy.hold_closures();
  perform policy.keep_hops(ends);
  observed := policy.observe_activities(ends);
  if observed <> '{}' then perform policy.observed_changed(observed, ends); end if;
  owners := array(select supplier_owner_no from unnest(ends) union select customer_owner_no from unnest(ends));
  if not observed @> owners then
    perform policy.refresh_pairs(
      array(select desk_no from policy.desk where organisation_no = any(owners)),
      array(select unit_no from policy.unit where owner_no = any(owners)));
  end if;
  perform policy.invalidate_closures(ends);
end $$;
`;

/** The masks are those of before; a change of few pairs is no longer planned anew at every step. */
export class RefreshFewPairs1764000000171 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [INDEXES, PLANS, CAUSES]) await runner.query(sql);
  }

  /** The masks do not depend on the form. */
  async down(): Promise<void> {}
}
