import { AuditLog } from '../../../src/audit';
import { ApiKeys, PostgresApiKeyStore, readIdentityThresholds } from '../../../src/identity';
import { addDays } from '../../../src/kernel/period';
import { EventFeed } from '../../../src/modules/events';
import { Operation } from '../../../src/modules/graph';
import { createHmac } from 'node:crypto';
import { createTestDatabase } from '../../support/database';
import { EventReader } from '../../support/eventReader';
import { ValueChainWorld } from '../../support/valueChainWorld';

const today = new Date().toISOString().slice(0, 10);
const EVENTS = 'subscription { events { sequence cursor id type subjectType subjectId happenedAt } }';
let chain: ValueChainWorld;
let recording = true;
const open: EventReader[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  const log = new AuditLog(database.pools.auditor);
  chain = await ValueChainWorld.start(database, 'COORDINATION', {
    changedEventSettings: { pollMilliseconds: 50, heartbeatSeconds: 1, streamsPerOrganisationMax: 3 },
    auditLog: { append: (record) => (recording ? log.append(record) : Promise.reject(new Error('the log is full'))) },
  });
  await chain.world.organisation('counsel', { company: false, kinds: ['COUNSEL'] });
  await chain.world.person('counsel', 'counsel', ['COMPETITION_COUNSEL']);
  for (const refiner of ['sma', 'smb']) {
    await chain.world.link(`l-${refiner}`, { supplier: refiner, customer: 'auto', state: 'CONFIRMED' });
  }
});
let stopped = false;
afterAll(() => (stopped ? chain.database.drop() : chain.stop()));
afterEach(async () => {
  await Promise.all(open.splice(0).map((stream) => stream.close()));
});

