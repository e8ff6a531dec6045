import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One fact table with the columns that every fact has (`design.md` 2 and 3) and its system-time history.
 * unit_no: whom the fact is about; owner_no: the organisation of that unit; contributor_no: who gave it.
 */
function factTable(name: string, columns: string): string {
  return `
create table vault.${name} (
  id uuid primary key default gen_random_uuid(),
  unit_no int not null,
  owner_no int not null,
  contributor_no int not null references policy.unit,
  tier smallint not null,
  sensitivity smallint not null,
  data_class smallint not null,
  disclosure_class smallint not null generated always as (tier * 16 + sensitivity) stored,
  source text not null default 'SELF' check (source in ('SELF', 'REGISTRY', 'ASSESSOR', 'PARTNER', 'IMPORT')),
  synthetic boolean not null default false,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  known_from timestamptz not null default now(),
  known_to timestamptz not null default 'infinity',
  withdrawn_at timestamptz,
  ${columns},
  foreign key (unit_no, owner_no) references policy.unit (unit_no, owner_no)
);
create table vault.${name}_history (like vault.${name});
create index on vault.${name}_history (id, known_from);
create index on vault.${name} (unit_no, disclosure_class, id);
create index on vault.${name} (owner_no);
create trigger keep_history before update or delete on vault.${name} for each row execute function vault.keep_history();
`;
}

const FOUNDATIONS = `
create table policy.unit (
  unit_no int primary key generated always as identity,
  owner_no int not null,
  organisation_id uuid not null,
  site_id uuid unique,
  unique (unit_no, owner_no)
);
create index on policy.unit (owner_no);
create unique index on policy.unit (organisation_id) where site_id is null;

create function vault.keep_history() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  old.known_to := clock_timestamp();
  execute format('insert into vault.%I select ($1).*', tg_table_name || '_history') using old;
  if tg_op = 'DELETE' then return old; end if;
  new.version := old.version + 1;
  new.updated_at := clock_timestamp();
  new.known_from := old.known_to;
  new.known_to := 'infinity';
  return new;
end $$;
`;

const MEMBERS = [
  factTable(
    'organisation',
    `legal_name text not null check (length(legal_name) between 1 and 500),
  aliases text[] not null default '{}',
  lei text,
  other_ids jsonb not null default '[]',
  jurisdiction text,
  stakeholder_group text not null,
  is_company boolean not null,
  is_member boolean not null,
  verified boolean not null default false,
  critical boolean, critical_reason text,
  ownership_group uuid not null,
  beneficial_owners jsonb not null default '[]',
  capacity text, capacity_note text,
  senior_sponsor_id uuid,
  standing text check (standing in ('GOOD', 'LATE', 'SUSPENDED', 'LEFT')),
  joined_on date,
  alliance_id uuid references reference.alliance,
  field_tiers smallint[] not null default '{}',
  check (unit_no = owner_no),
  check (is_member = (standing is not null))`,
  ),
  `create unique index organisation_lei on vault.organisation (lei) where lei is not null and is_member;
create index on vault.organisation (legal_name, id);
create unique index on vault.organisation (unit_no);
create table vault.organisation_identifier (scheme text not null, value text not null, organisation_id uuid not null references vault.organisation, primary key (scheme, value));`,
  factTable(
    'activity',
    `organisation_id uuid not null references vault.organisation,
  mineral_id text not null references reference.mineral, stage text not null, side text not null check (side in ('SELL', 'BUY')),
  markets text[] not null default '{}', origin text not null default 'DECLARED' check (origin in ('DECLARED', 'OBSERVED', 'PLANNED'))`,
  ),
  `create unique index on vault.activity (organisation_id, mineral_id, stage, side, origin);`,
  factTable(
    'ownership',
    `organisation_id uuid not null references vault.organisation, holder_id uuid references vault.organisation, holder_name text not null,
  percent numeric check (percent > 0 and percent <= 100), valid_from date, valid_to date`,
  ),
  factTable(
    'site',
    `organisation_id uuid not null references vault.organisation,
  name text not null check (length(name) between 1 and 500), type text not null, stages text[] not null default '{}',
  rmi_cid text, os_id text, country text not null, subdivision text,
  latitude numeric, longitude numeric, public_latitude numeric, public_longitude numeric,
  location_class smallint not null default 0, status text not null,
  main_mineral text, minerals text[] not null default '{}', by_products text[] not null default '{}',
  joint_venture boolean not null default false, ownership_unit uuid not null, sampled_source text,
  field_tiers smallint[] not null default '{}',
  check (latitude between -90 and 90 and longitude between -180 and 180)`,
  ),
  `create unique index site_rmi_cid on vault.site (rmi_cid, contributor_no) where rmi_cid is not null;
create index on vault.site (name, id);
create index on vault.site (organisation_id, name, id);
create unique index on vault.site (unit_no);`,
  factTable(
    'site_owner',
    `site_id uuid not null references vault.site, holder_id uuid references vault.organisation, holder_name text not null,
  percent numeric check (percent > 0 and percent <= 100), from_year smallint`,
  ),
  `create index on vault.site_owner (site_id);`,
  factTable(
    'capacity',
    `site_id uuid not null references vault.site, product text not null, nameplate boolean not null default false,
  tonnes_per_year numeric not null check (tonnes_per_year > 0)`,
  ),
  `create index on vault.capacity (site_id);`,
  factTable(
    'tailings_facility',
    `site_id uuid not null references vault.site, name text not null, raising_method text not null,
  consequence_class text not null check (consequence_class in ('LOW', 'SIGNIFICANT', 'HIGH', 'VERY_HIGH', 'EXTREME')),
  volume_cubic_metres numeric check (volume_cubic_metres >= 0)`,
  ),
];

