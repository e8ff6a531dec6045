import type { ClassifiedColumn, ClassifiedFact, FixedCell } from './classification';
import type { ClosedForm, ClosedOutcome } from './decide';
import { GRANT_GROUNDS, groundMask, type GroundMask } from './grounds';

/** What a question about a kind of field stands on: default classification and table, never a row. */
export interface AskedClass {
  readonly cell: FixedCell;
  readonly closed: ClosedForm;
  /** Grounds that never open this table. */
  readonly without: GroundMask;
  /** The fact has an addressee, or columns that name one. */
  readonly addressed: boolean;
  /** An agreement may cover the field. */
  readonly grantable: boolean;
}

/** `criticalReason` -> `critical_reason`. */
function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function closedForm(fact: ClassifiedFact, column: ClassifiedColumn | undefined): ClosedOutcome {
  const closed = column === undefined || column.class.kind === 'row' ? fact.closed : column.class.closed;
  return closed === 'REDACT' || closed === 'AGGREGATE_ONLY' ? closed : 'HIDE';
}

/**
 * The class of a field where its owner said nothing.
 * @param field as in the GraphQL schema or as a column; null: the row as such
 * @param figure the class of the indicator asked about, which stands for the row's
 */
export function askedClass(fact: ClassifiedFact, field: string | null, figure: FixedCell | null): AskedClass {
  const column = fact.columns.find((candidate) => field !== null && candidate.name === columnName(field));
  const own = column?.class.kind === 'fixed' ? column.class.cell : null;
  const cell = own ?? figure ?? fact.rowDefault;
  const without = groundMask(fact.without);
  return {
    cell,
    closed: { declared: closedForm(fact, column), sensitivity: cell.sensitivity, dataClass: cell.dataClass },
    without,
    addressed: fact.parties.length + fact.partyLists.length > 0,
    grantable: fact.grants.kind !== 'none' && (GRANT_GROUNDS & ~without) !== 0,
  };
}
