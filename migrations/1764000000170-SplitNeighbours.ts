import type { MigrationInterface, QueryRunner } from 'typeorm';

const PARTY_COMPETITOR = 1 << 25;
/** Hops of the longest chain that is followed (`domain.md` 1.2). */
const DEPTH_MAX = 12;
/** Places are stamped with 16 times the number of the mineral, plus the depth: the stamps of one mineral never meet another's. */
const STAMPS_PER_MINERAL = 16;
const OPEN_AUDIENCE = 3;
/**
 * Ends of hops are numbers. A whole organisation is its number and whether the link admits competitors (ALLIANCE_OPEN); a
 * site is its owner, its number, whether it is stray, and the same.
 */
const WHOLE_SHIFT = 1;
const OWNER_SHIFT = 35;
const UNIT_SHIFT = 2;
const UNIT_MASK = 2 ** OWNER_SHIFT - 1;
const STRAY = 2;
const OPEN = 1;

interface Direction {
  name: string;
  /** the end whose list is kept, by its name among the ends of a link */
  end: string;
  /** the end at which the viewer stands, and the end towards which it walks */
  near: string;
  far: string;
  nearOwner: string;
  farOwner: string;
}

const DIRECTIONS: readonly Direction[] = [
  {
    name: 'upward',
    end: 'customer',
    near: 'customer_unit_no',
    far: 'unit_no',
    nearOwner: 'customer_owner_no',
    farOwner: 'owner_no',
  },
  {
    name: 'downward',
    end: 'supplier',
    near: 'unit_no',
    far: 'customer_unit_no',
    nearOwner: 'owner_no',
    farOwner: 'customer_owner_no',
  },
];

const TOLD = `l.state = 'DISCLOSED' and l.effective_audience >= 1 and l.ended_on is null and l.withdrawn_at is null`;

const footholdOf = (alias: string, owner: string, unit: string, mineral: string): string =>
  `left join policy.site_mineral ${alias} on ${alias}.owner_no = ${owner} and ${alias}.mineral_id = ${mineral} and ${alias}.unit_no = ${unit}`;

/** Lists for each place out of the links that `where` admits; two links of the same ends are one hop, open when one of them is. */
function lists({ near, far, nearOwner, farOwner }: Direction, where: string): string {
  return `
    select e.mineral_id, e.owner_no, e.unit_no, bool_or(e.stray) as stray,
      coalesce(array_agg((e.far_owner_no::bigint << ${WHOLE_SHIFT}) | e.open order by e.far_no) filter (where e.far_no = e.far_owner_no), '{}') as whole_ends,
      coalesce(array_agg((e.far_owner_no::bigint << ${OWNER_SHIFT}) | (e.far_no::bigint << ${UNIT_SHIFT}) | case when e.far_stray then ${STRAY} else 0 end | e.open
        order by e.far_no) filter (where e.far_no <> e.far_owner_no), '{}') as site_ends
    from (
      select h.*, h.unit_no <> h.owner_no and n.unit_no is null as stray, f.unit_no is null as far_stray
      from (
        select l.mineral_id, min(l.${nearOwner}) as owner_no, l.${near} as unit_no, min(l.${farOwner}) as far_owner_no, l.${far} as far_no,
          max((l.effective_audience = ${OPEN_AUDIENCE})::int) as open
        from vault.link l where ${TOLD} ${where} group by l.mineral_id, l.${near}, l.${far}) h
      ${footholdOf('n', 'h.owner_no', 'h.unit_no', 'h.mineral_id')}
      ${footholdOf('f', 'h.far_owner_no', 'h.far_no', 'h.mineral_id')}
    ) e group by e.mineral_id, e.owner_no, e.unit_no`;
}

const keptHops = (direction: Direction): string => `
drop view policy.told_${direction.name};
drop table policy.hop_${direction.name};
-- stray: a site that does not handle the mineral, where nobody stands who stands for the whole organisation
create table policy.hop_${direction.name} (
  mineral_id text not null, owner_no int not null, unit_no int not null references policy.unit, stray boolean not null,
  whole_ends bigint[] not null, site_ends bigint[] not null, primary key (mineral_id, owner_no, unit_no)
);
create view policy.told_${direction.name} as ${lists(direction, '')};
insert into policy.hop_${direction.name} select * from policy.told_${direction.name} order by 1, 2, 3;
`;

/** Rewrites what differs; `fresh` has all that there is now of the places. */
const write = ({ name }: Direction): string => `
  insert into policy.hop_${name} as k (mineral_id, owner_no, unit_no, stray, whole_ends, site_ends)
  select f.mineral_id, f.owner_no, f.unit_no, f.stray, f.whole_ends, f.site_ends from fresh f order by 1, 2, 3
  on conflict (mineral_id, owner_no, unit_no) do update set stray = excluded.stray, whole_ends = excluded.whole_ends, site_ends = excluded.site_ends
  where (k.stray, k.whole_ends, k.site_ends) <> (excluded.stray, excluded.whole_ends, excluded.site_ends);`;

