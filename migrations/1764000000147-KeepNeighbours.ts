import type { MigrationInterface, QueryRunner } from 'typeorm';

const PARTY_COMPETITOR = 1 << 25;
/** Hops of the longest chain that is followed (`domain.md` 1.2). */
const DEPTH_MAX = 12;
/** Places are stamped with 16 times the number of the mineral, plus the depth: the stamps of one mineral never meet another's. */
const STAMPS_PER_MINERAL = 16;
/**
 * An end of a hop is one number: its owner, its unit, and whether the link admits competitors (ALLIANCE_OPEN). The owner
 * stands 33 places left of the unit, not 32: a hash of bigint folds its halves by exclusive or, and whole organisations,
 * whose unit is their owner, would all fall into one bucket.
 */
const OWNER_SHIFT = 34;
const UNIT_MASK = 2 ** OWNER_SHIFT - 1;
const OPEN_AUDIENCE = 3;

interface Direction {
  name: string;
  /** the end at which the viewer stands, and the end towards which it walks */
  near: string;
  far: string;
  nearOwner: string;
  farOwner: string;
}

const DIRECTIONS: readonly Direction[] = [
  {
    name: 'upward',
    near: 'customer_unit_no',
    far: 'unit_no',
    nearOwner: 'customer_owner_no',
    farOwner: 'owner_no',
  },
  {
    name: 'downward',
    near: 'unit_no',
    far: 'customer_unit_no',
    nearOwner: 'owner_no',
    farOwner: 'customer_owner_no',
  },
];

const endOf = (owner: string, unit: string, open: string): string =>
  `(${owner}::bigint << ${OWNER_SHIFT}) | (${unit}::bigint << 1) | ${open}`;

const TOLD = `l.state = 'DISCLOSED' and l.effective_audience >= 1 and l.ended_on is null and l.withdrawn_at is null`;

/** Two links of the same ends are one hop, open when one of them is. */
function hops({ near, far, nearOwner, farOwner }: Direction, where: string): string {
  return `
    select l.mineral_id, min(l.${nearOwner}) as owner_no, l.${near} as unit_no, l.${far} as far_no,
      ${endOf(`min(l.${farOwner})`, `l.${far}`, `max((l.effective_audience = ${OPEN_AUDIENCE})::int)`)} as far_end
    from vault.link l where ${TOLD} ${where} group by l.mineral_id, l.${near}, l.${far}`;
}

/** The column is filled and the row found by key alone, so that a change of one link rewrites one row of each table. */
const keptHops = (direction: Direction): string => `
create table policy.hop_${direction.name} (
  mineral_id text not null, owner_no int not null, unit_no int not null references policy.unit, far_ends bigint[] not null,
  primary key (mineral_id, owner_no, unit_no)
);
-- what the table has to say: all that disclosed links tell, from the links themselves; numbers sort faster than minerals
create view policy.told_${direction.name} as
select h.mineral_id, min(h.owner_no) as owner_no, h.unit_no, array_agg(h.far_end order by h.far_no) as far_ends
from (${hops(direction, '')}) h group by h.unit_no, h.mineral_id;
insert into policy.hop_${direction.name} select * from policy.told_${direction.name} order by 1, 2, 3;
`;

/** Rewrites what differs, deletes what is gone; `fresh` has the key and the list of what there is now. */
function keep(table: string, key: readonly string[], list: string, fresh: string, among: string): string {
  return `
  with fresh as materialized (${fresh}),
    gone as (delete from ${table} k where ${among}
      not exists (select from fresh f where ${key.map((column) => `f.${column} = k.${column}`).join(' and ')}))
  insert into ${table} as k (${key.join(', ')}, ${list}) select ${key.join(', ')}, ${list} from fresh order by ${key.join(', ')}
  on conflict (${key.join(', ')}) do update set ${list} = excluded.${list} where k.${list} <> excluded.${list};`;
}

const HOP_KEY = ['mineral_id', 'owner_no', 'unit_no'];

