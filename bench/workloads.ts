import { CHAIN, type Reader } from './world';

/** Who asks, and what the servers name things by that only the hub itself can tell. */
export interface Asker extends Reader {
  readonly initiative: string;
}

export interface Workload {
  readonly name: string;
  /** What a user does with it. */
  readonly story: string;
  /** The one field of the answer; the peers without policy and the limit call it as the hub does. */
  readonly field: string;
  /** GraphQL of the hub. */
  readonly hub: (asker: Asker) => string;
  /** GraphQL of the peers without policy. */
  readonly plain: (asker: Asker) => string;
  /** GraphQL of PostGraphile, or why it has no part in this. */
  readonly postgraphile: string | { readonly blank: string };
  /** The physical limit: one handwritten statement that gives the answer as JSON text. */
  readonly sql: string;
  readonly parameters: (reader: Reader) => unknown[];
  /** The rows of an answer in one shape for all servers, for the check of equality. */
  readonly rows: (answer: unknown) => string[];
}

const FIGURE = 'indicator value unit periodEnd';
/** ALLIANCE / NONE: what every reader of this bench may see. */
export const OPEN_CLASS = 16;
const sqlFigures = (where: string, count: number): string => `(select coalesce(json_agg(f), '[]') from (
  select json_build_object('indicator', indicator_id, 'value', value::text, 'unit', unit, 'periodEnd', period_end) as f from vault.measurement m
  where ${where} and m.current and m.disclosure_class = ${OPEN_CLASS} order by m.period_end desc nulls last, m.id desc nulls last limit ${count}) figures)`;

/** Follows keys into an answer. */
export function at(body: unknown, ...keys: string[]): unknown {
  let value = body;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return null;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}

/** Lists are taken from `nodes` where there is such a thing. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const nodes = at(value, 'nodes');
  return Array.isArray(nodes) ? nodes : [];
}

/** The answer itself: under `data` from GraphQL, under the name of its table from PostGraphile. */
export function answerOf(body: unknown, field: string): unknown {
  const data = at(body, 'data') ?? body;
  if (typeof data !== 'object' || data === null) return null;
  return at(data, field) ?? Object.values(data)[0];
}

function figureText(row: unknown): string {
  const name = at(row, 'indicator') ?? at(row, 'indicatorId');
  return [name, Number(at(row, 'value')), at(row, 'unit'), at(row, 'periodEnd')].join('|');
}

function siteText(site: unknown): string {
  const figures = listOf(at(site, 'measurements') ?? at(site, 'measurementsBySiteId'));
  const certificates = listOf(at(site, 'assessments') ?? at(site, 'assessmentsBySiteId'));
  const ends = certificates.map(
    (row) => `${String(at(row, 'standard') ?? at(row, 'standardId'))} ${String(at(row, 'validTo'))}`,
  );
  return [at(site, 'name'), ...figures.map(figureText), ...ends].join('\n');
}

/** Names of both ends of every hop: the hub's answer is flat, the peers' nested. */
function chainRows(answer: unknown): string[] {
  const names = new Map(
    listOf(answer).map((node) => [
      at(node, 'id'),
      at(node, 'site', 'name') ?? at(node, 'member', 'legalName') ?? at(node, 'name'),
    ]),
  );
  const edges = at(answer, 'edges');
  const flat = Array.isArray(edges)
    ? edges.map((edge) => `${String(names.get(at(edge, 'to')))} < ${String(names.get(at(edge, 'from')))}`)
    : nestedHops(answer);
  return [...new Set(flat)].sort();
}

function nestedHops(place: unknown): string[] {
  return listOf(at(place, 'hops')).flatMap((hop) => [
    `${String(at(hop, 'near', 'name'))} < ${String(at(hop, 'far', 'name'))}`,
    ...nestedHops(at(hop, 'far')),
  ]);
}

/** Five hops into each other: without fragments of fragments GraphQL has no other way to ask for a chain. */
function nestedChain(depth: number): string {
  return depth === 0 ? 'name' : `name hops { confidence near { name } far { ${nestedChain(depth - 1)} } }`;
}

