import { createHash, randomUUID } from 'node:crypto';
import type { AuditLog } from '../../audit';
import type { TrusteeQueries } from '../../database/trusteeTransaction';
import type { IdentityThresholds } from '../../identity';
import { Operation, type OperationServices } from '../graph';
import { eventBody } from './eventBody';
import { EventType } from './event.types';
import type { EventFeed, StoredEvent } from './eventFeed';
import type { OutboxWatch } from './outboxWatch';
import { PollPace } from './pollPace';
import { postWebhook, type PostOutcome } from './postWebhook';
import type { EventSettings } from './settings';
import { signedHeaders } from './webhookSignature';
import { afterAttempt, type AttemptEnd } from './webhookSchedule';
import { webhookViewer } from './webhookViewer';

export interface WebhookDispatcherOptions {
  readonly services: OperationServices;
  readonly thresholds: IdentityThresholds;
  readonly hubSecret: Buffer;
  readonly feed: EventFeed;
  readonly watch: OutboxWatch;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly settings: EventSettings;
  readonly loopback: boolean;
  onFailure(cause: unknown): void;
}

/** A webhook whose turn this hub has. */
export interface TakenWebhook {
  readonly id: string;
  readonly organisation_no: number;
  readonly person_id: string;
  readonly roles: string[];
  readonly desk_nos: number[];
  readonly purpose: string | null;
  readonly initiative_id: string | null;
  readonly url: string;
  readonly types: string[];
  readonly nonce: Buffer;
  readonly prior_nonce: Buffer | null;
  readonly place: string;
  readonly sequence: number;
  readonly attempts: number;
  readonly attempted_event: string | null;
}

const MILLISECONDS_PER_SECOND = 1000;
const OPERATION_NAME = 'webhook';
const OPERATION_HASH = createHash('sha256').update(OPERATION_NAME).digest('hex');

/**
 * Sends to webhooks what a stream of the same viewer would tell. One event of a webhook is under way at a time, on one hub, under
 * a lease; its place moves only after its receiver has acknowledged, so that a hub may die at any point and nothing is lost: at
 * least once, with one id however often.
 */
export class WebhookDispatcher {
  private readonly underWay = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  private readonly pace: PollPace;

  constructor(private readonly options: WebhookDispatcherOptions) {
    this.pace = new PollPace(options.settings);
  }

  start(): void {
    this.timer = setTimeout(() => {
      this.round()
        .then(() => this.pace.succeeded())
        .catch((cause: unknown) => {
          this.pace.failed();
          this.options.onFailure(cause);
        })
        .finally(() => {
          if (!this.stopped) this.start();
        });
    }, this.pace.milliseconds);
    this.timer.unref();
  }

  /** Takes no further turn; resolves when the attempts under way have ended, each within its time. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await Promise.all(this.underWay);
  }

  /** Gives places to what is new, then takes turns while there are any and room for them. */
  private async round(): Promise<void> {
    const { watch, settings } = this.options;
    await watch.poll();
    while (!this.stopped && this.underWay.size < settings.webhooksAtOnceMax) {
      const lease = randomUUID();
      const webhook = await this.take(lease);
      if (webhook === null) return;
      const attempt = this.attempt(webhook, lease)
        .catch((cause: unknown) => this.options.onFailure(cause))
        .finally(() => this.underWay.delete(attempt));
      this.underWay.add(attempt);
    }
  }

  private async take(lease: string): Promise<TakenWebhook | null> {
    const { webhookLeaseSeconds, webhooksAtOncePerOrganisation } = this.options.settings;
    const { rows } = await this.trustee.query<TakenWebhook & Record<string, unknown>>(
      'select * from events.take_webhook($1, $2, $3)',
      [lease, webhookLeaseSeconds, webhooksAtOncePerOrganisation],
    );
    return rows[0] ?? null;
  }

