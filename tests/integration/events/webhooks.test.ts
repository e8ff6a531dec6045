import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays } from '../../../src/kernel/period';
import { EventFeed, type StoredEvent } from '../../../src/modules/events';
import type { Operation } from '../../../src/modules/graph';
import { createTestDatabase } from '../../support/database';
import type { Json } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';
import { isSignedWith, Receiver } from './receiver';

const today = new Date().toISOString().slice(0, 10);
const FAST = {
  pollMilliseconds: 30,
  webhookTimeoutSeconds: 2,
  webhookLeaseSeconds: 4,
  webhookAttemptsMax: 3,
  webhookBackoffSeconds: 0.2,
  webhookPauseSeconds: 1,
};
/** Counts what each batch costs; and, told to, is the twin that judges nothing. */
class WatchedFeed extends EventFeed {
  static isTelling = false;
  static readonly batches: { events: number; kinds: number; statements: number }[] = [];

  override async next(
    operation: Operation,
    filter: Parameters<EventFeed['next']>[1],
    after: number,
  ): ReturnType<EventFeed['next']> {
    const before = operation.statementCount;
    const batch = await super.next(operation, filter, after);
    const kinds = new Set(batch.events.map(({ subjectType }) => subjectType)).size;
    WatchedFeed.batches.push({ events: batch.events.length, kinds, statements: operation.statementCount - before });
    return batch;
  }

  protected override known(operation: Operation, events: readonly StoredEvent[]): Promise<ReadonlySet<string>> {
    if (!WatchedFeed.isTelling) return super.known(operation, events);
    return Promise.resolve(new Set(events.map(({ subjectType, subject }) => `${subjectType} ${subject}`)));
  }
}
let chain: ValueChainWorld;
const receivers: Receiver[] = [];

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase(), 'COORDINATION', {
    changedEventSettings: FAST,
    feed: ({ trustee }, { eventsPerBatchMax }) => new WatchedFeed(trustee, eventsPerBatchMax),
  });
  await chain.world.organisation('counsel', { company: false, kinds: ['COUNSEL'] });
  await chain.world.person('counsel', 'counsel', ['COMPETITION_COUNSEL']);
  for (const refiner of ['sma', 'smb']) {
    await chain.world.link(`l-${refiner}`, { supplier: refiner, customer: 'auto', state: 'CONFIRMED' });
  }
});
/** Not before the test of a killed hub, whose turn this one would take. */
let sending = false;
function startSending(): void {
  if (!sending) chain.hub.hub.startWebhooks();
  sending = true;
}
afterAll(() => chain.stop());
afterEach(async () => {
  await chain.world.rows('update events.webhook set removed_at = now() where removed_at is null');
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});

async function receiver(...behaviour: Parameters<typeof Receiver.start>): Promise<Receiver> {
  const started = await Receiver.start(...behaviour);
  receivers.push(started);
  return started;
}
const SELECTION = 'webhook { id url types stopped sequence failedAttempts } secret';
const registered = (as: string, url: string, rest: object = {}): Promise<Json> =>
  chain.mutate(as, 'registerWebhook', 'RegisterWebhookInput', { url, types: ['DEMAND_ISSUED'], ...rest }, SELECTION);
const register = (as: string, url: string, rest: object = {}): Promise<Json> => {
  startSending();
  return registered(as, url, rest);
};
const issue = (recipients: string[] = ['sma']): Promise<Json> =>
  chain.mutate(
    'auto',
    'issueDemand',
    'DemandInput',
    {
      recipients: recipients.map((key) => chain.member(key)),
      requirement: { standard: 'RMAP', minLevel: 'CONFORMANT' },
      deadline: addDays(today, 90),
      minerals: ['cobalt'],
    },
    'demand { id }',
  );
const deliveries = async (as: string, webhook: string): Promise<Json[]> => {
  const query = `{ webhookDeliveries(webhook: "${webhook}") { eventId sequence attempt outcome cause status } }`;
  return (await chain.hub.data({ as, query })).webhookDeliveries;
};
async function settled(as: string, webhook: string, count: number): Promise<Json[]> {
  for (let look = 0; look < 300; look += 1) {
    const lines = await deliveries(as, webhook);
    if (lines.length >= count) return lines;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`fewer than ${count} deliveries`);
}

