import type { Pool } from 'pg';
import type { HubLogger } from './logger';
import { privateFace } from './privateFace';
import { takeStep, type SystemStep } from './systemSteps';

export interface SchedulerSettings {
  readonly trustee: Pool;
  readonly steps: readonly SystemStep[];
  readonly intervalSeconds: number;
  readonly logger: HubLogger;
  /** ISO date. */
  today(): string;
}

const MILLISECONDS_PER_SECOND = 1000;

/**
 * Takes the steps of time: all of them at once when it starts, then each interval, one after the other and never two rounds
 * at a time. A step that fails is logged and is due again; the others do not notice.
 */
export class Scheduler {
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly settings: SchedulerSettings) {}

  /** Resolves when the first round has ended; nobody need wait for it. */
  start(): Promise<void> {
    this.begin(0);
    return this.round;
  }

  /** Begins no further step; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.round;
  }

  private begin(intervalSeconds: number): void {
    this.round = this.takeAll(intervalSeconds).then(() => this.sleep());
  }

  private sleep(): void {
    if (this.stopped) return;
    const { intervalSeconds } = this.settings;
    this.timer = setTimeout(() => this.begin(intervalSeconds), intervalSeconds * MILLISECONDS_PER_SECOND);
    this.timer.unref();
  }

  private async takeAll(intervalSeconds: number): Promise<void> {
    const { trustee, steps, logger, today } = this.settings;
    for (const step of steps) {
      if (this.stopped) return;
      try {
        const outcome = await takeStep(trustee, step, today(), intervalSeconds);
        logger.debug({ step: step.name, outcome }, 'step of time');
      } catch (cause) {
        logger.error({ step: step.name, cause: privateFace(cause) }, 'a step of time failed');
      }
    }
  }
}
