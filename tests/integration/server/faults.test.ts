import { randomUUID } from 'node:crypto';
import { CANARY, faultySchema } from './faultySchema';
import { RunningHub } from './runningHub';
import { addMembers } from './smallAlliance';

describe('the two faces of an error', () => {
  let hub: RunningHub;
  beforeAll(async () => {
    hub = await RunningHub.start({ schema: faultySchema() });
    await addMembers(hub.database.admin, ['auto']);
  });
  afterAll(() => hub.stop());

  test('a domain error is told as its author wrote it, without its cause', async () => {
    const { errors, data, status, text } = await hub.ask('{ domain }');
    expect([status, data]).toEqual([200, null]);
    expect(errors).toEqual([
      {
        message: 'not shared between competitors',
        path: ['domain'],
        extensions: { code: 'COMPETITOR_CSI', rule: 'LAW.COMPETITOR', next: 'ask for the aggregate' },
      },
    ]);
    expect(text).not.toContain(CANARY);
  });

  test.each(['bug', 'invariant', 'database', 'required', 'thing { name broken }'])(
    'a fault of ours in `%s` is two words and a number, which leads to its cause in the log',
    async (selection) => {
      const { errors, data, status, text } = await hub.ask(`{ fine ${selection} }`);
      expect([status, data]).toEqual([500, null]);
      expect(text).not.toContain(CANARY);
      expect(text).not.toMatch(/stack|\.ts|select|int4|Cannot return null/);
      const number = String(errors[0]?.extensions?.correlationId);
      expect(errors[0]).toMatchObject({ message: 'internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } });
      expect(number).toMatch(/^[0-9a-f-]{36}$/);
      const line = hub.logLines.find((each) => each.includes(number));
      expect(line).toContain('"frames":["at ');
    },
  );

  test('nothing partial is left of a refused query, and the parts of a mutation that were written are told', async () => {
    expect((await hub.ask('{ fine domain }')).data).toBeNull();
    const { data, errors } = await hub.ask('mutation { write fail }', { as: 'auto' });
    expect([data, errors[0]?.extensions?.code]).toEqual([{ write: 'written', fail: null }, 'STATE']);
  });

  test('several errors come in the order of the answer, not of time', async () => {
    const { errors } = await hub.ask('{ domain bug a: domain }');
    expect(errors.map((error) => error.path?.[0])).toEqual(['a', 'bug', 'domain']);
  });

  test('redactions and alternatives stand in a stable order, and only where there are any', async () => {
    const { extensions } = await hub.ask('{ redacted }');
    expect(extensions).toEqual({
      redactions: [
        { path: 'thing.broken', reason: 'shared at ALLIANCE by default', tier: 'ALLIANCE' },
        { path: 'thing.name', reason: 'shared at OWNER_ONLY by default', tier: 'OWNER_ONLY' },
      ],
      alternatives: [{ statistic: 'production', scope: 'copper' }],
    });
    expect((await hub.ask('{ fine }')).extensions).toBeUndefined();
  });

  test('the log holds shapes and codes, nothing that was sent or read', async () => {
    const secret = `sent-${randomUUID()}`;
    const token = await hub.token('auto');
    await hub.ask(`query ${CANARY.replaceAll('-', '_')}($unused: String) { fine }`, {
      token,
      variables: { unused: secret },
      headers: { 'sluice-purpose': secret.slice(0, 30), 'x-forwarded-for': secret },
    });
    await hub.ask(`{ "${secret}" }`, { token });
    await hub.ask('{ bug database domain }', { token });
    const log = hub.logLines.join('\n');
    for (const hidden of [secret, CANARY, CANARY.replaceAll('-', '_'), token, token.split('.')[2] ?? '']) {
      expect(log).not.toContain(hidden);
    }
    const line: unknown = JSON.parse(hub.logLines.filter((each) => each.includes('"request"')).at(-1) ?? '{}');
    expect(line).toMatchObject({ method: 'POST', route: '/graphql', status: 500, viewerKind: 'PERSON' });
    expect(line).toHaveProperty('milliseconds');
  });
});

/** Statements that let the lookup of the gates fail in the middle of a statement, and that mend it. */
function faultyBinding(fault: string): [breaks: string, mends: string] {
  return [
    `create table public.kept as select pg_get_functiondef('policy.is_signed'::regproc) as sql;
     create or replace function policy.is_signed(claims text, proof text, inner_pad bytea, outer_pad bytea) returns boolean language plpgsql stable
       as $fault$ begin ${fault}; return null; end $fault$`,
    `do $$ begin execute (select sql from public.kept); drop table public.kept; end $$`,
  ];
}

/** Taken from the owner of the views, whose lookups then fail; a table that is renamed would still be found by its number. */
const withheld = (table: string): [breaks: string, mends: string] => [
  `revoke select on policy.${table} from sluice_discloser`,
  `grant select on policy.${table} to sluice_discloser`,
];

describe('faults in the data that decide', () => {
  let hub: RunningHub;
  beforeAll(async () => {
    hub = await RunningHub.start();
    await addMembers(hub.database.admin, ['auto', 'auto2']);
  });
  afterAll(() => hub.stop());

  const NOTES = '{ members { nodes { legalName capacityNote } } }';

  /** Everything that a decision loads, taken away; the pair of statements breaks and mends. */
  const faults: [what: string, breaks: string, mends: string][] = [
    ['the grounds', ...withheld('viewer')],
    ['the gates', ...withheld('rights_gate')],
    [
      'the key',
      `revoke select on policy.viewer from sluice_discloser; grant select (desk_no, grounds, closure_valid) on policy.viewer to sluice_discloser`,
      'grant select on policy.viewer to sluice_discloser',
    ],
    [
      'the view',
      'alter view disclosed.organisation rename to gone',
      'alter view disclosed.gone rename to organisation',
    ],
    ['the people', 'alter table identity.person rename to gone', 'alter table identity.gone rename to person'],
    ['an end of a lookup, which fails with a value in its words,', ...faultyBinding(`raise exception 'canary-vault'`)],
    [
      'an end of a lookup, since the connection dies,',
      ...faultyBinding('perform pg_terminate_backend(pg_backend_pid())'),
    ],
  ];

  test.each(faults)('without %s there is no answer, and it says nothing', async (_what, breaks, mends) => {
    const before = await hub.ask(NOTES, { as: 'auto' });
    await hub.database.admin.query(breaks);
    const during = await hub.ask(NOTES, { as: 'auto' });
    await hub.database.admin.query(mends);
    expect(before.text).toContain('canary-');
    expect(during.status).toBe(500);
    expect(during.data ?? null).toBeNull();
    expect(during.text).toMatch(/^\{"errors":\[\{"message":"internal error"/);
    expect(during.text).not.toMatch(/canary-|policy|vault|does not exist/);
    expect((await hub.ask(NOTES, { as: 'auto' })).text).toBe(before.text);
  });

  // The gates of every initiative are kept ready, and follow their causes in the same transaction or not at all.
  test.each([
    ['the law of phases', 'alter table policy.gate rename to gone', 'alter table policy.gone rename to gate'],
    [
      'the gates',
      'alter table policy.initiative_gate rename to gone',
      'alter table policy.gone rename to initiative_gate',
    ],
  ])('without %s counsel cannot freeze, rather than freeze without effect', async (_what, breaks, mends) => {
    const freeze = `insert into policy.freeze (data_class, reason, frozen_by) values (2, 'a reason', gen_random_uuid())`;
    await hub.database.admin.query(breaks);
    await expect(hub.database.admin.query(freeze)).rejects.toThrow('does not exist');
    await hub.database.admin.query(mends);
    const { rows } = await hub.database.admin.query('select from policy.freeze');
    expect(rows).toEqual([]);
    expect((await hub.ask(NOTES, { as: 'auto' })).text).toContain('canary-');
  });

  test.each([
    ['grounds that are empty', `update policy.viewer set grounds = '{}'`],
    ['gates that are missing', 'delete from policy.gate'],
    ['a key that is another', `update policy.key set inner_pad = outer_pad`],
  ])('with %s nothing is disclosed', async (_what, breaks) => {
    await hub.database.admin.query(breaks);
    const { text } = await hub.ask(NOTES, { as: 'auto' });
    expect(text).toBe('{"data":{"members":{"nodes":[]}}}\n');
  });
});