const CHAIN_SQL = `
  with recursive walk(unit_no, depth) as (
    select $2::int, 0
    union
    select l.far, w.depth + 1 from walk w join public.stand s on s.unit_no = w.unit_no
    join public.shown_link l on l.reader = $1 and l.near = s.at where w.depth < ${CHAIN.depth}),
  reached as (select unit_no, min(depth) as depth from walk group by unit_no),
  hop as (select distinct on (l.id) l.id, l.near, l.far from reached r join public.stand s on s.unit_no = r.unit_no
    join public.shown_link l on l.reader = $1 and l.near = s.at where r.depth < ${CHAIN.depth}),
  shown as (select near as unit_no from hop union select far from hop)
  select json_build_object(
    'nodes', (select coalesce(json_agg(json_build_object('id', p.unit_no, 'name', p.name, 'depth', r.depth)), '[]')
      from shown left join reached r using (unit_no) join public.place p using (unit_no)),
    'edges', (select coalesce(json_agg(json_build_object('from', h.far, 'to', h.near, 'confidence', k.confidence::text)), '[]') from hop h join vault.link k on k.id = h.id))`;

const CELLS_SQL = `select json_agg(json_build_object('stage', c.coordinates->>'stage', 'value', c.value, 'n', c.contributors, 'unit', r.unit) order by c.coordinates->>'stage')
  from released.release r join released.cell c on c.release_id = r.id where r.table_id = 'safety-by-stage' and r.period_start = '2024-01-01'`;

const statistic = ({ initiative }: Asker, filter: string): string =>
  `input: { indicator: "TRIR", function: "MEAN", period: "2024", purpose: "IMPROVEMENT", initiative: "${initiative}"${filter} }`;
const cellText = (cell: unknown): string => [at(cell, 'stage'), at(cell, 'value'), at(cell, 'unit')].join('|');
const NO_LAW = { blank: 'it knows no statistics: the same plain read of a table as the list page' };

/**
 * All servers read by an index: the vault's indexes end `desc nulls last`, which a statement must say to be served by them;
 * PostGraphile says neither and has indexes of its own on copies of the same rows. `tellUnindexed` in main.ts tells where it is not so.
 */
