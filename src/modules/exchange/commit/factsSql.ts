import { classOf, counted, ME, tierNumber } from './codes';

/**
 * The facts of an import, each with one statement over all of its staged rows. $1 is the batch, $2 the source (IMPORT of open
 * data, SELF of a member's own files). A site is found by its key in `intake.target`, or was resolved while staging and
 * stands in the record as `resolved`.
 */
const SITE = (path: string) =>
  `left join intake.target t on t.batch_id = s.batch_id and t.kind = 'SITE' and t.key = s.body #>> '{${path},key}'`;
const OF_KIND = (kind: string) => `s.batch_id = $1 and s.kind = '${kind}'`;

/** From this share on a holder counts, and two of them make a site an ownership unit of its own (`domain.md` 0.2). */
const JOINT_PERCENT_MIN = 20;

const SITES = counted(
  `insert into vault.site (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, organisation_id, name, type, stages, rmi_cid, os_id, country, subdivision,
    latitude, longitude, public_latitude, public_longitude, location_class, status, main_mineral, minerals, by_products, joint_venture, ownership_unit)
  select t.id, t.unit_no, t.owner_no, ${ME}, ${classOf('PUBLIC', 'NONE', 'PUBLIC_CLAIM')}, $2, t.organisation_id, s.body ->> 'name', s.body ->> 'type',
    array(select jsonb_array_elements_text(s.body -> 'stages')), s.body #>> '{own,rmiCid}', s.body #>> '{own,osId}', s.body ->> 'country', s.body ->> 'subdivision',
    (s.body #>> '{location,latitude}')::numeric, (s.body #>> '{location,longitude}')::numeric,
    coalesce(s.body #>> '{publicLocation,latitude}', s.body #>> '{location,latitude}')::numeric,
    coalesce(s.body #>> '{publicLocation,longitude}', s.body #>> '{location,longitude}')::numeric,
    coalesce((s.body ->> 'locationClass')::smallint, 0::smallint), s.body ->> 'status',
    (select m.each ->> 'mineral' from jsonb_array_elements(s.body -> 'minerals') with ordinality as m(each, place) where m.each ->> 'role' = 'PRIMARY' order by place limit 1),
    array(select m.each ->> 'mineral' from jsonb_array_elements(s.body -> 'minerals') with ordinality as m(each, place) where m.each ->> 'role' is distinct from 'BY_PRODUCT' order by place),
    array(select m.each ->> 'mineral' from jsonb_array_elements(s.body -> 'minerals') with ordinality as m(each, place) where m.each ->> 'role' = 'BY_PRODUCT' order by place),
    coalesce(j.joint, false), case when coalesce(j.joint, false) then gen_random_uuid() else o.ownership_group end
  from intake.staged s
  join intake.target t on t.batch_id = s.batch_id and t.kind = 'SITE' and t.key = s.body ->> 'key' and t.is_new
  join vault.organisation o on o.id = t.organisation_id
  left join (select site, true as joint from shares group by site, level, year having count(*) > 1) j on j.site = t.key
  where ${OF_KIND('site')}`,
  `shares as materialized (
    select distinct body #>> '{subject,key}' as site, body ->> 'level' as level, body ->> 'fromYear' as year, coalesce(body #>> '{holder,key}', body #>> '{holder,text}', body #>> '{holder,label}', part::text) as holder
    from intake.staged where batch_id = $1 and kind = 'ownershipShare' and body #>> '{subject,kind}' = 'SITE' and body ->> 'until' is null
      and ($2 = 'IMPORT' or (body ->> 'percent')::numeric >= ${JOINT_PERCENT_MIN})
  )`,
).replace('select site, true as joint', 'select distinct site, true as joint');

/** A share that the source calls sold is kept as withdrawn: its contributor reads it, relations do not. */
const SITE_OWNERS = counted(
  `insert into vault.site_owner (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, site_id, holder_id, holder_name, percent, from_year, level, withdrawn_at)
  select t.unit_no, t.owner_no, ${ME}, ${classOf('ALLIANCE', 'NONE', 'ALLIANCE_META')}, $2, t.id, coalesce(h.id, (s.body #>> '{resolved,holderId}')::uuid),
    coalesce(o.legal_name, s.body #>> '{resolved,holderName}', s.body #>> '{holder,label}'), nullif((s.body ->> 'percent')::numeric, 0),
    (s.body ->> 'fromYear')::smallint, s.body ->> 'level', (s.body ->> 'until')::timestamptz
  from intake.staged s
  join intake.target t on t.batch_id = s.batch_id and t.kind = 'SITE' and t.key = s.body #>> '{subject,key}' and t.is_new
  left join intake.target h on h.batch_id = s.batch_id and h.kind = 'ORGANISATION' and h.key = s.body #>> '{holder,key}'
  left join vault.organisation o on o.id = h.id
  where ${OF_KIND('ownershipShare')} and s.body #>> '{subject,kind}' = 'SITE'`,
);