const isSame = (one: string, other: string): string =>
  `${one}.mineral_id = ${other}.mineral_id and ${one}.owner_no = ${other}.owner_no and ${one}.unit_no = ${other}.unit_no`;

/** Each place is asked about by the index of the walk of chains, and found by the whole key of its list. */
const keepSome = (direction: Direction): string => `
  with place as materialized (
      select distinct e.mineral_id, e.${direction.end}_owner_no as owner_no, e.${direction.end}_no as unit_no from unnest(ends) e),
    fresh as materialized (
      select t.* from place p cross join lateral (${lists(
        direction,
        `and l.mineral_id = p.mineral_id and l.${direction.near} = p.unit_no`,
      )}) t),
    gone as (
      delete from policy.hop_${direction.name} k using place p
      where ${isSame('k', 'p')} and not exists (select from fresh f where ${isSame('f', 'p')}))
${write(direction)}`;

const keepAll = (direction: Direction): string => `
  with fresh as materialized (select * from policy.told_${direction.name}),
    gone as (delete from policy.hop_${direction.name} k where not exists (select from fresh f where ${isSame('f', 'k')}))
${write(direction)}`;

/** INVARIANT HopsAsLinksSay (migration 147) holds for strays as well: who writes a site keeps the lists that name it. */
const KEEP = `
create or replace function policy.keep_hops(ends policy.link_end[]) returns void
language plpgsql security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
begin
${DIRECTIONS.map(keepSome).join('')}
end $$;

create or replace function policy.keep_all_hops() returns void language plpgsql security definer set search_path = pg_catalog set work_mem = '128MB' as $$
begin
${DIRECTIONS.map(keepAll).join('')}
end $$;

create or replace function policy.sites_changed(unit_nos int[], minerals text[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  owners int[];
  ends policy.link_end[];
begin
  if cardinality(unit_nos) = 0 or policy.deferred() then return; end if;
  perform policy.lock_relations();
  perform policy.hold_closures();
  owners := array(select owner_no from policy.unit where unit_no = any(unit_nos));
  perform policy.keep_footholds(owners);
  ends := array(
    select row(l.unit_no, l.owner_no, l.customer_unit_no, l.customer_owner_no, l.mineral_id, l.supplier_stage)::policy.link_end
    from policy.live_link l where l.unit_no = any(unit_nos)
    union
    select row(l.unit_no, l.owner_no, l.customer_unit_no, l.customer_owner_no, l.mineral_id, l.supplier_stage)::policy.link_end
    from policy.live_link l where l.customer_unit_no = any(unit_nos));
  if ends <> '{}' then perform policy.keep_hops(ends); end if;
  perform policy.refresh_pairs(null, unit_nos);
  update policy.viewer v set closure_valid = false
  where v.closure_valid and v.closure_minerals && minerals and exists (
    select from (select v.grounds || '{}' as held offset 0) once, unnest(owners || unit_nos) u(unit_no)
    where (once.held[u.unit_no] & ${(3 << 10) | (3 << 12) | (3 << 20) | (3 << 22)}) <> 0);
end $$;
`;

/** The far ends of one kind in the lists of where the walk has come to stand at `level`; of a competitor's place the open ones. */
const farEnds = (name: string, kind: string, level: string): string => `
              select unnest(case when (held[k.unit_no] & ${PARTY_COMPETITOR}) = 0 then k.${kind}
                else array(select n from unnest(k.${kind}) n where n & ${OPEN} = ${OPEN}) end) as far_end
              from policy.hop_${name} k where k.mineral_id = mineral and k.owner_no = any(owners) and (place[k.unit_no] = ${level}
                or whole[k.owner_no] = ${level} and place[k.unit_no] < stamp and not k.stray)`;

/**
 * The units that a viewer reaches, mineral by mineral and level by level. A hop is a disclosed link of the mineral whose near
 * end is where the walk stands: the same unit, the whole organisation for one of its sites, or a site that handles the
 * mineral for the whole organisation. CHAIN and ALLIANCE admit no competitor of either end (audiences are nested: the
 * narrower cannot admit whom the wider does not).
 *
 * Most sites are met together with their organisation. Therefore organisations come first in each level, and the sites that
 * they stand for are neither marked nor looked at until the mineral is done. Hashing is forced, since the planner takes lists
 * for ten long and would sort them.
 */
