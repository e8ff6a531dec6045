import type { MigrationInterface, QueryRunner } from 'typeorm';

const CANDIDATE_COLUMNS = `figure text, owner_no int, site_id uuid, mineral text, standard text, level text, value numeric, weight numeric, is_public boolean,
  own_statement boolean, synthetic boolean`;

const LIVE = `a.state in ('CONFORMANT', 'CONFORMANT_WITH_CAP') and a.withdrawn_at is null and a.valid_from < on_day and a.valid_to >= on_day`;

/**
 * One figure for every operating site of a member: the highest level of the standard that it has a live certificate of, or
 * NONE. A site whose certificate everybody can read is known and neither counts nor is protected; of a site without one
 * nobody knows that it has none. What its owner keeps to itself (tier 8) is no input, as with figures.
 */
const CERTIFIED = `
drop function trustee.certified(text, text, date);
drop function trustee.assessed(date);
create function trustee.certified(of_standard text, on_day date) returns table (${CANDIDATE_COLUMNS})
language sql stable as $$
  with highest as (
    select distinct on (a.site_id) a.site_id, coalesce(a.level, 'NO_LEVEL') as level, a.tier = 0 and a.sensitivity = 0 and a.level_class = 0 as is_public, a.synthetic
    from vault.assessment a left join reference.standard_level l on l.standard_id = a.standard_id and l.code = a.level
    where a.standard_id = of_standard and a.tier <> 8 and ${LIVE}
    order by a.site_id, l.position desc nulls last, a.level collate "C" nulls last, a.level_class, a.id)
  select s.unit_no::text, s.owner_no, s.id, null::text, of_standard, coalesce(h.level, 'NONE'), (h.level is not null)::int::numeric, null::numeric,
    coalesce(h.is_public, false), true, s.synthetic
  from vault.site s join vault.organisation o on o.unit_no = s.owner_no left join highest h on h.site_id = s.id
  where s.withdrawn_at is null and s.status = 'OPERATING' and o.is_member
$$;
revoke execute on function trustee.certified(text, date) from public;
`;

/** As before, but that sites are told apart by the certificates that everybody can read: who is in a set is public. */
const HELD_SITES = `
create or replace function trustee.held_sites(on_day date, venture_percent numeric) returns table (site_id uuid, holders text[], holders_counting int, percent numeric, standards text[])
language sql stable as $$
  with stake as (
    select w.site_id, coalesce(h.ownership_group::text, 'name ' || lower(w.holder_name)) as holder, sum(w.percent) as percent
    from vault.site_owner w left join vault.organisation h on h.id = w.holder_id where w.withdrawn_at is null and w.percent is not null group by 1, 2),
  held as (
    select k.site_id, array_agg(k.holder order by k.percent desc, k.holder collate "C") as holders,
      count(*) filter (where k.percent >= venture_percent)::int as counting, sum(k.percent) as percent from stake k group by k.site_id),
  certificates as (
    select a.site_id, array_agg(distinct a.standard_id order by a.standard_id) as standards from vault.assessment a
    where a.tier = 0 and a.sensitivity = 0 and ${LIVE} group by a.site_id)
  -- the holders that count, or the largest one where none or one does
  select s.id, coalesce(h.holders[1:greatest(1, h.counting)], '{}'), coalesce(h.counting, 0), coalesce(h.percent, 0), coalesce(c.standards, '{}')
  from vault.site s left join held h on h.site_id = s.id left join certificates c on c.site_id = s.id
$$;
`;

/** The one line of \`trustee.freeze\` that names where candidates come from is another one; the rest is read from what stands. */
const FREEZE = `
do $$
declare
  stands constant text := pg_get_functiondef('trustee.freeze(jsonb,jsonb,date,date,date,int,text,boolean)'::regprocedure);
  lines constant text := $lines$union all select * from trustee.certified(measure ->> 'standard', measure ->> 'atLeast', on_day) where measure ->> 'standard' is not null
    union all select * from trustee.assessed(on_day) where measure ->> 'counts' = 'ASSESSMENTS'$lines$;
begin
  if position(lines in stands) = 0 then raise exception 'trustee.freeze is not the one that this migration changes'; end if;
  execute replace(stands, lines, $lines$union all select * from trustee.certified(measure ->> 'standard', on_day) where measure ->> 'standard' is not null$lines$);
end $$;
`;

/** Counts of certificates by standard and level: what they are made from. */
export class CountCertificates1764000000131 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CERTIFIED, HELD_SITES, FREEZE]) await runner.query(sql);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('frozen inputs are kept as they are: restore a backup instead'));
  }
}
