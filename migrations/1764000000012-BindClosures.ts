import type { MigrationInterface, QueryRunner } from 'typeorm';

const DOWNSTREAM = 1 << 12;
const UPSTREAM = 1 << 13;
const SELF = 1 << 8;
const PARTY = 1 << 15;
const PARTY_COMPETITOR = 1 << 25;
const CLOSURE = DOWNSTREAM | UPSTREAM | (DOWNSTREAM << 10) | (UPSTREAM << 10);
/** Hops of the longest chain that is followed (`domain.md` 1.2). */
const DEPTH_MAX = 12;

/** A walk reads only these: no heap page of vault.link once vacuumed. */
const INDEXES = `
create index link_upward on vault.link (customer_unit_no, mineral_id) include (unit_no, effective_audience)
  where state = 'DISCLOSED' and effective_audience >= 1 and ended_on is null and withdrawn_at is null;
create index link_downward on vault.link (unit_no, mineral_id) include (customer_unit_no, effective_audience)
  where state = 'DISCLOSED' and effective_audience >= 1 and ended_on is null and withdrawn_at is null;
`;

interface Direction {
  name: string;
  /** the end at which the viewer stands, and the end towards which it walks */
  near: string;
  far: string;
  nearOwner: string;
}

/** SQL of where one stands at `ends` (place of the mineral, unit): a site and its organisation, a whole organisation and its sites. */
function standsAt(ends: string): string {
  return `(
      select place, unit_no from ${ends}
      union all
      select e.place, u.owner_no from ${ends} e join policy.unit u on u.unit_no = e.unit_no
      union all
      select e.place, s.unit_no from ${ends} e join policy.site_mineral s on s.owner_no = e.unit_no and s.mineral_id = minerals[e.place])`;
}

/**
 * The units that a viewer reaches, every mineral on its own, level by level. A hop is a disclosed link of the mineral whose
 * near end is where the walk stands: the same unit, the whole organisation for one of its sites, or a site that handles the
 * mineral for the whole organisation. CHAIN and ALLIANCE admit no competitor of either end (audiences are nested: the
 * narrower cannot admit whom the wider does not).
 */
function walk({ name, near, far, nearOwner }: Direction): string {
  return `
create function policy.${name}(viewer_no int, held int[]) returns int[]
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
declare
  minerals text[] := array(select distinct mineral_id from policy.live_link where ${nearOwner} = viewer_no);
  -- place of the mineral << 32 | unit, so that a set of them is a set of numbers
  front bigint[] := array(
    select distinct array_position(minerals, mineral_id)::bigint << 32 | ${far} from policy.live_link where ${nearOwner} = viewer_no);
  seen bigint[] := front;
begin
  for depth in 2 .. ${DEPTH_MAX} loop
    exit when front = '{}';
    front := array(
      with front_end as materialized (select (k >> 32)::int as place, (k & 4294967295)::int as unit_no from unnest(front) k),
        stand as materialized (select distinct place, unit_no from ${standsAt('front_end')} s)
      select s.place::bigint << 32 | l.${far} from stand s
      join vault.link l on l.mineral_id = minerals[s.place] and l.${near} = s.unit_no
      where l.state = 'DISCLOSED' and l.effective_audience >= 1 and l.ended_on is null and l.withdrawn_at is null
        and (l.effective_audience = 3 or ((held[l.${near}] | held[l.${far}]) & ${PARTY_COMPETITOR}) = 0)
      except select * from unnest(seen));
    seen := seen || front;
  end loop;
  return array(
    with reached as materialized (select (k >> 32)::int as place, (k & 4294967295)::int as unit_no from unnest(seen) k)
    select distinct s.unit_no from ${standsAt('reached')} s);
end $$;`;
}

const CLOSURE_SQL = `
${walk({ name: 'reach_upward', near: 'customer_unit_no', far: 'unit_no', nearOwner: 'customer_owner_no' })}
${walk({ name: 'reach_downward', near: 'unit_no', far: 'customer_unit_no', nearOwner: 'owner_no' })}

-- Recomputes one viewer's closure where it is not valid; true when it is valid now. Runs before the read transaction opens.
-- False, and something permitted waits, when another transaction is just changing links that touch it.
create function policy.bind_closure(desk int) returns boolean
language plpgsql security definer set search_path = pg_catalog set lock_timeout = '500ms' as $$
declare
  viewer_no int;
  held int[];
  valid boolean;
begin
  select closure_valid into valid from policy.viewer where desk_no = desk;
  if valid then return true; end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'closures are computed in read committed transactions only' using errcode = '25001';
  end if;
  -- INVARIANT NoStaleClosure: the links are read after the row is held, and whoever changes them holds or updates the row
  -- before it commits.
  begin
    select closure_valid into valid from policy.viewer where desk_no = desk for update;
  exception when lock_not_available then
    return false;
  end;
  if valid is null or valid then return coalesce(valid, false); end if;
  select d.organisation_no, v.grounds || '{}' into viewer_no, held
  from policy.viewer v join policy.desk d on d.desk_no = v.desk_no where v.desk_no = desk;
  update policy.viewer set closure_valid = true, computed_at = clock_timestamp(),
    grounds = policy.with_reach(held, policy.reach_upward(viewer_no, held), policy.reach_downward(viewer_no, held)),
    closure_minerals = array(
      select mineral_id from policy.live_link where owner_no = viewer_no
      union select mineral_id from policy.live_link where customer_owner_no = viewer_no)
  where desk_no = desk;
  return true;
end $$;

-- DOWNSTREAM towards what is reached upward unless it is CUSTOMER there already, UPSTREAM likewise; twins while competitor.
create function policy.with_reach(held int[], downstream int[], upstream int[]) returns int[]
language plpgsql immutable set search_path = pg_catalog as $$
declare
  direct int;
  place int;
begin
  for i in 1 .. cardinality(held) loop
    if (held[i] & ${CLOSURE}) <> 0 then held[i] := held[i] & ${~CLOSURE}; end if;
  end loop;
  for pass in 0 .. 1 loop
    foreach place in array case pass when 0 then downstream else upstream end loop
      direct := held[place];
      continue when (direct & ${SELF}) <> 0 or (direct & (${(1 << 10) | (1 << 20)} << pass)) <> 0;
      if (direct & ${PARTY_COMPETITOR}) <> 0 then held[place] := direct | (${DOWNSTREAM << 10} << pass);
      elsif (direct & ${PARTY}) <> 0 then held[place] := direct | (${DOWNSTREAM} << pass); end if;
    end loop;
  end loop;
  return held;
end $$;
`;

/** DOWNSTREAM and UPSTREAM: inductive from the viewer, over disclosed links only (`domain.md` 1.2, Link.consent). */
export class BindClosures1764000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INDEXES);
    await runner.query(CLOSURE_SQL);
    await runner.query('revoke execute on all functions in schema policy from public');
    await runner.query('grant execute on function policy.bind_closure(int) to sluice_contributor');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function policy.bind_closure, policy.with_reach, policy.reach_upward, policy.reach_downward;
drop index vault.link_upward, vault.link_downward`);
  }
}
