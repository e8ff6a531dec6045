import { ArgsType, Field, InputType } from 'type-graphql';
import { InvariantError } from '../../kernel/errors';
import type { EntityType } from '../../kernel/opaqueId';
import { connectionOf, type ConnectionClass, PageArguments, PageOfNow } from './connection';
import type { ListDefinition, ListRequest, OrderTerm } from './listPlan';
import { orderInputOf } from './order';
import { shapeOf, type ViewClass } from './viewRows';

/** One filter of a list: which conditions it takes, and which property it looks at where that has another name. */
export interface FilterDescription<T> {
  readonly by: new () => object;
  readonly on?: keyof T & string;
  /** What the ids of an `IdFilter` name. */
  readonly id?: EntityType;
  /** SQL over the alias `v`, where what is asked for is not what is stored. */
  readonly sql?: string;
  readonly description?: string;
}

export interface ListDescription<T extends object> {
  /** As a sentence names them: `plans`. */
  readonly plural: string;
  /** False of what has no history, such as the catalogue: such a list takes no `asOf`. */
  readonly history: boolean;
  readonly filters: Readonly<Record<string, FilterDescription<T>>>;
  readonly orders: readonly (keyof T & string)[];
  /** What orders the list when nothing is asked; other properties than those of `orders` may stand here. */
  readonly defaultOrder: ListDefinition<T>['defaultOrder'];
  /** A condition on the view alone; SQL over the alias `v`. */
  readonly always?: string;
  /** As in `ListDefinition`. */
  readonly siteProperty?: keyof T & string;
}

/** A list as the database reads it and as the schema shows it. */
export interface DescribedList<T extends object> extends ListDefinition<T> {
  readonly Connection: ConnectionClass<T>;
  /** For `@Args`: the page, `where` and `orderBy`. */
  readonly Arguments: new () => ListRequest;
}

/**
 * All that a list is, from one description: its connection, its page, its filter and its order in the schema, and what of them
 * becomes which column. `NAMEFilter`, `NAMEOrder` and `NAMEConnection` are the names in the schema.
 */
export function describeList<T extends object>(
  name: string,
  view: ViewClass<T>,
  description: ListDescription<T>,
): DescribedList<T> {
  const { filters, orders, defaultOrder, always, siteProperty } = description;
  const definition: ListDefinition<T> = {
    view,
    filters: Object.fromEntries(
      Object.entries(filters).map(([filter, each]) => [filter, propertyOf(view, filter, each)]),
    ),
    ids: Object.fromEntries(
      Object.entries(filters).flatMap(([filter, { id }]) => (id === undefined ? [] : [[filter, id]])),
    ),
    computed: Object.fromEntries(
      Object.entries(filters).flatMap(([filter, { sql }]) => (sql === undefined ? [] : [[filter, sql]])),
    ),
    orders,
    defaultOrder,
    ...(always === undefined ? {} : { always }),
    ...(siteProperty === undefined ? {} : { siteProperty }),
  };
  return { ...definition, Connection: connectionOf(name, view), Arguments: argumentsOf(name, description) };
}

function propertyOf<T>(view: ViewClass<T>, filter: string, { on }: FilterDescription<T>): keyof T & string {
  const { columns } = shapeOf(view);
  const property = on ?? filter;
  if (!columns.has(property)) throw new InvariantError(`${view.name}.${property} of a filter is no @ViewColumn`);
  // a key of the columns is a property of the view
  return property as keyof T & string;
}

function argumentsOf<T extends object>(name: string, description: ListDescription<T>): new () => ListRequest {
  @ArgsType()
  class ArgumentsOfList extends (description.history ? PageArguments : PageOfNow) {
    where?: object;
    orderBy?: OrderTerm[];
  }
  const fields = Object.fromEntries(description.orders.map((field) => [field, field]));
  const inputs = {
    where: Object.keys(description.filters).length === 0 ? null : filterInputOf(name, description),
    orderBy: description.orders.length === 0 ? null : [orderInputOf(name, fields)],
  };
  for (const [argument, input] of Object.entries(inputs)) {
    if (input !== null) Field(() => input, { nullable: true })(ArgumentsOfList.prototype, argument);
  }
  return ArgumentsOfList;
}

function filterInputOf<T extends object>(name: string, { plural, filters }: ListDescription<T>): new () => object {
  @InputType(`${name}Filter`, { description: `Which ${plural}; all conditions must hold.` })
  class FilterOfList {}
  for (const [filter, { by, description }] of Object.entries(filters)) {
    Field(() => by, { nullable: true, ...(description === undefined ? {} : { description }) })(
      FilterOfList.prototype,
      filter,
    );
  }
  return FilterOfList;
}
