import type { Request, RequestHandler, Response } from 'express';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { AuditLog } from '../../audit';
import type { Viewer } from '../../identity';
import { DomainError } from '../../kernel/errors';
import { EventSubscription, type EventFeed, type EventSettings, type OutboxWatch } from '../../modules/events';
import type { Operation } from '../../modules/graph';
import { readRecord } from '../auditRecord';
import type { ServerLimits } from '../limits/thresholds';
import type { HubLogger } from '../logger';
import { refusal } from '../publicError';
import { identify, noteOn, openOperation, type IdentityStep } from '../requestContext';
import { refusalOf } from '../rootRule';
import { rootRules } from '../shield';
import { EventStream, faceOf } from './eventStream';
import { FrameWriter, nextFrame } from './frameWriter';
import { prepareStream, streamBody, subscriptionOf, type PreparedStream } from './preparedStream';

export interface EventStreamsSettings {
  readonly schema: GraphQLSchema;
  readonly identity: IdentityStep;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly limits: ServerLimits;
  readonly eventSettings: EventSettings;
  readonly logger: HubLogger;
  readonly feed: EventFeed;
  readonly watch: OutboxWatch;
  readonly publicIntrospection: boolean;
}

const MILLISECONDS_PER_SECOND = 1000;
const EVENT_STREAM = 'text/event-stream';
/** The second keeps common proxies from gathering what is to leave at once. */
const STREAM_HEADERS = { 'Content-Type': `${EVENT_STREAM}; charset=utf-8`, 'X-Accel-Buffering': 'no' };

/** Subscriptions over server-sent events: the same identity, limits, shield, masking and record as every other operation. */
export class EventStreams {
  private readonly open = new Map<EventStream, { account: string; done: Promise<void> }>();
  private stopped = false;

  constructor(private readonly settings: EventStreamsSettings) {}