test('a hub killed between outbox and receipt loses nothing: another one sends the same events under the same ids', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-webhook-'));
  const silent = await receiver(() => undefined);
  await registered('sma', silent.url);
  for (let place = 0; place < 4; place += 1) await issue();
  const config = {
    host: '127.0.0.1',
    port: 0,
    databaseUrl: chain.database.url,
    dataFolder: folder,
    secret: chain.database.secret.toString('hex'),
  };
  const options = {
    config: {
      ...config,
      oidc: null,
      demo: true,
      explorer: false,
      logLevel: 'error',
      today: null,
      webhookLoopback: true,
    },
    adminUrl: chain.database.url,
    changedEventSettings: { ...FAST, webhookTimeoutSeconds: 30, webhookLeaseSeconds: 3 },
  };
  const child = spawn(process.execPath, [join(__dirname, 'webhookHub.cjs'), JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error('the hub process ended')));
    });
    await silent.until(1, 60_000);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  silent.does((response) => response.writeHead(204).end());
  startSending();
  const received = await silent.until(5, 60_000);
  expect(received[1]?.event.id).toBe(received[0]?.event.id);
  const ids = received.slice(1).map(({ event }) => event.id);
  expect(new Set(ids).size).toBe(4);
  expect(received.slice(1).map(({ event }) => event.sequence)).toEqual([1, 2, 3, 4]);
  rmSync(folder, { recursive: true, force: true });
}, 240_000);

