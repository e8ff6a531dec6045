import type { ListDefinition, Plan } from './listPlan';
import { selectList, shapeOf } from './viewRows';

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

function source<T extends object>(definition: ListDefinition<T>, plan: Plan): Statement {
  const { view } = shapeOf(definition.view);
  const parameters = [...plan.parameters];
  if (plan.asOf === null) return { text: `${view} v where ${plan.conditions.join(' and ')}`, parameters };
  const time = `$${parameters.push(plan.asOf)}::timestamptz`;
  const known = `v.known_from <= ${time} and v.known_to > ${time}`;
  return { text: `${view}_history v where ${known} and ${plan.conditions.join(' and ')}`, parameters };
}

/** One page, or one page for each of the parents in the last parameter. */
export function pageStatement<T extends object>(
  definition: ListDefinition<T>,
  plan: Plan,
  parentColumn: string | null,
): Statement {
  const { text, parameters } = source(definition, plan);
  const keys = plan.terms.map((term) => `v.${term.column}::text`).join(', ');
  const select = `select ${selectList(definition.view, 'v')}, array[${keys}] as key_values from ${text}`;
  const tail = `order by ${orderSql(plan)} limit ${plan.rows + 1}`;
  if (parentColumn === null) return { text: `${select} ${tail}`, parameters };
  const parents = `$${parameters.length + 1}::uuid[]`;
  return {
    text: `select p.parent, page.* from unnest(${parents}) as p(parent) cross join lateral (${select} and v.${parentColumn} = p.parent ${tail}) page`,
    parameters,
  };
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
  const { text, parameters } = source(definition, withoutCursor);
  if (parentColumn === null) return { text: `select count(*)::int as count from ${text}`, parameters };
  const parents = `$${parameters.length + 1}::uuid[]`;
  return {
    text: `select v.${parentColumn} as parent, count(*)::int as count from ${text} and v.${parentColumn} = any(${parents}) group by 1`,
    parameters,
  };
}
