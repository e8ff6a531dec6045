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

function source<T extends object>(definition: ListDefinition<T>, plan: Plan, parents: Parents | null): Statement {
  const { view } = shapeOf(definition.view);
  const parameters = [...plan.parameters];
  const conditions = [...plan.conditions, ...(parents === null ? [] : [parents.condition])].join(' and ');
  if (plan.asOf === null) return { text: `${view} v where ${conditions}`, parameters };
  const time = `$${parameters.push(plan.asOf)}::timestamptz`;
  return {
    text: `${view}_history v where v.known_from <= ${time} and v.known_to > ${time} and ${conditions}`,
    parameters,
  };
}

/** The parents of a page, as `p(parent, ...)`, and the condition that a row is one of its parent's. */
interface Parents {
  from: string;
  condition: string;
  /** The rows of a parent come class by class, `p.classes`, each in the order of the page. */
  byClass: boolean;
}

/**
 * INVARIANT HiddenRowsUnvisited: where the parent is a unit, the index on unit and disclosure class serves the page, and rows
 * of classes that are closed to the viewer there are not even looked at. Of the past rows go by the parent alone.
 */
function parentsOf<T extends object>(definition: ListDefinition<T>, plan: Plan, parentColumn: string): Parents {
  // the last parameter: behind those of the plan, and the time where one is asked about
  const ids = `$${plan.parameters.length + (plan.asOf === null ? 1 : 2)}::uuid[]`;
  const { unitParent, view } = definition;
  if (unitParent === undefined || plan.asOf !== null || columnOf(view, unitParent.property) !== parentColumn) {
    return { from: `unnest(${ids}) as p(parent)`, condition: `v.${parentColumn} = p.parent`, byClass: false };
  }
  const units = `select s.id as parent, s.unit_no from ${unitParent.parentView} s where s.id = any(${ids})`;
  const open = 'policy.open_classes(array(select unit_no from units)) o';
  return {
    from: `(with units as materialized (${units}) select units.parent, o.unit_no, o.classes from units join ${open} on o.unit_no = units.unit_no) p`,
    condition: 'v.unit_no = p.unit_no and v.disclosure_class = any(p.classes)',
    byClass: true,
  };
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
  const limit = `limit ${plan.rows + 1}`;
  const parents = parentColumn === null ? null : parentsOf(definition, plan, parentColumn);
  if (parents?.byClass === true) return pageByClass(definition, plan, parents, select);
  const { text, parameters } = source(definition, plan, parents);
  const page = `${select} from ${text} order by ${orderSql(plan)} ${limit}`;
  if (parents === null) return { text: page, parameters };
  return { text: `select p.parent, page.* from ${parents.from} cross join lateral (${page}) page`, parameters };
}

/**
 * The first rows of each class, which the index on unit, class and the usual order gives without a sort, and of these the first:
 * the cost grows with the page, not with what the unit has published.
 */
function pageByClass<T extends object>(
  definition: ListDefinition<T>,
  plan: Plan,
  parents: Parents,
  select: string,
): Statement {
  const limit = `limit ${plan.rows + 1}`;
  const ofClass = { ...parents, condition: 'v.unit_no = p.unit_no and v.disclosure_class = c.class' };
  const { text, parameters } = source(definition, plan, ofClass);
  const terms = plan.terms.map((term, place) => `v.${term.column} as term_${place}`).join(', ');
  const first = `${select}, ${terms} from ${text} order by ${orderSql(plan)} ${limit}`;
  const merged = orderSql(plan, (_term, place) => `term_${place}`);
  const page = `select r.* from unnest(p.classes) c(class) cross join lateral (${first}) r order by ${merged} ${limit}`;
  return { text: `select p.parent, page.* from ${parents.from} cross join lateral (${page}) page`, parameters };
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
  const parents = parentColumn === null ? null : parentsOf(definition, withoutCursor, parentColumn);
  const { text, parameters } = source(definition, withoutCursor, parents);
  if (parents === null) return { text: `select count(*)::int as count from ${text}`, parameters };
  const count = `select count(*)::int as count from ${text}`;
  return {
    text: `select p.parent, counted.count from ${parents.from} cross join lateral (${count}) counted`,
    parameters,
  };
}
