import type { MigrationInterface, QueryRunner } from 'typeorm';

const REACH = (3 << 10) | (3 << 12) | (3 << 20) | (3 << 22);

/** A place of a link has a list in one direction at least, and that says whether the site was stray for the mineral. */
const turned = (direction: string): string => `
      select k.mineral_id, k.unit_no from policy.hop_${direction} k
      where k.mineral_id = any(minerals) and k.owner_no = any(owners) and k.unit_no = any(unit_nos) and k.unit_no <> k.owner_no
        and k.stray = exists (
          select from policy.site_mineral s where s.owner_no = k.owner_no and s.mineral_id = k.mineral_id and s.unit_no = k.unit_no)`;

const endsAt = (end: string): string => `
      select row(l.unit_no, l.owner_no, l.customer_unit_no, l.customer_owner_no, l.mineral_id, l.supplier_stage)::policy.link_end
      from turned t join policy.live_link l on l.mineral_id = t.mineral_id and l.${end} = t.unit_no`;

/** As in migration 170; of a site with many links the lists that name it are kept only when it begins or ceases to handle their mineral. */
export class KeepTurnedNeighbours1764000000172 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
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
    with turned as materialized (${turned('upward')}
      union${turned('downward')})${endsAt('unit_no')}
      union${endsAt('customer_unit_no')});
  if ends <> '{}' then perform policy.keep_hops(ends); end if;
  perform policy.refresh_pairs(null, unit_nos);
  update policy.viewer v set closure_valid = false
  where v.closure_valid and v.closure_minerals && minerals and exists (
    select from (select v.grounds || '{}' as held offset 0) once, unnest(owners || unit_nos) u(unit_no)
    where (once.held[u.unit_no] & ${REACH}) <> 0);
end $$;`);
  }

  /** The lists are the same. */
  async down(): Promise<void> {}
}
