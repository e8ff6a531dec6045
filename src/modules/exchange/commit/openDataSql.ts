import { classOf, counted, ME } from './codes';

/**
 * What open data sets bring before their facts: who and what their keys become. $1 is the batch, $2 its format.
 *
 * - An organisation or site is one of an earlier import only by an identifier that the same importer's import brought;
 *   names never decide.
 * - The owner of a site is its direct owner of record: of several the latest and largest, else its operator, else the
 *   largest parent. A site that names none belongs to an organisation that says so, one for a format.
 */
const PLACEHOLDER = 'PLACEHOLDER';

function targets(kind: 'ORGANISATION' | 'SITE'): string {
  const record = kind === 'SITE' ? 'site' : 'organisation';
  return `insert into intake.target (batch_id, kind, key, id, is_new)
select $1, '${kind}', o.key, coalesce(m.id, gen_random_uuid()), m.id is null
from (select distinct body ->> 'key' as key from intake.staged where batch_id = $1 and kind = '${record}') o
left join (
  select s.body ->> 'key' as key, min(k.target_id::text)::uuid as id
  from intake.staged s cross join lateral jsonb_array_elements(s.body -> 'externalIds') as x(id)
  join intake.known_id k on k.kind = '${kind}' and k.scheme = x.id ->> 'scheme' and k.value = x.id ->> 'value'
  where s.batch_id = $1 and s.kind = '${record}' group by 1
) m on m.key = o.key
-- $2
where $2::text is not null`;
}

const OWNERS = `update intake.target t set owner_key = o.holder
from (
  select distinct on (c.site) c.site, c.holder from (
    select body #>> '{subject,key}' as site, body #>> '{holder,key}' as holder, case body ->> 'level' when 'DIRECT' then 1 else 3 end as rank,
      (body ->> 'fromYear')::int as year, (body ->> 'percent')::numeric as percent, position, part
    from intake.staged where batch_id = $1 and kind = 'ownershipShare' and body #>> '{subject,kind}' = 'SITE'
      and body #>> '{holder,kind}' = 'ORGANISATION' and body ->> 'until' is null
    union all
    select body #>> '{site,key}', body #>> '{organisation,key}', 2, (body ->> 'fromYear')::int, null, position, part
    from intake.staged where batch_id = $1 and kind = 'operator'
  ) c order by c.site, c.rank, c.year desc nulls last, c.percent desc nulls last, c.position, c.part
) o where t.batch_id = $1 and t.kind = 'SITE' and t.key = o.site and $2::text is not null`;

/** Ends that a source leaves unnamed. Keys begin with a bar, which no key of a file does. */
const PLACEHOLDERS = `insert into intake.target (batch_id, kind, key, id, is_new)
select $1, 'ORGANISATION', p.key, coalesce(k.target_id, gen_random_uuid()), k.target_id is null
from (
  select '|owner' as key where exists (select from intake.target t where t.batch_id = $1 and t.kind = 'SITE' and t.is_new and t.owner_key is null)
  union
  select '|customer:' || coalesce(body #>> '{customer,country}', 'port') from intake.staged
  where batch_id = $1 and kind = 'link' and body #>> '{customer,kind}' in ('PORT', 'COUNTRY')
) p
left join intake.known_id k on k.kind = 'ORGANISATION' and k.scheme = '${PLACEHOLDER}' and k.value = $2 || p.key`;

/** Units of new and known organisations, then of sites; what is registered keeps its number. */
const ORGANISATION_UNITS = `with given as (
  select coalesce(array_agg(id order by key), '{}') as ids from intake.target where batch_id = $1 and kind = 'ORGANISATION'
), numbered as (
  select g.ids[r.place] as id, r.unit_no from given g, policy.register_units(g.ids, array_fill(null::uuid, array[cardinality(g.ids)])) r
)
update intake.target t set unit_no = n.unit_no, owner_no = n.unit_no, organisation_id = t.id
from numbered n where t.batch_id = $1 and t.kind = 'ORGANISATION' and t.id = n.id and $2::text is not null`;

const SITE_OWNERS = `update intake.target t set organisation_id = o.id, owner_no = o.unit_no
from intake.target o
where t.batch_id = $1 and t.kind = 'SITE' and t.is_new and o.batch_id = $1 and o.kind = 'ORGANISATION'
  and o.key = coalesce(t.owner_key, '|owner') and $2::text is not null`;

const KNOWN_SITES = `update intake.target t set unit_no = v.unit_no, owner_no = v.owner_no, organisation_id = v.organisation_id
from vault.site v where t.batch_id = $1 and t.kind = 'SITE' and not t.is_new and v.id = t.id and $2::text is not null`;

const SITE_UNITS = `with given as (
  select coalesce(array_agg(id order by key), '{}') as ids, coalesce(array_agg(organisation_id order by key), '{}') as owners
  from intake.target where batch_id = $1 and kind = 'SITE' and is_new
), numbered as (
  select g.ids[r.place] as id, r.unit_no from given g, policy.register_units(g.owners, g.ids) r
)
update intake.target t set unit_no = n.unit_no from numbered n
where t.batch_id = $1 and t.kind = 'SITE' and t.id = n.id and $2::text is not null`;

