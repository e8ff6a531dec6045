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

/** Class -> property -> the fields that read it; a property that is not noted is read by code that no field stands for. */
const readers = new Map<unknown, Map<string, readonly string[]>>();

/** Notes which fields read a property; whatever is asked for beside them leaves its column out of the statement. */
export function noteReaders(prototype: object, property: string, fields: readonly string[]): void {
  const ofClass = readers.get(prototype.constructor) ?? new Map<string, readonly string[]>();
  readers.set(prototype.constructor, ofClass.set(property, fields));
}

/** What one operation selects of a view. */
interface Selection {
  readonly properties: readonly string[];
  /** Rows are made upon it: a property that was not selected throws, since NULL would say that there is nothing. */
  readonly prototype: object;
}

const selections = new WeakMap<ReadonlySet<string>, Map<unknown, Selection>>();
/** For where no document is known. */
const EVERYTHING: ReadonlySet<string> = new Set();

function selectionOf<T extends object>(viewClass: ViewClass<T>, asked: ReadonlySet<string> | null): Selection {
  const byClass = selections.get(asked ?? EVERYTHING) ?? new Map<unknown, Selection>();
  selections.set(asked ?? EVERYTHING, byClass);
  const known = byClass.get(viewClass);
  if (known !== undefined) return known;
  const { type, columns } = shapeOf(viewClass);
  const isRead = (property: string): boolean =>
    asked === null ||
    (readers
      .get(viewClass)
      ?.get(property)
      ?.some((field) => asked.has(field)) ??
      true);
  const prototype: object = Object.create(viewClass.prototype);
  for (const property of columns.keys()) {
    if (!isRead(property)) Object.defineProperty(prototype, property, { get: () => unread(type, property) });
  }
  const selection = { properties: [...columns.keys()].filter(isRead), prototype };
  byClass.set(viewClass, selection);
  return selection;
}

function unread(type: string, property: string): never {
  throw new InvariantError(`${type}.${property} is read by a field that it does not name`);
}

/**
 * `alias.column as "property", ...` of the columns of the view class that fields of the operation read. Each column with a
 * law of its own costs lookups in every statement, so that those which nobody reads are left out.
 * @param asked names of the fields of the operation; null for every column
 */
export function selectList<T extends object>(
  viewClass: ViewClass<T>,
  alias: string,
  asked: ReadonlySet<string> | null = null,
): string {
  const { columns } = shapeOf(viewClass);
  return selectionOf(viewClass, asked)
    .properties.map((property) => `${alias}.${columns.get(property) ?? property} as "${property}"`)
    .join(', ');
}

/** The column behind a property of a view class. */
export function columnOf<T>(viewClass: ViewClass<T>, property: keyof T & string): string {
  const column = shapeOf(viewClass).columns.get(property);
  if (column === undefined) throw new InvariantError(`${viewClass.name}.${property} is no @ViewColumn`);
  return column;
}

/** A row that `selectList` has selected for the same fields, as an instance of its view class. */
export function toView<T extends object>(
  viewClass: ViewClass<T>,
  row: Readonly<Record<string, unknown>>,
  asked: ReadonlySet<string> | null = null,
): T {
  const { properties, prototype } = selectionOf(viewClass, asked);
  const view: Record<string, unknown> = Object.create(prototype);
  for (const property of properties) view[property] = row[property];
  // Its prototype is one of the class.
  return view as T;
}