const PERFORMANCE = [
  factTable(
    'measurement',
    `site_id uuid references vault.site, organisation_id uuid not null references vault.organisation,
  indicator_id text not null references reference.indicator, indicator_no smallint not null,
  mineral_id text references reference.mineral, product text, basis text check (basis in ('ORE', 'CONCENTRATE', 'CONTAINED_METAL', 'PRODUCT')),
  period_start date not null, period_end date not null, availability text not null default 'REPORTED'
    check (availability in ('REPORTED', 'NOT_MATERIAL', 'NOT_AVAILABLE')),
  value numeric, value_code text, unit text not null, original_value text, original_unit text,
  method text, boundary text, verification text not null default 'SELF_DECLARED', statement_url text, statement_sha256 text,
  uncertainty_percent numeric check (uncertainty_percent between 0 and 100),
  restatement_of uuid, restatement_reason text, current boolean not null default true,
  source_url text, published_at date,
  aged_from date not null generated always as (case when source_url is null then period_end else '-infinity'::date end) stored,
  check (period_start < period_end),
  check ((availability = 'REPORTED') = (value is not null or value_code is not null)),
  check ((restatement_of is null) = (restatement_reason is null)),
  check (tier > 4 or source_url is not null or period_end >= (period_start + interval '12 months')::date)`,
  ),
  `create unique index measurement_period on vault.measurement
  (unit_no, indicator_id, coalesce(mineral_id, ''), coalesce(product, ''), coalesce(basis, ''), coalesce(method, ''), period_start, contributor_no)
  where current and withdrawn_at is null;
create index on vault.measurement (unit_no, disclosure_class, period_end desc nulls last, id desc nulls last);
create index on vault.measurement (site_id, period_end desc nulls last, id desc nulls last);
create index on vault.measurement (organisation_id, period_end desc nulls last, id desc nulls last);
create index on vault.measurement (indicator_id, period_end desc nulls last, id desc nulls last);
create index on vault.measurement (period_end desc nulls last, id desc nulls last);
create index on vault.measurement (restatement_of) where restatement_of is not null;`,
  factTable(
    'plan',
    `site_id uuid references vault.site, organisation_id uuid not null references vault.organisation,
  topic_id text not null references reference.topic, title text not null, actions jsonb not null default '[]', budget_band text,
  starts_on date not null, ends_on date not null, board_approved_on date, check (starts_on < ends_on)`,
  ),
  factTable(
    'target',
    `site_id uuid references vault.site, organisation_id uuid not null references vault.organisation,
  indicator_id text not null references reference.indicator, plan_id uuid references vault.plan, scope text,
  baseline_year smallint not null, baseline_value numeric not null, target_year smallint not null, target_value numeric not null,
  unit text not null, published_at date, source_url text, check (target_year > baseline_year)`,
  ),
];

