import 'reflect-metadata';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { EventType } from './event.types';

@ObjectType({ description: 'Where your organisation has events sent to.' })
export class Webhook {
  @Field(() => ID)
  id: string;

  @Field(() => String)
  url: string;

  @Field(() => [EventType], { description: 'Empty: every type.' })
  types: EventType[];

  @Field(() => Boolean, { description: 'Its receiver answered 410 Gone; a new secret starts it again.' })
  stopped: boolean;

  @Field(() => Int, { description: 'How many events it has been given, those given up included.' })
  sequence: number;

  @Field(() => Int, { description: 'Attempts at the event under way that failed so far.' })
  failedAttempts: number;

  @Field(() => String)
  createdAt: string;
}

@ObjectType({ description: 'One attempt to give an event to a webhook.' })
export class WebhookDelivery {
  @Field(() => ID)
  eventId: string;

  @Field(() => EventType)
  type: EventType;

  @Field(() => Int)
  sequence: number;

  @Field(() => Int)
  attempt: number;

  @Field(() => String, { description: 'DELIVERED, FAILED (will be tried again) or DEAD (given up).' })
  outcome: string;

  @Field(() => String, { nullable: true, description: 'REFUSED, REDIRECT, UNREACHABLE or TIMEOUT.' })
  cause: string | null;

  @Field(() => Int, { nullable: true, description: 'HTTP status of the answer.' })
  status: number | null;

  @Field(() => String)
  happenedAt: string;
}

@InputType()
export class RegisterWebhookInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => String, { description: 'https address of the receiver.' })
  url: string;

  @Field(() => [EventType], { nullable: true, description: 'These only; none named: every type.' })
  types?: EventType[];
}

@InputType()
export class WebhookInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  webhook: string;
}

@ObjectType()
export class WebhookPayload {
  @Field(() => Webhook)
  webhook: Webhook;

  @Field(() => String, { nullable: true, description: 'Shown this once: the key that bodies are signed with.' })
  secret: string | null;
}

@ObjectType()
export class RemoveWebhookPayload {
  @Field(() => ID)
  id: string;
}
