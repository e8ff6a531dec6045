import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { Operation } from '../graph';
import { EventMessage, EventType } from './event.types';
import { EventSubscription } from './eventSubscription';

@Resolver()
export class EventResolver {
  @Subscription(() => EventMessage, {
    description:
      'What happens to things that you may know of, judged anew when each event is sent. Over server-sent events: POST with the header Accept: text/event-stream.',
    subscribe: ({ args, context }) => {
      // type-graphql hands over the arguments below, validated by the schema, and the context of the operation.
      const { types, subject, since } = args as { types?: EventType[]; subject?: string; since?: string };
      return EventSubscription.of(context as Operation, {
        types: types ?? [],
        subject: subject ?? null,
        since: since ?? null,
      });
    },
  })
  events(
    @Root() message: EventMessage,
    @Arg('types', () => [EventType], { nullable: true, description: 'These only.' }) _types?: EventType[],
    @Arg('subject', () => ID, { nullable: true, description: 'Events of this thing only.' }) _subject?: string,
    @Arg('since', () => String, { nullable: true, description: 'Resumes after the event of this cursor.' })
    _since?: string,
  ): EventMessage {
    return message;
  }
}