const STANDARDS = [
  `create table vault.assessor_firm (
  id uuid primary key default gen_random_uuid(), organisation_id uuid not null, name text not null, synthetic boolean not null default false
);
create table vault.accreditation (
  assessor_id uuid not null references vault.assessor_firm, standard_id text not null, version_label text not null,
  valid_from date not null, valid_to date not null, primary key (assessor_id, standard_id, version_label)
);`,
  factTable(
    'assessment',
    `site_id uuid references vault.site, organisation_id uuid not null references vault.organisation,
  standard_id text not null references reference.standard, version_label text not null, unit_of_assessment text not null, level text,
  assurance text not null default 'SELF_DECLARED', state text not null, prior_state text, label text not null default 'SELF_DECLARED',
  valid_from date, valid_to date, assessor_id uuid references vault.assessor_firm, assessor_no int, standard_owner_no int,
  report_url text, report_sha256 text, decided_at timestamptz, note text,
  foreign key (standard_id, version_label) references reference.standard_version (standard_id, label),
  check (valid_from < valid_to)`,
  ),
  `create index on vault.assessment (standard_id, state, valid_to, id);
create index on vault.assessment (valid_to desc nulls last, id desc nulls last);
create index on vault.assessment (site_id, valid_to desc nulls last, id desc nulls last);`,
  factTable(
    'criterion_result',
    `assessment_id uuid not null references vault.assessment, requirement_ref text not null, rating text not null, reason text,
  check (rating <> 'NOT_APPLICABLE' or reason is not null)`,
  ),
  `create index on vault.criterion_result (assessment_id);`,
  factTable(
    'finding',
    `assessment_id uuid not null references vault.assessment, requirement_ref text not null, text text not null, due_on date,
  severity text not null check (severity in ('OBSERVATION', 'MINOR', 'MAJOR', 'CRITICAL')), assessor_no int, standard_owner_no int, state text not null default 'OPEN'`,
  ),
  factTable(
    'corrective_action',
    `finding_id uuid not null references vault.finding, action text not null, responsible text, due_on date not null,
  state text not null default 'OPEN' check (state in ('OPEN', 'DONE', 'VERIFIED', 'OVERDUE')), assessor_no int, standard_owner_no int`,
  ),
  factTable(
    'equivalence_claim',
    `claimant_no int not null, from_standard text not null, from_version text, from_reference text not null, to_standard text not null, to_version text,
  to_reference text not null, topic_id text, degree text not null, scope_note text, gaps text[] not null default '{}', evidence jsonb not null default '[]',
  state text not null, prior_state text, decision_id uuid, previous_claim_id uuid, equivalence_id text`,
  ),
];

const VALUE_CHAIN = [
  factTable(
    'link',
    `customer_unit_no int not null, customer_owner_no int not null, supplier_id uuid not null, customer_id uuid not null,
  supplier_site_id uuid, customer_site_id uuid, asserted_by_no int not null,
  mineral_id text not null references reference.mineral, product_hs6 text, supplier_stage text not null, customer_stage text, via text,
  period_start date not null, period_end date not null, custody_model text not null default 'NONE'
    check (custody_model in ('IDENTITY_PRESERVED', 'SEGREGATED', 'MASS_BALANCE', 'BOOK_AND_CLAIM', 'NONE')),
  volume_band text check (volume_band in ('LT_1', '1_10', '10_30', 'GT_30')), volume_band_class smallint not null default 131,
  confidence numeric not null check (confidence between 0 and 1), confidence_basis text not null,
  state text not null, intra_group boolean not null default false,
  supplier_audience smallint not null default 0 check (supplier_audience between 0 and 3),
  customer_audience smallint not null default 0 check (customer_audience between 0 and 3),
  effective_audience smallint not null generated always as (least(supplier_audience, customer_audience)) stored,
  supplier_form smallint not null default 0, customer_form smallint not null default 0,
  supplier_opaque boolean not null default false, customer_opaque boolean not null default false,
  purpose text, reason text, confirmed_at timestamptz, ended_on date, disputed_at timestamptz,
  foreign key (customer_unit_no, customer_owner_no) references policy.unit (unit_no, owner_no),
  check (period_start < period_end), check (unit_no <> customer_unit_no),
  check (state <> 'ASSERTED' or confidence <= 0.4), check (state not in ('CONFIRMED', 'DISCLOSED') or confidence >= 0.6)`,
  ),
  `create index on vault.link (unit_no, mineral_id);
create index on vault.link (customer_unit_no, mineral_id);
create index on vault.link (customer_owner_no);`,
  factTable(
    'link_evidence',
    `link_id uuid not null references vault.link, type text not null, sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'), issuer text,
  customer_owner_no int not null`,
  ),
  factTable(
    'demand',
    `issuer_id uuid not null references vault.organisation, state text not null, title text not null,
  standard_id text, min_level text, indicator_id text, comparator text check (comparator in ('LE', 'GE', 'EQ', 'REPORTED')),
  threshold numeric, unit text, topic_id text, min_assurance text, accepts_equivalents boolean not null default true,
  legal_basis text not null default 'NONE', cascade text not null default 'NONE' check (cascade in ('NONE', 'BLIND')),
  cascaded_from uuid, deadline date not null, minerals text[] not null default '{}', stages text[] not null default '{}',
  jurisdictions text[] not null default '{}', body text, issued_on date, reason text, superseded_by uuid, terms_version int not null default 1,
  recipients int[] not null default '{}'`,
  ),
  factTable(
    'demand_response',
    `demand_id uuid not null references vault.demand, issuer_no int not null, recipient_id uuid not null, state text not null, stale boolean not null default false,
  reason_code text, reason text, alternative jsonb, equivalence_id text, gaps text[] not null default '{}', offer text, agreed_terms jsonb,
  remediation_until date, proof_valid_to date, deadline date not null, agreed_deadline date`,
  ),
  `create index on vault.demand_response (demand_id);
create index on vault.demand_response (unit_no, state, deadline, id);
create index on vault.demand_response (issuer_no, state, deadline, id);`,
  factTable(
    'response_evidence',
    `response_id uuid not null references vault.demand_response, issuer_no int not null, kind text not null, assessment_id uuid, measurement_id uuid,
  equivalence_id text, sha256 text, note text, valid_to date`,
  ),
];

