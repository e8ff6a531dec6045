import 'reflect-metadata';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum EventType {
  OPENED = 'OPENED',
  DEMAND_ISSUED = 'DEMAND_ISSUED',
  DEMAND_AMENDED = 'DEMAND_AMENDED',
  DEMAND_WITHDRAWN = 'DEMAND_WITHDRAWN',
  DEMAND_SUPERSEDED = 'DEMAND_SUPERSEDED',
  DEMAND_CLOSED = 'DEMAND_CLOSED',
  DEMAND_EXPIRED = 'DEMAND_EXPIRED',
  RESPONSE_CHANGED = 'RESPONSE_CHANGED',
  CERTIFICATE_DECIDED = 'CERTIFICATE_DECIDED',
  CERTIFICATE_EXPIRING = 'CERTIFICATE_EXPIRING',
  CERTIFICATE_EXPIRED = 'CERTIFICATE_EXPIRED',
  CERTIFICATE_SUSPENDED = 'CERTIFICATE_SUSPENDED',
  CERTIFICATE_REINSTATED = 'CERTIFICATE_REINSTATED',
  CERTIFICATE_WITHDRAWN = 'CERTIFICATE_WITHDRAWN',
  CERTIFICATE_SUPERSEDED = 'CERTIFICATE_SUPERSEDED',
  LINK_CHANGED = 'LINK_CHANGED',
  AGREEMENT_CHANGED = 'AGREEMENT_CHANGED',
  FREEZE_BEGUN = 'FREEZE_BEGUN',
  FREEZE_LIFTED = 'FREEZE_LIFTED',
}
registerEnumType(EventType, {
  name: 'EventType',
  description: 'What happened. OPENED begins a stream and says from where it can be resumed.',
});

/** What is told of an event: never a value, never another party (`domain.md` 1.6, Notification). */
@ObjectType('Event', {
  description: 'Something happened to a thing that you may know of; ask for the thing by its id to see what it is now.',
})
export class EventMessage {
  @Field(() => Int, { description: 'Counts the events of this stream from 1, without gaps; 0 for OPENED.' })
  sequence: number;

  @Field(() => String, { description: 'Resumes the stream after this event when given as `since`.' })
  cursor: string;

  @Field(() => ID, { nullable: true, description: 'The same however often the event is sent to you.' })
  id: string | null;

  @Field(() => EventType)
  type: EventType;

  @Field(() => String, { nullable: true, description: 'GraphQL type of the thing.' })
  subjectType: string | null;

  @Field(() => ID, { nullable: true })
  subjectId: string | null;

  @Field(() => String, { description: 'ISO 8601 in UTC, rounded down to the quarter of an hour.' })
  happenedAt: string;
}
