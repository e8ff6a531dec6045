import type { MigrationInterface, QueryRunner } from 'typeorm';

/** CUSTOMER, DOWNSTREAM and their twins: the viewer is a customer of the unit, or further down. */
const DOWN = (1 << 10) | (1 << 12) | (1 << 20) | (1 << 22);
/** SUPPLIER, UPSTREAM and their twins. */
const UP = DOWN << 1;
/** From this share on, an owner of a site makes its competitors compete with the site (`domain.md` 0.2). */
const JOINT_VENTURE_PERCENT = 20;

const CLOSURES = `
alter table policy.viewer add closure_minerals text[] not null default '{}';

-- A closure under way must not become valid with what this transaction is about to take away: whoever computes one holds
-- its row, and so do we, until the end.
create function policy.hold_closures() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform desk_no from policy.viewer where not closure_valid order by desk_no for update;
end $$;

create type policy.link_end as (
  supplier_no int, supplier_owner_no int, customer_no int, customer_owner_no int, mineral_id text, stage text
);

-- Narrow at once: the closures that a changed link may touch are those that reach its customer or are reached by its
-- supplier, in its mineral, and those of its ends.
create function policy.invalidate_closures(ends policy.link_end[]) returns void
language sql security definer set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
  update policy.viewer v set closure_valid = false
  where v.closure_valid and (
    v.desk_no in (select d.desk_no from unnest(ends) e join policy.desk d on d.organisation_no in (e.supplier_owner_no, e.customer_owner_no))
    or (v.closure_minerals && array(select mineral_id from unnest(ends)) and exists (
      select from (select v.grounds || '{}' as held offset 0) once, unnest(ends) e
      where e.mineral_id = any(v.closure_minerals) and ((once.held[e.customer_no] & ${DOWN}) <> 0 or (once.held[e.supplier_no] & ${UP}) <> 0))))
$$;
`;

