import type { MigrationInterface, QueryRunner } from 'typeorm';

const PARTY_COMPETITOR = 1 << 25;
/** Hops of the longest chain that is followed (`domain.md` 1.2). */
const DEPTH_MAX = 12;

/**
 * Led by the mineral: a walk asks for many places of one mineral at once, in the order of the index, so that it reads the
 * leaves one after another instead of descending for each place.
 */
const INDEXES = `
drop index vault.link_upward;
drop index vault.link_downward;
create index link_upward on vault.link (mineral_id, customer_unit_no) include (unit_no, effective_audience)
  where state = 'DISCLOSED' and effective_audience >= 1 and ended_on is null and withdrawn_at is null;
create index link_downward on vault.link (mineral_id, unit_no) include (customer_unit_no, effective_audience)
  where state = 'DISCLOSED' and effective_audience >= 1 and ended_on is null and withdrawn_at is null;
`;

interface Direction {
  name: string;
  /** the end at which the viewer stands, and the end towards which it walks */
  near: string;
  far: string;
  nearOwner: string;
}

/**
 * The units that a viewer reaches, mineral by mineral and level by level. A hop is a disclosed link of the mineral whose near
 * end is where the walk stands: the same unit, the whole organisation for one of its sites, or a site that handles the
 * mineral for the whole organisation. CHAIN and ALLIANCE admit no competitor of either end (audiences are nested: the
 * narrower cannot admit whom the wider does not). Each end is followed once and each place visited once.
 */
function walk({ name, near, far, nearOwner }: Direction): string {
  return `
create or replace function policy.${name}(viewer_no int, held int[]) returns int[]
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
declare
  mineral text;
  ends int[];
  known_ends int[];
  places int[];
  visited int[];
  reached int[] := '{}';
begin
  for mineral in select distinct l.mineral_id from policy.live_link l where l.${nearOwner} = viewer_no loop
    ends := array(select distinct l.${far} from policy.live_link l where l.${nearOwner} = viewer_no and l.mineral_id = mineral);
    known_ends := ends;
    visited := '{}';
    for depth in 1 .. ${DEPTH_MAX} loop
      exit when ends = '{}';
      places := array(
        (select n from unnest(ends) n
        union select u.owner_no from policy.unit u where u.unit_no = any(ends)
        union select s.unit_no from policy.site_mineral s where s.owner_no = any(ends) and s.mineral_id = mineral)
        except select n from unnest(visited) n);
      visited := visited || places;
      exit when depth = ${DEPTH_MAX};
      ends := array(
        select l.${far} from vault.link l
        where l.mineral_id = mineral and l.${near} = any(places)
          and l.state = 'DISCLOSED' and l.effective_audience >= 1 and l.ended_on is null and l.withdrawn_at is null
          and (l.effective_audience = 3 or ((held[l.${near}] | held[l.${far}]) & ${PARTY_COMPETITOR}) = 0)
        except select n from unnest(known_ends) n);
      known_ends := known_ends || ends;
    end loop;
    reached := reached || visited;
  end loop;
  return array(select distinct n from unnest(reached) n);
end $$;`;
}

const WALKS: readonly Direction[] = [
  { name: 'reach_upward', near: 'customer_unit_no', far: 'unit_no', nearOwner: 'customer_owner_no' },
  { name: 'reach_downward', near: 'unit_no', far: 'customer_unit_no', nearOwner: 'owner_no' },
];

/** What is reached is what was reached before, in a fraction of the time (bench/results-relations.md). */
export class ReachByMineral1764000000112 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INDEXES);
    for (const each of WALKS) await runner.query(walk(each));
  }

  /** The indexes of before served the same; they need not come back. */
  async down(): Promise<void> {}
}
