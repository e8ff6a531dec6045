import {
  defaultFieldResolver,
  getNamedType,
  type GraphQLField,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { getMetadataArgsStorage } from 'typeorm';
import {
  isOpenByDefault,
  noteReaders,
  type Operation,
  shapeOf,
  type ViewClass,
  type ViewShape,
} from '../modules/graph';
import { redactionBit } from '../policy/boundary';
import type { Tier } from '../policy/cells';
import type { Classification, ClassifiedFact } from '../policy/classification';

/** A column that is closed to some by default and may be told so. */
interface GatedColumn {
  readonly bit: number;
  readonly tier: Tier;
}

/** GraphQL types whose name is not that of their fact. */
const TYPE_NAMES: Readonly<Record<string, string>> = { Organisation: 'Member' };

/**
 * REDACT (`domain.md` 0.3): wraps the gated fields of disclosed types, so that a null which the reader may be told of is
 * told in `extensions.redactions`. The view's `redacted` bits follow from table, default classification and grounds only,
 * so the entry stands there whether or not a value exists.
 */
export function tellRedactions(schema: GraphQLSchema, classification: Classification): GraphQLSchema {
  for (const { fact, viewClass } of disclosedTypes(classification)) {
    const type = schema.getType(TYPE_NAMES[fact.type] ?? fact.type);
    if (!isObjectType(type)) continue;
    const fields = type.getFields();
    const gated = gatedFields(fact, shapeOf(viewClass));
    noteReaders(viewClass.prototype, 'redacted', [...gated.keys()]);
    for (const [name, column] of gated) {
      const field = fields[name];
      if (field !== undefined) wrapColumn(field, column);
    }
    for (const field of Object.values(fields)) {
      const rows = rowsOf(field, classification);
      if (rows !== null) wrapRows(field, rows);
    }
  }
  return schema;
}

function disclosedTypes(classification: Classification): { fact: ClassifiedFact; viewClass: ViewClass<object> }[] {
  return getMetadataArgsStorage().tables.flatMap((table) => {
    if (table.schema !== 'disclosed' || typeof table.target !== 'function') return [];
    const fact = classification.facts.find((candidate) => candidate.table === table.name);
    // Every target of a view decorator is a class.
    return fact === undefined ? [] : [{ fact, viewClass: table.target as ViewClass<object> }];
  });
}

/** Field name -> its column's bit; a property `xId` or `xJson` is shown by the field `x`. */
function gatedFields(fact: ClassifiedFact, shape: ViewShape): Map<string, GatedColumn> {
  const gated = new Map<string, GatedColumn>();
  for (const [property, columnName] of shape.columns) {
    const index = fact.columns.findIndex((column) => column.name === columnName);
    const column = fact.columns[index];
    const bit = redactionBit(fact, index);
    if (column?.class.kind !== 'fixed' || bit === 0) continue;
    const place = { bit, tier: column.class.cell.tier };
    gated.set(property, place);
    gated.set(property.replace(/(Id|Json)$/, ''), place);
  }
  return gated;
}

function wrapColumn(field: GraphQLField<unknown, Operation>, column: GatedColumn): void {
  const inner = field.resolve ?? defaultFieldResolver;
  field.resolve = (root, args, operation, info): unknown => {
    const told = (value: unknown): unknown => {
      if (value !== null && value !== undefined) return value;
      if ((redactedBits(root) & column.bit) !== 0) operation.redact(pathOf(info.path), column.tier);
      return null;
    };
    // most fields are plain properties, and a promise for each of them would cost more than the rest of the field
    const value: unknown = inner(root, args, operation, info);
    return value instanceof Promise ? value.then(told) : told(value);
  };
}

function redactedBits(root: unknown): number {
  return typeof root === 'object' && root !== null && 'redacted' in root && typeof root.redacted === 'number'
    ? root.redacted
    : 0;
}

/** The fact behind a field that lists facts which may be told of, as the activities of a member; null for others. */
function rowsOf(field: GraphQLField<unknown, Operation>, classification: Classification): ClassifiedFact | null {
  const type = isNonNullType(field.type) ? field.type.ofType : field.type;
  if (!isListType(type)) return null;
  const { name } = getNamedType(type);
  const fact = classification.facts.find((candidate) => (TYPE_NAMES[candidate.type] ?? candidate.type) === name);
  return fact?.closed === 'REDACT' ? fact : null;
}

function wrapRows(field: GraphQLField<unknown, Operation>, fact: ClassifiedFact): void {
  const inner = field.resolve ?? defaultFieldResolver;
  field.resolve = async (root, args, operation, info) => {
    const rows: unknown = await inner(root, args, operation, info);
    const unitNo = unitOf(root);
    if (Array.isArray(rows) && rows.length === 0 && unitNo !== null) {
      if (!(await isOpenByDefault(operation, unitNo, fact.rowDefault)))
        operation.redact(pathOf(info.path), fact.rowDefault.tier);
    }
    return rows;
  };
}

function unitOf(root: unknown): number | null {
  return typeof root === 'object' && root !== null && 'unitNo' in root && typeof root.unitNo === 'number'
    ? root.unitNo
    : null;
}

function pathOf(path: { prev: unknown; key: string | number } | undefined): string {
  const keys: (string | number)[] = [];
  for (let step = path; step !== undefined; step = isStep(step.prev) ? step.prev : undefined) keys.unshift(step.key);
  return keys.join('.');
}

function isStep(value: unknown): value is { prev: unknown; key: string | number } {
  return typeof value === 'object' && value !== null && 'key' in value;
}
