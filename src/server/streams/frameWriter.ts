import type { Writable } from 'node:stream';

export interface WriterLimits {
  readonly bufferBytesMax: number;
  readonly slowSecondsMax: number;
}

const MILLISECONDS_PER_SECOND = 1000;

/** A message of the protocol "GraphQL over server-sent events", distinct connections mode. */
export function nextFrame(result: unknown): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}
export const COMPLETE_FRAME = 'event: complete\ndata:\n\n';
/** A comment, so that nothing on the way takes the connection for dead. */
export const HEARTBEAT_FRAME = ':\n\n';

/**
 * Writes to one receiver and waits for it: nothing is read from the outbox for a receiver that does not take what it was sent. One
 * that takes nothing for too long, or for which too much is waiting, is cut off; it resumes by its cursor.
 */
export class FrameWriter {
  constructor(
    private readonly out: Writable,
    private readonly limits: WriterLimits,
  ) {}

  /** @returns false when the receiver is gone or was cut off */
  async write(text: string): Promise<boolean> {
    const { out, limits } = this;
    if (out.destroyed || out.writableEnded) return false;
    if (out.writableLength > limits.bufferBytesMax) return this.cut();
    if (out.write(text)) return true;
    return (await this.drained()) || this.cut();
  }

  /** Left out while the receiver has something to take. */
  beat(): void {
    const { out } = this;
    if (!out.destroyed && !out.writableEnded && !out.writableNeedDrain) out.write(HEARTBEAT_FRAME);
  }

  end(): void {
    if (!this.out.destroyed && !this.out.writableEnded) this.out.end(COMPLETE_FRAME);
  }

  private cut(): false {
    this.out.destroy();
    return false;
  }

  private drained(): Promise<boolean> {
    const { out } = this;
    return new Promise((resolve) => {
      const settle = (taken: boolean) => (): void => {
        clearTimeout(timer);
        out.off('drain', onDrain).off('close', onClose);
        resolve(taken);
      };
      const onDrain = settle(true);
      const onClose = settle(false);
      const timer = setTimeout(settle(false), this.limits.slowSecondsMax * MILLISECONDS_PER_SECOND);
      out.once('drain', onDrain).once('close', onClose);
    });
  }
}
