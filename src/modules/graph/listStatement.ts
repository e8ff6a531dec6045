import type { ListDefinition, Plan, Term } from './listPlan';
import { columnOf, selectList, shapeOf } from './viewRows';

export interface Statement {
  text: string;
  parameters: unknown[];
}

type NameOf = (term: Term, place: number) => string;
const byColumn: NameOf = ({ column }) => `v.${column}`;

function orderSql(plan: Plan, nameOf: NameOf = byColumn): string {
  return plan.terms
    .map(
      (term, place) =>
        `${nameOf(term, place)} ${term.descending !== plan.backward ? 'desc' : 'asc'} nulls ${plan.backward ? 'first' : 'last'}`,
    )
    .join(', ');
}

/** The same without the conditions on its site, which would draw the planner to the index by site alone. */
function withoutSites<T extends object>({ siteProperty }: ListDefinition<T>, plan: Plan): Plan {
  const ofSites = plan.given.flatMap(({ property, condition }) => (property === siteProperty ? [condition] : []));
  return { ...plan, conditions: plan.conditions.filter((_sql, place) => !ofSites.includes(place)) };
}

/** SQL of the ids that a property must be one of; null where any will do. */
function givenIds(plan: Plan, property: string): string | null {
  const arrays = plan.given.flatMap((given) => (given.property === property ? [given.ids] : []));
  if (arrays.length < 2) return arrays[0] ?? null;
  return `array(${arrays.map((ids) => `select unnest(${ids})`).join(' intersect ')})`;
}

/** The rows of a list: with its own conditions and one more, judged over `v`. */
function source<T extends object>(definition: ListDefinition<T>, plan: Plan, condition: string): Statement {
  const { view } = shapeOf(definition.view);
  const parameters = [...plan.parameters];
  const conditions = [...plan.conditions, condition].join(' and ');
  if (plan.asOf === null) return { text: `${view} v where ${conditions}`, parameters };
  const time = `$${parameters.push(plan.asOf)}::timestamptz`;
  return {
    text: `${view}_history v where v.known_from <= ${time} and v.known_to > ${time} and ${conditions}`,
    parameters,
  };
}

/** The parents of a page are the last parameter, `a(parent)` in the statement. */
interface Parents {
  ids: string;
  column: string;
}

function parentsOf(plan: Plan, column: string | null): Parents | null {
  if (column === null) return null;
  // behind the parameters of the plan, and the time where one is asked about
  return { column, ids: `$${plan.parameters.length + (plan.asOf === null ? 1 : 2)}::uuid[]` };
}

/**
 * SQL of the sites whose rows are asked for, where the list knows its sites.
 *
 * INVARIANT HiddenRowsUnvisited: what is asked of given sites is read by the index on unit and disclosure class, and rows of
 * classes that are closed to the viewer there are not even looked at. Of the past rows go by the site alone.
 */
function sitesOf<T extends object>(definition: ListDefinition<T>, plan: Plan, parents: Parents | null): string | null {
  const { siteProperty, view } = definition;
  if (siteProperty === undefined || plan.asOf !== null) return null;
  if (parents === null) return givenIds(plan, siteProperty);
  return parents.column === columnOf(view, siteProperty) ? parents.ids : null;
}

/**
 * SQL of the ids that the law opens to the reader among the rows of given ends; null where no end is given.
 *
 * INVARIANT LookedUpWhateverIsThere: the law's lookups are made before there is a row to judge, and closed rows are judged in
 * an index, so that the time does not tell how many there are. The view judges whatever is given. Of the past, rows alone tell.
 */
function openAtEnds<T extends object>({ ends }: ListDefinition<T>, plan: Plan): string | null {
  if (ends === undefined || plan.asOf !== null) return null;
  const given = ends.properties.map((property) => givenIds(plan, property));
  if (given.every((ids) => ids === null)) return null;
  return `${ends.openAt}(${given.map((ids) => ids ?? 'null').join(', ')})`;
}

/** The first condition holds always: no row stands in it, so that it is judged, and the function asked, before any is read. */
const AMONG_OPEN = '(select ids from open) is not null and v.id = any((select ids from open)::uuid[])';

const amongOpen = (ids: string, statement: string): string =>
  `with open as materialized (select ${ids} as ids) ${statement}`;

/** A statement over `open(parent, unit_no, classes)`: what the viewer has a reason to look at, of each site. */
const overOpen = (sites: string, statement: string): string =>
  `with open as materialized (select * from policy.open_classes_of_sites(${sites})) ${statement}`;

const ofEachParent = ({ ids }: Parents, columns: string, statement: string): string =>
  `select a.parent, ${columns} from unnest(${ids}) a(parent) cross join lateral (${statement}) page`;