async function stream(as: string, query = EVENTS, headers: Record<string, string> = {}): Promise<EventReader> {
  const reader = await chain.hub.stream(as, query, headers);
  open.push(reader);
  for (let wait = 0; reader.results.length === 0 && wait < 300; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return reader;
}
const issue = (recipients: string[] = ['sma']): Promise<{ demand: { id: string } }> =>
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
const typesOf = (reader: EventReader): unknown[] => reader.events.map(({ type }) => type);

test('issuer and recipient are told of a demand by ids of their own, numbered from 1, and nobody else is', async () => {
  const [auto, sma, smb] = [await stream('auto'), await stream('sma'), await stream('smb')];
  const { demand } = await issue();
  const [toSma, toAuto] = [await sma.until(2), await auto.until(2)];
  expect(toSma.map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(toSma.map(({ type }) => type).sort()).toEqual(['DEMAND_ISSUED', 'RESPONSE_CHANGED']);
  const told = toAuto.find(({ type }) => type === 'DEMAND_ISSUED');
  expect(told?.subjectId).toBe(demand.id);
  const seen = toSma.find(({ type }) => type === 'DEMAND_ISSUED');
  expect(seen?.subjectId).not.toBe(demand.id);
  const query = `{ node(id: "${String(seen?.subjectId)}") { id ... on Demand { state } } }`;
  expect((await chain.hub.data({ as: 'sma', query })).node).toMatchObject({ state: 'ISSUED' });
  expect(Object.keys(seen ?? {}).sort()).toEqual([
    'cursor',
    'happenedAt',
    'id',
    'sequence',
    'subjectId',
    'subjectType',
    'type',
  ]);
  expect(String(seen?.happenedAt)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:(00|15|30|45)Z$/);
  expect(smb.events).toEqual([]);
  const records = await chain.world.rows<{ types: string[] }>(
    `select types from audit.read_record where organisation_no = $1 and 'Demand' = any(types) and operation is null`,
    [chain.world.unitNo('sma')],
  );
  expect(records.length).toBeGreaterThan(0);
});

test('a stream resumes after the last event that was taken, with the next number and without loss', async () => {
  const first = await stream('sma');
  const opened = first.results[0]?.data?.events;
  await issue();
  await first.until(2);
  await first.close();
  await issue();
  const since = (cursor: unknown): string => EVENTS.replace('events', `events(since: "${String(cursor)}")`);
  const resumed = await stream('sma', since(first.events[1]?.cursor));
  expect((await resumed.until(2)).map(({ sequence }) => sequence)).toEqual([3, 4]);
  const again = await stream('sma', since(opened?.cursor));
  const replayed = await again.until(4);
  expect(replayed.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  expect(replayed.map(({ id }) => id)).toEqual([...first.events, ...resumed.events].map(({ id }) => id));
  // another viewer's cursor, and one of another filter, are no cursors
  expect((await stream('smb', since(opened?.cursor))).codes).toEqual(['VALIDATION']);
  const filtered = EVENTS.replace('events', `events(types: [LINK_CHANGED], since: "${String(opened?.cursor)}")`);
  expect((await stream('sma', filtered)).codes).toEqual(['VALIDATION']);
});

test("counsel's freeze holds on an open stream at the next event, is told to those it concerns, and leaves no gap", async () => {
  const [auto, sma, smb] = [await stream('auto'), await stream('sma'), await stream('smb')];
  await issue();
  await sma.until(2);
  const freeze = `mutation { freeze(input: { dataClass: "DEMAND", reason: "inquiry" }) { id } }`;
  const { freeze: frozen } = await chain.hub.data({ as: 'counsel', query: freeze });
  await issue();
  await sma.until(4);
  await auto.until(4);
  const lift = `mutation { liftFreeze(input: { freeze: "${frozen.id}" }) { id } }`;
  await chain.hub.data({ as: 'counsel', query: lift });
  await issue();
  const events = await sma.until(7);
  expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  // its own answer is its own all the while; the demand of another is held back
  expect(typesOf(sma).slice(2, 5)).toEqual(['FREEZE_BEGUN', 'RESPONSE_CHANGED', 'FREEZE_LIFTED']);
  expect(typesOf(sma).filter((type) => type === 'DEMAND_ISSUED')).toHaveLength(2);
  await auto.until(7);
  // the issuer reads what is its own all the while; who has no demand hears of no freeze
  expect(typesOf(auto).filter((type) => type === 'DEMAND_ISSUED')).toHaveLength(3);
  expect(typesOf(smb)).toEqual([]);
  expect(JSON.stringify(sma.frames)).not.toContain('inquiry');
});

test('consent that was withdrawn before an event is sent holds on an open stream, and leaves no gap', async () => {
  const { world } = chain;
  await world.link('l-mine', { supplier: 'minex', customer: 'auto', state: 'CONFIRMED', stage: 'MINING_LSM' });
  const certificate = await world.store(
    'assessment',
    'minex1',
    { tier: 'VALUE_CHAIN_DOWNSTREAM', dataClass: 'PERFORMANCE' },
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
  // Shown to Auto as evidence once, so that whatever happens to it still concerns Auto.
  await issue(['minex']);
  const [response] = await world.rows<{ id: string }>('select id from vault.demand_response where recipient_id = $1', [
    world.id('minex'),
  ]);
  const minex = world.unitNo('minex');
  await world.rows(
    `insert into vault.response_evidence (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, response_id, issuer_no, kind, assessment_id)
     values ($1, $1, $1, 6, 5, 6, $2, $3, 'ASSESSMENT', $4)`,
    [minex, response?.id, world.unitNo('auto'), certificate],
  );
  const auto = await stream('auto');
  const suspend = (): Promise<unknown> =>
    world.rows(`insert into vault.transition (machine, subject_id, action) values ('ASSESSMENT', $1, 'suspend')`, [
      certificate,
    ]);
  await suspend();
  expect((await auto.until(1)).map(({ type }) => type)).toEqual(['CERTIFICATE_SUSPENDED']);
  const link = chain.idFor('minex', 'link', world.id('l-mine'));
  await chain.mutate('minex', 'endLink', 'EndLinkInput', { link, endedOn: today }, 'link { state }');
  await suspend();
  await issue();
  const told = await auto.until(4);
  expect(told.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  expect(told.filter(({ type }) => type === 'CERTIFICATE_SUSPENDED')).toHaveLength(1);
  expect(told.map(({ type }) => type)).toContain('LINK_CHANGED');
  // a test below counts statements by the kinds that are told
  await world.rows('delete from events.event where subject_id = $1', [certificate]);
});

test('a suspended member, a revoked key and an expired token end the stream at the next event or before', async () => {
  const { pools, secret } = chain.database;
  const keys = new ApiKeys({
    store: new PostgresApiKeyStore(pools.contributor),
    pepper: createHmac('sha256', secret).update('pepper of API keys').digest(),
    clock: () => new Date(),
    thresholds: readIdentityThresholds('policies'),
  });
  const personId = chain.world.id('person sma');
  const holder = { kind: 'PERSON', personId, scopes: ['read', 'write'], roles: ['SITE_OWNER'] } as const;
  const { key, record } = await keys.issue(holder, { scopes: ['read'], roles: ['SITE_OWNER'], days: 1 });
  const byKey = await stream('sma', EVENTS, { authorization: `Bearer ${key}` });
  await keys.revoke(holder, record.keyId);
  await issue();
  await byKey.done;
  expect([byKey.events, byKey.codes, byKey.frames.at(-1)?.event]).toEqual([[], ['UNAUTHENTICATED'], 'complete']);

  const token = await chain.hub.hub.issuer?.issueToken({ subject: 'demo-sma', ttlSeconds: 3 });
  const short = await stream('sma', EVENTS, { authorization: `Bearer ${token}` });
  await short.done;
  expect([short.events, short.frames.at(-1)?.event]).toEqual([[], 'complete']);

  const sma = await stream('sma');
  await chain.world.rows(`update vault.organisation set standing = 'SUSPENDED' where unit_no = $1`, [
    chain.world.unitNo('sma'),
  ]);
  await issue(['smb']);
  await sma.done;
  expect([sma.events, sma.codes, sma.frames.at(-1)?.event]).toEqual([[], ['POLICY_DENIED'], 'complete']);
  await chain.world.rows(`update vault.organisation set standing = 'GOOD' where unit_no = $1`, [
    chain.world.unitNo('sma'),
  ]);
});

test('a stream about a hidden thing is the stream about a missing one, byte by byte', async () => {
  const { demand } = await issue(['sma']);
  const about = (id: string): string => EVENTS.replace('events', `events(subject: "${id}")`);
  const hidden = chain.idFor('smb', 'demand', await uuidOf(demand.id));
  const missing = chain.idFor('smb', 'demand', '00000000-0000-4000-8000-000000000000');
  const streams = [await stream('smb', about(hidden)), await stream('smb', about(missing))];
  const own = await stream('sma', about(chain.idFor('sma', 'demand', await uuidOf(demand.id))));
  await chain.mutate(
    'auto',
    'moveDemand',
    'MoveDemandInput',
    { demand: demand.id, action: 'WITHDRAW', reason: 'done' },
    'demand { id }',
  );
  expect((await own.until(1)).map(({ type }) => type)).toEqual(['DEMAND_WITHDRAWN']);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const [one, other] = streams.map(({ results }) =>
    results.map((result) => JSON.stringify(result).replace(/"cursor":"[^"]+"/, '')),
  );
  expect(one).toEqual(other);
  expect(streams.map(({ events }) => events)).toEqual([[], []]);
});

test('no record, no event', async () => {
  const sma = await stream('sma');
  recording = false;
  try {
    await issue().catch(() => undefined);
    await chain.world.rows(
      `insert into vault.transition (machine, subject_id, action) select 'DEMAND', id, 'amend' from vault.demand where $1 = any(recipients) and state = 'ISSUED' limit 1`,
      [chain.world.unitNo('sma')],
    );
    await sma.done;
  } finally {
    recording = true;
  }
  expect([sma.events, sma.codes, sma.frames.at(-1)?.event]).toEqual([[], ['INTERNAL_SERVER_ERROR'], 'complete']);
});

describe('what is no stream', () => {
  const refused = async (as: string, query: string): Promise<[number, string[]]> => {
    const reader = await chain.hub.stream(as, query);
    const status = reader.response.status;
    if (status === 200) {
      await reader.done;
      return [status, reader.codes];
    }
    return [status, []];
  };

  test('queries, faults, depth, another field, the public, and a subscription by plain POST are refused', async () => {
    expect((await refused('sma', '{ me { __typename } }'))[0]).toBe(400);
    expect((await refused('sma', 'subscription { nothing }'))[0]).toBe(400);
    expect((await refused('sma', 'subscription {'))[0]).toBe(400);
    expect(
      (
        await refused(
          'sma',
          `subscription { ${Array.from({ length: 20 }, (_each, place) => `a${place}: events { type }`).join(' ')} }`,
        )
      )[0],
    ).toBe(400);
    const anonymous = await EventReader.open(chain.hub.url, {}, EVENTS);
    await anonymous.done;
    expect(anonymous.codes).toEqual(['UNAUTHENTICATED']);
    const forged = await EventReader.open(chain.hub.url, { authorization: 'Bearer forged' }, EVENTS);
    expect(forged.response.status).toBe(401);
    const plain = await chain.hub.ask({ as: 'sma', query: EVENTS });
    expect([plain.status, plain.data]).toEqual([400, null]);
  });

  test('an organisation has so many streams and no more, whatever the others have', async () => {
    await Promise.all([stream('sma'), stream('sma'), stream('sma')]);
    expect((await refused('sma', EVENTS))[0]).toBe(429);
    expect((await stream('smb')).response.status).toBe(200);
  });
});

test('a batch of events is judged by one statement a kind of subject, however many they are', async () => {
  const { services } = chain.hub.hub;
  const viewer = {
    kind: 'PERSON',
    personId: null,
    organisationId: chain.world.id('auto'),
    organisationNo: chain.world.unitNo('auto'),
    deskNos: [chain.world.deskNo('auto')],
    roles: [],
    may: -1 >>> 1,
    scopes: ['read'],
    idKey: chain.world.id('auto'),
    purpose: null,
    initiativeId: null,
    initiativeNo: null,
    locale: 'en',
  } as const;
  const counts: number[] = [];
  for (const rows of [1, 10, 50]) {
    const operation = new Operation(services, viewer);
    const batch = await new EventFeed(services.pools.trustee, rows).next(operation, { types: [] }, 0);
    counts.push(operation.statementCount / new Set(batch.events.map(({ subjectType }) => subjectType)).size);
    await operation.end();
  }
  expect(counts).toEqual([1, 1, 1]);
});

test('told to stop, the hub completes every stream', async () => {
  const sma = await stream('sma');
  stopped = true;
  await chain.hub.stop();
  await sma.done;
  expect(sma.frames.at(-1)?.event).toBe('complete');
});

async function uuidOf(id: string): Promise<string> {
  return chain.hub.hub.services.ids.decode(id, chain.world.id('auto'))?.uuid ?? '';
}
