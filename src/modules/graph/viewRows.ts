import { getMetadataArgsStorage } from 'typeorm';
import { InvariantError } from '../../kernel/errors';

/** A class with @ViewEntity and @ViewColumn over a disclosed view. */
export type ViewClass<T> = new () => T;

export interface ViewShape {
  /** The GraphQL type's name, which is also the fact's name in policies/classification.yaml. */
  readonly type: string;
  /** `schema.name`. */
  readonly view: string;
  /** Property name -> column name. */
  readonly columns: ReadonlyMap<string, string>;
}

const shapes = new Map<unknown, ViewShape>();

/** What the decorators of a view class say: the one place where properties meet columns. */
export function shapeOf<T>(viewClass: ViewClass<T>): ViewShape {
  const known = shapes.get(viewClass);
  if (known !== undefined) return known;
  const storage = getMetadataArgsStorage();
  const table = storage.tables.find((candidate) => candidate.target === viewClass);
  if (table?.schema === undefined || table.name === undefined) {
    throw new InvariantError(`${viewClass.name} has no @ViewEntity with schema and name`);
  }
  const columns = new Map(
    storage.columns
      .filter((column) => column.target === viewClass)
      .map((column): [string, string] => [column.propertyName, column.options.name ?? column.propertyName]),
  );
  const shape = { type: viewClass.name.replace(/View$/, ''), view: `${table.schema}.${table.name}`, columns };
  shapes.set(viewClass, shape);
  return shape;
}

/** `alias.column as "property", ...` of every column of the view class. */
export function selectList<T>(viewClass: ViewClass<T>, alias: string): string {
  return [...shapeOf(viewClass).columns].map(([property, column]) => `${alias}.${column} as "${property}"`).join(', ');
}

/** The column behind a property of a view class. */
export function columnOf<T>(viewClass: ViewClass<T>, property: keyof T & string): string {
  const column = shapeOf(viewClass).columns.get(property);
  if (column === undefined) throw new InvariantError(`${viewClass.name}.${property} is no @ViewColumn`);
  return column;
}

/** A row of the database as an instance of its view class. */
export function toView<T extends object>(viewClass: ViewClass<T>, row: object): T {
  return Object.assign(new viewClass(), row);
}
