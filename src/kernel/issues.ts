import { DomainError } from './errors';

/** Where a fault lies, from the root of the input: `['input', 'sites', 3, 'country']`. */
export type Path = (string | number)[];

export interface Issue {
  readonly path: Path;
  /** Id of the validation that failed, such as `LEI.CHECK_DIGITS`. */
  readonly rule: string;
  /** What to do about it: lower case, no full stop. */
  readonly hint: string;
}

/** Gathers every fault of an input, so that all are reported at once (`design.md` 4). */
export class IssueList {
  private readonly found: Issue[] = [];

  add(path: Path, rule: string, hint: string): void {
    this.found.push({ path: [...path], rule, hint });
  }

  get issues(): readonly Issue[] {
    return this.found;
  }

  /** @throws DomainError VALIDATION carrying all issues, when there is at least one. */
  throwIfAny(): void {
    if (this.found.length === 0) return;
    throw new DomainError('VALIDATION', 'input not valid', { issues: [...this.found] });
  }
}
