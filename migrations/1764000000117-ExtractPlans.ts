import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The classes as this migration knows them, in their stored order; what is added later is closed until another one follows. */
const DATA_CLASSES =
  'REFERENCE,PUBLIC_CLAIM,ALLIANCE_META,AGGREGATE,PERFORMANCE,LINK,DEMAND,DEMAND_AGGREGATE,PLAN,JOINT_ACTION,CSI_CORE,GOVERNANCE_INTERNAL,PLAN_EXTRACT';
const BEFORE = DATA_CLASSES.replace(',PLAN_EXTRACT', '');

/**
 * What of a plan is left for joint planning. INVARIANT ExtractNamesNoPlace: it is about its owner as a whole, and has no column for
 * a site, a budget or a day.
 */
const EXTRACT = `
create table vault.plan_extract (
  id uuid primary key default gen_random_uuid(),
  unit_no int not null, owner_no int not null, contributor_no int not null references policy.unit,
  tier smallint not null, sensitivity smallint not null, data_class smallint not null,
  disclosure_class smallint not null generated always as (tier * 16 + sensitivity) stored,
  source text not null default 'SELF' check (source in ('SELF', 'REGISTRY', 'ASSESSOR', 'PARTNER', 'IMPORT')),
  synthetic boolean not null default false, version int not null default 1,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  known_from timestamptz not null default now(), known_to timestamptz not null default 'infinity', withdrawn_at timestamptz,
  plan_id uuid not null references vault.plan,
  organisation_id uuid not null references vault.organisation, topic_id text not null references reference.topic,
  actions jsonb not null default '[]', from_year smallint not null, until_year smallint not null,
  foreign key (unit_no, owner_no) references policy.unit (unit_no, owner_no),
  check (unit_no = owner_no), check (from_year <= until_year)
);
create table vault.plan_extract_history (like vault.plan_extract);
create index on vault.plan_extract_history (id, known_from);
create index on vault.plan_extract (unit_no, disclosure_class, id);
create index on vault.plan_extract (owner_no);
create unique index on vault.plan_extract (plan_id);
create trigger keep_history before update or delete on vault.plan_extract for each row execute function vault.keep_history();
`;

/** As in migrations 3 and 90, for as many classes as there are now. */
function lookups(classes: string): string {
  const places = classes.split(',').map((_code, index) => `masks[${index + 1}] & b.may`);
  return `
create or replace function policy.gates() returns int[] language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  b policy.binding := policy.bound();
  masks int[];
begin
  if b.desk_nos is null then return null; end if;
  select g.masks into masks from policy.initiative_gate g where g.initiative_no in (coalesce(b.initiative_no, 0), -1) order by g.initiative_no desc limit 1;
  -- element by element: an expression costs a tenth of a query
  return array[${places.join(', ')}];
end $$;

create or replace function policy.refresh_grants(changed uuid) returns void language sql security definer set search_path = pg_catalog as $$
  delete from policy.grant_scope where agreement_id = changed;
  insert into policy.grant_scope (agreement_id, grantee_no, grant_key, purpose, initiative_id, starts_on, ends_on)
  select distinct a.id, side.grantee, (u.unit_no::bigint << 24) | (c.class_no << 20) | (f.fact_no::bigint << 12) | f.field_no,
    a.purpose, a.initiative_id, a.starts_on, a.ends_on
  from vault.agreement a
  cross join lateral (values (a.owner_no, a.partner_no, true), (a.partner_no, a.owner_no, a.mutual)) as side(giver, grantee, live)
  join policy.unit u on u.owner_no = side.giver and (a.unit_nos = '{}' or u.unit_no = any(a.unit_nos))
  join unnest(a.fields) as named(field) on true
  join policy.field f on f.type || '.' || f.field = named.field
  join (select code, place - 1 as class_no from unnest('{${classes}}'::text[]) with ordinality as d(code, place)) c on c.code = any(a.data_classes)
  where a.id = changed and a.state = 'ACTIVE' and side.live and a.withdrawn_at is null
$$;
`;
}

/** Whom a freeze of a class concerns: as in migration 101, with extracts. */
function holders(more: string): string {
  return `
create or replace function events.holders(class smallint) returns setof int language sql stable security definer set search_path = pg_catalog as $$
  select owner_no from vault.measurement where data_class = class union select owner_no from vault.plan where data_class = class
  union select owner_no from vault.target where data_class = class union select owner_no from vault.assessment where data_class = class
  union select unnest(array[owner_no, customer_owner_no]) from vault.link where data_class = class
  union select unnest(owner_no || recipients) from vault.demand where data_class = class
  union select unnest(array[owner_no, issuer_no]) from vault.demand_response where data_class = class
  union select unnest(array[owner_no, partner_no]) from vault.agreement where data_class = class
  union select owner_no from vault.capacity where data_class = class${more}
$$;
`;
}

/** `domain.md` 4: competitors that plan together get an extract without budget band, site or dates finer than a year. */
export class ExtractPlans1764000000117 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EXTRACT);
    await runner.query(lookups(DATA_CLASSES));
    await runner.query(holders(' union select owner_no from vault.plan_extract where data_class = class'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(lookups(BEFORE));
    await runner.query(holders(''));
    await runner.query('drop view if exists disclosed.plan_extract, disclosed.plan_extract_history');
    await runner.query('drop table vault.plan_extract, vault.plan_extract_history');
  }
}
