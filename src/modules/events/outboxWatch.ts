import type { TrusteeQueries } from '../../database/trusteeTransaction';
import { PollPace } from './pollPace';
import type { EventSettings } from './settings';

export interface OutboxWatchOptions {
  readonly trustee: TrusteeQueries;
  readonly settings: Pick<EventSettings, 'pollMilliseconds' | 'failureSecondsMax' | 'placesPerPollMax'>;
  onFailure(cause: unknown): void;
}

interface PollRow {
  head: string;
  organisation_nos: number[];
  is_full: boolean;
}

/**
 * One look at the outbox at a time for the whole hub, and a call to whom it may concern. By polling: LISTEN cannot be taken from
 * any role, so that the query role could count what it may not see, and NOTIFY makes all commits queue behind one another.
 */
export class OutboxWatch {
  private readonly listeners = new Map<number, Set<() => void>>();
  private timer: NodeJS.Timeout | null = null;
  private polling: Promise<number> | null = null;
  private head: number | null = null;
  private stopped = false;
  private readonly pace: PollPace;

  constructor(private readonly options: OutboxWatchOptions) {
    this.pace = new PollPace(options.settings);
  }

  /** Calls when something may concern the organisation. @returns takes the call back */
  listen(organisationNo: number, call: () => void): () => void {
    const calls = this.listeners.get(organisationNo) ?? new Set();
    this.listeners.set(organisationNo, calls.add(call));
    this.sleep();
    return () => {
      calls.delete(call);
      if (calls.size === 0) this.listeners.delete(organisationNo);
    };
  }

  /** The place after which whatever happens from now on stands. */
  async now(): Promise<number> {
    // A look that began before this moment may have missed what ended since.
    await this.polling?.catch(() => 0);
    return this.poll();
  }

  /** Gives places to what waits for one, and calls. Also for those who deliver without listening. */
  poll(): Promise<number> {
    this.polling ??= this.look().finally(() => (this.polling = null));
    return this.polling;
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private sleep(): void {
    if (this.timer !== null || this.stopped || this.listeners.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.poll()
        .then(() => this.pace.succeeded())
        .catch((cause: unknown) => {
          this.pace.failed();
          this.options.onFailure(cause);
        })
        .finally(() => this.sleep());
    }, this.pace.milliseconds);
    this.timer.unref();
  }

  private async look(): Promise<number> {
    const { trustee, settings } = this.options;
    for (;;) {
      const { rows } = await trustee.query<PollRow>('select head, organisation_nos, is_full from events.poll($1, $2)', [
        this.head ?? Number.MAX_SAFE_INTEGER,
        settings.placesPerPollMax,
      ]);
      const [found] = rows;
      if (found === undefined) throw new Error('the outbox gave no answer');
      // Nobody can have missed anything before the first look: whoever listens has read up to the head of its own.
      const first = this.head === null;
      this.head = Number(found.head);
      const concerned = first ? [...this.listeners.keys()] : found.organisation_nos;
      for (const organisationNo of concerned) this.listeners.get(organisationNo)?.forEach((call) => call());
      if (!found.is_full) return this.head;
    }
  }
}