test('what a stream tells is delivered once, signed, with the same ids; the secret is shown once', async () => {
  const taking = await receiver();
  const started = new Date();
  const stream = await chain.hub.stream(
    'sma',
    'subscription { events(types: [DEMAND_ISSUED]) { id type subjectId subjectType happenedAt sequence } }',
  );
  while (stream.results.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const { webhook, secret } = await register('sma', taking.url, { clientKey: 'hook-0001' });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect((await register('sma', taking.url, { clientKey: 'hook-0001' })).secret).toBeNull();
  await issue();
  await issue();
  const received = await taking.until(2);
  expect(received.map(({ event }) => event)).toEqual(await stream.until(2));
  for (const each of received) {
    expect(isSignedWith(secret, each)).toBe(true);
    expect(isSignedWith(`whsec_${Buffer.alloc(32).toString('base64')}`, each)).toBe(false);
    expect(each.headers['webhook-id']).toBe(each.event.id);
    expect(Math.abs(Number(each.headers['webhook-timestamp']) - each.at / 1000)).toBeLessThan(60);
  }
  await stream.close();
  expect(await settled('sma', webhook.id, 2)).toMatchObject([
    { sequence: 2, attempt: 1, outcome: 'DELIVERED', status: 204 },
    { sequence: 1, attempt: 1, outcome: 'DELIVERED', status: 204 },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(taking.received).toHaveLength(2);
  const audited = await chain.world.rows(
    `select from audit.read_record where operation = 'webhook' and 'Demand' = any(types) and happened_at >= $1`,
    [started],
  );
  expect(audited).toHaveLength(2);
});

describe('what a webhook sends in two worlds', () => {
  const TYPES = ['DEMAND_ISSUED', 'CERTIFICATE_SUSPENDED'];
  /** A certificate that its owner keeps to itself: Auto, its customer, is asked about and must not be told. */
  const suspendHidden = async (): Promise<void> => {
    const key = `hidden ${Math.random()}`;
    const { world } = chain;
    await world.insert('vault.assessment', {
      id: world.id(key),
      unit_no: world.unitNo('sma'),
      owner_no: world.unitNo('sma'),
      contributor_no: world.unitNo('sma'),
      tier: 8,
      sensitivity: 0,
      data_class: 4,
      organisation_id: world.id('sma'),
      standard_id: 'RMAP',
      version_label: (
        await world.rows<{ label: string }>(`select label from reference.standard_version where standard_id = 'RMAP'`)
      )[0]?.label,
      unit_of_assessment: 'SITE',
      state: 'SUSPENDED',
      label: 'SUSPENDED',
      valid_from: '2026-01-01',
      valid_to: addDays(today, 300),
    });
    await world.rows(
      `insert into vault.transition (machine, subject_id, action) values ('ASSESSMENT', $1, 'suspend')`,
      [world.id(key)],
    );
  };
  /** All that Auto's receiver gets while it issues twice: headers and bodies, ids and times by their length alone. */
  async function sent(isNoisy: boolean): Promise<string[]> {
    const hook = await receiver();
    await register('auto', hook.url, { types: TYPES });
    for (let place = 1; place <= 2; place += 1) {
      if (isNoisy) await suspendHidden();
      await issue(['smb']);
      await hook.until(place);
    }
    if (isNoisy) await suspendHidden();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await chain.world.rows('update events.webhook set removed_at = now() where removed_at is null');
    return hook.received.map(({ headers, body }) =>
      JSON.stringify([Object.keys(headers).sort(), headers['content-length'], body])
        .replace(/_[0-9a-hjkmnp-tv-z]{26}/g, '_id')
        .replace(/\\"happenedAt\\":\\"[^"]+"/g, 'happenedAt'),
    );
  }

  test('hidden events change neither number nor sequence nor bytes nor headers; a hub that tells whatever concerns one is caught', async () => {
    const without = await sent(false);
    expect(without).toHaveLength(2);
    expect(await sent(true)).toEqual(without);
    WatchedFeed.isTelling = true;
    try {
      expect(await sent(true)).not.toEqual(without);
    } finally {
      WatchedFeed.isTelling = false;
    }
  });

  test('a batch is judged by one statement a kind of subject, be one event waiting or ten', async () => {
    const hook = await receiver((response) => response.writeHead(503).end());
    await register('auto', hook.url, { types: TYPES });
    WatchedFeed.batches.length = 0;
    await issue(['smb']);
    await hook.until(1);
    for (let place = 0; place < 9; place += 1) await issue(['smb']);
    hook.does((response) => response.writeHead(204).end());
    await hook.until(11);
    const told = WatchedFeed.batches.filter(({ events }) => events > 0);
    expect(Math.min(...told.map(({ events }) => events))).toBe(1);
    expect(Math.max(...told.map(({ events }) => events))).toBeGreaterThan(5);
    for (const { kinds, statements } of told) expect(statements).toBe(kinds);
  });
});

test('a receiver that fails, redirects or dies mid-way gets the same event again under the same id, until it is given up', async () => {
  const elsewhere = await receiver();
  const failing = await receiver();
  const { webhook } = await register('sma', failing.url);
  failing.does((response) => response.writeHead(302, { location: elsewhere.url }).end());
  await issue();
  await failing.until(1);
  failing.does((response) => response.socket?.destroy());
  await failing.until(2);
  failing.does((response) => response.writeHead(500).end());
  await failing.until(3);
  failing.does((response) => response.writeHead(200).end('taken'));
  await issue();
  const received = await failing.until(4);
  expect(
    new Set(
      received
        .slice(0, 3)
        .map(({ event, headers }) => `${event.id} ${event.sequence} ${String(headers['webhook-id'])}`),
    ).size,
  ).toBe(1);
  expect(received[3]?.event.id).not.toBe(received[0]?.event.id);
  expect(received.map(({ event }) => event.sequence)).toEqual([1, 1, 1, 2]);
  expect((await settled('sma', webhook.id, 4)).map(({ outcome, cause, attempt }) => [outcome, cause, attempt])).toEqual(
    [
      ['DELIVERED', null, 1],
      ['DEAD', 'REFUSED', 3],
      ['FAILED', 'UNREACHABLE', 2],
      ['FAILED', 'REDIRECT', 1],
    ],
  );
  expect(elsewhere.received).toEqual([]);
});

test('Retry-After is honoured; 410 stops, and a new secret starts again, both secrets signing', async () => {
  const asking = await receiver((response) => response.writeHead(429, { 'retry-after': '2' }).end());
  const { webhook, secret } = await register('sma', asking.url);
  await issue();
  const [first] = await asking.until(1);
  asking.does((response) => response.writeHead(410).end());
  const second = (await asking.until(2))[1];
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1900);
  await settled('sma', webhook.id, 2);
  const list = async (): Promise<Json> =>
    (await chain.hub.data({ as: 'sma', query: '{ webhooks { id stopped failedAttempts } }' })).webhooks;
  expect(await list()).toEqual([{ id: webhook.id, stopped: true, failedAttempts: 2 }]);
  asking.does((response) => response.writeHead(204).end());
  const rotated = await chain.mutate('sma', 'rotateWebhookSecret', 'WebhookInput', { webhook: webhook.id }, SELECTION);
  expect(rotated.secret).not.toBe(secret);
  const third = (await asking.until(3))[2];
  if (third === undefined) throw new Error('nothing came');
  expect([isSignedWith(secret, third), isSignedWith(rotated.secret, third)]).toEqual([true, true]);
});

test('a slow receiver harms nobody, not even the other webhooks of its own organisation', async () => {
  const slow = await receiver(() => undefined);
  const [other, own] = [await receiver(), await receiver()];
  const { webhook } = await register('sma', slow.url);
  await register('sma', own.url);
  await register('auto', other.url);
  const started = Date.now();
  await issue();
  await Promise.all([other.until(1), own.until(1), slow.until(1)]);
  const quick = Math.max(...[other, own].map(({ received }) => (received[0]?.at ?? Infinity) - started));
  const lines = await settled('sma', webhook.id, 1);
  expect(lines.at(-1)).toMatchObject({ outcome: 'FAILED', cause: 'TIMEOUT', status: null });
  expect(quick).toBeLessThan(Date.now() - started);
});

test('each attempt is judged anew: what counsel froze between two attempts is not sent again, and leaves no trace', async () => {
  const failing = await receiver((response) => response.writeHead(500).end());
  const { webhook } = await register('sma', failing.url, { types: ['DEMAND_ISSUED', 'LINK_CHANGED'] });
  await chain.world.rows(`update events.webhook set next_attempt_at = now() where removed_at is null`);
  await issue();
  await failing.until(1);
  const freeze = `mutation { freeze(input: { dataClass: "DEMAND", reason: "inquiry" }) { id } }`;
  const { freeze: frozen } = await chain.hub.data({ as: 'counsel', query: freeze });
  const before = failing.received.length;
  failing.does((response) => response.writeHead(204).end());
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(failing.received.length - before).toBeLessThanOrEqual(1);
  const reached = failing.received.length;
  await chain.world.rows(`update vault.link set supplier_opaque = not supplier_opaque where id = $1`, [
    chain.world.id('l-sma'),
  ]);
  const received = await failing.until(reached + 1);
  expect(received.at(-1)?.event).toMatchObject({ type: 'LINK_CHANGED', sequence: expect.any(Number) });
  const lines = await settled('sma', webhook.id, 2);
  expect(lines[0]).toMatchObject({ outcome: 'DELIVERED', attempt: 1 });
  await chain.hub.data({ as: 'counsel', query: `mutation { liftFreeze(input: { freeze: "${frozen.id}" }) { id } }` });
});

test("a suspended member's webhook rests, and another's webhook is nobody's", async () => {
  const taking = await receiver();
  const { webhook } = await register('sma', taking.url);
  const foreign = chain.hub.hub.services.ids.encode('webhook', await uuidOf(webhook.id), chain.world.id('smb'));
  for (const name of ['removeWebhook', 'rotateWebhookSecret']) {
    const selection = name === 'removeWebhook' ? 'id' : 'secret';
    for (const id of [foreign, webhook.id, 'webhook_00000000000000000000000000', 'nothing']) {
      expect((await chain.refused('smb', name, 'WebhookInput', { webhook: id }, selection)).code).toBe('NOT_FOUND');
    }
  }
  expect([
    await deliveries('smb', foreign),
    (await chain.hub.data({ as: 'smb', query: '{ webhooks { id } }' })).webhooks,
  ]).toEqual([[], []]);
  const standing = (to: string) =>
    chain.world.rows(`update vault.organisation set standing = $2 where unit_no = $1`, [chain.world.unitNo('sma'), to]);
  const [demandBefore] = [await issue()];
  await taking.until(1);
  await standing('SUSPENDED');
  await issue(['smb']);
  await chain.world.rows(
    `insert into vault.transition (machine, subject_id, action) select 'DEMAND', id, 'issue' from vault.demand where id = $1`,
    [await demandUuid(demandBefore.demand.id)],
  );
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(taking.received).toHaveLength(1);
  await standing('GOOD');
  expect((await taking.until(2))[1]?.event.sequence).toBe(2);
  await chain.mutate('sma', 'removeWebhook', 'WebhookInput', { webhook: webhook.id }, 'id');
  await issue();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(taking.received).toHaveLength(2);
});

test('bad addresses, too many, and a machine are refused', async () => {
  const refused = (url: string) => chain.refused('sma', 'registerWebhook', 'RegisterWebhookInput', { url }, SELECTION);
  expect((await refused('http://10.0.0.1/')).issues.map(({ rule }: { rule: string }) => rule)).toEqual([
    'URL.HTTPS',
    'URL.ADDRESS',
  ]);
  for (let place = 0; place < 10; place += 1) await register('smb', `https://hooks.example.org/${place}`);
  const full = await chain.refused(
    'smb',
    'registerWebhook',
    'RegisterWebhookInput',
    { url: 'https://hooks.example.org/' },
    SELECTION,
  );
  expect(full.code).toBe('STATE');
});

async function uuidOf(id: string): Promise<string> {
  return Promise.resolve(chain.hub.hub.services.ids.decode(id, chain.world.id('sma'))?.uuid ?? '');
}
async function demandUuid(id: string): Promise<string> {
  return Promise.resolve(chain.hub.hub.services.ids.decode(id, chain.world.id('auto'))?.uuid ?? '');
}
