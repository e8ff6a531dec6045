import { execute, type GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { AuditLog, ReadRecord } from '../../audit';
import type { Viewer } from '../../identity';
import type { EventFeed, EventMessage, EventSubscription } from '../../modules/events';
import { Operation, type OperationServices } from '../../modules/graph';
import { readRecord } from '../auditRecord';
import type { HubLogger } from '../logger';
import { internalFace, publicError } from '../publicError';
import type { FrameWriter } from './frameWriter';
import { nextFrame } from './frameWriter';
import type { PreparedStream } from './preparedStream';

export interface StreamParts {
  readonly prepared: PreparedStream;
  readonly subscription: EventSubscription;
  readonly services: OperationServices;
  readonly feed: EventFeed;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly logger: HubLogger;
  readonly writer: FrameWriter;
  /** Who the credential stands for now. @throws GraphQLError once it stands for nobody or may not ask this any more */
  identify(): Promise<Viewer>;
}

interface Sent {
  readonly frames: string;
  readonly isRefused: boolean;
}

/**
 * One open stream. It holds a place in the outbox and nothing else: when it is woken it asks anew who its credential stands for,
 * reads on from its place, judges what it finds in a fresh snapshot, writes the record, and only then sends.
 */
export class EventStream {
  private wake: (() => void) | null = null;
  private isWoken = false;
  private ended = false;

  constructor(
    private readonly parts: StreamParts,
    private at: { sequence: number; place: number },
  ) {}

  /** Something may have happened, or it is time to look whether the credential still holds. */
  readonly call = (): void => {
    this.isWoken = true;
    this.wake?.();
  };

  /** Ends the stream at its next step; the receiver is told that it is complete. */
  readonly end = (): void => {
    this.ended = true;
    this.call();
  };

  /** Resolves when the stream has ended, for whatever reason. */
  async run(operation: Operation): Promise<void> {
    const { subscription, writer } = this.parts;
    try {
      let open = await this.send(operation, [subscription.opened(operation, this.at)]);
      // What happened while the stream opened, or since the cursor it resumes from.
      this.call();
      while (open && (await this.woken())) open = await this.readOn();
    } catch (error) {
      await writer.write(nextFrame({ errors: [this.faceOf(error)] }));
    }
    writer.end();
  }

  /** False once the stream is to end. */
  private async woken(): Promise<boolean> {
    if (!this.isWoken) await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = null;
    this.isWoken = false;
    return !this.ended;
  }

  private async readOn(): Promise<boolean> {
    const { feed, subscription, services, identify } = this.parts;
    for (;;) {
      // INVARIANT HeldToNow: a suspended member, a revoked key or a lost role counts at the very next event.
      const operation = new Operation(services, await identify());
      try {
        const batch = await feed.next(operation, subscription.filter, this.at.place);
        let { sequence } = this.at;
        const messages = batch.events.map((event) => subscription.message(operation, event, (sequence += 1)));
        const at = { sequence, place: batch.place };
        const open = messages.length === 0 || (await this.send(operation, messages));
        this.at = at;
        if (!open || this.ended || !batch.isFull) return open;
      } finally {
        await operation.end();
      }
    }
  }

  /** INVARIANT NoRecordNoAnswer: an event leaves only once it is written down who is told. */
  private async send(operation: Operation, messages: readonly EventMessage[]): Promise<boolean> {
    const { auditLog, writer } = this.parts;
    const { frames, isRefused } = await this.frames(operation, messages);
    await operation.end();
    await auditLog.append(this.record(operation, isRefused));
    return (await writer.write(frames)) && !isRefused;
  }

  /** Each event runs through the schema as any operation does: shield, types, masking. */
  private async frames(operation: Operation, messages: readonly EventMessage[]): Promise<Sent> {
    const { schema, document, operationName, variables } = this.parts.prepared;
    let frames = '';
    for (const message of messages) {
      const { data, errors } = await execute({
        schema,
        document,
        rootValue: message,
        contextValue: operation,
        variableValues: variables,
        operationName,
      });
      if (errors !== undefined) {
        const faces = errors.map((error) => this.faceOf(error));
        return { frames: `${frames}${nextFrame({ data: null, errors: faces })}`, isRefused: true };
      }
      frames += nextFrame({ data });
    }
    return { frames, isRefused: false };
  }

  private record(operation: Operation, isRefused: boolean): ReadRecord {
    const { operationName, queryHash } = this.parts.prepared;
    const errors = isRefused ? [{ message: '', extensions: { code: 'POLICY_DENIED' } }] : [];
    return readRecord(operation, { operationName, queryHash, errors });
  }

  private faceOf(error: unknown): GraphQLFormattedError {
    return faceOf(error, this.parts.logger);
  }
}

/** The public face of an error of a stream, as of any answer. */
export function faceOf(error: unknown, logger: HubLogger): GraphQLFormattedError {
  return isGraphQLError(error) ? publicError(error.toJSON(), error, logger) : internalFace(error, logger);
}

function isGraphQLError(error: unknown): error is GraphQLError {
  return error instanceof Error && error.name === 'GraphQLError' && 'toJSON' in error;
}
