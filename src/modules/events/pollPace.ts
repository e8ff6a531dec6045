import type { EventSettings } from './settings';

const MILLISECONDS_PER_SECOND = 1000;

/** How long to wait for the next look: a steady pace, and further and further apart while looks fail. */
export class PollPace {
  private failures = 0;

  constructor(private readonly settings: Pick<EventSettings, 'pollMilliseconds' | 'failureSecondsMax'>) {}

  succeeded(): void {
    this.failures = 0;
  }

  failed(): void {
    this.failures += 1;
  }

  get milliseconds(): number {
    const { pollMilliseconds, failureSecondsMax } = this.settings;
    return Math.min(pollMilliseconds * 2 ** this.failures, failureSecondsMax * MILLISECONDS_PER_SECOND);
  }
}