/** A statement over the rows of a list: those of each parent, those that are open at given ends, or all. */
function overRows<T extends object>(
  definition: ListDefinition<T>,
  plan: Plan,
  { parents, columns }: { parents: Parents | null; columns: string },
  statementOf: (rows: string) => string,
): Statement {
  if (parents !== null) {
    const { text, parameters } = source(definition, plan, `v.${parents.column} = a.parent`);
    return { text: ofEachParent(parents, columns, statementOf(text)), parameters };
  }
  const open = openAtEnds(definition, plan);
  const { text, parameters } = source(definition, plan, open === null ? 'true' : AMONG_OPEN);
  return { text: open === null ? statementOf(text) : amongOpen(open, statementOf(text)), parameters };
}

/** One page, or one page for each of the parents in the last parameter. */
export function pageStatement<T extends object>(
  definition: ListDefinition<T>,
  plan: Plan,
  parentColumn: string | null,
  asked: ReadonlySet<string> | null = null,
): Statement {
  const keys = plan.terms.map((term) => `v.${term.column}::text`).join(', ');
  const select = `select ${selectList(definition.view, 'v', asked)}, array[${keys}] as key_values`;
  const parents = parentsOf(plan, parentColumn);
  const sites = sitesOf(definition, plan, parents);
  if (sites !== null) return pageByClass(definition, plan, { parents, sites, select });
  const page = (rows: string): string => `${select} from ${rows} order by ${orderSql(plan)} limit ${plan.rows + 1}`;
  return overRows(definition, plan, { parents, columns: 'page.*' }, page);
}

/** SQL of the open classes of the units of `open`, and of the rows of one of them, which an index finds. */
const OPEN_CLASSES = 'open p cross join lateral unnest(p.classes) c(class)';
const OF_CLASS = 'v.unit_no = p.unit_no and v.disclosure_class = c.class';

/**
 * The first rows of each class, which the index on unit, class and the usual order gives without a sort, and of these the first:
 * the cost grows with the page, not with what the unit has published.
 */
function pageByClass<T extends object>(
  definition: ListDefinition<T>,
  plan: Plan,
  { parents, sites, select }: { parents: Parents | null; sites: string; select: string },
): Statement {
  const limit = `limit ${plan.rows + 1}`;
  const { text, parameters } = source(definition, parents === null ? withoutSites(definition, plan) : plan, OF_CLASS);
  const terms = plan.terms.map((term, place) => `v.${term.column} as term_${place}`).join(', ');
  const first = `${select}, ${terms} from ${text} order by ${orderSql(plan)} ${limit}`;
  const merged = orderSql(plan, (_term, place) => `term_${place}`);
  const ofParent = parents === null ? '' : ' where p.parent = a.parent';
  const page = `select r.* from ${OPEN_CLASSES} cross join lateral (${first}) r${ofParent} order by ${merged} ${limit}`;
  return { text: overOpen(sites, parents === null ? page : ofEachParent(parents, 'page.*', page)), parameters };
}

/** The number of rows over all pages, for one list or for each of the parents in the last parameter. */
export function countStatement<T extends object>(
  definition: ListDefinition<T>,
  plan: Plan,
  parentColumn: string | null,
): Statement {
  const withoutCursor = {
    ...plan,
    conditions: plan.conditions.slice(0, plan.beforeCursor.conditions),
    parameters: plan.parameters.slice(0, plan.beforeCursor.parameters),
  };
  const parents = parentsOf(withoutCursor, parentColumn);
  const sites = sitesOf(definition, withoutCursor, parents);
  if (sites !== null) return countByClass(definition, withoutCursor, parents, sites);
  const count = (rows: string): string => `select count(*)::int as count from ${rows}`;
  return overRows(definition, withoutCursor, { parents, columns: 'page.count' }, count);
}

/** Class by class as well: of several classes at once PostgreSQL before 17 may read a whole unit and filter its hidden rows out. */
function countByClass<T extends object>(
  definition: ListDefinition<T>,
  plan: Plan,
  parents: Parents | null,
  sites: string,
): Statement {
  const { text, parameters } = source(definition, parents === null ? withoutSites(definition, plan) : plan, OF_CLASS);
  const ofParent = parents === null ? '' : ' where p.parent = a.parent';
  const count = `select coalesce(sum(r.rows), 0)::int as count from ${OPEN_CLASSES} cross join lateral (select count(*) as rows from ${text}) r${ofParent}`;
  return { text: overOpen(sites, parents === null ? count : ofEachParent(parents, 'page.count', count)), parameters };
}
