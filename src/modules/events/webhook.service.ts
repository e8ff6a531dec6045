import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { isForPeopleOnly, isHeldRole } from '../../identity/roles';
import { notFound, type Operation } from '../graph';
import { checkWebhookUrl } from './checkWebhook';
import { EventType } from './event.types';
import { eventSettings } from './settings';
import { webhookNonce, webhookSecret } from './webhookSignature';
import { webhookViewer } from './webhookViewer';
import type { RegisterWebhookInput, Webhook, WebhookDelivery, WebhookInput, WebhookPayload } from './webhook.types';

interface WebhookRow {
  [column: string]: unknown;
  id: string;
  url: string;
  types: EventType[];
  stopped: boolean;
  sequence: number;
  attempts: number;
  created_at: string;
}

interface DeliveryRow {
  [column: string]: unknown;
  event_id: string;
  type: EventType;
  sequence: number;
  attempt: number;
  outcome: string;
  cause: string | null;
  status: number | null;
  happened_at: string;
}

export async function listWebhooks(operation: Operation): Promise<Webhook[]> {
  const rows = await operation.rows<WebhookRow>('select * from events.own_webhooks()');
  return rows.map((row) => webhookOf(operation, row));
}

/** The log of a webhook of one's own, newest first; of another's and of none it is empty. */
export async function listDeliveries(operation: Operation, id: string, first: number): Promise<WebhookDelivery[]> {
  const { webhookDeliveriesMax } = eventSettings();
  const issues = new IssueList();
  if (first < 1 || first > webhookDeliveriesMax) issues.add(['first'], 'PAGE', `ask for 1 to ${webhookDeliveriesMax}`);
  issues.throwIfAny();
  const rows = await operation.rows<DeliveryRow>('select * from events.own_deliveries($1, $2)', [
    operation.decodeId(id, 'webhook'),
    first,
  ]);
  return rows.map(({ event_id: eventId, happened_at: happenedAt, ...row }) => ({
    ...row,
    eventId: operation.encodeId('event', eventId),
    happenedAt,
  }));
}

/**
 * A webhook is registered by a person and reads as a machine of that person's.
 * @throws DomainError POLICY_DENIED for a machine: a key that leaked must not leave a lasting leak behind
 */
export async function registerWebhook(operation: Operation, input: RegisterWebhookInput): Promise<WebhookPayload> {
  const { viewer, services } = operation;
  if (viewer.kind !== 'PERSON' || viewer.personId === null) {
    throw new DomainError('POLICY_DENIED', 'a webhook is registered by a person who is signed in', {
      rule: 'WEBHOOK.PERSON',
    });
  }
  const issues = new IssueList();
  checkWebhookUrl(input.url, services.webhookLoopback, issues);
  issues.throwIfAny();
  const standpoint = {
    personId: viewer.personId,
    organisationNo: viewer.organisationNo ?? 0,
    deskNos: viewer.deskNos,
    roles: viewer.roles.filter((role) => isHeldRole(role) && !isForPeopleOnly(role)),
    purpose: viewer.purpose,
    initiativeId: viewer.initiativeId,
  };
  if ((await webhookViewer(services, services.identityThresholds, standpoint, new Date())) === null) {
    throw new DomainError('STATE', 'a webhook cannot read as you do here', {
      rule: 'WEBHOOK.STANDPOINT',
      next: 'register it without `Sluice-Desk`, and for a purpose that a machine of yours may state',
    });
  }
  const nonce = webhookNonce();
  const types = [...new Set(input.types ?? [])].filter((type) => type !== EventType.OPENED).sort();
  let isNew = false;
  const { id } = await operation.write(
    { name: 'registerWebhook', clientKey: input.clientKey ?? null, input },
    async (session) => {
      const [row] = await session.query<{ id: string | null }>('select events.add_webhook($1, $2) as id', [
        JSON.stringify({
          person_id: standpoint.personId,
          roles: standpoint.roles,
          desk_nos: standpoint.deskNos,
          purpose: standpoint.purpose,
          initiative_id: standpoint.initiativeId,
          url: input.url,
          types,
          nonce_hex: nonce.toString('hex'),
        }),
        eventSettings().webhooksPerOrganisationMax,
      ]);
      if (row === undefined || row.id === null) {
        throw new DomainError('STATE', 'your organisation has as many webhooks as it may', { next: 'remove one' });
      }
      isNew = true;
      return { id: row.id };
    },
  );
  return payload(operation, id, isNew ? nonce : null);
}

/** A new secret, and a new start for a webhook that was stopped; the old secret signs beside it for a day. */
export async function rotateWebhookSecret(operation: Operation, input: WebhookInput): Promise<WebhookPayload> {
  const nonce = webhookNonce();
  let isNew = false;
  const { id } = await operation.write(
    { name: 'rotateWebhookSecret', clientKey: input.clientKey ?? null, input },
    async (session) => {
      const id = operation.decodeId(input.webhook, 'webhook');
      const [row] = await session.query<{ rotated: boolean }>(
        'select events.rotate_webhook($1, $2, make_interval(hours => $3)) as rotated',
        [id, nonce, eventSettings().webhookSecretOverlapHours],
      );
      if (id === null || row?.rotated !== true) throw notFound(['input', 'webhook']);
      isNew = true;
      return { id };
    },
  );
  return payload(operation, id, isNew ? nonce : null);
}

export async function removeWebhook(operation: Operation, input: WebhookInput): Promise<{ id: string }> {
  await operation.write({ name: 'removeWebhook', clientKey: input.clientKey ?? null, input }, async (session) => {
    const id = operation.decodeId(input.webhook, 'webhook');
    const [row] = await session.query<{ removed: boolean }>('select events.remove_webhook($1) as removed', [id]);
    if (id === null || row?.removed !== true) throw notFound(['input', 'webhook']);
    return { id };
  });
  return { id: input.webhook };
}

async function payload(operation: Operation, id: string, nonce: Buffer | null): Promise<WebhookPayload> {
  const wanted = operation.encodeId('webhook', id);
  const webhook = (await listWebhooks(operation)).find((each) => each.id === wanted);
  if (webhook === undefined) throw notFound(['input']);
  return { webhook, secret: nonce === null ? null : webhookSecret(operation.services.webhookKey, nonce) };
}

function webhookOf(operation: Operation, row: WebhookRow): Webhook {
  const { url, types, stopped, sequence, attempts, created_at: createdAt } = row;
  return {
    id: operation.encodeId('webhook', row.id),
    url,
    types,
    stopped,
    sequence,
    failedAttempts: attempts,
    createdAt,
  };
}
