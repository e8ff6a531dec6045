/** How an operation ended for its reader, `domain.md` 0.3; ERROR: our own failure, nothing was shown. */
export type ReadOutcome = 'ALLOW' | 'REDACT' | 'AGGREGATE_ONLY' | 'DENY' | 'ERROR';

/** Who read what, in whose name: names and numbers only, never a value that is protected. */
export interface ReadRecord {
  readonly organisationNo: number | null;
  readonly personId: string | null;
  readonly roles: readonly string[];
  readonly purpose: string | null;
  readonly initiativeNo: number | null;
  readonly operation: string | null;
  /** SHA-256 of the text of the operation, hex. */
  readonly queryHash: string;
  readonly types: readonly string[];
  readonly unitNos: readonly number[];
  readonly outcome: ReadOutcome;
  readonly rule: string | null;
}

/** The pool that records, or what counts its statements. */
export interface Auditor {
  query(sql: string, parameters: unknown[]): Promise<unknown>;
}

interface Waiting {
  readonly record: ReadRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Records of one statement, at most: a burst is cut into statements of bounded size. */
const BATCH_RECORDS_MAX = 500;

const INSERT = `
insert into audit.read_record
  (organisation_no, person_id, roles, purpose, initiative_no, operation, query_hash, types, unit_nos, outcome, rule)
select organisation_no, person_id, roles::text[], purpose, initiative_no, operation, query_hash, types::text[], unit_nos::int[], outcome, rule
  from unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
    as batch(organisation_no, person_id, roles, purpose, initiative_no, operation, query_hash, types, unit_nos, outcome, rule)`;

/**
 * The append-only record of reads (`design.md` 4): a micro-queue with one batch in flight. While a batch is written the
 * next one gathers, so that many readers share one commit and a lone reader waits for one round trip.
 */
export class AuditLog {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;

  /** @param auditor the pool that may insert records and nothing else */
  constructor(private readonly auditor: Auditor) {}

  /**
   * Resolves when the record is durable.
   * @throws the errors of PostgreSQL: then there is no record, and there must be no answer
   */
  append(record: ReadRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ record, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  /** When everything appended so far is written or has failed. */
  async settled(): Promise<void> {
    while (this.writing !== null) await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH_RECORDS_MAX);
      try {
        await this.auditor.query(INSERT, columnsOf(batch.map(({ record }) => record)));
        batch.forEach(({ resolve }) => resolve());
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    this.writing = null;
  }
}

/** Lists travel as array literals: unnest() would flatten an array of arrays. */
function columnsOf(records: readonly ReadRecord[]): unknown[][] {
  return [
    records.map((record) => record.organisationNo),
    records.map((record) => record.personId),
    records.map((record) => listLiteral(record.roles)),
    records.map((record) => record.purpose),
    records.map((record) => record.initiativeNo),
    records.map((record) => record.operation),
    records.map((record) => record.queryHash),
    records.map((record) => listLiteral(record.types)),
    records.map((record) => listLiteral(record.unitNos)),
    records.map((record) => record.outcome),
    records.map((record) => record.rule),
  ];
}

/** Names of roles and types and numbers of units need no quotes; anything else is quoted all the same. */
function listLiteral(items: readonly (string | number)[]): string {
  return `{${items.map((item) => (typeof item === 'number' ? item : JSON.stringify(item))).join(',')}}`;
}
