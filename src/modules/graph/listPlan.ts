import { InvariantError } from '../../kernel/errors';
import type { CursorKey } from '../../kernel/cursor';
import { IssueList, type Path } from '../../kernel/issues';
import type { EntityType } from '../../kernel/opaqueId';
import { checkDate } from '../../kernel/period';
import { parseDecimal } from '../../kernel/quantity';
import { canonicalJson, type JsonValue } from '../../kernel/clientKey';
import { DateFilter, DecimalFilter, operatorSql, OrderDirection } from './filters';
import type { Operation } from './operation';
import { columnOf, shapeOf, type ViewClass } from './viewRows';

const PAGE_ROWS_DEFAULT = 20;
const PAGE_ROWS_MAX = 100;

export interface OrderTerm {
  field: string;
  direction: OrderDirection;
}

/** What one list is: a view, what may be filtered and ordered by, and what orders it when nothing is asked. */
export interface ListDefinition<T extends object> {
  readonly view: ViewClass<T>;
  /** Filter name in `where` -> property of the view. */
  readonly filters: Readonly<Record<string, keyof T & string>>;
  /** Entity type of the filters that take ids. */
  readonly ids?: Readonly<Record<string, EntityType>>;
  readonly orders: readonly (keyof T & string)[];
  readonly defaultOrder: readonly { field: keyof T & string; direction: OrderDirection }[];
  /**
   * The property that holds the row's site, for a fact that addresses nobody and is indexed by unit and class: what is asked of
   * given sites goes by unit and open classes, so that hidden rows are not visited.
   */
  readonly siteProperty?: keyof T & string;
  /**
   * For a fact that both of its ends must open: which properties name them, and the function of the database that is asked first
   * which rows at given ends are open. It takes one array of ids for each of the properties, NULL where any will do.
   */
  readonly ends?: { readonly openAt: string; readonly properties: readonly (keyof T & string)[] };
  /** A condition on the view alone, such as `current`; SQL over the alias `v`. */
  readonly always?: string;
  /** Filter name -> SQL over the alias `v`, where what is asked for is not what is stored, such as a state that time ends. */
  readonly computed?: Readonly<Record<string, string>>;
}

export interface ListRequest {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
  asOf?: string;
  where?: object | null;
  orderBy?: OrderTerm[] | null;
}

/** Extra conditions that a resolver sets itself: SQL over the alias `v` with `$` parameters numbered from 1. */
export interface Scope {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** What the SQL asks of properties that the list goes by, as a filter would; SQL of an array of ids. */
  readonly given?: readonly Given[];
}

/** Ids that a property must be one of: SQL of their array. */
export interface Given {
  readonly property: string;
  readonly ids: string;
}

export interface Term {
  property: string;
  column: string;
  descending: boolean;
}

/** What a list will ask of the database: conditions as SQL over the alias `v`, values as parameters. */
export interface Plan {
  terms: Term[];
  backward: boolean;
  rows: number;
  conditions: string[];
  parameters: unknown[];
  asOf: string | null;
  /** What is asked of properties that hold ids, and which condition says so where that is one of this list. */
  given: (Given & { condition: number | null })[];
  /** Names the list for its cursors; worked out only where one is opened or sealed. */
  fingerprint: () => string;
  hasCursor: boolean;
  /** How many conditions and parameters stand before those of the cursor. */
  beforeCursor: { conditions: number; parameters: number };
}

/** Names a list for its cursors: view, filter, order and time. */
function fingerprint<T extends object>(definition: ListDefinition<T>, request: ListRequest): string {
  const said: JsonValue = JSON.parse(
    JSON.stringify({ where: request.where ?? null, orderBy: request.orderBy ?? null, asOf: request.asOf ?? null }),
  );
  return `${shapeOf(definition.view).view}|${canonicalJson(said)}`;
}

/** Checks what is asked, all faults at once. @throws DomainError VALIDATION */
export function planOf<T extends object>(
  operation: Operation,
  definition: ListDefinition<T>,
  request: ListRequest,
  scope: Scope,
  place = '',
): Plan {
  const issues = new IssueList();
  const rows = pageRows(request, issues);
  const terms = orderTerms(definition, request.orderBy ?? [], issues);
  const plan: Plan = {
    terms,
    backward: request.last !== undefined && request.last !== null,
    rows,
    conditions: [definition.always ?? 'true', scope.sql],
    parameters: [...scope.parameters],
    asOf: checkedTime(request.asOf, issues),
    given: (scope.given ?? []).map((given) => ({ ...given, condition: null })),
    fingerprint: () => `${fingerprint(definition, request)}|${place}|${JSON.stringify(scope.parameters)}`,
    hasCursor: false,
    beforeCursor: { conditions: 0, parameters: 0 },
  };
  addFilters(operation, definition, request.where ?? {}, plan, issues);
  plan.beforeCursor = { conditions: plan.conditions.length, parameters: plan.parameters.length };
  addCursor(operation, request, plan, issues);
  issues.throwIfAny();
  return plan;
}

/** How many rows a page has, of those asked for. */
export function pageRows(request: Pick<ListRequest, 'first' | 'last'>, issues: IssueList): number {
  const both =
    request.first !== undefined && request.first !== null && request.last !== undefined && request.last !== null;
  if (both) issues.add(['first'], 'PAGE', 'give first or last, not both');
  const field = request.last !== undefined && request.last !== null ? 'last' : 'first';
  const rows = (field === 'last' ? request.last : request.first) ?? PAGE_ROWS_DEFAULT;
  if (rows < 1 || rows > PAGE_ROWS_MAX) issues.add([field], 'PAGE', `ask for 1 to ${PAGE_ROWS_MAX} rows`);
  return Math.min(Math.max(rows, 1), PAGE_ROWS_MAX);
}

