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

/**
 * `alias.column as "property", ...` of the columns of the view class. Each column with a law of its own costs lookups in every
 * statement, so that `asked`, where given, leaves out those whose field is named nowhere in the operation.
 */
export function selectList<T>(
  viewClass: ViewClass<T>,
  alias: string,
  asked: ReadonlySet<string> | null = null,
): string {
  const { columns } = shapeOf(viewClass);
  const onlyAsked = ONLY_WHEN_ASKED[shapeOf(viewClass).view] ?? [];
  return [...columns]
    .filter(([property]) => asked === null || !onlyAsked.includes(property) || isAsked(property, asked))
    .map(([property, column]) => `${alias}.${column} as "${property}"`)
    .join(', ');
}

/** Properties that nothing but the field of their name reads. */
export const ONLY_WHEN_ASKED: Readonly<Record<string, readonly string[]>> = {
  'disclosed.organisation': [
    ...['critical', 'criticalReason', 'ownershipGroupId', 'capacity', 'capacityNote', 'seniorSponsorId'],
    ...['standing', 'joinedOn', 'version', 'createdAt', 'updatedAt'],
  ],
  'disclosed.site': ['exactLatitude', 'exactLongitude', 'jointVenture'],
  'disclosed.measurement': ['tier', 'version', 'createdAt', 'updatedAt', 'withdrawnAt'],
};

/** Fields that look at more than the property of their name. */
const NEEDS: Readonly<Record<string, readonly string[]>> = { withdrawnAt: ['visibleTo'] };

/** A property `xId` is shown by the field `x`. */
function isAsked(property: string, asked: ReadonlySet<string>): boolean {
  const fields = [property, property.replace(/Id$/, ''), ...(NEEDS[property] ?? [])];
  return fields.some((field) => asked.has(field));
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