const CAPACITIES = counted(
  `insert into vault.capacity (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, site_id, product, nameplate, tonnes_per_year)
  select t.unit_no, t.owner_no, ${ME}, ${classOf('OWNER_ONLY', 'CAPACITY', 'CSI_CORE')}, $2, t.id, coalesce(s.body ->> 'product', 'all products'), true,
    (s.body #>> '{quantity,value}')::numeric
  from intake.staged s
  join intake.target t on t.batch_id = s.batch_id and t.kind = 'SITE' and t.key = s.body #>> '{site,key}' and t.is_new
  where ${OF_KIND('capacity')}`,
);

const FIGURES = `figure as materialized (
  select s.position, s.part, s.file, s.row_no, s.body, coalesce(t.unit_no, (s.body #>> '{resolved,unitNo}')::int) as unit_no,
    coalesce(t.owner_no, (s.body #>> '{resolved,ownerNo}')::int) as owner_no, coalesce(t.id, (s.body #>> '{resolved,siteId}')::uuid) as site_id,
    coalesce(t.organisation_id, (s.body #>> '{resolved,organisationId}')::uuid) as organisation_id, s.body ->> 'indicator' as indicator_id,
    s.body ->> 'mineral' as mineral_id, s.body ->> 'product' as product, s.body ->> 'basis' as basis, s.body ->> 'method' as method,
    (s.body #>> '{period,start}')::date as period_start, (s.body #>> '{period,end}')::date as period_end, i.unit, i.data_class, i.indicator_no,
    case when i.value_type = 'ENUM' then null else (s.body #>> '{quantity,value}')::numeric end as value,
    case when i.value_type = 'ENUM' then s.body #>> '{quantity,value}' end as value_code, coalesce(s.body ->> 'absence', 'REPORTED') as availability
  from intake.staged s ${SITE('subject')} join reference.indicator i on i.id = s.body ->> 'indicator'
  where ${OF_KIND('measurement')}
)`;

/** Written so that it can be hashed and looked up in the index of periods. The same subject, indicator, mineral, product, basis and method: of these one figure stands for any time. */
const SAME_SERIES = `v.unit_no = f.unit_no and v.indicator_id = f.indicator_id and v.current and v.withdrawn_at is null and v.contributor_no = ${ME}
  and ${['mineral_id', 'product', 'basis', 'method'].map((column) => `coalesce(v.${column}, '') = coalesce(f.${column}, '')`).join(' and ')}`;

const MEASUREMENTS = counted(
  `insert into vault.measurement (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, site_id, organisation_id, indicator_id, indicator_no, mineral_id, product, basis,
    period_start, period_end, availability, value, value_code, unit, original_value, original_unit, method, boundary, verification, uncertainty_percent, source_url, published_at)
  select f.unit_no, f.owner_no, ${ME}, ${tierNumber(`coalesce(f.body ->> 'tier', 'OWNER_ONLY')`)}, 0, f.data_class, $2, f.site_id, f.organisation_id, f.indicator_id, f.indicator_no,
    f.mineral_id, f.product, f.basis, f.period_start, f.period_end, f.availability, f.value, f.value_code, coalesce(f.body #>> '{quantity,unit}', f.unit),
    f.body #>> '{quantity,originalValue}', f.body #>> '{quantity,originalUnit}', f.method, f.body ->> 'boundary', coalesce(f.body ->> 'verification', 'SELF_DECLARED'),
    (f.body ->> 'uncertainty')::numeric, coalesce(f.body #>> '{publication,sourceUrl}', f.body #>> '{publication,citation}'), (f.body #>> '{publication,publishedAt}')::date
  from figure f where not exists (select from vault.measurement v where ${SAME_SERIES} and v.period_start = f.period_start)
  -- sorted, so that the search ends before the first row is stored and never meets the new ones
  order by f.position, f.part`,
  FIGURES,
);

/**
 * Figures for a time that has another one: in the file itself, or on record. A figure that is on record as it stands in the
 * file is no fault: there is nothing to do.
 */
const OVERLAPS = `with ${FIGURES}, ordered as (
  select position, part, period_start, max(period_end) over (partition by unit_no, indicator_id, mineral_id, product, basis, method
    order by period_start, position, part rows between unbounded preceding and 1 preceding) as reached from figure
), overlap as (
  select position from ordered where reached > period_start
  union
  select f.position from figure f join vault.measurement v on ${SAME_SERIES} and v.period_start < f.period_end and v.period_end > f.period_start
  where (v.period_start, v.period_end, v.availability) is distinct from (f.period_start, f.period_end, f.availability)
    or v.value is distinct from f.value or v.value_code is distinct from f.value_code
)
insert into intake.rejection (batch_id, position, part, file, row_no, column_name, code, value, hint)
select distinct on (f.position) $1::uuid, f.position, 0, f.file, f.row_no, 'period', 'OVERLAP', left(f.period_start || '/' || f.period_end, 80),
  'another figure stands for this time: restate it through the API'
from figure f where f.position in (select position from overlap) and $2::text is not null order by f.position`;