const CAUSES = `
-- Returns the organisations whose observed trade changed.
create function policy.observe_activities(ends policy.link_end[]) returns int[] language plpgsql security definer
set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
declare
  organisations int[];
begin
  with key as materialized (
    select supplier_owner_no as organisation_no, mineral_id, stage, 'SELL' as side from unnest(ends)
    union select customer_owner_no, mineral_id, stage, 'BUY' from unnest(ends)
  ), judged as materialized (
    select k.*, exists (select from policy.live_link l where k.side = 'SELL' and l.owner_no = k.organisation_no and l.mineral_id = k.mineral_id and l.supplier_stage = k.stage)
      or exists (select from policy.live_link l where k.side = 'BUY' and l.customer_owner_no = k.organisation_no and l.mineral_id = k.mineral_id and l.supplier_stage = k.stage) as live
    from key k
  ), gone as (
    delete from policy.observed_activity o using judged j
    where not j.live and o.organisation_no = j.organisation_no and o.mineral_id = j.mineral_id and o.stage = j.stage and o.side = j.side
    returning o.organisation_no
  ), come as (
    insert into policy.observed_activity (organisation_no, mineral_id, stage, side)
    select organisation_no, mineral_id, stage, side from judged where live on conflict do nothing returning organisation_no
  )
  select coalesce(array_agg(organisation_no), '{}') into organisations from (select * from gone union select * from come) c;
  return organisations;
end $$;

-- Their own units and the sites that they hold a fifth of: where their competitors compete.
create function policy.units_of(organisation_nos int[]) returns int[] language sql stable security definer set search_path = pg_catalog as $$
  select array(
    select unit_no from policy.unit where owner_no = any(organisation_nos)
    union
    select s.unit_no from vault.organisation h join vault.site_owner s on s.holder_id = h.id
    where h.unit_no = any(organisation_nos) and (s.percent is null or s.percent >= ${JOINT_VENTURE_PERCENT}))
$$;

-- A trade seen or no longer seen in links changes nothing but the competition with those who trade the like at that stage.
create function policy.observed_changed(observed int[], ends policy.link_end[]) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  rivals int[] := observed || array(
    select distinct t.organisation_no from unnest(ends) e
    join policy.alike_mineral a on a.mineral_id = e.mineral_id
    join policy.trade t on t.mineral_id = a.alike_id and t.stage = e.stage);
begin
  perform policy.refresh_pairs(array(select desk_no from policy.desk where organisation_no = any(observed)), policy.units_of(rivals));
  perform policy.refresh_pairs(array(select desk_no from policy.desk where organisation_no = any(rivals)), policy.units_of(observed));
end $$;

-- Whatever an organisation is or does, seen from its own desks and from all others.
create function policy.organisations_changed(organisation_nos int[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  assessors int[] := array(select distinct organisation_no from vault.interest where counterpart_no = any(organisation_nos));
begin
  if policy.deferred() then return; end if;
  perform policy.lock_relations();
  perform policy.refresh_pairs(array(select desk_no from policy.desk where organisation_no = any(organisation_nos)), null);
  perform policy.refresh_pairs(null, policy.units_of(organisation_nos));
  perform policy.assessors_changed(assessors);
end $$;

create function policy.assessors_changed(assessors int[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  if assessors = '{}' or policy.deferred() then return; end if;
  perform policy.refresh_pairs(
    array(select desk_no from policy.desk where organisation_no = any(assessors)),
    array(select distinct unit_no from vault.assessment where assessor_no = any(assessors)));
end $$;

create function policy.links_changed(ends policy.link_end[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  observed int[];
  owners int[];
begin
  if cardinality(ends) = 0 or policy.deferred() then return; end if;
  perform policy.lock_relations();
  perform policy.hold_closures();
  observed := policy.observe_activities(ends);
  if observed <> '{}' then perform policy.observed_changed(observed, ends); end if;
  owners := array(select supplier_owner_no from unnest(ends) union select customer_owner_no from unnest(ends));
  perform policy.refresh_pairs(
    array(select desk_no from policy.desk where organisation_no = any(owners)),
    array(select unit_no from policy.unit where owner_no = any(owners)));
  perform policy.invalidate_closures(ends);
end $$;

create function policy.sites_changed(unit_nos int[], minerals text[]) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  owners int[];
begin
  if cardinality(unit_nos) = 0 or policy.deferred() then return; end if;
  perform policy.lock_relations();
  perform policy.hold_closures();
  perform policy.refresh_pairs(null, unit_nos);
  owners := array(select owner_no from policy.unit where unit_no = any(unit_nos));
  update policy.viewer v set closure_valid = false
  where v.closure_valid and v.closure_minerals && minerals and exists (
    select from (select v.grounds || '{}' as held offset 0) once, unnest(owners || unit_nos) u(unit_no) where (once.held[u.unit_no] & ${DOWN | UP}) <> 0);
end $$;

create function policy.refresh_relations() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform policy.lock_relations();
  perform policy.record_minerals(array(select u.unit_no from policy.unit u where u.site_id is not null));
  delete from policy.observed_activity;
  insert into policy.observed_activity (organisation_no, mineral_id, stage, side)
  select owner_no, mineral_id, supplier_stage, 'SELL' from policy.live_link
  union select customer_owner_no, mineral_id, supplier_stage, 'BUY' from policy.live_link;
  perform policy.refresh_pairs();
  update policy.viewer set closure_valid = false 
  where closure_valid and desk_no in (select d.desk_no from policy.desk d where d.organisation_no is not null);
end $$;
create function policy.run_deferred() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  delete from policy.deferred_refresh;
  perform policy.refresh_relations();
  return null;
end $$;
create constraint trigger run_deferred after insert on policy.deferred_refresh deferrable initially deferred
  for each row execute function policy.run_deferred();
`;

/** What a trigger looks at: statements that leave these columns as they were cost one comparison. */
interface Watched {
  table: string;
  columns: string[];
  /** SQL of the arguments and the call, over `changed` (the watched columns of the rows before and after) */
  call: string;
}

/** One function and three statement triggers: transition tables allow one event each. */
function follow(watched: Watched): string {
  const name = watched.table.replace('.', '_');
  const list = (row: string) => watched.columns.map((column) => `${row}.${column}`).join(', ');
  const key = watched.table === 'policy.desk' ? 'desk_no' : 'id';
  const changed = (source: string) => watched.call.replaceAll('CHANGED', source);
  return `
create function policy.${name}_changed() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_op = 'INSERT' then
${changed(`(select ${list('a')} from after_rows a)`)}
  elsif tg_op = 'DELETE' then
${changed(`(select ${list('b')} from before_rows b)`)}
  elsif exists (select from before_rows b join after_rows a on a.${key} = b.${key} where (${list('a')}) is distinct from (${list('b')})) then
${changed(`(select ${list('b')} from before_rows b join after_rows a on a.${key} = b.${key} where (${list('a')}) is distinct from (${list('b')})
      union all select ${list('a')} from before_rows b join after_rows a on a.${key} = b.${key} where (${list('a')}) is distinct from (${list('b')}))`)}
  end if;
  return null;
end $$;
create trigger relations_inserted after insert on ${watched.table} referencing new table as after_rows
  for each statement execute function policy.${name}_changed();
create trigger relations_updated after update on ${watched.table} referencing old table as before_rows new table as after_rows
  for each statement execute function policy.${name}_changed();
create trigger relations_deleted after delete on ${watched.table} referencing old table as before_rows
  for each statement execute function policy.${name}_changed();
`;
}