function checkedTime(text: string | undefined, issues: IssueList): string | null {
  if (text === undefined || text === null) return null;
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  if (isTime && !Number.isNaN(Date.parse(text))) return text;
  issues.add(['asOf'], 'DATE', 'give an ISO 8601 date or date and time with zone');
  return null;
}

function orderTerms<T extends object>(definition: ListDefinition<T>, asked: OrderTerm[], issues: IssueList): Term[] {
  const known: readonly string[] = definition.orders;
  const terms: Term[] = [];
  const chosen = asked.length === 0 ? definition.defaultOrder : asked;
  chosen.forEach(({ field, direction }, index) => {
    const property =
      definition.orders.find((candidate) => candidate === field) ??
      definition.defaultOrder.find((candidate) => candidate.field === field)?.field;
    if (property === undefined) {
      issues.add(['orderBy', index, 'field'], 'UNKNOWN', `order by one of ${known.join(', ')}`);
      return;
    }
    terms.push({
      property,
      column: columnOf(definition.view, property),
      descending: direction === OrderDirection.DESC,
    });
  });
  // The last key is always the row's own id, which the viewer sees, so that ties have an order that tells nothing.
  const key = shapeOf(definition.view).columns.get('id') ?? 'id';
  terms.push({ property: 'id', column: key, descending: terms.at(-1)?.descending ?? false });
  return terms;
}

function addFilters<T extends object>(
  operation: Operation,
  definition: ListDefinition<T>,
  where: object,
  plan: Plan,
  issues: IssueList,
): void {
  for (const [name, filter] of Object.entries(where)) {
    const property = definition.filters[name];
    if (filter === null || filter === undefined) continue;
    if (property === undefined) throw new InvariantError(`filter ${name} has no column`);
    const column = definition.computed?.[name] ?? `v.${columnOf(definition.view, property)}`;
    for (const [operator, value] of Object.entries(Object(filter))) {
      if (value === null || value === undefined) continue;
      const sql = operatorSql(operator);
      if (sql === undefined) throw new InvariantError(`operator ${operator} has no SQL`);
      const idType = definition.ids?.[name];
      const checked = checkedOperand(filter, value, ['where', name, operator], issues);
      plan.parameters.push(idType === undefined ? checked : decodedIds(operation, idType, checked));
      const parameter = `$${plan.parameters.length}`;
      plan.conditions.push(sql(column, parameter));
      if (idType === undefined || (operator !== 'eq' && operator !== 'in')) continue;
      const ids = operator === 'eq' ? `array[${parameter}::uuid]` : `${parameter}::uuid[]`;
      plan.given.push({ property, ids, condition: plan.conditions.length - 1 });
    }
  }
}

/** An id that is none of this viewer's is an id of nothing: it is looked for and not found, like a hidden one. */
const NO_ROW = '00000000-0000-0000-0000-000000000000';

function decodedIds(operation: Operation, type: EntityType, value: unknown): unknown {
  const decode = (id: unknown): string => operation.decodeId(String(id), type) ?? NO_ROW;
  return Array.isArray(value) ? value.map(decode) : decode(value);
}

/** Dates and decimals are checked here, so that a typing mistake is told and never reaches the database as an error. */
function checkedOperand(filter: object, value: unknown, path: Path, issues: IssueList): unknown {
  if (filter instanceof DateFilter) {
    const date = checkDate(String(value));
    if (!date.ok) issues.add(path, date.error.code, date.error.hint);
  }
  if (filter instanceof DecimalFilter) {
    const decimal = parseDecimal(String(value));
    if (!decimal.ok) issues.add(path, decimal.error.code, decimal.error.hint);
  }
  return value;
}

function addCursor(operation: Operation, request: ListRequest, plan: Plan, issues: IssueList): void {
  const cursor = plan.backward ? request.before : request.after;
  if (cursor === undefined || cursor === null) return;
  const keys = operation.services.cursors.open(operation.viewer.idKey, plan.fingerprint(), cursor);
  if (keys === null || keys.length !== plan.terms.length) {
    issues.add([plan.backward ? 'before' : 'after'], 'CURSOR', 'use a cursor of this very list, unchanged');
    return;
  }
  plan.hasCursor = true;
  plan.conditions.push(afterKeys(plan, keys));
}

/** SQL of "comes after these keys": one branch per term, NULL sorting last in both directions. */
function afterKeys(plan: Plan, keys: readonly CursorKey[]): string {
  const parameterOf = (key: CursorKey): string => `$${plan.parameters.push(key)}`;
  const equal: string[] = [];
  const branches = plan.terms.map((term, index) => {
    const key = keys[index] ?? null;
    const column = `v.${term.column}`;
    const goesDown = term.descending !== plan.backward;
    const parameter = key === null ? '' : parameterOf(key);
    let beyond: string;
    if (key === null) beyond = plan.backward ? `${column} is not null` : 'false';
    else {
      const compared = `${column} ${goesDown ? '<' : '>'} ${parameter}`;
      beyond = plan.backward ? compared : `(${compared} or ${column} is null)`;
    }
    const branch = [...equal, beyond].join(' and ');
    equal.push(key === null ? `${column} is null` : `${column} = ${parameter}`);
    return `(${branch})`;
  });
  return `(${branches.join(' or ')})`;
}
