import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWNER_SHIFT = 34;
const OPEN_AUDIENCE = 3;

interface Direction {
  name: string;
  /** the end whose list is kept, by its name among the ends of a link */
  end: string;
  near: string;
  far: string;
  farOwner: string;
}

const DIRECTIONS: readonly Direction[] = [
  { name: 'upward', end: 'customer', near: 'customer_unit_no', far: 'unit_no', farOwner: 'owner_no' },
  { name: 'downward', end: 'supplier', near: 'unit_no', far: 'customer_unit_no', farOwner: 'customer_owner_no' },
];

/** A place is found by the whole key of its list: by mineral and unit alone all lists of the mineral are looked through. */
function keepSome({ name, end, near, far, farOwner }: Direction): string {
  return `
  with place as materialized (select distinct e.mineral_id, e.${end}_owner_no as owner_no, e.${end}_no as unit_no from unnest(ends) e),
    fresh as materialized (
      select p.mineral_id, p.owner_no, p.unit_no, h.far_ends from place p cross join lateral (
        select array_agg(n.far_end order by n.far_no) as far_ends from (
          select l.${far} as far_no,
            (min(l.${farOwner})::bigint << ${OWNER_SHIFT}) | (l.${far}::bigint << 1) | max((l.effective_audience = ${OPEN_AUDIENCE})::int) as far_end
          from vault.link l
          where l.mineral_id = p.mineral_id and l.${near} = p.unit_no
            and l.state = 'DISCLOSED' and l.effective_audience >= 1 and l.ended_on is null and l.withdrawn_at is null
          group by l.${far}) n) h),
    gone as (
      delete from policy.hop_${name} k using fresh f
      where f.far_ends is null and k.mineral_id = f.mineral_id and k.owner_no = f.owner_no and k.unit_no = f.unit_no)
  insert into policy.hop_${name} as k (mineral_id, owner_no, unit_no, far_ends)
  select f.mineral_id, f.owner_no, f.unit_no, f.far_ends from fresh f where f.far_ends is not null order by 1, 2, 3
  on conflict (mineral_id, owner_no, unit_no) do update set far_ends = excluded.far_ends where k.far_ends <> excluded.far_ends;`;
}

/** As migration 147 keeps them, whatever the number of places of the mineral. */
export class KeepNeighboursByKey1764000000148 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create or replace function policy.keep_hops(ends policy.link_end[]) returns void
language plpgsql security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
begin
${DIRECTIONS.map(keepSome).join('')}
end $$;`);
  }

  /** The lists are the same. */
  async down(): Promise<void> {}
}
