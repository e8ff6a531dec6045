import type { StoredEvent } from './eventFeed';
import type { PostOutcome } from './postWebhook';
import type { EventSettings } from './settings';

export interface Attempt {
  readonly event: Pick<StoredEvent, 'id' | 'place'>;
  /** Number of the event for its receiver. */
  readonly sequence: number;
  /** The first is 1. */
  readonly attempt: number;
  /** The place before the event. */
  readonly from: number;
}

/** What becomes of the webhook after an attempt. */
export interface AttemptEnd {
  readonly outcome: 'DELIVERED' | 'FAILED' | 'DEAD';
  readonly cause: string | null;
  readonly place: number;
  readonly sequence: number;
  readonly attempts: number;
  readonly attemptedEvent: string | null;
  /** Until the next attempt. */
  readonly seconds: number;
  /** The receiver wants no more. */
  readonly stop: boolean;
}

type Schedule = Pick<
  EventSettings,
  'webhookAttemptsMax' | 'webhookBackoffSeconds' | 'webhookBackoffSecondsMax' | 'webhookRetryAfterSecondsMax'
>;

const GONE = 410;

/**
 * Acknowledged: on to the next event. Not: the same event again, later and later, half of each wait by chance so that receivers
 * that failed together are not asked together; after the last attempt the event is given up, and its number shows its receiver that
 * one is missing.
 * @param chance 0 to 1
 */
export function afterAttempt(
  at: Attempt,
  outcome: PostOutcome,
  schedule: Schedule,
  chance = Math.random(),
): AttemptEnd {
  const { event, sequence, attempt, from } = at;
  const done = { place: event.place, sequence, attempts: 0, attemptedEvent: null, seconds: 0, stop: false };
  if (outcome.kind === 'ANSWERED' && outcome.status >= 200 && outcome.status < 300) {
    return { ...done, outcome: 'DELIVERED', cause: null };
  }
  const cause = outcome.kind === 'ANSWERED' ? (isRedirect(outcome.status) ? 'REDIRECT' : 'REFUSED') : outcome.kind;
  if (attempt >= schedule.webhookAttemptsMax) return { ...done, outcome: 'DEAD', cause };
  return {
    outcome: 'FAILED',
    cause,
    place: from,
    sequence: sequence - 1,
    attempts: attempt,
    attemptedEvent: event.id,
    seconds: secondsUntilNext(attempt, outcome, schedule, chance),
    stop: outcome.kind === 'ANSWERED' && outcome.status === GONE,
  };
}

function secondsUntilNext(attempt: number, outcome: PostOutcome, schedule: Schedule, chance: number): number {
  const whole = Math.min(schedule.webhookBackoffSeconds * 2 ** (attempt - 1), schedule.webhookBackoffSecondsMax);
  const backoff = whole * (0.5 + chance / 2);
  const asked = outcome.kind === 'ANSWERED' ? (outcome.retryAfterSeconds ?? 0) : 0;
  return Math.max(backoff, Math.min(asked, schedule.webhookRetryAfterSecondsMax));
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}
