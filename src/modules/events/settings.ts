import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { InvariantError } from '../../kernel/errors';
import { packageRoot } from '../reference';

const NAMES = [
  'pollMilliseconds',
  'failureSecondsMax',
  'placesPerPollMax',
  'eventsPerBatchMax',
  'retentionDays',
  'timeMinutes',
  'heartbeatSeconds',
  'streamsPerOrganisationMax',
  'streamsMax',
  'streamSecondsMax',
  'slowSecondsMax',
  'bufferBytesMax',
  'webhooksPerOrganisationMax',
  'webhookTimeoutSeconds',
  'webhookLeaseSeconds',
  'webhooksAtOnceMax',
  'webhooksAtOncePerOrganisation',
  'webhookAttemptsMax',
  'webhookBackoffSeconds',
  'webhookBackoffSecondsMax',
  'webhookRetryAfterSecondsMax',
  'webhookPauseSeconds',
  'webhookSecretOverlapHours',
  'webhookDeliveriesMax',
] as const;

/** The numbers of `policies/events.yaml`, each positive, in the unit its name ends with. */
export type EventSettings = Readonly<Record<(typeof NAMES)[number], number>>;

let read: EventSettings | null = null;

/** Read once: the file does not change while the hub runs. */
export function eventSettings(): EventSettings {
  read ??= parseEventSettings(readFileSync(join(packageRoot(), 'policies', 'events.yaml'), 'utf8'));
  return read;
}

/** @throws InvariantError for a name that is missing, unknown or without value, rationale and source */
export function parseEventSettings(text: string): EventSettings {
  const content: unknown = parse(text);
  const entries = new Map<string, unknown>(Object.entries(Object(content)));
  for (const name of entries.keys()) {
    if (!NAMES.some((known) => known === name))
      throw new InvariantError(`policies/events.yaml: \`${name}\` is unknown`);
  }
  const numbers = NAMES.map((name) => {
    const { value, rationale, source } = Object(entries.get(name)) as Record<string, unknown>;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && rationale && source)
      return [name, value];
    throw new InvariantError(`policies/events.yaml: \`${name}\` lacks its value, rationale or source`);
  });
  // Every name is there: fromEntries forgets it.
  return Object.fromEntries(numbers) as EventSettings;
}