const LINK_ENDS = `l as materialized (
  select gen_random_uuid() as id, s.body, s.file, coalesce(a.unit_no, (s.body #>> '{resolved,supplier,unitNo}')::int) as supplier_no,
    coalesce(a.owner_no, (s.body #>> '{resolved,supplier,ownerNo}')::int) as supplier_owner_no,
    coalesce(a.organisation_id, (s.body #>> '{resolved,supplier,organisationId}')::uuid) as supplier_id, coalesce(a.id, (s.body #>> '{resolved,supplier,siteId}')::uuid) as supplier_site_id,
    coalesce(b.unit_no, c.unit_no, (s.body #>> '{resolved,customer,unitNo}')::int) as customer_no, coalesce(b.owner_no, c.owner_no, (s.body #>> '{resolved,customer,ownerNo}')::int) as customer_owner_no,
    coalesce(b.organisation_id, c.id, (s.body #>> '{resolved,customer,organisationId}')::uuid) as customer_id, coalesce(b.id, (s.body #>> '{resolved,customer,siteId}')::uuid) as customer_site_id,
    v.stages[1] as site_stage
  from intake.staged s
  left join intake.target a on a.batch_id = s.batch_id and a.kind = 'SITE' and a.key = s.body #>> '{supplier,key}'
  left join vault.site v on v.id = a.id
  left join intake.target b on b.batch_id = s.batch_id and b.kind = 'SITE' and b.key = s.body #>> '{customer,key}'
  left join intake.target c on c.batch_id = s.batch_id and c.kind = 'ORGANISATION' and s.body #>> '{customer,kind}' in ('PORT', 'COUNTRY')
    and c.key = '|customer:' || coalesce(s.body #>> '{customer,country}', 'port')
  where ${OF_KIND('link')}
)`;

/** A flow or trade that somebody names: asserted, confirmed by nobody, and resting on the file that said so. */
const LINKS = `with ${LINK_ENDS}, stored as (
  insert into vault.link (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, customer_unit_no, customer_owner_no, supplier_id, customer_id, supplier_site_id, customer_site_id,
    asserted_by_no, mineral_id, product_hs6, supplier_stage, via, period_start, period_end, custody_model, volume_band, confidence, confidence_basis, state, intra_group)
  select l.id, l.supplier_no, l.supplier_owner_no, ${ME}, ${classOf('ADDRESSED', 'COUNTERPARTY', 'LINK')}, $2, l.customer_no, l.customer_owner_no, l.supplier_id, l.customer_id,
    l.supplier_site_id, l.customer_site_id, ${ME}, l.body ->> 'mineral', case when l.body ->> 'product' ~ '^[0-9]{6}$' then l.body ->> 'product' end,
    coalesce(l.body ->> 'supplierStage', l.site_stage, 'MINING_LSM'), case when l.body #>> '{customer,kind}' = 'PORT' then l.body #>> '{customer,name}' end,
    (l.body #>> '{period,start}')::date, (l.body #>> '{period,end}')::date, coalesce(l.body ->> 'custodyModel', 'NONE'), l.body ->> 'volumeBand',
    coalesce(l.body ->> 'confidence', $3)::numeric, 'ONE_SIDED', 'ASSERTED', coalesce((l.body ->> 'intraGroup')::boolean, false)
  from l returning 1
), evidence as (
  insert into vault.link_evidence (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, source, link_id, type, sha256, issuer, customer_owner_no)
  select l.supplier_no, l.supplier_owner_no, ${ME}, ${classOf('ADDRESSED', 'CONTRACT', 'LINK')}, $2, l.id, 'DECLARATION', file.each ->> 'sha256', left(l.body ->> 'evidence', 500), l.customer_owner_no
  from l join intake.batch b on b.id = $1 cross join lateral jsonb_array_elements(b.files) as file(each) where file.each ->> 'name' = l.file returning 1
), noted as (
  select count(vault.record_transition('LINK_CONSENT', l.id, null, 'assert', 'ASSERTED', $4::uuid, null)) from l
)
select (select count(*)::int from stored) as rows, (select count(*) from evidence) as evidence, (select count from noted) as noted`;

export const factSteps: readonly { readonly stores: string; readonly sql: string }[] = [
  { stores: 'site', sql: SITES },
  { stores: 'site_owner', sql: SITE_OWNERS },
  { stores: 'capacity', sql: CAPACITIES },
  { stores: 'measurement', sql: MEASUREMENTS },
];
export const linksSql = LINKS;
export const overlapsSql = OVERLAPS;
