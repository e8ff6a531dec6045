import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A release of a million figures freezes inside the database: no figure passes through the hub, only what the groups of one
 * elementary cell come to together. Amounts are kept as they were reported, so that a sum is exact in whatever order it is
 * taken. Which figures stand behind a cell follows from the frozen inputs and its coordinates, and is not kept twice.
 */
const INPUTS = `
alter table trustee.input alter value type numeric, alter weight type numeric,
  add standard text not null default 'ALL', add level text not null default 'ALL';
alter table trustee.cell drop figures;
-- one writer, trustee.freeze, which writes the snapshot with its inputs: a check a row costs more than the rows
alter table trustee.input drop constraint input_snapshot_id_fkey;
revoke insert on trustee.snapshot, trustee.input from sluice_trustee;
drop function trustee.measured(text, text, boolean, date, date);
drop function trustee.certified(text, text, date);
`;

const CANDIDATE_COLUMNS = `figure text, owner_no int, site_id uuid, mineral text, standard text, level text, value numeric, weight numeric, is_public boolean,
  own_statement boolean, synthetic boolean`;

const LIVE = `a.state in ('CONFORMANT', 'CONFORMANT_WITH_CAP') and a.withdrawn_at is null and a.valid_from < on_day and a.valid_to >= on_day`;

/** As before (\`ReleaseStatistics\`): OWNER_ONLY (tier 8) is no input; of several figures of one subject and place the first by name counts. */
const CANDIDATES = `
create function trustee.measured(indicator text, weigher text, at_site boolean, from_day date, on_day date) returns table (${CANDIDATE_COLUMNS})
language sql stable as $$
  with chosen as (
    select distinct on (m.unit_no, coalesce(m.mineral_id, '') collate "C", coalesce(m.product, '') collate "C") m.* from vault.measurement m
    where m.indicator_id = indicator and m.period_start = from_day and m.period_end = on_day and m.current and m.withdrawn_at is null
      and m.availability = 'REPORTED' and m.value is not null and (m.site_id is not null) = at_site and m.tier <> 8
    order by m.unit_no, coalesce(m.mineral_id, '') collate "C", coalesce(m.product, '') collate "C", m.contributor_no <> m.owner_no, m.basis nulls first, m.method nulls first, m.id),
  weights as (
    select w.unit_no, sum(w.value) as value from (
      select distinct on (x.unit_no, coalesce(x.product, '') collate "C") x.unit_no, x.value from vault.measurement x
      where x.indicator_id = weigher and x.period_start = from_day and x.period_end = on_day and x.current and x.withdrawn_at is null
        and x.availability = 'REPORTED' and x.value is not null and x.tier <> 8
      order by x.unit_no, coalesce(x.product, '') collate "C", x.contributor_no <> x.owner_no, x.basis nulls first, x.method nulls first, x.id) w
    group by w.unit_no)
  select m.unit_no || '/' || coalesce(m.mineral_id, '') || '/' || coalesce(m.product, ''), m.owner_no, m.site_id, m.mineral_id, 'ALL', 'ALL', m.value, w.value,
    m.tier = 0 and m.sensitivity = 0, m.contributor_no = m.owner_no, m.synthetic
  from chosen m left join weights w on w.unit_no = m.unit_no
$$;

create function trustee.certified(of_standard text, at_least text, on_day date) returns table (${CANDIDATE_COLUMNS})
language sql stable as $$
  select s.unit_no::text, s.owner_no, s.id, null::text, 'ALL', 'ALL',
    (exists (select from vault.assessment a join reference.standard_level l on l.standard_id = a.standard_id and l.code = a.level
      where a.site_id = s.id and a.standard_id = of_standard and ${LIVE}
        and l.position >= (select w.position from reference.standard_level w where w.standard_id = of_standard and w.code = at_least)))::int::numeric,
    null::numeric, true, s.contributor_no = s.owner_no, s.synthetic
  from vault.site s join vault.organisation o on o.unit_no = s.owner_no
  where s.withdrawn_at is null and s.status = 'OPERATING' and o.is_member
$$;

-- One figure for a site and a standard of which it has a live certificate, at the highest level that it reached.
create function trustee.assessed(on_day date) returns table (${CANDIDATE_COLUMNS})
language sql stable as $$
  select distinct on (s.unit_no, a.standard_id collate "C") s.unit_no || '/' || a.standard_id, s.owner_no, s.id, null::text, a.standard_id,
    coalesce(a.level, 'NO_LEVEL'), 1::numeric, null::numeric, true, true, a.synthetic
  from vault.assessment a join vault.site s on s.id = a.site_id join vault.organisation o on o.unit_no = s.owner_no
    left join reference.standard_level l on l.standard_id = a.standard_id and l.code = a.level
  where ${LIVE} and s.withdrawn_at is null and s.status = 'OPERATING' and o.is_member
  order by s.unit_no, a.standard_id collate "C", l.position desc nulls last, a.level nulls last, a.id
$$;
`;

