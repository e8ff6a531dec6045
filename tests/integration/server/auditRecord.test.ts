import { AuditLog, type ReadRecord } from '../../../src/audit';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { CANARY, faultySchema } from './faultySchema';
import { RunningHub } from './runningHub';
import { addMembers, type SmallMember } from './smallAlliance';

const record = (unitNos: number[] = [], operation = 'Read'): ReadRecord => ({
  organisationNo: 1,
  personId: null,
  roles: ['ANALYST', 'SITE_OWNER'],
  purpose: null,
  initiativeNo: null,
  operation,
  queryHash: 'ab'.repeat(32),
  types: ['Member', 'Site'],
  unitNos,
  outcome: 'ALLOW',
  rule: null,
});

describe('the log of reads', () => {
  let database: TestDatabase;
  let log: AuditLog;

  beforeAll(async () => {
    database = await createTestDatabase();
    log = new AuditLog(database.pools.auditor);
  });
  afterAll(() => database.drop());

  const rows = async (): Promise<Record<string, unknown>[]> =>
    (await database.admin.query('select * from audit.read_record order by id')).rows;

  test('holds a record once its append has resolved, with lists as they were', async () => {
    await log.append(record([5, 9]));
    await log.append({ ...record(), roles: [], types: ['odd "name", {with} \\ marks'] });
    expect(await rows()).toMatchObject([
      { organisation_no: 1, roles: ['ANALYST', 'SITE_OWNER'], types: ['Member', 'Site'], unit_nos: [5, 9] },
      { roles: [], types: ['odd "name", {with} \\ marks'], unit_nos: [] },
    ]);
  });

  test('gathers what comes while a batch is under way into the next one', async () => {
    const before = (await rows()).length;
    let statements = 0;
    const counting = {
      query: (sql: string, parameters: unknown[]) => {
        statements++;
        return database.pools.auditor.query(sql, parameters);
      },
    };
    const gathering = new AuditLog(counting);
    await Promise.all(Array.from({ length: 300 }, (_item, index) => gathering.append(record([index]))));
    expect((await rows()).length - before).toBe(300);
    expect(statements).toBe(2);
  });

  test('rejects when the connection is killed, and goes on with the next', async () => {
    const { rows: before } = await database.admin.query<{ count: number }>(
      'select count(*)::int as count from audit.read_record',
    );
    await log.append(record());
    const lock = await database.admin.connect();
    await lock.query('begin; lock table audit.read_record in access exclusive mode');
    const append = log.append(record([1], 'Killed')).then(
      () => 'recorded',
      () => 'refused',
    );
    await waitForAuditor(database);
    await database.admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'sluice_auditor'
      and datname = current_database()`);
    expect(await append).toBe('refused');
    await lock.query('rollback');
    lock.release();
    await log.append(record([2], 'After'));
    const { rows: after } = await database.admin.query<{ count: number }>(
      'select count(*)::int as count from audit.read_record',
    );
    expect((after[0]?.count ?? 0) - (before[0]?.count ?? 0)).toBe(2);
  });

  test('its role adds, and neither reads, changes, removes nor backdates', async () => {
    const { auditor } = database.pools;
    const forbidden = [
      'select id from audit.read_record',
      `update audit.read_record set outcome = 'ALLOW'`,
      'delete from audit.read_record',
      'truncate audit.read_record',
      `insert into audit.read_record (happened_at, roles, query_hash, types, unit_nos, outcome) values (now(), '{}', '', '{}', '{}', '')`,
      'select * from identity.person',
      'select * from vault.organisation',
    ];
    for (const sql of forbidden) await expect(auditor.query(sql)).rejects.toMatchObject({ code: '42501' });
    // Not even the owner of the table does.
    await expect(database.admin.query('delete from audit.read_record')).rejects.toThrow('append-only');
  });

  test('keeps up with many readers', async () => {
    const appends = 2000;
    const started = performance.now();
    await Promise.all(Array.from({ length: appends }, (_item, index) => log.append(record([index]))));
    const perSecond = Math.round((appends / (performance.now() - started)) * 1000);
    console.log(`audit: ${perSecond} records a second`);
    expect((await rows()).length).toBeGreaterThan(appends);
  });
});

async function waitForAuditor(database: TestDatabase): Promise<void> {
  for (;;) {
    const { rows } = await database.admin.query(
      `select from pg_stat_activity where usename = 'sluice_auditor' and datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('no record, no answer', () => {
  let hub: RunningHub;
  let auto: SmallMember | undefined;

  beforeAll(async () => {
    hub = await RunningHub.start({ schema: faultySchema() });
    auto = (await addMembers(hub.database.admin, ['auto'])).get('auto');
  });
  afterAll(() => hub.stop());

  const recorded = async (): Promise<Record<string, unknown>[]> =>
    (await hub.database.admin.query('select * from audit.read_record order by id')).rows;

  test('an operation of somebody signed in is recorded, with names and numbers only', async () => {
    await hub.ask('query Redacted { redacted fine }', {
      as: 'auto',
      variables: { undeclared: CANARY },
    });
    await hub.ask(`{ domain }`, { as: 'auto' });
    await hub.ask(`{ bug }`, { as: 'auto' });
    await hub.ask('{ fine }', { as: 'auto', headers: { 'sluice-purpose': 'OWN_SUPPLY_CHAIN' } });
    const records = await recorded();
    expect(records).toMatchObject([
      { operation: 'Redacted', types: ['Thing'], unit_nos: [3, 7], outcome: 'AGGREGATE_ONLY', rule: null },
      { outcome: 'DENY', rule: 'LAW.COMPETITOR', operation: null },
      { outcome: 'ERROR', rule: null, purpose: null },
      { outcome: 'ALLOW', purpose: 'OWN_SUPPLY_CHAIN' },
    ]);
    expect(records[0]).toMatchObject({
      organisation_no: auto?.unitNo,
      person_id: auto?.personId,
      roles: ['SITE_OWNER'],
    });
    expect(records[0]?.query_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(records)).not.toContain(CANARY);
  });

  test('the public leaves no record, nor does what never ran', async () => {
    const before = (await recorded()).length;
    await hub.ask('{ fine }');
    await hub.ask('{ nothing }', { as: 'auto' });
    await hub.ask('{ fine }', { token: 'a.b.c' });
    expect((await recorded()).length).toBe(before);
  });

  /** Whether the hub answers somebody signed in while nothing can be recorded: what must never be. */
  const answersUnrecorded = async (asked: RunningHub): Promise<boolean> => {
    await asked.database.admin.query('revoke insert on audit.read_record from sluice_auditor');
    try {
      const { data, text } = await asked.ask('{ mine fine }', { as: 'auto' });
      return data !== undefined || text.includes('mine');
    } finally {
      await asked.database.admin.query('grant insert on audit.read_record to sluice_auditor');
    }
  };

  test('without the right to record nobody signed in gets anything', async () => {
    expect(await answersUnrecorded(hub)).toBe(false);
    await hub.database.admin.query('revoke insert on audit.read_record from sluice_auditor');
    const { status, errors, data } = await hub.ask('{ mine }', { as: 'auto' });
    expect([status, data, errors[0]?.message]).toEqual([500, undefined, 'internal error']);
    expect((await hub.ask('{ fine }')).data).toEqual({ fine: 'fine' });
    await hub.database.admin.query('grant insert on audit.read_record to sluice_auditor');
    expect((await hub.ask('{ mine }', { as: 'auto' })).data).toEqual({ mine: 'mine' });
  });

  test('a twin that records without waiting is caught', async () => {
    const holder: { log?: AuditLog } = {};
    const careless = {
      append: (given: ReadRecord): Promise<void> => {
        holder.log?.append(given).catch(() => undefined);
        return Promise.resolve();
      },
    };
    const twin = await RunningHub.start({ schema: faultySchema(), auditLog: careless });
    holder.log = new AuditLog(twin.hub.services.pools.auditor);
    await addMembers(twin.database.admin, ['auto']);
    expect(await answersUnrecorded(twin)).toBe(true);
    await twin.stop();
  });
});
