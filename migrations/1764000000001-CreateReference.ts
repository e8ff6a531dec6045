import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The catalogue everybody may read: loaded from `reference/*.csv` at every migration, never written by members. */
export class CreateReference1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create schema vault;
create schema policy;
create schema disclosed;
create schema released;
create schema reference;
create schema identity;
create schema audit;
create schema intake;

create table reference.topic (id text primary key, name text not null);
create table reference.standard (
  id text primary key, name text not null, owner text not null, kind text not null, unit_of_assessment text not null,
  assurance text not null, level_model text not null, validity_months_max int, validity_note text,
  scope_minerals text[] not null, scope_stages text[] not null, note text, certainty text not null,
  synthetic boolean not null default false
);
create table reference.standard_version (
  standard_id text not null references reference.standard, label text not null, valid_from date, transition_to date,
  supersedes text, primary key (standard_id, label)
);
create table reference.standard_level (
  standard_id text not null references reference.standard, code text not null, position smallint not null,
  primary key (standard_id, code)
);
create table reference.requirement (
  id text primary key, topic_id text not null references reference.topic, standard_id text not null references reference.standard,
  version text not null, reference text, title text, coverage text not null, certainty text not null, note text
);
create table reference.indicator (
  id text primary key, indicator_no smallint not null unique, name text not null, meaning text not null, unit text not null,
  value_type text not null, min_value numeric, max_value numeric, direction text not null, levels text[] not null,
  stages text[] not null, gri_ref text, sasb_ref text, other_ref text, default_tier smallint not null,
  site_default_tier smallint not null, csi text not null, csi_reason text, aggregation text not null,
  sensitivity smallint not null, data_class smallint not null, derivation_family text, certainty text not null
);
create table reference.mineral (id text primary key, name text not null, symbol text, sector text not null);
create table reference.mineral_stage (
  id text primary key, mineral_id text not null references reference.mineral, stage text not null, product_form text not null,
  hs6 text, template text, eu_3tg boolean not null, eu_battery boolean not null, note text, certainty text not null
);
create table reference.mineral_substitute (
  mineral_id text not null references reference.mineral, substitute_id text not null references reference.mineral,
  primary key (mineral_id, substitute_id)
);
create table reference.glossary_term (
  id text primary key, term text not null, language text not null default 'en', agreed_definition text not null, source text,
  certainty text not null, companies_often_mean text, communities_often_mean text, state text not null
);
create table reference.jurisdiction (
  code text primary key, name text not null, eiti_status text, cahra boolean, cahra_list text, cahra_list_date date,
  government_member boolean not null default false
);
create table reference.equivalence (
  id text primary key, from_standard text not null references reference.standard, from_version text, from_reference text not null,
  to_standard text not null references reference.standard, to_version text, to_reference text not null, topic_id text,
  degree text not null check (degree in ('FULL', 'PARTIAL', 'NONE')), scope_note text, gaps text[] not null default '{}',
  decision_id uuid, valid_to date, state text not null, synthetic boolean not null default false,
  check (degree <> 'FULL' or gaps = '{}')
);
create table reference.alliance (
  id uuid primary key default gen_random_uuid(), name text not null, objective text not null, review_date date not null,
  minerals text[] not null check (minerals <> '{}'), jurisdictions text[] not null, sectors text[] not null,
  antitrust_policy text, standing_initiative_id uuid, synthetic boolean not null default false
);
create table reference.catalogue (hash text not null, loaded_at timestamptz not null default now());
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema vault, policy, disclosed, released, reference, identity, audit, intake cascade');
  }
}