/**
 * The ownership unit of a site and whether its owner counts, as \`ownershipUnitOf\`, \`monthsBetween\` and \`countsAsContributor\`
 * of the disclosure control tell them; a test holds the two to each other.
 */
const STANDING = `
create function trustee.months_between(from_day date, to_day date) returns int language sql immutable as $$
  select ((extract(year from to_day) - extract(year from from_day)) * 12 + extract(month from to_day) - extract(month from from_day))::int
    - case when extract(day from to_day) >= least(extract(day from from_day), extract(day from date_trunc('month', to_day::timestamp) + interval '1 month - 1 day'))
      then 0 else 1 end
$$;

create function trustee.refuse_stakes(site uuid) returns text language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'stakes in \`%\` exceed 100 percent', site using errcode = 'SL0A1';
end $$;

create function trustee.held_sites(on_day date, venture_percent numeric) returns table (site_id uuid, holders text[], holders_counting int, percent numeric, standards text[])
language sql stable as $$
  with stake as (
    select w.site_id, coalesce(h.ownership_group::text, 'name ' || lower(w.holder_name)) as holder, sum(w.percent) as percent
    from vault.site_owner w left join vault.organisation h on h.id = w.holder_id where w.withdrawn_at is null and w.percent is not null group by 1, 2),
  held as (
    select k.site_id, array_agg(k.holder order by k.percent desc, k.holder collate "C") as holders,
      count(*) filter (where k.percent >= venture_percent)::int as counting, sum(k.percent) as percent from stake k group by k.site_id),
  certificates as (
    select a.site_id, array_agg(distinct a.standard_id order by a.standard_id) as standards from vault.assessment a where ${LIVE} group by a.site_id)
  -- the holders that count, or the largest one where none or one does
  select s.id, coalesce(h.holders[1:greatest(1, h.counting)], '{}'), coalesce(h.counting, 0), coalesce(h.percent, 0), coalesce(c.standards, '{}')
  from vault.site s left join held h on h.site_id = s.id left join certificates c on c.site_id = s.id
$$;

create function trustee.member_set_hash(snapshot uuid) returns text language sql stable as $$
  select encode(sha256(convert_to('[' || coalesce(string_agg(to_json(i.unit || ' ' || i.figure)::text, ',' order by (i.unit || ' ' || i.figure) collate "C"), '') || ']', 'UTF8')), 'hex')
  from trustee.input i where i.snapshot_id = snapshot
$$;
`;

