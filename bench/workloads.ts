/** One figure as every server of the bench gives it. */
export interface FigureRow {
  indicator: string;
  value: string;
  unit: string;
  periodEnd: string;
}

export interface Workload {
  readonly name: string;
  /** What a user does with it. */
  readonly story: string;
  /** GraphQL of the hub. */
  readonly hub: string;
  /** GraphQL of the peers without policy. */
  readonly plain: string;
  /** GraphQL of PostGraphile. */
  readonly postgraphile: string;
  /** The physical limit: one handwritten statement that gives the answer as JSON text. */
  readonly sql: string;
  /** The rows of an answer in one shape for all servers, for the check of equality; null: not the shape expected. */
  readonly rows: (body: unknown) => string | null;
}

const FIGURE = 'indicator value unit periodEnd';
const SQL_FIGURE = `json_build_object('indicator', indicator_id, 'value', value::text, 'unit', unit, 'periodEnd', period_end)`;
/** ALLIANCE / NONE: what every reader of this bench may see. */
export const OPEN_CLASS = 16;

/** Follows keys into an answer; lists are taken from `nodes` where there is such a thing. */
function at(body: unknown, ...keys: string[]): unknown {
  let value = body;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return null;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const nodes = at(value, 'nodes');
  return Array.isArray(nodes) ? nodes : [];
}

function figureText(row: unknown): string {
  const name = at(row, 'indicator') ?? at(row, 'indicatorId');
  return [name, Number(at(row, 'value')), at(row, 'unit'), at(row, 'periodEnd')].join('|');
}

function measurementsOf(body: unknown): unknown {
  return at(body, 'data', 'measurements') ?? at(body, 'data', 'allMeasurements') ?? at(body, 'measurements');
}

function sitesOf(body: unknown): unknown {
  return at(body, 'data', 'sites') ?? at(body, 'data', 'allSites') ?? at(body, 'sites');
}

/**
 * All servers read by an index: the vault's indexes end `desc nulls last`, which a statement must say to be served by them;
 * PostGraphile says neither and has indexes of its own on copies of the same rows. `tellUnindexed` in main.ts tells where it is not so.
 */
export const workloads: readonly Workload[] = [
  {
    name: 'filtered list page',
    story: 'fifty latest water figures that the reader may see',
    hub: `{ measurements(first: 50, where: { indicator: { eq: "WATER_WITHDRAWN" } }, orderBy: [{ field: periodEnd, direction: DESC }]) { nodes { ${FIGURE} } } }`,
    plain: `{ measurements(indicator: "WATER_WITHDRAWN", first: 50) { ${FIGURE} } }`,
    postgraphile: `{ allMeasurements(first: 50, condition: { indicatorId: "WATER_WITHDRAWN" }, orderBy: [PERIOD_END_DESC, ROW_ID_DESC]) { nodes { indicatorId value unit periodEnd } } }`,
    sql: `select coalesce(json_agg(f), '[]') as answer from (select ${SQL_FIGURE} as f from vault.measurement
      where current and disclosure_class = ${OPEN_CLASS} and indicator_id = 'WATER_WITHDRAWN' order by period_end desc nulls last, id desc nulls last limit 50) page`,
    rows: (body) => {
      const list = listOf(measurementsOf(body));
      return list.length === 0 ? null : list.map(figureText).join('\n');
    },
  },
  {
    name: 'sites with latest figures',
    story: 'twenty sites, each with its five latest figures',
    hub: `{ sites(first: 20) { nodes { name country measurements(first: 5) { nodes { ${FIGURE} } } } } }`,
    plain: `{ sites(first: 20) { name country measurements(first: 5) { ${FIGURE} } } }`,
    postgraphile: `{ allSites(first: 20, orderBy: [NAME_ASC, ROW_ID_ASC]) { nodes { name country measurementsBySiteId(first: 5, orderBy: [PERIOD_END_DESC, ROW_ID_DESC]) { nodes { indicatorId value unit periodEnd } } } } }`,
    sql: `select json_agg(s) as answer from (select json_build_object('name', site.name, 'country', site.country, 'measurements',
        (select coalesce(json_agg(f), '[]') from (select ${SQL_FIGURE} as f from vault.measurement m where m.site_id = site.id and m.current and m.disclosure_class = ${OPEN_CLASS}
          order by m.period_end desc nulls last, m.id desc nulls last limit 5) figures)) as s
      from (select id, name, country from vault.site order by name, id limit 20) site) page`,
    rows: (body) => {
      const list = listOf(sitesOf(body));
      if (list.length === 0) return null;
      return list
        .map((site) => {
          const figures = listOf(at(site, 'measurements') ?? at(site, 'measurementsBySiteId'));
          return [at(site, 'name'), at(site, 'country'), ...figures.map(figureText)].join('\n');
        })
        .join('\n\n');
    },
  },
];
