import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Operation } from '../graph';
import { listDeliveries, listWebhooks, registerWebhook, removeWebhook, rotateWebhookSecret } from './webhook.service';
import {
  RegisterWebhookInput,
  RemoveWebhookPayload,
  Webhook,
  WebhookDelivery,
  WebhookInput,
  WebhookPayload,
} from './webhook.types';

@Resolver()
export class WebhookResolver {
  @Query(() => [Webhook], { description: 'Those of your organisation.' })
  webhooks(@Ctx() operation: Operation): Promise<Webhook[]> {
    return listWebhooks(operation);
  }

  @Query(() => [WebhookDelivery], { description: 'The log of a webhook of your organisation, newest first.' })
  webhookDeliveries(
    @Ctx() operation: Operation,
    @Arg('webhook', () => ID) webhook: string,
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
  ): Promise<WebhookDelivery[]> {
    return listDeliveries(operation, webhook, first);
  }

  @Mutation(() => WebhookPayload, {
    description: 'Has events sent to an address from now on, signed as the Standard Webhooks specification says.',
  })
  registerWebhook(
    @Ctx() operation: Operation,
    @Arg('input', () => RegisterWebhookInput) input: RegisterWebhookInput,
  ): Promise<WebhookPayload> {
    return registerWebhook(operation, input);
  }

  @Mutation(() => WebhookPayload, { description: 'A new secret; bodies are signed with both for a day.' })
  rotateWebhookSecret(
    @Ctx() operation: Operation,
    @Arg('input', () => WebhookInput) input: WebhookInput,
  ): Promise<WebhookPayload> {
    return rotateWebhookSecret(operation, input);
  }

  @Mutation(() => RemoveWebhookPayload)
  removeWebhook(
    @Ctx() operation: Operation,
    @Arg('input', () => WebhookInput) input: WebhookInput,
  ): Promise<RemoveWebhookPayload> {
    return removeWebhook(operation, input);
  }
}