  /** Takes what asks for a stream of events and passes on everything else. */
  readonly handler: RequestHandler = (request, response, next) => {
    if (!(request.headers.accept ?? '').includes(EVENT_STREAM)) return next();
    this.serve(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      const face = faceOf(error, this.settings.logger);
      noteOn(response).codes = [String(face.extensions?.code)];
      answer(response, error, face);
    });
  };

  /** Ends every stream; each receiver is told that it is complete. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.settings.watch.stop();
    const running = [...this.open];
    for (const [stream] of running) stream.end();
    await Promise.all(running.map(([, { done }]) => done));
  }

  private async serve(request: Request, response: Response): Promise<void> {
    const { identity, schema, limits, publicIntrospection } = this.settings;
    const operation = await openOperation(request, response, identity);
    try {
      const mayAskForSchema = publicIntrospection || operation.viewer.kind !== 'PUBLIC';
      const prepared = prepareStream(schema, streamBody(request.body), limits, mayAskForSchema);
      const account = operation.viewer.organisationId ?? `person ${operation.viewer.personId ?? ''}`;
      this.refuseTooMany(account);
      const found = await subscriptionOf(prepared, operation);
      if (found instanceof EventSubscription) await this.begin(request, response, operation, prepared, found, account);
      else await this.refuse(response, operation, prepared, found);
    } finally {
      await operation.end();
    }
  }

  private async begin(
    request: Request,
    response: Response,
    operation: Operation,
    prepared: PreparedStream,
    subscription: EventSubscription,
    account: string,
  ): Promise<void> {
    const { identity, auditLog, eventSettings, logger, feed, watch } = this.settings;
    const writer = new FrameWriter(response, eventSettings);
    // Listening first: what happens while the place is asked for is read after the stream has opened.
    const opening: { stream: EventStream | null } = { stream: null };
    const stopListening = watch.listen(operation.viewer.organisationNo ?? 0, () => opening.stream?.call());
    try {
      const { sequence } = subscription.start;
      const place = subscription.start.place ?? (await watch.now());
      const { expiresAt } = await identify(request, identity);
      const parts = { prepared, subscription, services: identity.services, feed, auditLog, logger, writer };
      const stream = new EventStream(
        { ...parts, identify: () => this.viewerNow(request, prepared) },
        { sequence, place },
      );
      opening.stream = stream;
      response.writeHead(200, STREAM_HEADERS);
      await this.run(stream, operation, response, { account, writer, expiresAt });
    } finally {
      stopListening();
    }
  }

  private async run(
    stream: EventStream,
    operation: Operation,
    response: Response,
    { account, writer, expiresAt }: { account: string; writer: FrameWriter; expiresAt: Date | null },
  ): Promise<void> {
    const timers = this.timers(stream, writer, expiresAt);
    response.once('close', stream.end);
    const done = stream.run(operation);
    this.open.set(stream, { account, done });
    if (this.stopped) stream.end();
    try {
      await done;
    } finally {
      timers.forEach((timer) => clearTimeout(timer));
      this.open.delete(stream);
    }
  }

  private timers(stream: EventStream, writer: FrameWriter, expiresAt: Date | null): NodeJS.Timeout[] {
    const { eventSettings, identity } = this.settings;
    const lifeEnds = identity.clock().getTime() + eventSettings.streamSecondsMax * MILLISECONDS_PER_SECOND;
    const endsIn = Math.min(lifeEnds, expiresAt?.getTime() ?? lifeEnds) - identity.clock().getTime();
    const beat = setInterval(() => {
      writer.beat();
      stream.call();
    }, eventSettings.heartbeatSeconds * MILLISECONDS_PER_SECOND);
    return [beat, setTimeout(stream.end, Math.max(0, endsIn))];
  }

  /** As at the opening: credential, person, standing and roles as they are now, and whether they may still ask this. */
  private async viewerNow(request: Request, { field }: PreparedStream): Promise<Viewer> {
    const { viewer } = await identify(request, this.settings.identity);
    const rule = rootRules.Subscription[field];
    const refused =
      rule === undefined ? new DomainError('POLICY_DENIED', 'this is open to nobody') : refusalOf(rule, viewer);
    if (refused !== null) throw refusal(refused);
    return viewer;
  }

  private refuseTooMany(account: string): void {
    const { streamsMax, streamsPerOrganisationMax, heartbeatSeconds } = this.settings.eventSettings;
    const own = [...this.open.values()].filter((each) => each.account === account).length;
    if (own < streamsPerOrganisationMax && this.open.size < streamsMax && !this.stopped) return;
    const error = new DomainError('RATE_LIMITED', 'too many open streams', {
      rule: 'LIMITS.STREAMS',
      next: 'close a stream, or wait as long as the header Retry-After says',
    });
    throw refusal(error, new Map([['retry-after', String(heartbeatSeconds)]]));
  }

  /** A refusal of the field itself comes as the protocol wants it: one result, and the end. */
  private async refuse(
    response: Response,
    operation: Operation,
    { operationName, queryHash }: PreparedStream,
    errors: readonly Error[],
  ): Promise<void> {
    const { auditLog, eventSettings, logger } = this.settings;
    const faces = errors.map((error) => faceOf(error, logger));
    noteOn(response).codes = faces.map((face) => String(face.extensions?.code));
    if (operation.viewer.kind !== 'PUBLIC') {
      await auditLog.append(readRecord(operation, { operationName, queryHash, errors: faces }));
    }
    response.writeHead(200, STREAM_HEADERS);
    const writer = new FrameWriter(response, eventSettings);
    await writer.write(nextFrame({ data: null, errors: faces }));
    writer.end();
  }
}

function answer(response: Response, error: unknown, face: GraphQLFormattedError): void {
  const { extensions } = Object(error) as {
    extensions?: { http?: { status?: number; headers?: Map<string, string> } };
  };
  for (const [name, value] of extensions?.http?.headers ?? []) response.setHeader(name, value);
  response.status(extensions?.http?.status ?? 500).json({ errors: [face] });
}