const AGREEMENTS = [
  factTable(
    'agreement',
    `partner_no int not null, partner_id uuid not null, proposer_no int not null, state text not null, prior_state text, purpose text not null,
  initiative_id uuid, data_classes text[] not null, fields text[] not null, unit_nos int[] not null default '{}', mutual boolean not null default false,
  starts_on date not null, ends_on date not null, onward text not null default 'NONE' check (onward in ('NONE', 'NAMED')), onward_to int[] not null default '{}',
  deletion_rule text not null, needs_clearance boolean not null, cleared boolean not null default false, signed_by int[] not null default '{}',
  suspended_by_counsel boolean not null default false, suspended_by int, disposal_statement text, terms_version int not null default 1,
  check (starts_on < ends_on), check (ends_on <= starts_on + interval '24 months')`,
  ),
];

const GOVERNANCE = [
  `create table vault.initiative (
  id uuid primary key default gen_random_uuid(), initiative_no int generated always as identity unique, alliance_id uuid not null references reference.alliance,
  name text not null, aim text not null, kind text not null default 'MULTI' check (kind in ('BILATERAL', 'MULTI')), phase text not null default 'CHAMPIONING',
  entered_at timestamptz not null default now(), standing boolean not null default false, terms_version text, synthetic boolean not null default false
);
create table vault.phase_change (
  id uuid primary key default gen_random_uuid(), initiative_id uuid not null references vault.initiative, from_phase text not null, to_phase text not null,
  decision_id uuid, person_id uuid not null, reason text not null, changed_at timestamptz not null default now()
);
create table vault.decision (
  id uuid primary key default gen_random_uuid(), alliance_id uuid not null references reference.alliance, title text not null, rationale text not null,
  state text not null, trade_offs jsonb not null default '[]', decided_on date, review_on date, synthetic boolean not null default false
);
create table vault.risk_entry (
  id uuid primary key default gen_random_uuid(), initiative_id uuid not null references vault.initiative, risk text not null, likelihood smallint not null check (likelihood between 1 and 5),
  impact smallint not null check (impact between 1 and 5), mitigation text not null, owner text not null, phase text not null, scored_on date not null default current_date
);
create table vault.interest (
  id uuid primary key default gen_random_uuid(), person_id uuid not null, organisation_no int not null, counterpart_no int not null, interest text not null, value_band text,
  valid_from date not null, valid_to date
);
create index on vault.interest (person_id);
create table vault.transition (
  id bigint generated always as identity primary key, machine text not null, subject_id uuid not null, from_state text, action text not null, to_state text,
  organisation_no int, person_id uuid, reason text, happened_at timestamptz not null default now()
);
create index on vault.transition (subject_id);
create table vault.client_request (
  organisation_no int not null, client_key text not null, operation text not null, body_hash text not null, result jsonb not null, created_at timestamptz not null default now(),
  primary key (organisation_no, client_key)
);`,
];

/** The members' facts, as their owners contributed them. The query role has no privilege here (`design.md` 1). */
export class CreateVault1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [
      FOUNDATIONS,
      ...MEMBERS,
      ...PERFORMANCE,
      ...STANDARDS,
      ...VALUE_CHAIN,
      ...AGREEMENTS,
      ...GOVERNANCE,
    ]) {
      await runner.query(sql);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema vault cascade; drop table policy.unit cascade; create schema vault');
  }
}
