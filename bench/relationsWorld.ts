import type { Client } from 'pg';

export interface WorldSize {
  members: number;
  sites: number;
  links: number;
  minerals: number;
  /** minerals that one member trades */
  portfolio: number;
  /** desks to open; the rest of the members read nothing in this measurement */
  desks: number;
  /** minerals of the catalogue to trade in, instead of invented ones */
  named?: readonly string[];
}

const STAGES =
  'MINING_LSM CONCENTRATION SMELTING REFINING CHEMICAL_PROCESSING COMPONENT_MANUFACTURING PRODUCT_MANUFACTURING RETAIL';

/** Classes of a link as its trigger would set them: VALUE_CHAIN / COUNTERPARTY where both ends disclosed it, else ADDRESSED. */
const CHAIN_LINK = 2 * 16 + 5;
const OWN_LINK = 6 * 16 + 5;

/** Members in eight layers, each buying from the layer below and selling to the one above; nine links in ten disclosed. */
function statements(size: WorldSize): string[] {
  return [
    `select setseed(0.42)`,
    `create function public.mineral_of(int) returns text language sql immutable as $$ select ${
      size.named === undefined ? `'mineral' || $1` : `('{${size.named.join(',')}}'::text[])[$1]`
    } $$`,
    `insert into reference.mineral (id, name, sector) select public.mineral_of(m), 'mineral' || m, 'MINERALS' from generate_series(1, ${size.minerals}) m on conflict do nothing`,
    `insert into reference.alliance (name, objective, review_date, minerals, jurisdictions, sectors) values ('measured', 'o', '2027-01-01', '{mineral1}', '{}', '{}')`,
    `create table public.member as
      select place, gen_random_uuid() as id, place % 8 + 1 as layer, (string_to_array('${STAGES}', ' '))[place % 8 + 1] as stage, 0 as unit_no
      from generate_series(0, ${size.members} - 1) as place`,
    `update public.member m set unit_no = r.unit_no
      from policy.register_units((select array_agg(id order by place) from public.member), array_fill(null::uuid, array[${size.members}])) r
      where r.place = m.place + 1`,
    `insert into vault.organisation (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, legal_name, stakeholder_group, is_company, is_member, ownership_group, standing, alliance_id)
      select id, unit_no, unit_no, unit_no, 0, 0, 1, 'Member ' || place, 'UPSTREAM_INDUSTRY', true, true, gen_random_uuid(), 'GOOD', (select a.id from reference.alliance a)
      from public.member`,
    `create table public.trade as
      select m.unit_no, m.id, m.layer, m.stage, public.mineral_of((m.place * 7 + k * 3) % ${size.minerals} + 1) as mineral
      from public.member m, generate_series(1, ${size.portfolio}) k`,
    `create index on public.trade (unit_no)`,
    `analyze public.member, public.trade`,
    `insert into vault.activity (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, organisation_id, mineral_id, stage, side)
      select distinct on (t.unit_no, t.mineral, s.stage, s.side) t.unit_no, t.unit_no, t.unit_no, 1, 0, 1, t.id, t.mineral, s.stage, s.side from public.trade t
      cross join lateral (values (t.stage, 'SELL'), ((string_to_array('${STAGES}', ' '))[t.layer - 1], 'BUY')) s(stage, side) where s.stage is not null`,
    `create table public.site as select s as place, gen_random_uuid() as id, m.id as organisation_id, m.unit_no as owner_no, m.stage, 0 as unit_no
      from generate_series(0, ${size.sites} - 1) s join public.member m on m.place = s % ${size.members}`,
    `update public.site s set unit_no = r.unit_no
      from policy.register_units((select array_agg(organisation_id order by place) from public.site), (select array_agg(id order by place) from public.site)) r
      where r.place = s.place + 1`,
    `insert into vault.site (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, organisation_id, name, type, country, status, stages, minerals, ownership_unit)
      select s.id, s.unit_no, s.owner_no, s.owner_no, 0, 0, 1, s.organisation_id, 'Site ' || s.place, 'SMELTER', 'CL', 'OPERATING', array[s.stage],
        array(select t.mineral from public.trade t where t.unit_no = s.owner_no), gen_random_uuid() from public.site s`,
    `create table public.pool as select layer, mineral, array_agg(unit_no) as units from public.trade group by layer, mineral`,
    `create table public.sites_of as select owner_no, array_agg(unit_no) as units from public.site group by owner_no`,
    `analyze public.pool, public.sites_of`,
    ...withoutIndexes(
      'vault.link',
      `insert into vault.link (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, customer_unit_no, customer_owner_no, supplier_id, customer_id, asserted_by_no,
        mineral_id, supplier_stage, period_start, period_end, confidence, confidence_basis, state, supplier_audience, customer_audience, supplier_distance, customer_distance, detail_class)
      select case when x.a < 0.6 then coalesce(ss.units[1 + floor(x.b * cardinality(ss.units))::int], p.supplier) else p.supplier end, p.supplier, p.customer, case when x.e < 0.9 then 2 else 6 end, 5, 5,
        case when x.c < 0.6 then coalesce(cs.units[1 + floor(x.d * cardinality(cs.units))::int], p.customer) else p.customer end, p.customer, gen_random_uuid(), gen_random_uuid(), p.customer,
        p.mineral, p.stage, '2026-01-01', '2027-01-01', 0.7, 'TWO_SIDED', case when x.e < 0.9 then 'DISCLOSED' else 'CONFIRMED' end,
        case when x.e < 0.9 then 1 + floor(x.f * 3)::int else 0 end, case when x.e < 0.9 then 1 else 0 end,
        case when x.e < 0.9 then 1 + floor(x.f * 3)::int else 0 end, case when x.e < 0.9 then 1 else 0 end, case when x.e < 0.9 then ${CHAIN_LINK} else ${OWN_LINK} end
      from (select t.unit_no as customer, t.mineral, (string_to_array('${STAGES}', ' '))[t.layer - 1] as stage, pool.units[1 + floor(random() * cardinality(pool.units))::int] as supplier
        from public.trade t join public.pool on pool.mineral = t.mineral and pool.layer = t.layer - 1
        cross join generate_series(1, (${size.links} / (${size.members * size.portfolio} * 7.0 / 8.0))::int)) p
      cross join lateral (select random() as a, random() as b, random() as c, random() as d, random() as e, random() as f, p.customer as once) x
      left join public.sites_of ss on ss.owner_no = p.supplier left join public.sites_of cs on cs.owner_no = p.customer`,
    ),
    `insert into policy.desk (organisation_no, name) select unit_no, 'desk' from public.member order by place % 8 desc, place limit ${size.desks}`,
  ];
}

/** A million rows go into a bare table in a fraction of the time; its indexes are built afterwards, as they were. */
function withoutIndexes(table: string, insert: string): string[] {
  return [
    `create table public.kept_index as select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
      where i.indrelid = '${table}'::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    `do $$ declare name text; begin for name in select k.name from public.kept_index k loop execute 'drop index ' || name; end loop; end $$`,
    insert,
    `set local maintenance_work_mem = '512MB'`,
    `do $$ declare definition text; begin for definition in select k.definition from public.kept_index k loop execute definition; end loop; end $$`,
    `drop table public.kept_index`,
  ];
}

/** Loads the world without the triggers, then refreshes everything once. @returns seconds of that one refresh */
export async function buildWorld(client: Client, size: WorldSize): Promise<number> {
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  for (const statement of statements(size)) await client.query(statement);
  await client.query('commit');
  await client.query('vacuum analyze');
  const start = process.hrtime.bigint();
  await client.query('select policy.refresh_relations()');
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  await client.query(
    'vacuum analyze policy.viewer, policy.observed_activity, policy.hop_upward, policy.hop_downward, policy.foothold',
  );
  return seconds;
}