/** Of a few places; each is asked about by the index of the walk. */
function keepSome(direction: Direction): string {
  const end = direction.near === 'unit_no' ? 'supplier' : 'customer';
  const place = `(select distinct e.mineral_id, e.${end}_no as unit_no from unnest(ends) e) p`;
  const hopsThere = hops(direction, `and l.mineral_id = p.mineral_id and l.${direction.near} = p.unit_no`);
  return keep(
    `policy.hop_${direction.name}`,
    HOP_KEY,
    'far_ends',
    `select p.mineral_id, h.owner_no, p.unit_no, array_agg(h.far_end order by h.far_no) as far_ends
    from ${place} cross join lateral (${hopsThere}) h group by p.mineral_id, h.owner_no, p.unit_no`,
    `exists (select from ${place} where p.mineral_id = k.mineral_id and p.unit_no = k.unit_no) and`,
  );
}

/**
 * INVARIANT HopsAsLinksSay: both are written under the lock on relations, which is held until the end of the transaction, so
 * that nobody writes a list without the links that another is just adding to it; and in the transaction of the link, so that a
 * withdrawal holds for the next closure.
 */
const KEEP = `
create function policy.keep_hops(ends policy.link_end[]) returns void
language plpgsql security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
begin
${DIRECTIONS.map(keepSome).join('')}
end $$;

create function policy.keep_all_hops() returns void language plpgsql security definer set search_path = pg_catalog set work_mem = '128MB' as $$
begin
${DIRECTIONS.map(({ name }) =>
  keep(`policy.hop_${name}`, HOP_KEY, 'far_ends', `select * from policy.told_${name}`, ''),
).join('')}
end $$;

-- the sites of an organisation that handle a mineral, beside each other
create table policy.foothold (
  mineral_id text not null, owner_no int not null references policy.unit, sites int[] not null, primary key (mineral_id, owner_no)
);
create index on policy.foothold (owner_no);

-- NULL means all
create function policy.keep_footholds(owners int[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
${keep(
  'policy.foothold',
  ['mineral_id', 'owner_no'],
  'sites',
  `select s.mineral_id, s.owner_no, array_agg(s.unit_no order by s.unit_no) as sites
    from policy.site_mineral s where owners is null or s.owner_no = any(owners) group by s.mineral_id, s.owner_no`,
  '(owners is null or k.owner_no = any(owners)) and',
)}
end $$;
select policy.keep_footholds(null);
`;

/** As in migration 11, with what is kept here, after the lock and before closures become invalid. */
const CAUSES = `
create or replace function policy.links_changed(ends policy.link_end[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
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
  perform policy.refresh_pairs(
    array(select desk_no from policy.desk where organisation_no = any(owners)),
    array(select unit_no from policy.unit where owner_no = any(owners)));
  perform policy.invalidate_closures(ends);
end $$;

create or replace function policy.sites_changed(unit_nos int[], minerals text[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  owners int[];
begin
  if cardinality(unit_nos) = 0 or policy.deferred() then return; end if;
  perform policy.lock_relations();
  perform policy.hold_closures();
  owners := array(select owner_no from policy.unit where unit_no = any(unit_nos));
  perform policy.keep_footholds(owners);
  perform policy.refresh_pairs(null, unit_nos);
  update policy.viewer v set closure_valid = false
  where v.closure_valid and v.closure_minerals && minerals and exists (
    select from (select v.grounds || '{}' as held offset 0) once, unnest(owners || unit_nos) u(unit_no)
    where (once.held[u.unit_no] & ${(3 << 10) | (3 << 12) | (3 << 20) | (3 << 22)}) <> 0);
end $$;

create or replace function policy.refresh_relations() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform policy.lock_relations();
  perform policy.record_minerals(array(select u.unit_no from policy.unit u where u.site_id is not null));
  perform policy.keep_footholds(null);
  perform policy.keep_all_hops();
  delete from policy.observed_activity;
  insert into policy.observed_activity (organisation_no, mineral_id, stage, side)
  select owner_no, mineral_id, supplier_stage, 'SELL' from policy.live_link
  union select customer_owner_no, mineral_id, supplier_stage, 'BUY' from policy.live_link;
  perform policy.refresh_pairs();
  update policy.viewer set closure_valid = false
  where closure_valid and desk_no in (select d.desk_no from policy.desk d where d.organisation_no is not null);
end $$;
`;

