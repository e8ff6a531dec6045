import { EventResolver } from './event.resolver';
import { WebhookResolver } from './webhook.resolver';

export { EventType, type EventMessage } from './event.types';
export { EventFeed, type StoredEvent } from './eventFeed';
export { EventSubscription } from './eventSubscription';
export { OutboxWatch } from './outboxWatch';
export { eventSettings, type EventSettings } from './settings';
export { tickEvents } from './tick';
export { WebhookDispatcher } from './webhookDispatcher';

export const resolvers = [EventResolver, WebhookResolver] as const;
