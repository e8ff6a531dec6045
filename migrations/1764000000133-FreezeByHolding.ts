import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Frozen figures stand together by subject and place: one row for all figures that one site has of one mineral, since all but
 * a figure's name and its amount is the same for them. A figure is named by the head of its row and its own tail. Sixty
 * thousand rows instead of a million are what makes freezing cost about as much as reading the figures does.
 */
const HOLDINGS = `
create table trustee.holding (
  snapshot_id uuid not null, unit_no int not null, head text not null, published boolean not null, unit text not null, known_to text[] not null,
  protected boolean not null, mineral text not null, stage text not null, country text not null, standard text not null, level text not null,
  standards text[] not null, owner_no int not null, weight numeric, tails text[] not null, amounts numeric[] not null,
  primary key (snapshot_id, unit_no, head, published), check (cardinality(tails) > 0 and cardinality(tails) = cardinality(amounts))
);
comment on table trustee.holding is 'figures of one subject in one place, by what its owner published and what it did not; amounts[i] belongs to the figure head || tails[i]';
insert into trustee.holding
select i.snapshot_id, split_part(i.figure, '/', 1)::int, h.head, not i.protected, i.unit, i.known_to, i.protected, i.mineral, i.stage, i.country, i.standard, i.level,
  i.standards, i.owner_no, i.weight, array_agg(substr(i.figure, length(h.head) + 1) order by i.figure collate "C"), array_agg(i.value order by i.figure collate "C")
from trustee.input i cross join lateral (select coalesce(substring(i.figure from '^[^/]*/[^/]*/'), i.figure) as head) h
group by i.snapshot_id, split_part(i.figure, '/', 1)::int, h.head, i.unit, i.known_to, i.protected, i.mineral, i.stage, i.country, i.standard, i.level, i.standards, i.owner_no, i.weight;

drop table trustee.input;
create view trustee.input with (security_invoker = true) as
  select h.snapshot_id, h.head || f.tail as figure, h.unit, h.known_to, h.protected, h.mineral, h.stage, h.country, h.standards, f.amount as value, h.weight, h.owner_no,
    h.standard, h.level, h.unit_no
  from trustee.holding h cross join lateral unnest(h.tails, h.amounts) f(tail, amount);
create trigger inputs_stay before update or delete on trustee.holding for each row execute function trustee.refuse_change();
create trigger no_truncate before truncate on trustee.holding for each statement execute function trustee.refuse_change();
grant select on trustee.holding, trustee.input to sluice_trustee;
`;

const CANDIDATE_COLUMNS = `unit_no int, head text, owner_no int, mineral text, standard text, level text, weight numeric, is_public boolean, tails text[], amounts numeric[],
  synthetic boolean`;

const LIVE = `a.state in ('CONFORMANT', 'CONFORMANT_WITH_CAP') and a.withdrawn_at is null and a.valid_from < on_day and a.valid_to >= on_day`;

/**
 * What may be frozen, by holding, one where figures are public and one where they are not; \`tails\` is null where none is taken.
 * As before, OWNER_ONLY (tier 8) is no input, and of several figures of one subject and place the first by name counts.
 * Members' tables take what members said of themselves, public ones what everybody can read.
 */
