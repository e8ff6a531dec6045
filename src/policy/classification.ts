import {
  AGES,
  DATA_CLASSES,
  SENSITIVITIES,
  TIERS,
  type DataClass,
  type Outcome,
  type Sensitivity,
  type Tier,
} from './cells';
import { isGroundName, type GroundName } from './grounds';

/** A column's own class, whatever the row's. */
export interface FixedCell {
  tier: Tier;
  sensitivity: Sensitivity;
  dataClass: DataClass;
}

/** Where a column takes its tier and sensitivity from; `field` is its number in grants and in `field_tiers`. */
export type ColumnClass =
  | { kind: 'row' }
  | { kind: 'fixed'; cell: FixedCell; field: number; closed: Outcome }
  | { kind: 'stored'; column: string; dataClass: DataClass; field: number; closed: Outcome };

export interface ClassifiedColumn {
  name: string;
  class: ColumnClass;
}

/** How an agreement opens a fact: not at all, as a whole, or by the field number in a column of the row. */
export type GrantScope = { kind: 'none' } | { kind: 'fact' } | { kind: 'column'; column: string };

export interface ClassifiedFact {
  type: string;
  number: number;
  table: string;
  /** The class of a row where its owner said nothing. */
  rowDefault: FixedCell;
  /** Column of the date from which the fact ages; null: timeless. */
  ageColumn: string | null;
  closed: Outcome;
  /** Unit columns; each of them must admit the reader. */
  subjects: string[];
  /** Organisation columns whom the row addresses. */
  parties: string[];
  /** Columns with lists of such organisations. */
  partyLists: string[];
  grants: GrantScope;
  /** Grounds that never open this fact. */
  without: GroundName[];
  /** Grounds that open it only where a condition on the row holds. */
  conditional: { grounds: GroundName[]; when: string }[];
  columns: ClassifiedColumn[];
}

export interface Classification {
  facts: ClassifiedFact[];
}

/** A classification that cannot be read: the hub must not start with it. */
export class ClassificationError extends Error {}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown, place: string): Json {
  if (isObject(value)) return value;
  throw new ClassificationError(`${place} must be a map`);
}

function text(value: unknown, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ClassificationError(`${place} must be a text`);
}

/** A positive integer that fits the bits it has in a grant key. */
function number(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 4096) return value;
  throw new ClassificationError(`${place} must be an integer from 1 to 4095`);
}

function texts(value: unknown, place: string): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map((item, index) => text(item, `${place}[${index}]`));
  throw new ClassificationError(`${place} must be a list`);
}

/** SQL identifiers are taken from this file into generated SQL, so they are held to letters, digits and underscores. */
function identifier(value: unknown, place: string): string {
  const name = text(value, place);
  if (/^[a-z][a-z0-9_]*$/.test(name)) return name;
  throw new ClassificationError(`${place} \`${name}\` is not a column or table name`);
}

function oneOf<T extends string>(codes: readonly T[], value: string, place: string): T {
  const found = codes.find((code) => code === value);
  if (found !== undefined) return found;
  throw new ClassificationError(`${place}: \`${value}\` is none of ${codes.join(', ')}`);
}

const CLOSED: readonly Outcome[] = ['REDACT', 'HIDE', 'AGGREGATE_ONLY'];

function closedOutcome(value: unknown, place: string): Outcome {
  return oneOf(CLOSED, text(value, place), place);
}

function grounds(value: unknown, place: string): GroundName[] {
  return texts(value, place).map((name) => {
    if (isGroundName(name)) return name;
    throw new ClassificationError(`${place}: \`${name}\` is no ground`);
  });
}

function fixedCell(value: string, place: string): FixedCell {
  const [tier = '', sensitivity = '', dataClass = '', ...rest] = value.split('/');
  if (rest.length > 0) throw new ClassificationError(`${place}: \`${value}\` is not TIER/SENSITIVITY/CLASS`);
  return {
    tier: oneOf(TIERS, tier, place),
    sensitivity: oneOf(SENSITIVITIES, sensitivity, place),
    dataClass: oneOf(DATA_CLASSES, dataClass, place),
  };
}

