import { addDays } from '../../../src/kernel/period';
import { EventFeed, type StoredEvent } from '../../../src/modules/events';
import type { HubOptions } from '../../../src/server/hub';
import { createTestDatabase } from '../../support/database';
import { ValueChainWorld } from '../../support/valueChainWorld';

const today = new Date().toISOString().slice(0, 10);
const EVENTS = 'subscription { events { sequence cursor id type subjectType subjectId happenedAt } }';
const BEAT = { pollMilliseconds: 50, heartbeatSeconds: 1 };

/** The twin that asks nobody: whatever may concern an organisation is told to it. */
class TellingFeed extends EventFeed {
  protected override known(_operation: unknown, events: readonly StoredEvent[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(events.map(({ subjectType, subject }) => `${subjectType} ${subject}`)));
  }
}

/** Everything that the stream of SmB shows: ids and cursors by their length alone, since they are made anew in each world. */
async function watched(
  hidden: boolean,
  options: Partial<HubOptions> = {},
): Promise<{ frames: string[]; beats: number }> {
  const chain = await ValueChainWorld.start(await createTestDatabase(), 'COORDINATION', {
    changedEventSettings: BEAT,
    ...options,
  });
  try {
    const { world } = chain;
    for (const refiner of ['sma', 'smb']) {
      await world.link(`l-${refiner}`, { supplier: refiner, customer: 'auto', state: 'CONFIRMED' });
    }
    await world.link('l-mine', { supplier: 'minex', customer: 'smb', state: 'CONFIRMED', stage: 'MINING_LSM' });
    const certificate = await world.store(
      'assessment',
      'minex1',
      { tier: 'OWNER_ONLY', dataClass: 'PERFORMANCE' },
      {
        site_id: world.id('minex1'),
        organisation_id: world.id('minex'),
        standard_id: 'IRMA',
        version_label: '1.0',
        unit_of_assessment: 'SITE',
        state: 'CONFORMANT',
        label: 'CONFORMANT',
        valid_from: '2026-01-01',
        valid_to: addDays(today, 300),
      },
    );
    const issue = (recipient: string): Promise<unknown> =>
      chain.mutate(
        'auto',
        'issueDemand',
        'DemandInput',
        {
          recipients: [chain.member(recipient)],
          requirement: { standard: 'RMAP', minLevel: 'CONFORMANT' },
          deadline: addDays(today, 90),
          minerals: ['cobalt'],
        },
        'demand { id }',
      );
    // of a customer's supplier, but for its owner alone: SmB is asked about, and must not be told
    const suspend = (): Promise<unknown> =>
      world.rows(`insert into vault.transition (machine, subject_id, action) values ('ASSESSMENT', $1, 'suspend')`, [
        certificate,
      ]);
    const noise = async (): Promise<void> => {
      if (!hidden) return;
      await suspend();
      await issue('sma');
      await suspend();
    };
    const stream = await chain.hub.stream('smb', EVENTS);
    await noise();
    await issue('smb');
    await stream.until(2);
    await noise();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await issue('smb');
    await stream.until(4);
    await noise();
    await new Promise((resolve) => setTimeout(resolve, 700));
    await stream.close();
    const shown = stream.frames
      .filter(({ event }) => event !== 'comment')
      .map(({ text }) =>
        text
          .replace(/_[0-9a-hjkmnp-tv-z]{26}"/g, '_id"')
          .replace(/"cursor":"([^"]+)"/g, (_all, cursor: string) => `"cursor":${cursor.length}`)
          .replace(/"happenedAt":"[^"]+"/g, '"happenedAt":"t"'),
      );
    return { frames: shown, beats: stream.frames.length - shown.length };
  } finally {
    await chain.stop();
  }
}

test('hidden events change neither numbers nor bytes nor heartbeats of a stream; a hub that tells whatever concerns one is caught', async () => {
  const [without, beside, told] = [
    await watched(false),
    await watched(true),
    await watched(true, { feed: ({ trustee }, { eventsPerBatchMax }) => new TellingFeed(trustee, eventsPerBatchMax) }),
  ];
  expect(without.frames.length).toBe(5);
  expect(beside.frames).toEqual(without.frames);
  // the beat is the stream's own, and what else happens does not move it
  expect(Math.abs(beside.beats - without.beats)).toBeLessThanOrEqual(2);
  expect(told.frames).not.toEqual(without.frames);
  expect(without.frames.map((frame) => /"sequence":(\d+)/.exec(frame)?.[1])).toEqual(['0', '1', '2', '3', '4']);
}, 180_000);
