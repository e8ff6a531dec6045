import { classOf, counted, ME } from './codes';

interface OwnSteps {
  /** Before the facts of sites; $1 batch, $2 format. */
  readonly before: readonly { readonly stores: string | null; readonly sql: string }[];
  /** Adds to `intake.rejection`; $1 batch, $2 unused. */
  readonly faults: readonly string[];
  /** $1 batch, $2 person. */
  readonly after: readonly { readonly stores: string; readonly sql: string }[];
}

const NOTHING: OwnSteps = { before: [], faults: [], after: [] };

/** A member's site is its own, and new: one that it has already was refused while staging. */
const OWN_SITES = `insert into intake.target (batch_id, kind, key, id, is_new, owner_no, organisation_id)
select $1, 'SITE', s.body ->> 'key', gen_random_uuid(), true, o.unit_no, o.id
from intake.staged s join vault.organisation o on o.unit_no = ${ME} and o.is_member
where s.batch_id = $1 and s.kind = 'site' and $2::text is not null`;

const OWN_UNITS = `with given as (
  select coalesce(array_agg(id order by key), '{}') as ids, coalesce(array_agg(organisation_id order by key), '{}') as owners
  from intake.target where batch_id = $1 and kind = 'SITE'
), numbered as (
  select g.ids[r.place] as id, r.unit_no from given g, policy.register_units(g.owners, g.ids) r
)
update intake.target t set unit_no = n.unit_no from numbered n where t.batch_id = $1 and t.kind = 'SITE' and t.id = n.id and $2::text is not null`;

/** One number names one smelter, and one name one site of a member. */
const TAKEN_SITES = `insert into intake.rejection (batch_id, position, part, file, row_no, column_name, code, value, hint)
select distinct on (s.position) $1::uuid, s.position, 0, s.file, s.row_no, case when v.name = s.body ->> 'name' then 'name' when v.os_id = s.body #>> '{own,osId}' then 'osId' else 'rmiCid' end,
  'TAKEN', left(s.body ->> 'name', 80), 'a site of yours has this name or id: change that one instead'
from intake.staged s join vault.site v on v.owner_no = ${ME} and v.withdrawn_at is null
  and (v.name = s.body ->> 'name' or v.rmi_cid = s.body #>> '{own,rmiCid}' or v.os_id = s.body #>> '{own,osId}')
where s.batch_id = $1 and s.kind = 'site' and $2::text is not null order by s.position`;

/** A link of the same ends, goods and time is there already, from whichever end. */
const LINKS_ON_RECORD = `insert into intake.rejection (batch_id, position, part, file, row_no, column_name, code, value, hint)
select distinct on (s.position) $1::uuid, s.position, 0, s.file, s.row_no, 'supplier', 'ON_RECORD', left(s.body ->> 'mineral', 80),
  'this link is on record between you: confirm it, dispute it or end it'
from intake.staged s join disclosed.link l on l.unit_no = (s.body #>> '{resolved,supplier,unitNo}')::int and l.customer_unit_no = (s.body #>> '{resolved,customer,unitNo}')::int
  and l.mineral_id = s.body ->> 'mineral' and l.product_hs6 is not distinct from s.body ->> 'product' and l.state in ('ASSERTED', 'CONFIRMED', 'DISCLOSED', 'DISPUTED')
  and l.period_start < (s.body #>> '{period,end}')::date and l.period_end > (s.body #>> '{period,start}')::date
where s.batch_id = $1 and s.kind = 'link' and $2::text is not null order by s.position`;

const ASSESSMENTS_ON_RECORD = `insert into intake.rejection (batch_id, position, part, file, row_no, column_name, code, value, hint)
select distinct on (s.position) $1::uuid, s.position, 0, s.file, s.row_no, 'standardVersion', 'ON_RECORD', left(s.body ->> 'standardVersion', 80),
  'this assessment is on record'
from intake.staged s join vault.assessment a on a.unit_no = (s.body #>> '{resolved,unitNo}')::int and a.withdrawn_at is null
  and a.standard_id || '/' || a.version_label = s.body ->> 'standardVersion' and a.valid_from = (s.body ->> 'validFrom')::date
where s.batch_id = $1 and s.kind = 'assessment' and $2::text is not null order by s.position`;