function columnClass(value: unknown, factClosed: Outcome, place: string): ColumnClass {
  if (value === 'row') return { kind: 'row' };
  const spec = object(value, place);
  const field = number(spec.field, `${place}.field`);
  const closed = spec.closed === undefined ? factClosed : closedOutcome(spec.closed, `${place}.closed`);
  if (spec.cell !== undefined) {
    return { kind: 'fixed', cell: fixedCell(text(spec.cell, `${place}.cell`), place), field, closed };
  }
  const [column = '', dataClass = ''] = text(spec.stored, `${place}.stored`).split('/');
  return {
    kind: 'stored',
    column: identifier(column, place),
    dataClass: oneOf(DATA_CLASSES, dataClass, place),
    field,
    closed,
  };
}

function grantScope(value: unknown, place: string): GrantScope {
  if (value === undefined || value === 'no') return { kind: 'none' };
  if (value === 'fact') return { kind: 'fact' };
  return { kind: 'column', column: identifier(value, place) };
}

function conditionals(value: unknown, place: string): { grounds: GroundName[]; when: string }[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new ClassificationError(`${place} must be a list`);
  return value.map((item, index) => {
    const spec = object(item, `${place}[${index}]`);
    return { grounds: grounds(spec.grounds, `${place}.grounds`), when: text(spec.when, `${place}.when`) };
  });
}

function fact(type: string, value: unknown): ClassifiedFact {
  const spec = object(value, type);
  const closed = closedOutcome(spec.closed, `${type}.closed`);
  const subjects = texts(spec.subjects, `${type}.subjects`);
  const columns = object(spec.columns, `${type}.columns`);
  return {
    type,
    number: number(spec.number, `${type}.number`),
    table: identifier(spec.table, `${type}.table`),
    rowDefault: fixedCell(text(spec.default, `${type}.default`), `${type}.default`),
    ageColumn: spec.age === 'TIMELESS' ? null : identifier(spec.age, `${type}.age`),
    closed,
    subjects: subjects.length === 0 ? ['unit_no'] : subjects.map((name) => identifier(name, `${type}.subjects`)),
    parties: texts(spec.parties, `${type}.parties`).map((name) => identifier(name, `${type}.parties`)),
    partyLists: texts(spec.partyLists, `${type}.partyLists`).map((name) => identifier(name, `${type}.partyLists`)),
    grants: grantScope(spec.grants, `${type}.grants`),
    without: grounds(spec.without, `${type}.without`),
    conditional: conditionals(spec.conditional, `${type}.conditional`),
    columns: Object.entries(columns).map(([name, column]) => ({
      name: identifier(name, type),
      class: columnClass(column, closed, `${type}.${name}`),
    })),
  };
}

function refuseDuplicates(values: readonly (string | number)[], what: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new ClassificationError(`${what} \`${twice}\` stands twice`);
}

/**
 * Reads `policies/classification.yaml`, already parsed.
 * @throws ClassificationError naming the place; a classification with a hole must stop the start (invariant 2).
 */
export function parseClassification(document: unknown): Classification {
  const facts = Object.entries(object(object(document, 'classification').facts, 'facts')).map(([type, value]) =>
    fact(type, value),
  );
  refuseDuplicates(
    facts.map((item) => item.number),
    'fact number',
  );
  for (const item of facts) {
    const fields = item.columns.flatMap((column) => (column.class.kind === 'row' ? [] : [column.class.field]));
    refuseDuplicates(fields, `${item.type}: field number`);
  }
  return { facts };
}

/** The cell of a timeless fact's age: as old as can be. */
export const TIMELESS_AGE: (typeof AGES)[number] = 'TWELVE_MONTHS';
