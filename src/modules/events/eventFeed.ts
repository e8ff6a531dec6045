import type { TrusteeQueries } from '../../database/trusteeTransaction';
import type { Operation } from '../graph';
import { EventType } from './event.types';
import { knownSubjects, subjects } from './subjects';

/** One event of the outbox, as the hub holds it; nothing of it leaves before it was judged. */
export interface StoredEvent {
  /** Its place in the outbox, which never leaves the hub. */
  readonly place: number;
  readonly id: string;
  readonly type: EventType;
  readonly subjectType: string;
  readonly subject: string;
  readonly happenedAt: string;
}

export interface EventFilter {
  /** empty: every type */
  readonly types: readonly EventType[];
  /** UUID of the only subject asked for; undefined: every subject */
  readonly subject?: string | null;
}

export interface EventBatch {
  /** What the viewer may know, in order. */
  readonly events: readonly StoredEvent[];
  /** Where to read on, whatever was told. */
  readonly place: number;
  /** Whether more may be waiting. */
  readonly isFull: boolean;
}

interface OutboxRow {
  place: string;
  id: string;
  type: string;
  subject_type: string;
  subject_id: string;
  happened_at: string;
}

/**
 * The events of an organisation, judged anew at each reading: each subject is looked for in the disclosed views through the
 * reader's own bound viewer, and what is not found there is dropped without a trace. Numbers are given by whoever sends, to what
 * is left, so that nothing dropped leaves a gap.
 */
export class EventFeed {
  constructor(
    private readonly trustee: TrusteeQueries,
    private readonly eventsPerBatchMax: number,
  ) {}

  /** @param operation a fresh one: its snapshot is the moment of judging */
  async next(operation: Operation, filter: EventFilter, after: number): Promise<EventBatch> {
    const rows = await this.stored(operation.viewer.organisationNo, after);
    const asked = rows.filter((event) => isAskedFor(event, filter));
    const known = asked.length === 0 ? new Set<string>() : await this.known(operation, asked);
    return {
      events: asked.filter(({ subjectType, subject }) => known.has(`${subjectType} ${subject}`)),
      place: rows.at(-1)?.place ?? after,
      isFull: rows.length === this.eventsPerBatchMax,
    };
  }

  /** INVARIANT JudgedWhenSent: a test replaces this by a twin that knows everything, and must catch it. */
  protected known(operation: Operation, events: readonly StoredEvent[]): Promise<ReadonlySet<string>> {
    return knownSubjects(operation, events);
  }

  private async stored(organisationNo: number | null, after: number): Promise<StoredEvent[]> {
    if (organisationNo === null) return [];
    const { rows } = await this.trustee.query<OutboxRow>('select * from events.of_organisation($1, $2, $3)', [
      organisationNo,
      after,
      this.eventsPerBatchMax,
    ]);
    return rows.map((row) => ({
      place: Number(row.place),
      id: row.id,
      // The outbox holds these words only; what this version does not know is not told, below.
      type: row.type as EventType,
      subjectType: row.subject_type,
      subject: row.subject_id,
      happenedAt: row.happened_at,
    }));
  }
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(Object.values(EventType));

function isAskedFor({ type, subjectType, subject }: StoredEvent, filter: EventFilter): boolean {
  if (!KNOWN_TYPES.has(type) || !subjects.has(subjectType)) return false;
  if (filter.subject !== undefined && filter.subject !== subject) return false;
  return filter.types.length === 0 || filter.types.includes(type);
}