function walk({ name, far, farOwner, nearOwner }: Direction): string {
  const own = `policy.live_link l where l.${nearOwner} = viewer_no`;
  const unit = `(h.far_end & ${UNIT_MASK}) >> ${UNIT_SHIFT}`;
  return `
create or replace function policy.reach_${name}(viewer_no int, held int[]) returns int[]
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan set enable_sort = off as $$
declare
  minerals text[] := array(select distinct l.mineral_id from ${own});
  mineral text;
  far_end bigint;
  unit int;
  owner int;
  -- where the last level came to stand; organisations met as a whole in this level, and in this mineral; sites met
  owners int[];
  wholes int[];
  all_wholes int[];
  sites bigint[];
  -- by unit, the stamp at which the walk first stood there on its own account; by organisation, that at which it was met as a whole
  place int[];
  whole int[];
  stamp int := 0;
  level int;
begin
  if minerals = '{}' then return '{}'; end if;
  place := array_fill(0, array[(select coalesce(max(u.unit_no), 0) from policy.unit u)]);
  whole := place;
  foreach mineral in array minerals loop
    stamp := stamp + ${STAMPS_PER_MINERAL};
    level := stamp;
    all_wholes := '{}';
    -- whom one trades with one reaches, competitor or not
    wholes := array(select distinct l.${farOwner} from ${own} and l.mineral_id = mineral and l.${far} = l.${farOwner});
    sites := array(select distinct (l.${farOwner}::bigint << ${OWNER_SHIFT}) | (l.${far}::bigint << ${UNIT_SHIFT})
      from ${own} and l.mineral_id = mineral and l.${far} <> l.${farOwner});
    loop
      level := level + 1;
      foreach owner in array wholes loop
        whole[owner] := level;
        if place[owner] < stamp then place[owner] := level; end if;
      end loop;
      if level > stamp + 1 then
        sites := array(
          select distinct h.far_end from (${farEnds(name, 'site_ends', 'level - 1')}) h
          where (whole[h.far_end >> ${OWNER_SHIFT}] < stamp or h.far_end & ${STRAY} = ${STRAY}) and place[${unit}] < stamp
            and (h.far_end & ${OPEN} = ${OPEN} or (held[${unit}] & ${PARTY_COMPETITOR}) = 0));
      end if;
      all_wholes := all_wholes || wholes;
      owners := wholes;
      foreach far_end in array sites loop
        owner := far_end >> ${OWNER_SHIFT};
        place[(far_end & ${UNIT_MASK}) >> ${UNIT_SHIFT}] := level;
        if place[owner] <> level then
          owners := owners || owner;
          if place[owner] < stamp then place[owner] := level; end if;
        end if;
      end loop;
      exit when owners = '{}' or level = stamp + ${DEPTH_MAX};
      wholes := array(
        select (h.far_end >> ${WHOLE_SHIFT})::int from (
          select distinct e.far_end from (${farEnds(name, 'whole_ends', 'level')}) e
          -- the ends that are left are fewer than the hops
          offset 0) h
        where whole[h.far_end >> ${WHOLE_SHIFT}] < stamp and (h.far_end & ${OPEN} = ${OPEN} or (held[h.far_end >> ${WHOLE_SHIFT}] & ${PARTY_COMPETITOR}) = 0));
    end loop;
    foreach unit in array array(
      select s.unit_no from (
        select unnest(f.sites) as unit_no from policy.foothold f where f.mineral_id = mineral and f.owner_no = any(all_wholes)) s
      where place[s.unit_no] = 0) loop
      place[unit] := stamp;
    end loop;
  end loop;
  return array(select u.unit_no from (select generate_series(1, cardinality(place)) as unit_no) u where place[u.unit_no] > 0);
end $$;`;
}

const SELF = 1 << 8;
const PARTY = 1 << 15;
const [CUSTOMER, DOWNSTREAM] = [1 << 10, 1 << 12];
const TWIN_SHIFT = 10;
const CLOSURE = (3 << 12) | (3 << 22);

/** As in migration 12, with what does not change left out by a query instead of a loop. */
const WITH_REACH = `
create or replace function policy.with_reach(held int[], downstream int[], upstream int[]) returns int[]
language plpgsql immutable set search_path = pg_catalog as $$
declare
  place int;
begin
  foreach place in array array(
    select u.unit_no from (select generate_series(1, cardinality(held)) as unit_no) u where (held[u.unit_no] & ${CLOSURE}) <> 0) loop
    held[place] := held[place] & ${~CLOSURE};
  end loop;
  for pass in 0 .. 1 loop
    foreach place in array array(
      select p.unit_no from (select unnest(case pass when 0 then downstream else upstream end) as unit_no) p
      where (held[p.unit_no] & (${SELF} | (${CUSTOMER | (CUSTOMER << TWIN_SHIFT)} << pass))) = 0 and (held[p.unit_no] & ${PARTY | PARTY_COMPETITOR}) <> 0) loop
      held[place] := held[place] | (case when (held[place] & ${PARTY_COMPETITOR}) <> 0 then ${DOWNSTREAM << TWIN_SHIFT} else ${DOWNSTREAM} end << pass);
    end loop;
  end loop;
  return held;
end $$;
`;

/** What is reached is what was reached before: lists tell whole organisations from sites, so that a walk looks at fewer ends. */
export class SplitNeighbours1764000000170 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const direction of DIRECTIONS) await runner.query(keptHops(direction));
    await runner.query(KEEP);
    for (const direction of DIRECTIONS) await runner.query(walk(direction));
    await runner.query(WITH_REACH);
  }

  /** The answers are those of before, and the lists of before can be made of the links only by what stood before. */
  async down(): Promise<void> {}
}
