import { IssueList } from '../../../kernel/issues';
import { RowOutcome } from '../rowOutcome';
import type { LoadedRow, RejectionCode, StagedRecord, StagedRow } from '../staging';
import type { NamedUnit, References } from './references';

/** A row that was loaded, while it is held against the hub: it comes out with its records completed, or rejected. */
export class CheckedRow {
  private readonly outcome: RowOutcome;

  constructor(private readonly row: LoadedRow) {
    this.outcome = new RowOutcome(row.file, row.row);
  }

  reject(code: RejectionCode, column: string | null, value: string, hint: string): void {
    this.outcome.reject(code, column, value, hint);
  }

  warn(warnings: readonly string[]): void {
    for (const warning of warnings) this.outcome.warn('STORED_OTHERWISE', null, '', warning);
  }

  /** The faults that the same input would have as a mutation. */
  rejectIssues(issues: IssueList): void {
    for (const { path, rule, hint } of issues.issues) {
      this.outcome.reject('RULE_NOT_KEPT', typeof path[1] === 'string' ? path[1] : null, rule, hint);
    }
  }

  /** The one unit that a text names; rejects none and several, and tells nothing of what is hidden. */
  unitOf(references: References, text: string, column: string, organisationNo: number | null): NamedUnit | null {
    const [first, ...others] = references.meant(text, organisationNo);
    if (first === undefined) {
      this.reject('UNKNOWN_REFERENCE', column, text, 'no site or member that you can see has this name or id');
    } else if (others.length > 0) {
      this.reject('AMBIGUOUS_REFERENCE', column, text, 'several have this name: give the id');
    } else {
      return first;
    }
    return null;
  }

  /** As `unitOf`, and it must be one's own. */
  ownUnitOf(references: References, text: string, column: string, organisationNo: number | null): NamedUnit | null {
    const unit = this.unitOf(references, text, column, organisationNo);
    if (unit === null || unit.ownerNo === organisationNo) return unit;
    this.reject('NOT_YOURS', column, text, 'this file takes your own sites and your own organisation');
    return null;
  }

  get isRejected(): boolean {
    return this.outcome.isRejected;
  }

  finish(records: readonly StagedRecord[]): StagedRow {
    this.outcome.load(...records);
    const finished = this.outcome.finish();
    return { ...finished, warnings: [...this.row.warnings, ...finished.warnings] };
  }
}
