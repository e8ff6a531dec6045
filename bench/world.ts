import type { Client, Pool } from 'pg';
import { ReadSession } from '../src/database/boundTransaction';
import { MEMBER_GROUNDS } from '../src/policy/kinds';
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
const MINERALS = [
  ...['aluminium', 'antimony', 'chromium', 'cobalt', 'copper', 'gold', 'graphite_natural', 'iron', 'lead', 'lithium'],
  ...['magnesium', 'manganese', 'mica', 'molybdenum', 'nickel', 'silver', 'tantalum', 'tin', 'tungsten', 'zinc'],
];
/** Depth of the chain, and nodes and hops that the hub shows at most (policies/value-chain.yaml). */
export const CHAIN = { depth: 5, nodes: 1000, hops: 5000 };
const DEMANDS_PER_READER = 100;

/** One of those who ask: every workload is asked by all of them in turn. */
export interface Reader {
  readonly no: number;
  readonly id: string;
  readonly unit: number;
  readonly desk: number;
  /** whose chain it follows */
  readonly mineral: string;
}

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
    // two certificates a site, open to everybody
    `insert into vault.assessment (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, site_id, organisation_id, standard_id, version_label, unit_of_assessment, state, valid_from, valid_to)
      select s.unit_no, s.owner_no, s.owner_no, 0, 0, 1, s.id, s.organisation_id, v.standard_id, v.label, 'SITE', 'PUBLISHED', '2026-01-01', date '2090-01-01' + v.place::int
      from public.site s cross join (select standard_id, label, row_number() over (order by standard_id, label) as place from reference.standard_version order by standard_id, label limit 2) v`,
    `update vault.link l set supplier_site_id = s.id from public.site s, public.reader r where l.customer_owner_no = r.unit_no and s.unit_no = l.unit_no`,
    ...demands,
    ...released,
  ];
}

/** Demands of members to readers, each with one answer that is still open, and as many that are met and fill the table. */
const demands = [
  `create table public.asked as select gen_random_uuid() as id, r.id as recipient_id, r.unit_no as recipient, m.id as issuer_id, m.unit_no as issuer, n
    from public.reader r cross join generate_series(1, ${DEMANDS_PER_READER}) n cross join lateral (select count(*) as members from public.member) c
    join public.member m on m.place = (r.no * 31 + n * 7) % c.members and m.unit_no <> r.unit_no`,
  `insert into vault.demand (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, issuer_id, state, title, deadline, issued_on, recipients, indicator_id, comparator)
    select id, issuer, issuer, issuer, 6, 5, 6, issuer_id, 'ISSUED', 'Report ' || n, date '2099-01-01' + n, '2026-01-01', array[recipient], 'WATER_WITHDRAWN', 'REPORTED' from public.asked`,
  `insert into vault.demand_response (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, demand_id, issuer_no, recipient_id, state, deadline)
    select recipient, recipient, recipient, 6, 5, 6, id, issuer, recipient_id, case n % 2 when 0 then 'RECEIVED' else 'MET' end, date '2099-01-01' + n from public.asked`,
];

/** One released table as the trustee publishes it: mean injury rates of a year by stage, one cell of each stage. */
const released = [
  `insert into released.release (id, table_id, title, measure, indicator_id, function, dimensions, unit, period_start, period_end, vintage, audience, public_sources, inputs_as_of, member_set_hash, rule_version)
    values (gen_random_uuid(), 'safety-by-stage', 'Mean injury rate by stage', 'TRIR', 'TRIR', 'MEAN', '{stage}', '1/10^6 h', '2024-01-01', '2025-01-01', 1, 'ALLIANCE', false, now(), 'bench', 'bench')`,
  `insert into released.cell (release_id, position, coordinates, value, contributors, suppressed, obs_status, conf_status)
    select r.id, s.place, jsonb_build_object('stage', s.stage), (s.place * 1.5)::text, '10-19', false, 'A', 'F'
    from released.release r, (select stage, row_number() over (order by stage) as place from (select distinct stage from public.site) d) s`,
];

/**
 * What each reader is shown of its chain, kept for the servers without policy: they walk these links and no others, so
 * that all answer alike. Who stands where is kept for them too.
 */
export async function keepShownChains(client: Client, pool: Pool, key: Buffer): Promise<Reader[]> {
  await client.query('select policy.bind_closure(desk_no) from policy.desk where organisation_no is not null');
  const { rows: readers } = await client.query<Reader>(
    `select r.no::int, r.id, r.unit_no as unit, d.desk_no as desk, m.mineral from public.reader r
     join policy.desk d on d.organisation_no = r.unit_no
     cross join lateral (select mineral from public.trade t where t.unit_no = r.unit_no order by exists (select from policy.live_link l
       where l.customer_owner_no = r.unit_no and l.mineral_id = t.mineral) desc, mineral limit 1) m order by r.no`,
  );
  await client.query('create table public.shown_link (reader int, id uuid, near int, far int)');
  for (const { no, unit, desk, mineral } of readers) {
    const session = ReadSession.open(pool, key, {
      ...{ desks: [desk], organisation: unit, may: MEMBER_GROUNDS, purpose: '', initiative: null },
      expiresAtSeconds: Math.floor(Date.now() / 1000) + 600,
    });
    const steps = await session.query<{ near_nos: number[]; far_nos: number[]; told: string }>(
      'select near_nos, far_nos, told from policy.chain_upward($1, $2, null, $3, $4, $5) where near_nos is not null and between is null',
      [unit, mineral, CHAIN.depth, CHAIN.nodes, CHAIN.hops],
    );
    await session.close();
    for (const { near_nos: nears, far_nos: fars, told } of steps) {
      await client.query(KEEP_SHOWN, [no, mineral, unit, nears, fars, told]);
    }
  }
  for (const statement of STANDS) await client.query(statement);
  return readers;
}