/** \`measure\` as it is registered; \`rules\` are its thresholds. Members' tables take what members said of themselves, public ones what everybody can read. */
const FREEZE = `
create function trustee.freeze(measure jsonb, rules jsonb, from_day date, on_day date, day_of_release date, number_of_vintage int, unit_of_value text, is_csi boolean)
returns uuid language plpgsql security definer set search_path = pg_catalog as $$
declare
  frozen constant uuid := gen_random_uuid();
  takes_public constant boolean := measure ->> 'inputs' = 'PUBLIC';
  months_min constant int := rules ->> 'standingMonthsMin';
  venture_percent constant numeric := rules ->> 'jointVentureOwnerPercent';
  any_synthetic boolean;
begin
  with candidate as materialized (
    select * from trustee.measured(measure ->> 'indicator', measure ->> 'weight', measure ->> 'level' = 'SITE', from_day, on_day) where measure ->> 'indicator' is not null
    union all select * from trustee.certified(measure ->> 'standard', measure ->> 'atLeast', on_day) where measure ->> 'standard' is not null
    union all select * from trustee.assessed(on_day) where measure ->> 'counts' = 'ASSESSMENTS'),
  contributor as (
    select o.unit_no, o.ownership_group::text as operator, o.jurisdiction, o.is_member and o.standing in ('GOOD', 'LATE') as is_admitted,
      coalesce(o.verified, false) and trustee.months_between(coalesce(o.joined_on, day_of_release), day_of_release) >= months_min as is_eligible
    from vault.organisation o),
  place as (
    select s.id, s.main_mineral, s.stages[1] as stage, s.country, s.joint_venture, h.standards, h.percent,
      coalesce(s.joint_venture, false) or h.holders_counting > 1 as is_venture, coalesce(s.ownership_unit, s.id) as venture, h.holders
    from vault.site s join trustee.held_sites(on_day, venture_percent) h on h.site_id = s.id),
  admitted as (
    select c.*, o.jurisdiction, p.main_mineral, p.stage, p.country, p.standards,
      case when p.is_venture then 'venture:' || p.venture else 'group:' || o.operator end as holder,
      case when p.percent > 100.000001 then array[trustee.refuse_stakes(p.id)]
        else array[o.operator] || array_remove(coalesce(p.holders, '{}'), o.operator) end as known_to,
      takes_public or (o.is_eligible and not c.is_public) as is_protected
    from candidate c join contributor o on o.unit_no = c.owner_no left join place p on p.id = c.site_id
    where case when takes_public then c.is_public else c.own_statement and o.is_admitted end),
  stored as (
    insert into trustee.input (snapshot_id, figure, unit, known_to, protected, mineral, stage, country, standard, level, standards, value, weight, owner_no)
    -- A unit's open figures stand apart, so that they neither count for it nor open its others.
    select frozen, a.figure, case when a.is_protected then a.holder else 'open ' || a.holder end, a.known_to, a.is_protected,
      coalesce(a.mineral, a.main_mineral, 'UNALLOCATED'), coalesce(a.stage, 'UNALLOCATED'), coalesce(a.country, a.jurisdiction, 'ZZ'), a.standard, a.level,
      coalesce(a.standards, '{}'), a.value, a.weight, a.owner_no
    from admitted a)
  select coalesce(bool_or(c.synthetic), false) into any_synthetic from candidate c;
  insert into trustee.snapshot (id, measure, period_start, period_end, vintage, release_day, member_set_hash, unit, synthetic, public_sources, csi)
  values (frozen, measure ->> 'id', from_day, on_day, number_of_vintage, day_of_release, trustee.member_set_hash(frozen), unit_of_value, any_synthetic, takes_public, is_csi);
  return frozen;
end $$;
`;

const RIGHTS = `
revoke execute on all functions in schema trustee from public;
grant execute on function trustee.freeze(jsonb, jsonb, date, date, date, int, text, boolean), trustee.member_set_hash(uuid) to sluice_trustee;
`;

/** Freezing by one statement of the database, however many figures there are. */
export class FreezeInDatabase1764000000130 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [INPUTS, CANDIDATES, STANDING, FREEZE, RIGHTS]) await runner.query(sql);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('frozen inputs are kept as they are: restore a backup instead'));
  }
}