export const workloads: readonly Workload[] = [
  {
    name: 'filtered list page',
    story: 'fifty latest water figures that the reader may see',
    field: 'measurements',
    hub: () =>
      `{ measurements(first: 50, where: { indicator: { eq: "WATER_WITHDRAWN" } }, orderBy: [{ field: periodEnd, direction: DESC }]) { nodes { ${FIGURE} } } }`,
    plain: () => `{ measurements(indicator: "WATER_WITHDRAWN", first: 50) { ${FIGURE} } }`,
    postgraphile: `{ allMeasurements(first: 50, condition: { indicatorId: "WATER_WITHDRAWN" }, orderBy: [PERIOD_END_DESC, ROW_ID_DESC]) { nodes { indicatorId value unit periodEnd } } }`,
    sql: `select ${sqlFigures(`m.indicator_id = 'WATER_WITHDRAWN'`, 50)}`,
    parameters: () => [],
    rows: (answer) => listOf(answer).map(figureText),
  },
  {
    name: 'sites with latest figures',
    story: 'twenty sites, each with its five latest figures',
    field: 'sites',
    hub: () => `{ sites(first: 20) { nodes { name country measurements(first: 5) { nodes { ${FIGURE} } } } } }`,
    plain: () => `{ sites(first: 20) { name country measurements(first: 5) { ${FIGURE} } } }`,
    postgraphile: `{ allSites(first: 20, orderBy: [NAME_ASC, ROW_ID_ASC]) { nodes { name country measurementsBySiteId(first: 5, orderBy: [PERIOD_END_DESC, ROW_ID_DESC]) { nodes { indicatorId value unit periodEnd } } } } }`,
    sql: `select json_agg(json_build_object('name', site.name, 'country', site.country, 'measurements', ${sqlFigures('m.site_id = site.id', 5)}))
      from (select id, name, country from vault.site order by name, id limit 20) site`,
    parameters: () => [],
    rows: (answer) => listOf(answer).map(siteText),
  },
  {
    name: 'supplier lookup',
    story: 'twenty suppliers of the reader, each with its site, five latest figures and certificates',
    field: 'suppliers',
    hub: () =>
      `{ suppliers(first: 20) { nodes { site { name measurements(first: 5) { nodes { ${FIGURE} } } assessments(first: 5) { nodes { standard validTo } } } } } }`,
    plain: ({ unit }) =>
      `{ suppliers(unit: ${unit}, first: 20) { site { name measurements(first: 5) { ${FIGURE} } assessments(first: 5) { standard validTo } } } }`,
    postgraphile: `{ allLinks(first: 20, orderBy: [MINERAL_ASC, ROW_ID_ASC]) { nodes { siteBySiteId { name measurementsBySiteId(first: 5, orderBy: [PERIOD_END_DESC, ROW_ID_DESC]) { nodes { indicatorId value unit periodEnd } }
      assessmentsBySiteId(first: 5, orderBy: [VALID_TO_DESC, ROW_ID_DESC]) { nodes { standardId validTo } } } } } }`,
    sql: `select json_agg(json_build_object('site', case when s.id is not null then json_build_object('name', s.name, 'measurements', ${sqlFigures('m.site_id = s.id', 5)},
        'assessments', (select coalesce(json_agg(c), '[]') from (select json_build_object('standard', standard_id, 'validTo', valid_to) as c from vault.assessment a
          where a.site_id = s.id order by a.valid_to desc nulls last, a.id desc nulls last limit 5) x)) end) order by l.mineral_id, l.id)
      from (select id, mineral_id, unit_no from vault.link where customer_owner_no = $1 and state in ('CONFIRMED', 'DISCLOSED') order by mineral_id, id limit 20) l
      left join vault.site s on s.unit_no = l.unit_no`,
    parameters: ({ unit }) => [unit],
    rows: (answer) => listOf(answer).map((row) => siteText(at(row, 'site') ?? at(row, 'siteBySiteId'))),
  },
  {
    name: 'chain',
    story: `the chain of a mineral upstream, depth ${CHAIN.depth}, up to ${CHAIN.nodes} nodes, each named; the peers walk only the links that the reader is shown, kept for them beforehand`,
    field: 'valueChain',
    hub: ({ mineral }) =>
      `{ valueChain(mineral: "${mineral}", direction: UPSTREAM, depth: ${CHAIN.depth}) { nodes { id depth member { legalName } site { name } } edges { from to confidence } } }`,
    plain: ({ no, unit }) => `{ valueChain(reader: ${no}, unit: ${unit}) { ${nestedChain(CHAIN.depth)} } }`,
    postgraphile: {
      blank: 'it has no walk: the statement would have to be written as a function, which is the physical limit',
    },
    sql: CHAIN_SQL,
    parameters: ({ no, unit }) => [no, unit],
    rows: chainRows,
  },
  {
    name: 'inbox',
    story: 'the first twenty of the open demands to the reader, by deadline',
    field: 'inbox',
    hub: () =>
      `{ inbox(first: 20, where: { state: { eq: "RECEIVED" } }) { nodes { state deadline demand { title } } } }`,
    plain: ({ unit }) => `{ inbox(unit: ${unit}, state: "RECEIVED", first: 20) { state deadline demand { title } } }`,
    postgraphile: `{ allResponses(first: 20, condition: { state: "RECEIVED" }, orderBy: [DEADLINE_ASC, ROW_ID_ASC]) { nodes { state deadline title } } }`,
    sql: `select json_agg(json_build_object('state', r.state, 'deadline', r.deadline, 'demand', json_build_object('title', d.title)) order by r.deadline, r.id)
      from (select id, demand_id, state, deadline from vault.demand_response where unit_no = $1 and state = 'RECEIVED' order by deadline, id limit 20) r join vault.demand d on d.id = r.demand_id`,
    parameters: ({ unit }) => [unit],
    rows: (answer) =>
      listOf(answer).map((row) =>
        [at(row, 'state'), at(row, 'deadline'), at(row, 'demand', 'title') ?? at(row, 'title')].join('|'),
      ),
  },
  {
    name: 'released cell',
    story: 'one cell of a released table, by question',
    field: 'statistic',
    hub: (asker) => `{ statistic(${statistic(asker, ', filter: { stage: "SMELTING" }')}) { value unit n } }`,
    plain: () => `{ statistic(table: "safety-by-stage", stage: "SMELTING") { value unit n } }`,
    postgraphile: NO_LAW,
    sql: `select json_build_object('value', c.value, 'unit', r.unit, 'n', c.contributors)
      from released.release r join released.cell c on c.release_id = r.id where r.table_id = 'safety-by-stage' and r.period_start = '2024-01-01' and c.coordinates = '{"stage":"SMELTING"}'`,
    parameters: () => [],
    rows: (answer) => (at(answer, 'value') == null ? [] : [cellText(answer)]),
  },
  {
    name: 'grouped question',
    story: 'the same by stage: one question for all cells in which the alliance has sites',
    field: 'statistics',
    hub: (asker) => `{ statistics(groupBy: [STAGE], ${statistic(asker, '')}) { cells { stage value unit n } } }`,
    plain: () => `{ statistics(table: "safety-by-stage") { stage value unit n } }`,
    postgraphile: NO_LAW,
    sql: CELLS_SQL,
    parameters: () => [],
    rows: (answer) => {
      const cells = at(answer, 'cells');
      return (Array.isArray(cells) ? cells : listOf(answer)).map(cellText);
    },
  },
];