/** The links behind shown hops: a walk names none, but its hops say what they say. */
const KEEP_SHOWN = `insert into public.shown_link
  select $1, l.id, h.near, h.far from (select distinct * from unnest($4::int[], $5::int[], string_to_array($6, E'\\x1e')) x(near, far, told)) h
  join vault.link l on l.mineral_id = $2 and l.customer_unit_no = h.near and l.unit_no = h.far and starts_with(l.told, h.told)
    and (l.state = 'DISCLOSED' or l.state = 'CONFIRMED' and $3 in (l.owner_no, l.customer_owner_no)) and l.ended_on is null and l.withdrawn_at is null`;

/** Whoever reaches a place goes on from it, from its organisation, and from all sites of one that is reached as a whole. */
const STANDS = [
  'create index on public.shown_link (reader, near)',
  `create table public.place as select s.unit_no, s.owner_no, s.name from vault.site s union all select o.unit_no, o.unit_no, o.legal_name from vault.organisation o`,
  'create unique index on public.place (unit_no)',
  `create table public.stand as select unit_no, unit_no as at from public.place union select unit_no, owner_no from public.place
    union select owner_no, unit_no from public.place`,
  'create index on public.stand (unit_no, at)',
  'vacuum analyze public.shown_link, public.place, public.stand',
];

/** Builds one seeded world; triggers are off while loading, and everything derived is refreshed once. */
export async function buildBenchWorld(client: Client, size: BenchSize, onStep: (what: string) => void): Promise<void> {
  onStep(`members ${size.members}, links ${size.links}`);
  const sites = size.members * SITES_PER_MEMBER;
  await buildWorld(client, {
    members: size.members,
    sites,
    links: size.links,
    minerals: MINERALS.length,
    portfolio: 4,
    desks: size.members,
    named: MINERALS,
  });
  onStep(`measurements ${size.measurements}`);
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  for (const statement of statements(size)) await client.query(statement);
  await client.query('commit');
  await client.query('vacuum analyze');
}

/**
 * Somebody of the first member who may publish, called as a demo identity so that a command can act as it.
 * @returns names of the sites of that member
 */
export async function addImporter(client: Client): Promise<string[]> {
  const person = `(select id from identity.person where subject = 'demo-sma')`;
  const member = `(select m.*, d.desk_no from public.member m join policy.desk d on d.organisation_no = m.unit_no where m.place = ${IMPORTER}) m`;
  await client.query('set session_replication_role = replica');
  await client.query(
    `insert into identity.person (subject, display_name, organisation_id) select 'demo-sma', 'importer', m.id from ${member}`,
  );
  await client.query(
    `insert into identity.affiliation (person_id, organisation_id, organisation_no, desk_no, valid_from) select ${person}, m.id, m.unit_no, m.desk_no, '2024-01-01' from ${member}`,
  );
  await client.query(
    `insert into identity.role (person_id, name, organisation_id, valid_from) select ${person}, r, m.id, '2024-01-01' from ${member}, unnest('{UPSTREAM_PUBLISHER,SITE_OWNER}'::text[]) r`,
  );
  await client.query('set session_replication_role = origin');
  const { rows } = await client.query<{ name: string }>(
    `select 'Site ' || s.place as name from public.site s join public.member m on m.unit_no = s.owner_no where m.place = ${IMPORTER} order by s.place`,
  );
  return rows.map(({ name }) => name);
}

/** A member of the upper layers, which get a desk first. */
const IMPORTER = 7;

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
create table peer.response as select r.id, r.owner_no, r.state, r.deadline, d.title, u.organisation_id::text as recipient from vault.demand_response r
  join vault.demand d on d.id = r.demand_id join policy.unit u on u.unit_no = r.unit_no;
alter table peer.response add primary key (id);
create index on peer.response (recipient, state, deadline, id);
create table peer.link as select l.id, l.mineral_id as mineral, u.organisation_id::text as customer, s.id as site_id from vault.link l
  join policy.unit u on u.unit_no = l.customer_owner_no and u.site_id is null left join vault.site s on s.unit_no = l.unit_no where l.state in ('CONFIRMED', 'DISCLOSED');
alter table peer.link add primary key (id), add foreign key (site_id) references peer.site;
create index on peer.link (customer, mineral, id);
create table peer.assessment as select id, site_id, standard_id, valid_to from vault.assessment;
alter table peer.assessment add primary key (id), add foreign key (site_id) references peer.site;
create index on peer.assessment (site_id, valid_to desc, id desc);
create table peer.member as select id::text as id from public.member;
alter table peer.member add primary key (id);
do $$ begin create role sluice_bench_peer nologin; exception when duplicate_object then null; end $$;
grant usage on schema peer to sluice_bench_peer;
grant select on all tables in schema peer to sluice_bench_peer;
alter table peer.measurement enable row level security;
create policy members on peer.measurement for select to sluice_bench_peer using (exists (select from peer.member m where m.id = current_setting('peer.organisation', true)));
alter table peer.response enable row level security;
create policy recipients on peer.response for select to sluice_bench_peer using (recipient = current_setting('peer.organisation', true));
alter table peer.link enable row level security;
create policy customers on peer.link for select to sluice_bench_peer using (customer = current_setting('peer.organisation', true));
analyze peer.response; analyze peer.link; analyze peer.assessment;
analyze peer.site; analyze peer.measurement; analyze peer.member;
`;
