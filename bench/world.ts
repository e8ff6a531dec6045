import type { Client } from 'pg';
import { buildWorld } from './relationsWorld';

export interface BenchSize {
  readonly members: number;
  readonly links: number;
  readonly measurements: number;
  readonly viewers: number;
}

/** Sites per member, and minerals traded per member, in the shape of the real data. */
const SITES_PER_MEMBER = 3;
const YEARS = 5;

/**
 * Figures of eight indicators a site and year: four in five shared with the alliance, one in five kept by its owner; and
 * readers who are members in good standing (and share all of their own, so that every server can give the same rows).
 */
function statements(size: BenchSize): string[] {
  return [
    `select setseed(0.7)`,
    `insert into vault.initiative (alliance_id, name, aim, phase, standing) select id, 'standing', 'measure', 'COORDINATION', true from reference.alliance`,
    `create table public.indicator_of_bench as select row_number() over (order by id) as place, id, indicator_no, unit from reference.indicator
      where csi = 'NO' and sensitivity = 0 and value_type <> 'ENUM' and 'SITE' = any(levels) order by (id = 'WATER_WITHDRAWN') desc, id limit 8`,
    `create table public.reader as select row_number() over (order by place) - 1 as no, id, unit_no, gen_random_uuid() as person from public.member order by place limit ${size.viewers}`,
    `insert into vault.measurement (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, site_id, organisation_id, indicator_id, indicator_no, period_start, period_end, value, unit, method)
      select s.unit_no, s.owner_no, s.owner_no, case when random() < 0.8 or s.organisation_id in (select id from public.reader) then 1 else 8 end, 0, 4, s.id, s.organisation_id, i.id, i.indicator_no,
        make_date(2020 + y, 1, 1), make_date(2021 + y, 1, 1), round((random() * 1000)::numeric, 3), i.unit, 'm' || r
      from generate_series(1, greatest(1, ${size.measurements} / (${size.members * SITES_PER_MEMBER} * 8 * ${YEARS}))) r, public.site s, public.indicator_of_bench i, generate_series(0, ${YEARS - 1}) y`,
    `insert into identity.person (id, subject, display_name, organisation_id) select person, 'demo-reader' || no, 'reader ' || no, id from public.reader`,
    `insert into identity.affiliation (person_id, organisation_id, organisation_no, desk_no, valid_from)
      select r.person, r.id, r.unit_no, d.desk_no, '2024-01-01' from public.reader r join policy.desk d on d.organisation_no = r.unit_no`,
    `insert into identity.role (person_id, name, organisation_id, valid_from) select person, 'DOWNSTREAM_USER', id, '2024-01-01' from public.reader`,
  ];
}

/** Builds one seeded world; triggers are off while loading, and everything derived is refreshed once. */
export async function buildBenchWorld(client: Client, size: BenchSize, onStep: (what: string) => void): Promise<void> {
  onStep(`members ${size.members}, links ${size.links}`);
  const sites = size.members * SITES_PER_MEMBER;
  await buildWorld(client, {
    members: size.members,
    sites,
    links: size.links,
    minerals: 20,
    portfolio: 4,
    desks: size.members,
  });
  onStep(`measurements ${size.measurements}`);
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  for (const statement of statements(size)) await client.query(statement);
  await client.query('commit');
  await client.query('vacuum analyze');
}

/** The same rows for PostGraphile, in a schema of their own under row security by organisation. */
export const PEER_SCHEMA = `
drop schema if exists peer cascade;
create schema peer;
create table peer.site as select id, name, country from vault.site;
alter table peer.site add primary key (id);
create index on peer.site (name, id);
create table peer.measurement as select id, site_id, organisation_id, indicator_id, value, unit, period_end from vault.measurement where current and disclosure_class = 16;
alter table peer.measurement add primary key (id), add foreign key (site_id) references peer.site;
create index on peer.measurement (site_id, period_end desc, id desc);
create index on peer.measurement (indicator_id, period_end desc, id desc);
create table peer.member as select id::text as id from public.member;
alter table peer.member add primary key (id);
do $$ begin create role sluice_bench_peer nologin; exception when duplicate_object then null; end $$;
grant usage on schema peer to sluice_bench_peer;
grant select on all tables in schema peer to sluice_bench_peer;
alter table peer.measurement enable row level security;
create policy members on peer.measurement for select to sluice_bench_peer using (exists (select from peer.member m where m.id = current_setting('peer.organisation', true)));
analyze peer.site; analyze peer.measurement; analyze peer.member;
`;
