import type { Rejection, RejectionCode, StagedRecord, StagedRow, Warning, WarningCode } from './staging';

const valueCharactersShown = 80;

/** Makes a foreign cell fit to print: control characters as escapes, no leading formula sign, at most 80 characters. */
export function escapeValue(value: string): string {
  const visible = value.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const safe = /^[=+\-@]/.test(visible) ? `'${visible}` : visible;
  const characters = [...safe];
  return characters.length <= valueCharactersShown
    ? safe
    : `${characters.slice(0, valueCharactersShown - 1).join('')}…`;
}

/** Gathers what one row yields; `finish` turns it into exactly one event. */
export class RowOutcome {
  private readonly records: StagedRecord[] = [];
  private readonly rejections: Rejection[] = [];
  private readonly warnings: Warning[] = [];

  constructor(
    readonly file: string,
    readonly row: number,
  ) {}

  load(...records: readonly StagedRecord[]): void {
    this.records.push(...records);
  }

  reject(code: RejectionCode, column: string | null, value: string, hint: string): void {
    this.rejections.push({ file: this.file, row: this.row, column, code, value: escapeValue(value), hint });
  }

  warn(code: WarningCode, column: string | null, value: string, hint: string): void {
    this.warnings.push({ file: this.file, row: this.row, column, code, value: escapeValue(value), hint });
  }

  get isRejected(): boolean {
    return this.rejections.length > 0;
  }

  /** The code that the row will be counted under, null while nothing is wrong. */
  get code(): RejectionCode | null {
    return this.rejections[0]?.code ?? null;
  }

  finish(): StagedRow {
    const { file, row, records, warnings } = this;
    const [first, ...others] = this.rejections;
    if (first === undefined) return { kind: 'loaded', file, row, records, warnings };
    return { kind: 'rejected', file, row, rejections: [first, ...others], warnings };
  }
}
