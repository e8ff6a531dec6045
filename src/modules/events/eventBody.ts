import type { Operation } from '../graph';
import type { EventMessage } from './event.types';
import type { StoredEvent } from './eventFeed';
import { subjects } from './subjects';

const MILLISECONDS_PER_MINUTE = 60_000;

/** A moment rounded down, ISO 8601 to the minute. */
export function roundedTime(moment: Date, minutes: number): string {
  const step = minutes * MILLISECONDS_PER_MINUTE;
  return `${new Date(Math.floor(moment.getTime() / step) * step).toISOString().slice(0, 16)}Z`;
}

/** What is told of an event to this viewer, in a stream as in a webhook. */
export function eventBody(
  operation: Operation,
  event: StoredEvent,
  timeMinutes: number,
): Omit<EventMessage, 'sequence' | 'cursor'> {
  const subject = subjects.get(event.subjectType);
  return {
    id: operation.encodeId('event', event.id),
    type: event.type,
    subjectType: subject?.type ?? null,
    subjectId: subject === undefined ? null : operation.encodeId(subject.idType, event.subject),
    happenedAt: roundedTime(new Date(event.happenedAt), timeMinutes),
  };
}