const WATCHED: Watched[] = [
  {
    table: 'vault.link',
    columns: [
      'unit_no',
      'owner_no',
      'customer_unit_no',
      'customer_owner_no',
      'mineral_id',
      'supplier_stage',
      'state',
      'ended_on',
      'withdrawn_at',
      'effective_audience',
    ],
    call: `    perform policy.links_changed(array(
      select distinct row(c.unit_no, c.owner_no, c.customer_unit_no, c.customer_owner_no, c.mineral_id, c.supplier_stage)::policy.link_end
      from CHANGED c where c.state in ('CONFIRMED', 'DISCLOSED') and c.ended_on is null and c.withdrawn_at is null));`,
  },
  {
    table: 'vault.activity',
    columns: ['owner_no', 'mineral_id', 'stage', 'side', 'markets', 'origin', 'withdrawn_at'],
    call: `    perform policy.organisations_changed(array(select distinct c.owner_no from CHANGED c));`,
  },
  {
    table: 'vault.organisation',
    columns: ['unit_no', 'standing', 'alliance_id', 'ownership_group', 'is_company'],
    call: `    perform policy.organisations_changed(array(select distinct c.unit_no from CHANGED c));`,
  },
  {
    table: 'vault.site',
    columns: ['unit_no', 'owner_no', 'status', 'stages', 'main_mineral', 'minerals', 'by_products', 'withdrawn_at'],
    call: `    perform policy.record_minerals(array(select distinct c.unit_no from CHANGED c));
    if exists (select from CHANGED c where c.status in ('EXPLORATION', 'CONSTRUCTION')) then
      perform policy.organisations_changed(array(select distinct c.owner_no from CHANGED c where c.status in ('EXPLORATION', 'CONSTRUCTION')));
    end if;
    perform policy.sites_changed(array(select distinct c.unit_no from CHANGED c), array(
      select distinct m.id from CHANGED c cross join lateral unnest(c.minerals || c.by_products || c.main_mineral) as m(id) where m.id is not null));`,
  },
  {
    table: 'vault.site_owner',
    columns: ['unit_no', 'holder_id', 'percent', 'withdrawn_at'],
    call: `    if not policy.deferred() then perform policy.refresh_pairs(null, array(select distinct c.unit_no from CHANGED c)); end if;`,
  },
  {
    table: 'vault.assessment',
    columns: ['unit_no', 'assessor_no', 'state', 'withdrawn_at'],
    call: `    if exists (select from CHANGED c where c.assessor_no is not null) and not policy.deferred() then
      perform policy.refresh_pairs(array(select d.desk_no from policy.desk d where d.organisation_no in (select c.assessor_no from CHANGED c)),
        array(select distinct c.unit_no from CHANGED c));
    end if;`,
  },
  {
    table: 'vault.interest',
    columns: ['organisation_no', 'counterpart_no', 'valid_to'],
    call: `    perform policy.assessors_changed(array(select distinct c.organisation_no from CHANGED c));`,
  },
  {
    table: 'policy.desk',
    columns: ['desk_no', 'organisation_no', 'kinds', 'activity_ids', 'wall_attested_by'],
    call: `    if tg_op = 'UPDATE' and not policy.deferred() then perform policy.refresh_pairs(array(select distinct c.desk_no from CHANGED c), null); end if;`,
  },
];

/** The catalogue is loaded by `sluice migrate`; a new substitute makes new competitors. */
const SUBSTITUTES = `
create function policy.substitutes_changed() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from policy.desk) and not exists (select from policy.deferred_refresh) then
    insert into policy.deferred_refresh default values;
  end if;
  return null;
end $$;
create trigger relations_follow after insert or update or delete on reference.mineral_substitute
  for each statement execute function policy.substitutes_changed();
`;

/** Direct grounds change in the transaction of their cause (`design.md` 3). */
export class FollowCauses1764000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CLOSURES, CAUSES, ...WATCHED.map(follow), SUBSTITUTES]) await runner.query(sql);
    await runner.query('revoke execute on all functions in schema policy from public');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table } of WATCHED)
      await runner.query(`drop function policy.${table.replace('.', '_')}_changed cascade`);
    await runner.query(`
drop function policy.substitutes_changed, policy.run_deferred cascade;
drop function policy.refresh_relations, policy.sites_changed, policy.links_changed, policy.assessors_changed, policy.organisations_changed,
  policy.observed_changed, policy.units_of,
  policy.observe_activities, policy.invalidate_closures, policy.hold_closures;
drop type policy.link_end;
alter table policy.viewer drop closure_minerals`);
  }
}