  private async attempt(webhook: TakenWebhook, lease: string): Promise<void> {
    const { services, thresholds, feed, settings } = this.options;
    const standpoint = {
      personId: webhook.person_id,
      organisationNo: webhook.organisation_no,
      deskNos: webhook.desk_nos,
      roles: webhook.roles,
      purpose: webhook.purpose,
      initiativeId: webhook.initiative_id,
    };
    const viewer = await webhookViewer(services, thresholds, standpoint, new Date());
    const from = { place: Number(webhook.place), sequence: webhook.sequence };
    if (viewer === null) {
      return this.settle(
        webhook.id,
        lease,
        { ...unchanged(webhook), ...from, seconds: settings.webhookPauseSeconds },
        null,
      );
    }
    const operation = new Operation(services, viewer);
    try {
      const types = webhook.types.filter(isEventType);
      const batch = await feed.next(operation, { types }, from.place);
      const [event] = batch.events;
      if (event === undefined) {
        return await this.settle(webhook.id, lease, { ...unchanged(webhook), ...from, place: batch.place }, null);
      }
      await this.tell(webhook, lease, operation, event);
    } finally {
      await operation.end();
    }
  }

  private async tell(webhook: TakenWebhook, lease: string, operation: Operation, event: StoredEvent): Promise<void> {
    const { settings, auditLog } = this.options;
    const sequence = webhook.sequence + 1;
    const told = { ...eventBody(operation, event, settings.timeMinutes), sequence };
    await operation.end();
    // INVARIANT NoRecordNoAnswer, for webhooks as for any answer.
    await auditLog.append({
      organisationNo: operation.viewer.organisationNo,
      personId: operation.viewer.personId,
      roles: [...operation.viewer.roles].sort(),
      purpose: operation.viewer.purpose,
      initiativeNo: operation.viewer.initiativeNo,
      operation: OPERATION_NAME,
      queryHash: OPERATION_HASH,
      types: [...operation.record.types].sort(),
      unitNos: [...operation.record.unitNos].sort((a, b) => a - b),
      outcome: 'ALLOW',
      rule: null,
    });
    const outcome = await this.post(webhook, JSON.stringify(told), told.id ?? '');
    const earlier = webhook.attempted_event === event.id ? webhook.attempts : 0;
    const end = afterAttempt({ event, sequence, attempt: earlier + 1, from: Number(webhook.place) }, outcome, settings);
    await this.settle(webhook.id, lease, end, {
      event_id: event.id,
      type: event.type,
      sequence,
      attempt: earlier + 1,
      outcome: end.outcome,
      cause: end.cause,
      status: outcome.kind === 'ANSWERED' ? outcome.status : null,
    });
  }

  private post(webhook: TakenWebhook, body: string, id: string): Promise<PostOutcome> {
    const { hubSecret, settings, loopback } = this.options;
    const nonces = [webhook.nonce, ...(webhook.prior_nonce === null ? [] : [webhook.prior_nonce])];
    const at = Math.floor(Date.now() / MILLISECONDS_PER_SECOND);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'sluice-webhooks',
      ...signedHeaders(hubSecret, nonces, { id, at, body }),
    };
    return postWebhook({ url: webhook.url, headers, body, timeoutSeconds: settings.webhookTimeoutSeconds, loopback });
  }

  private async settle(id: string, lease: string, end: Settled, line: object | null): Promise<void> {
    await this.trustee.query('select events.settle_webhook($1, $2, $3, $4)', [
      id,
      lease,
      JSON.stringify(end),
      line === null ? null : JSON.stringify(line),
    ]);
  }

  private get trustee(): TrusteeQueries {
    return this.options.services.pools.trustee;
  }
}

type Settled = Omit<AttemptEnd, 'outcome' | 'cause'>;

function unchanged(webhook: TakenWebhook): Pick<Settled, 'attempts' | 'attemptedEvent' | 'seconds' | 'stop'> {
  return { attempts: webhook.attempts, attemptedEvent: webhook.attempted_event, seconds: 0, stop: false };
}

function isEventType(text: string): text is EventType {
  return Object.values(EventType).some((type) => type === text);
}
