import { InvariantError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { addDays } from '../../kernel/period';
import { entityTypes } from '../../kernel/opaqueId';
import type { Operation } from '../graph';
import { EventType, type EventMessage } from './event.types';
import type { EventFilter, StoredEvent } from './eventFeed';
import { eventBody, roundedTime } from './eventBody';
import { eventSettings } from './settings';

/** How far a stream has come: the number of the last event told, and the place in the outbox, which only the hub can read. */
export interface StreamPlace {
  readonly sequence: number;
  /** null: from the moment at which the stream opens */
  readonly place: number | null;
}

export interface EventsArguments {
  readonly types: readonly EventType[];
  readonly subject: string | null;
  readonly since: string | null;
}

/** What was subscribed to. The server drives the stream, since each batch has a viewer and a snapshot of its own. */
export class EventSubscription implements AsyncIterable<never> {
  private constructor(
    readonly filter: EventFilter,
    readonly start: StreamPlace,
    private readonly fingerprint: string,
  ) {}

  /** @throws DomainError VALIDATION for a cursor of another subscription or viewer, or one that is too old */
  static of(operation: Operation, asked: EventsArguments): EventSubscription {
    const types = [...new Set(asked.types)].filter((type) => type !== EventType.OPENED).sort();
    const fingerprint = `events ${types.join(' ')} ${asked.subject ?? ''}`;
    const filter = asked.subject === null ? { types } : { types, subject: subjectOf(operation, asked.subject) };
    const start = asked.since === null ? { sequence: 0, place: null } : placeIn(operation, fingerprint, asked.since);
    return new EventSubscription(filter, start, fingerprint);
  }

  [Symbol.asyncIterator](): AsyncIterator<never> {
    throw new InvariantError('a stream of events is driven by the server');
  }

  /** The first message: from here on nothing is missed. */
  opened(operation: Operation, at: { sequence: number; place: number }): EventMessage {
    const { timeMinutes } = eventSettings();
    const happenedAt = roundedTime(new Date(), timeMinutes);
    const nothing = { id: null, subjectType: null, subjectId: null };
    return {
      ...nothing,
      type: EventType.OPENED,
      happenedAt,
      sequence: at.sequence,
      cursor: this.cursor(operation, at),
    };
  }

  message(operation: Operation, event: StoredEvent, sequence: number): EventMessage {
    const cursor = this.cursor(operation, { sequence, place: event.place });
    return { ...eventBody(operation, event, eventSettings().timeMinutes), sequence, cursor };
  }

  /** Sealed: its holder reads nothing from it, and two places differ in no visible way. */
  private cursor({ services, viewer }: Operation, { sequence, place }: { sequence: number; place: number }): string {
    return services.cursors.seal(viewer.idKey, this.fingerprint, [sequence, place, services.today()]);
  }
}

/** Null, which is no event's subject, for whatever is no id of this viewer: as for a thing that is hidden or missing. */
function subjectOf(operation: Operation, id: string): string | null {
  const type = entityTypes.find((candidate) => id.startsWith(`${candidate}_`));
  return type === undefined ? null : operation.decodeId(id, type);
}

function placeIn(operation: Operation, fingerprint: string, since: string): StreamPlace {
  const { services, viewer } = operation;
  const [sequence, place, day] = services.cursors.open(viewer.idKey, fingerprint, since) ?? [];
  const issues = new IssueList();
  if (typeof sequence !== 'number' || typeof place !== 'number' || typeof day !== 'string') {
    issues.add(['since'], 'CURSOR', 'give a cursor of this very subscription');
  } else if (day < addDays(services.today(), -eventSettings().retentionDays)) {
    issues.add(['since'], 'CURSOR.AGE', 'events are kept for a week; subscribe anew and ask for what you need to know');
  } else return { sequence, place };
  issues.throwIfAny();
  throw new InvariantError('an issue was not thrown');
}