const CANDIDATES = `
drop function trustee.measured(text, text, boolean, date, date), trustee.certified(text, date);
create function trustee.measured(indicator text, weigher text, at_site boolean, takes_public boolean, from_day date, on_day date) returns table (${CANDIDATE_COLUMNS})
language sql stable as $$
  with chosen as (
    select distinct on (m.unit_no, coalesce(m.mineral_id, '') collate "C", coalesce(m.product, '') collate "C") m.unit_no, m.owner_no, m.value, m.synthetic,
      coalesce(m.mineral_id, '') collate "C" as mineral, coalesce(m.product, '') collate "C" as product,
      m.tier = 0 and m.sensitivity = 0 as is_public, takes_public or m.contributor_no = m.owner_no as is_taken
    from vault.measurement m
    where m.indicator_id = indicator and m.period_start = from_day and m.period_end = on_day and m.current and m.withdrawn_at is null
      and m.availability = 'REPORTED' and m.value is not null and (m.site_id is not null) = at_site and m.tier <> 8
    order by m.unit_no, coalesce(m.mineral_id, '') collate "C", coalesce(m.product, '') collate "C", m.contributor_no <> m.owner_no, m.basis nulls first, m.method nulls first, m.id),
  -- the rows come in this order already
  held as (
    select c.unit_no, c.mineral, min(c.owner_no) as owner_no, bool_or(c.synthetic) as synthetic,
      array_agg(c.product order by c.product) filter (where c.is_taken and c.is_public) as public_tails, array_agg(c.value order by c.product) filter (where c.is_taken and c.is_public) as public_amounts,
      array_agg(c.product order by c.product) filter (where c.is_taken and not c.is_public and not takes_public) as own_tails,
      array_agg(c.value order by c.product) filter (where c.is_taken and not c.is_public and not takes_public) as own_amounts
    from chosen c group by c.unit_no, c.mineral),
  weights as (
    select w.unit_no, sum(w.value) as value from (
      select distinct on (x.unit_no, coalesce(x.product, '') collate "C") x.unit_no, x.value from vault.measurement x
      where x.indicator_id = weigher and x.period_start = from_day and x.period_end = on_day and x.current and x.withdrawn_at is null
        and x.availability = 'REPORTED' and x.value is not null and x.tier <> 8
      order by x.unit_no, coalesce(x.product, '') collate "C", x.contributor_no <> x.owner_no, x.basis nulls first, x.method nulls first, x.id) w
    group by w.unit_no)
  select h.unit_no, h.unit_no || '/' || h.mineral || '/', h.owner_no, nullif(h.mineral, ''), 'ALL', 'ALL', w.value, s.is_public, s.tails, s.amounts, h.synthetic
  from held h left join weights w on w.unit_no = h.unit_no
    cross join lateral (values (true, h.public_tails, h.public_amounts), (false, h.own_tails, h.own_amounts)) s(is_public, tails, amounts)
$$;

-- As before (\`CountCertificates\`): a site's one figure is whether it has a live certificate, at the highest level that it reached.
create function trustee.certified(of_standard text, takes_public boolean, on_day date) returns table (${CANDIDATE_COLUMNS})
language sql stable as $$
  with highest as (
    select distinct on (a.site_id) a.site_id, coalesce(a.level, 'NO_LEVEL') as level, a.tier = 0 and a.sensitivity = 0 and a.level_class = 0 as is_public
    from vault.assessment a left join reference.standard_level l on l.standard_id = a.standard_id and l.code = a.level
    where a.standard_id = of_standard and a.tier <> 8 and ${LIVE}
    order by a.site_id, l.position desc nulls last, a.level collate "C" nulls last, a.level_class, a.id)
  select s.unit_no, s.unit_no::text, s.owner_no, null::text, of_standard, coalesce(h.level, 'NONE'), null::numeric, coalesce(h.is_public, false),
    case when not takes_public or h.is_public then array[''] end, array[(h.level is not null)::int::numeric], s.synthetic
  from vault.site s join vault.organisation o on o.unit_no = s.owner_no left join highest h on h.site_id = s.id
  where s.withdrawn_at is null and s.status = 'OPERATING' and o.is_member
$$;
`;

/**
 * The hash of the members: JSON of every holding as [unit, head, tails], in order. Snapshots frozen before hash every figure
 * by itself, and what was published of them stands.
 */
const HASH = `
alter table trustee.snapshot add column hashed_by text not null default 'FIGURE' check (hashed_by in ('FIGURE', 'HOLDING'));
alter table trustee.snapshot alter column hashed_by set default 'HOLDING';
create function trustee.hash_of_holdings(snapshot uuid) returns text language sql stable as $$
  select encode(sha256(convert_to('[' || coalesce(string_agg('[' || to_json(h.unit)::text || ',' || to_json(h.head)::text || ',' || to_json(h.tails)::text || ']', ','
    order by h.unit collate "C", h.head collate "C", h.published), '') || ']', 'UTF8')), 'hex')
  from trustee.holding h where h.snapshot_id = snapshot
$$;
create function trustee.hash_of_figures(snapshot uuid) returns text language sql stable as $$
  select encode(sha256(convert_to('[' || coalesce(string_agg(to_json(i.unit || ' ' || i.figure)::text, ',' order by (i.unit || ' ' || i.figure) collate "C"), '') || ']', 'UTF8')), 'hex')
  from trustee.input i where i.snapshot_id = snapshot
$$;
create or replace function trustee.member_set_hash(snapshot uuid) returns text language sql stable as $$
  select case s.hashed_by when 'HOLDING' then trustee.hash_of_holdings(s.id) else trustee.hash_of_figures(s.id) end from trustee.snapshot s where s.id = snapshot
$$;
`;

