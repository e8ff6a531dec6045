import type { QueryResultRow } from 'pg';
import { readSession, type Actor } from '../commit/actor';
import { columnsOf, type OwnKind } from '../csv/ownKinds';

type Row = Readonly<Record<string, string | null>>;

export interface OwnKindFile {
  readonly kind: OwnKind;
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<Row>;
}

const FETCH_ROWS = 2000;

/** What a kind of our own CSV says, as the importer reads it back; live facts of the viewer's own, in columns of the kind. */
const QUERIES: Readonly<Partial<Record<OwnKind, string>>> = {
  sites: `select s.name, s.type, o.legal_name as member, s.country, s.rmi_cid as "rmiCid", s.os_id as "osId", s.subdivision,
    case when coalesce(s.latitude, s.public_latitude) is not null then trim_scale(coalesce(s.latitude, s.public_latitude)) || ',' || trim_scale(coalesce(s.longitude, s.public_longitude)) end as location,
    array_to_string(array(select m || ':PRIMARY' from unnest(s.minerals) m) || array(select m || ':BY_PRODUCT' from unnest(s.by_products) m), '|') as minerals,
    (select string_agg(w.holder_name || ' [' || trim_scale(w.percent) || '%]', '; ' order by w.percent desc, w.holder_name) from disclosed.site_owner w where w.site_id = s.id and w.percent is not null and w.level = 'DIRECT') as owners,
    s.status, (select trim_scale(max(c.tonnes_per_year))::text from disclosed.capacity c where c.site_id = s.id) as "nameplateCapacity"
    from disclosed.site s join disclosed.organisation o on o.id = s.organisation_id where s.owner_no = $1 order by s.id`,
  links: `select coalesce(a.name, x.legal_name) as supplier, coalesce(b.name, y.legal_name) as customer, l.mineral_id as mineral, l.period_start || '/' || l.period_end as period,
    l.product_hs6 as product, l.supplier_stage as "supplierStage", l.custody_model as "custodyModel", l.volume_band as "volumeBand",
    case when l.state = 'ASSERTED' then trim_scale(l.confidence)::text end as confidence
    from disclosed.link l left join disclosed.site a on a.id = l.supplier_site_id left join disclosed.site b on b.id = l.customer_site_id
    left join disclosed.organisation x on x.id = l.supplier_id left join disclosed.organisation y on y.id = l.customer_id
    where $1 in (l.owner_no, l.customer_owner_no) and l.ended_on is null and l.state in ('ASSERTED', 'CONFIRMED', 'DISCLOSED', 'DISPUTED') order by l.id`,
  measurements: `select coalesce(s.name, o.legal_name) as subject, m.indicator_id as indicator, m.period_start || '/' || m.period_end as period,
    coalesce(m.original_value, trim_scale(m.value)::text, m.value_code, m.availability) as value, coalesce(m.original_unit, m.unit) as unit, m.mineral_id as mineral, m.product, m.basis, m.method, m.boundary,
    m.verification, trim_scale(m.uncertainty_percent)::text as uncertainty, case when m.source_url ~ '^https?://' then m.source_url end as "sourceUrl",
    case when m.source_url ~ '^https?://' then m.published_at::text end as "publishedAt"
    from disclosed.measurement m left join disclosed.site s on s.id = m.site_id left join disclosed.organisation o on o.id = m.organisation_id
    where m.owner_no = $1 and m.current and m.withdrawn_at is null order by m.id`,
  assessments: `select coalesce(s.name, o.legal_name) as site, a.standard_id || '/' || a.version_label as "standardVersion", a.level as result, a.assurance,
    a.valid_from::text as "validFrom", a.valid_to::text as "validTo", f.name as assessor, a.report_url as "reportUrl", a.report_sha256 as "reportSha256"
    from disclosed.assessment a left join disclosed.site s on s.id = a.site_id left join disclosed.organisation o on o.id = a.organisation_id
    left join reference.assessor_firm f on f.id = a.assessor_id where a.owner_no = $1 and a.level is not null and a.valid_from is not null order by a.id`,
};

/** Members are the secretariat's to enter; of its own data a member has the four other kinds. */
export function ownKindFiles(actor: Actor): OwnKindFile[] {
  return Object.entries(QUERIES).flatMap(([name, sql]) => {
    const kind = KINDS.find((each) => each === name);
    if (kind === undefined) return [];
    const columns = columnsOf(kind);
    return [{ kind, columns, rows: rowsOf(actor, sql, columns) }];
  });
}

const KINDS: readonly OwnKind[] = ['sites', 'links', 'measurements', 'assessments'];

async function* rowsOf(actor: Actor, sql: string, columns: readonly string[]): AsyncGenerator<Row> {
  const session = readSession(actor);
  try {
    const organisationNo = String(actor.viewer.organisationNo ?? 0);
    await session.query(`declare own_kind no scroll cursor for ${sql.replaceAll('$1', organisationNo)}`);
    for (;;) {
      const rows = await session.query<QueryResultRow>(`fetch ${FETCH_ROWS} from own_kind`);
      for (const row of rows) yield Object.fromEntries(columns.map((column) => [column, textOrNull(row[column])]));
      if (rows.length < FETCH_ROWS) return;
    }
  } finally {
    await session.close();
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