/** What a member says of its own site without naming owners: it owns it. */
const SOLE_OWNER = counted(
  `insert into vault.site_owner (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, site_id, holder_id, holder_name, percent)
  select v.unit_no, v.owner_no, ${ME}, ${classOf('ALLIANCE', 'NONE', 'ALLIANCE_META')}, 'SELF', v.id, o.id, o.legal_name, 100
  from vault.site v join vault.organisation o on o.id = v.organisation_id
  where v.owner_no = ${ME} and $1::uuid is not null and $2::text is distinct from '' and not exists (select from vault.site_owner w where w.site_id = v.id)`,
);

/**
 * A result that its owner records (`record_existing` of the state machine): a claim, SELF_DECLARED until the owner of the
 * standard decides, whatever assurance the report had.
 */
const ASSESSMENTS = `with a as materialized (
  select gen_random_uuid() as id, s.body, (s.body #>> '{resolved,unitNo}')::int as unit_no, split_part(s.body ->> 'standardVersion', '/', 1) as standard_id,
    substr(s.body ->> 'standardVersion', strpos(s.body ->> 'standardVersion', '/') + 1) as version_label
  from intake.staged s where s.batch_id = $1 and s.kind = 'assessment'
), stored as (
  insert into vault.assessment (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, site_id, organisation_id, standard_id, version_label, unit_of_assessment,
    level, assurance, state, label, valid_from, valid_to, assessor_id, assessor_no, standard_owner_no, report_url, report_sha256)
  select a.id, a.unit_no, ${ME}, ${ME}, ${classOf('PUBLIC', 'NONE', 'PUBLIC_CLAIM')}, 'SELF', (a.body #>> '{resolved,siteId}')::uuid, (a.body #>> '{resolved,organisationId}')::uuid,
    a.standard_id, a.version_label, s.unit_of_assessment, a.body ->> 'result', a.body ->> 'assurance', 'UNDER_REVIEW', 'SELF_DECLARED',
    (a.body ->> 'validFrom')::date, (a.body ->> 'validTo')::date, (a.body ->> 'assessorId')::uuid, (a.body ->> 'assessorNo')::int, vault.unit_of_organisation(s.owner_organisation_id), a.body ->> 'reportUrl', a.body ->> 'reportSha256'
  from a join reference.standard s on s.id = a.standard_id returning 1
)
select count(*)::int as rows, $2::uuid is not null as acted from stored`;

/** The first step of each, once the assessments themselves stand. */
const ASSESSMENT_STEPS = `select count(coalesce(vault.note_assessment(a.id, 'record_existing', 'UNDER_REVIEW', $2::uuid)::text, ''))::int as rows
from vault.assessment a join intake.staged s on s.batch_id = $1 and s.kind = 'assessment' and a.unit_no = (s.body #>> '{resolved,unitNo}')::int
  and a.standard_id || '/' || a.version_label = s.body ->> 'standardVersion' and a.valid_from = (s.body ->> 'validFrom')::date
where a.owner_no = ${ME} and a.withdrawn_at is null`;

const MEMBERS = `select count(vault.register_member(s.body -> 'member'))::int as rows from intake.staged s
where s.batch_id = $1 and s.kind = 'member' and ($2::uuid is not null or true)`;

const KINDS: Readonly<Record<string, OwnSteps>> = {
  members: { ...NOTHING, after: [{ stores: 'organisation', sql: MEMBERS }] },
  sites: {
    before: [
      { stores: null, sql: OWN_SITES },
      { stores: null, sql: OWN_UNITS },
    ],
    faults: [TAKEN_SITES],
    after: [{ stores: 'site_owner (sole)', sql: SOLE_OWNER }],
  },
  links: { ...NOTHING, faults: [LINKS_ON_RECORD] },
  measurements: NOTHING,
  assessments: {
    ...NOTHING,
    faults: [ASSESSMENTS_ON_RECORD],
    after: [
      { stores: 'assessment', sql: ASSESSMENTS },
      { stores: 'step', sql: ASSESSMENT_STEPS },
    ],
  },
};

export function ownStepsOf(kind: string): OwnSteps {
  return KINDS[kind] ?? NOTHING;
}