/** One sort of a million narrow rows in memory, and in one piece: presorted by an index it would be read in the index's order. */
const SETTINGS = `set work_mem = '256MB' set enable_incremental_sort = off`;

const FREEZE = `
create or replace function trustee.freeze(measure jsonb, rules jsonb, from_day date, on_day date, day_of_release date, number_of_vintage int, unit_of_value text, is_csi boolean)
returns uuid language plpgsql security definer set search_path = pg_catalog ${SETTINGS} as $$
declare
  frozen constant uuid := gen_random_uuid();
  takes_public constant boolean := measure ->> 'inputs' = 'PUBLIC';
  months_min constant int := rules ->> 'standingMonthsMin';
  venture_percent constant numeric := rules ->> 'jointVentureOwnerPercent';
  any_synthetic boolean;
begin
  with candidate as materialized (
    select * from trustee.measured(measure ->> 'indicator', measure ->> 'weight', measure ->> 'level' = 'SITE', takes_public, from_day, on_day)
    where measure ->> 'indicator' is not null
    union all select * from trustee.certified(measure ->> 'standard', takes_public, on_day) where measure ->> 'standard' is not null),
  contributor as (
    select o.unit_no, o.ownership_group::text as operator, o.jurisdiction, o.is_member and o.standing in ('GOOD', 'LATE') as is_admitted,
      coalesce(o.verified, false) and trustee.months_between(coalesce(o.joined_on, day_of_release), day_of_release) >= months_min as is_eligible
    from vault.organisation o),
  place as (
    select s.id, s.unit_no, s.main_mineral, s.stages[1] as stage, s.country, h.standards, h.percent,
      coalesce(s.joint_venture, false) or h.holders_counting > 1 as is_venture, coalesce(s.ownership_unit, s.id) as venture, h.holders
    from vault.site s join trustee.held_sites(on_day, venture_percent) h on h.site_id = s.id),
  admitted as (
    select c.*, o.jurisdiction, p.main_mineral, p.stage, p.country, p.standards,
      case when p.is_venture then 'venture:' || p.venture else 'group:' || o.operator end as holder,
      case when p.percent > 100.000001 then array[trustee.refuse_stakes(p.id)]
        else array[o.operator] || array_remove(coalesce(p.holders, '{}'), o.operator) end as known_to,
      takes_public or (o.is_eligible and not c.is_public) as is_protected
    from candidate c join contributor o on o.unit_no = c.owner_no left join place p on p.unit_no = c.unit_no
    where c.tails is not null and (takes_public or o.is_admitted)),
  stored as (
    insert into trustee.holding (snapshot_id, unit_no, head, published, unit, known_to, protected, mineral, stage, country, standard, level, standards, owner_no, weight,
      tails, amounts)
    -- A unit's open figures stand apart, so that they neither count for it nor open its others.
    select frozen, a.unit_no, a.head, a.is_public, case when a.is_protected then a.holder else 'open ' || a.holder end, a.known_to, a.is_protected,
      coalesce(a.mineral, a.main_mineral, 'UNALLOCATED'), coalesce(a.stage, 'UNALLOCATED'), coalesce(a.country, a.jurisdiction, 'ZZ'), a.standard, a.level,
      coalesce(a.standards, '{}'), a.owner_no, a.weight, a.tails, a.amounts
    from admitted a)
  select coalesce(bool_or(c.synthetic), false) into any_synthetic from candidate c;
  insert into trustee.snapshot (id, measure, period_start, period_end, vintage, release_day, member_set_hash, unit, synthetic, public_sources, csi)
  values (frozen, measure ->> 'id', from_day, on_day, number_of_vintage, day_of_release, trustee.hash_of_holdings(frozen), unit_of_value, any_synthetic, takes_public, is_csi);
  return frozen;
end $$;
`;

const RIGHTS = `
revoke execute on all functions in schema trustee from public;
grant execute on function trustee.hash_of_holdings(uuid), trustee.hash_of_figures(uuid) to sluice_trustee;
`;

/** A freeze of a million figures in seconds. */
export class FreezeByHolding1764000000133 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [HOLDINGS, CANDIDATES, HASH, FREEZE, RIGHTS]) await runner.query(sql);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('frozen inputs are kept as they are: restore a backup instead'));
  }
}