/**
 * The units that a viewer reaches, mineral by mineral and level by level. A hop is a disclosed link of the mineral whose near
 * end is where the walk stands: the same unit, the whole organisation for one of its sites, or a site that handles the
 * mineral for the whole organisation. CHAIN and ALLIANCE admit no competitor of either end (audiences are nested: the
 * narrower cannot admit whom the wider does not). A level is two statements, one lookup for each organisation met there; what
 * was met is marked in arrays by number of unit, which costs less than sets of rows. Hashing is forced, since the planner
 * takes lists for ten long and would sort them.
 */
function walk({ name, far, farOwner, nearOwner }: Direction): string {
  return `
create or replace function policy.reach_${name}(viewer_no int, held int[]) returns int[]
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan set enable_sort = off as $$
declare
  mineral text;
  ends bigint[];
  far_end bigint;
  unit int;
  owner int;
  owners int[];
  wholes int[];
  -- by unit, the stamp at which the walk first stood there; by organisation, the mineral's stamp once it was met as a whole
  place int[] := array_fill(0, array[(select coalesce(max(u.unit_no), 0) from policy.unit u)]);
  whole int[] := place;
  stamp int := 0;
  level int;
begin
  for mineral in select distinct l.mineral_id from policy.live_link l where l.${nearOwner} = viewer_no loop
    stamp := stamp + ${STAMPS_PER_MINERAL};
    -- whom one trades with one reaches, competitor or not
    ends := array(select distinct ${endOf(`l.${farOwner}`, `l.${far}`, '1')}
      from policy.live_link l where l.${nearOwner} = viewer_no and l.mineral_id = mineral);
    for depth in 1 .. ${DEPTH_MAX} loop
      exit when ends = '{}';
      level := stamp + depth;
      owners := '{}';
      wholes := '{}';
      foreach far_end in array ends loop
        unit := (far_end & ${UNIT_MASK}) >> 1;
        owner := far_end >> ${OWNER_SHIFT};
        if unit = owner then
          continue when whole[owner] = stamp;
          whole[owner] := stamp;
          wholes := wholes || owner;
          if place[owner] < stamp then place[owner] := level; end if;
        else
          -- a site where the walk stood before led to its organisation then
          continue when place[unit] >= stamp;
          place[unit] := level;
          if place[owner] <> level then
            owners := owners || owner;
            if place[owner] < stamp then place[owner] := level; end if;
          end if;
        end if;
      end loop;
      if wholes <> '{}' then
        foreach unit in array array(select unnest(f.sites) from policy.foothold f where f.mineral_id = mineral and f.owner_no = any(wholes)) loop
          if place[unit] < stamp then place[unit] := level; end if;
        end loop;
        owners := owners || wholes;
      end if;
      exit when depth = ${DEPTH_MAX};
      ends := array(
        select e.far_end from (
          select distinct h.far_end from (
            select unnest(case when (held[k.unit_no] & ${PARTY_COMPETITOR}) = 0 then k.far_ends
              else array(select n from unnest(k.far_ends) n where n & 1 = 1) end) as far_end
            from policy.hop_${name} k where k.mineral_id = mineral and k.owner_no = any(owners) and place[k.unit_no] = level) h
          -- the ends that are left are fewer than the hops
          offset 0) e
        where e.far_end & 1 = 1 or (held[(e.far_end & ${UNIT_MASK}) >> 1] & ${PARTY_COMPETITOR}) = 0);
    end loop;
  end loop;
  return array(select n from unnest(place) with ordinality as p(stamped, n) where p.stamped > 0);
end $$;`;
}

/** What is reached is what was reached before, from lists of neighbours that follow the links (bench/results-relations.md). */
export class KeepNeighbours1764000000147 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const direction of DIRECTIONS) await runner.query(keptHops(direction));
    await runner.query(KEEP);
    await runner.query(CAUSES);
    for (const direction of DIRECTIONS) await runner.query(walk(direction));
    // the walk reads links no more, and the indexes of chains serve what is left
    await runner.query('drop index vault.link_upward, vault.link_downward');
    await runner.query(
      'revoke execute on function policy.keep_hops, policy.keep_all_hops, policy.keep_footholds from public',
    );
  }

  /** The answers are those of before; the indexes that served them are those of chains now. */
  async down(): Promise<void> {}
}
