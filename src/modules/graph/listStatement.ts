import type { ListDefinition, Plan } from './listPlan';
import { columnOf, selectList, shapeOf } from './viewRows';

export interface Statement {
  text: string;
  parameters: unknown[];
}

function orderSql(plan: Plan): string {
  return plan.terms
    .map(
      (term) =>
        `v.${term.column} ${term.descending !== plan.backward ? 'desc' : 'asc'} nulls ${plan.backward ? 'first' : 'last'}`,
    )
    .join(', ');
}

function source<T extends object>(definition: ListDefinition<T>, plan: Plan, parents: Parents | null): Statement {
  const { view } = shapeOf(definition.view);
  const parameters = [...plan.parameters];
  if (parents?.isFirst === true) {
    // `offset 0` keeps the planner from walking an index in the order of the page, past rows of every class
    const own = `(select * from ${view} v where ${parents.condition} offset 0) v`;
    return { text: `${own} where ${plan.conditions.join(' and ')}`, parameters };
  }
  if (plan.asOf === null) return { text: `${view} v where ${plan.conditions.join(' and ')}`, parameters };
  const time = `$${parameters.push(plan.asOf)}::timestamptz`;
  const known = `v.known_from <= ${time} and v.known_to > ${time}`;
  return { text: `${view}_history v where ${known} and ${plan.conditions.join(' and ')}`, parameters };
}

/** The parents of a page, as `p(parent, ...)`, and the condition that a row is one of its parent's. */
interface Parents {
  from: string;
  condition: string;
  /** The rows of the parent are found first, and filtered and ordered then. */
  isFirst: boolean;
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
    return { from: `unnest(${ids}) as p(parent)`, condition: `v.${parentColumn} = p.parent`, isFirst: false };
  }
  const units = `select s.id as parent, s.unit_no from ${unitParent.parentView} s where s.id = any(${ids})`;
  const open = 'policy.open_classes(array(select unit_no from units)) o';
  return {
    from: `(with units as materialized (${units}) select units.parent, o.unit_no, o.classes from units join ${open} on o.unit_no = units.unit_no) p`,
    condition: 'v.unit_no = p.unit_no and v.disclosure_class = any(p.classes)',
    isFirst: true,
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
  const select = `select ${selectList(definition.view, 'v', asked)}, array[${keys}] as key_values from`;
  const tail = `order by ${orderSql(plan)} limit ${plan.rows + 1}`;
  const parents = parentColumn === null ? null : parentsOf(definition, plan, parentColumn);
  const { text, parameters } = source(definition, plan, parents);
  if (parents === null) return { text: `${select} ${text} ${tail}`, parameters };
  const page = `${select} ${text}${parents.isFirst ? '' : ` and ${parents.condition}`} ${tail}`;
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
  const count = `select count(*)::int as count from ${text}${parents.isFirst ? '' : ` and ${parents.condition}`}`;
  return {
    text: `select p.parent, counted.count from ${parents.from} cross join lateral (${count}) counted`,
    parameters,
  };
}