/** Unverified, no member and in no group but its own: what competes with it is judged as of a stranger. */
const ORGANISATIONS = counted(
  `insert into vault.organisation (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, legal_name, aliases, lei, other_ids,
    jurisdiction, stakeholder_group, is_company, is_member, verified, ownership_group)
  select t.id, t.unit_no, t.unit_no, ${ME}, case when t.key like '|customer:%' then 8 else 0 end, 0, case when t.key like '|customer:%' then 2 else 1 end, 'IMPORT',
    coalesce(n.name, case when t.key = '|owner' then 'Owner not stated (' || $2 || ')' when t.key = '|customer:port' then 'Customers not named (' || $2 || ')'
      else 'Customers in ' || substr(t.key, 11) || ' not named (' || $2 || ')' end),
    coalesce(a.aliases, '{}'), i.lei, coalesce(i.ids, '[]'), case when t.key ~ '^[|]customer:[A-Z]{2}$' then substr(t.key, 11) end,
    'NOT_STATED', true, false, false, gen_random_uuid()
  from intake.target t
  left join (select body ->> 'key' as key, (array_agg(body ->> 'name' order by position, part))[1] as name from named group by 1) n on n.key = t.key
  left join (select body ->> 'key' as key, array_agg(distinct alias) as aliases from named cross join lateral jsonb_array_elements_text(body -> 'aliases') as x(alias) group by 1) a on a.key = t.key
  left join (select body ->> 'key' as key, jsonb_agg(distinct x.id) as ids, min(x.id ->> 'value') filter (where x.id ->> 'scheme' = 'LEI') as lei
    from named cross join lateral jsonb_array_elements(body -> 'externalIds') as x(id) group by 1) i on i.key = t.key
  where t.batch_id = $1 and t.kind = 'ORGANISATION' and t.is_new`,
  `named as materialized (select body, position, part from intake.staged where batch_id = $1 and kind = 'organisation')`,
);

/** What later imports of the same importer may find again. */
const KNOWN = `insert into intake.known_id (contributor_no, kind, scheme, value, target_id)
select ${ME}, t.kind, x.id ->> 'scheme', x.id ->> 'value', min(t.id::text)::uuid
from intake.staged s cross join lateral jsonb_array_elements(s.body -> 'externalIds') as x(id)
join intake.target t on t.batch_id = s.batch_id and t.kind = upper(s.kind) and t.key = s.body ->> 'key'
where s.batch_id = $1 and s.kind in ('organisation', 'site') group by 1, 2, 3, 4
union all
select ${ME}, 'ORGANISATION', '${PLACEHOLDER}', $2 || key, id from intake.target where batch_id = $1 and key like '|%'
on conflict do nothing`;

/** Shares that one organisation holds of another. */
const OWNERSHIP = counted(
  `insert into vault.ownership (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, organisation_id, holder_id, holder_name, percent, valid_from, valid_to)
  select t.unit_no, t.owner_no, ${ME}, ${classOf('ALLIANCE', 'NONE', 'ALLIANCE_META')}, 'IMPORT', t.id, h.id, coalesce(o.legal_name, s.body #>> '{holder,label}'),
    nullif((s.body ->> 'percent')::numeric, 0), make_date((s.body ->> 'fromYear')::int, 1, 1), (s.body ->> 'until')::date
  from intake.staged s
  join intake.target t on t.batch_id = s.batch_id and t.kind = 'ORGANISATION' and t.key = s.body #>> '{subject,key}'
  left join intake.target h on h.batch_id = s.batch_id and h.kind = 'ORGANISATION' and h.key = s.body #>> '{holder,key}'
  left join vault.organisation o on o.id = h.id
  where s.batch_id = $1 and s.kind = 'ownershipShare' and s.body #>> '{subject,kind}' = 'ORGANISATION' and $2::text is not null`,
);

/** The joins that follow are planned with what stands there by now. */
const COUNT_AGAIN = 'select intake.count_staged() where $1::uuid is not null and $2::text is not null';

/** In this order, before the facts of sites. */
export const openDataSteps: readonly { readonly stores: string | null; readonly sql: string }[] = [
  { stores: null, sql: targets('ORGANISATION') },
  { stores: null, sql: targets('SITE') },
  { stores: null, sql: OWNERS },
  { stores: null, sql: PLACEHOLDERS },
  { stores: null, sql: COUNT_AGAIN },
  { stores: null, sql: ORGANISATION_UNITS },
  { stores: null, sql: SITE_OWNERS },
  { stores: null, sql: KNOWN_SITES },
  { stores: null, sql: SITE_UNITS },
  { stores: 'organisation', sql: ORGANISATIONS },
  { stores: null, sql: KNOWN },
  { stores: 'ownership', sql: OWNERSHIP },
];
