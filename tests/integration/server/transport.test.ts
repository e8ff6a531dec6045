import { gzipSync } from 'node:zlib';
import { faultySchema } from './faultySchema';
import { RunningHub, type Answer } from './runningHub';
import { addMembers, type SmallMember } from './smallAlliance';

const NOTES = '{ members(first: 10) { nodes { legalName capacityNote } } }';

const codesOf = ({ errors }: Answer): unknown[] => errors.map((error) => error.extensions?.code);

describe('readers on one process', () => {
  let hub: RunningHub;
  let members: Map<string, SmallMember>;

  beforeAll(async () => {
    hub = await RunningHub.start();
    members = await addMembers(hub.database.admin, ['auto', 'auto2']);
  });
  afterAll(() => hub.stop());

  test('the public sees no private note, and each member its own', async () => {
    const asPublic = await hub.ask(NOTES);
    expect(asPublic.errors).toEqual([]);
    expect(asPublic.text).toContain('auto2');
    expect(asPublic.text).not.toContain('canary-');
    for (const [name, member] of members) {
      const { text } = await hub.ask(NOTES, { as: name });
      expect(text.match(/canary-[0-9a-f-]+/g)).toEqual([member.secret]);
    }
  });

  test('two of them interleaved two hundred times see only their own', async () => {
    const names = [...members.keys()];
    const asked = Array.from({ length: 200 }, (_item, index) => names[index % names.length] ?? '');
    const tokens = new Map(await Promise.all(names.map(async (name) => [name, await hub.token(name)] as const)));
    const answers = await Promise.all(asked.map((name) => hub.ask(NOTES, { token: tokens.get(name) })));
    answers.forEach(({ text, status }, index) => {
      expect(status).toBe(200);
      expect(text.match(/canary-[0-9a-f-]+/g)).toEqual([members.get(asked[index] ?? '')?.secret]);
    });
  });

  test('the signature of one token is checked once, and that of another one anew', async () => {
    const verify = jest.spyOn(crypto.subtle, 'verify');
    try {
      const token = await hub.token('auto');
      for (let request = 0; request < 3; request += 1) expect((await hub.ask(NOTES, { token })).status).toBe(200);
      expect(verify).toHaveBeenCalledTimes(1);
      expect((await hub.ask(NOTES, { token: `${token.slice(0, -4)}AAAA` })).status).toBe(401);
      expect(verify).toHaveBeenCalledTimes(2);
    } finally {
      verify.mockRestore();
    }
  });

  test('a person of a suspended member keeps its own and writes nothing from the very next request on', async () => {
    await hub.database.admin.query(`update vault.organisation set standing = 'SUSPENDED' where legal_name = 'auto2'`);
    const others = '{ members { nodes { legalName capacityNote } } }';
    const { text } = await hub.ask(others, { as: 'auto2' });
    expect(text.match(/canary-[0-9a-f-]+/g)).toEqual([members.get('auto2')?.secret]);
    const refused = await hub.ask('mutation { withdrawMeasurement(input: { measurement: "x" }) { __typename } }', {
      as: 'auto2',
    });
    expect(codesOf(refused)).toEqual(['POLICY_DENIED']);
  });

  test('the lists and their answers come without traces that a cache could keep', async () => {
    const answers = [
      await hub.ask(NOTES),
      await hub.ask(NOTES, { as: 'auto' }),
      await hub.ask('{ nothing }'),
      await hub.ask(NOTES, { token: 'nonsense' }),
      await hub.send('{', {}),
      await hub.send('', {}, 'GET'),
    ];
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('private, no-store');
      expect(headers.get('vary')).toBe('Authorization');
      for (const name of ['etag', 'last-modified', 'x-powered-by']) expect(headers.has(name)).toBe(false);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});

describe('credentials', () => {
  let hub: RunningHub;
  beforeAll(async () => {
    hub = await RunningHub.start({ schema: faultySchema(), changedLimits: { refusedCredentialsPerMinute: 6 } });
    await addMembers(hub.database.admin, ['auto', 'counsel']);
  });
  afterAll(() => hub.stop());

  test('an unknown, an expired, a malformed and a stranger token get one and the same answer', async () => {
    const expired = await hub.token('auto', 1);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const stranger = await hub.token('nobody');
    // The leeway for badly kept clocks is longer than this test: only what is wrong from the start is compared.
    const answers = await Promise.all([
      hub.ask('{ fine }', { token: 'x.y.z' }),
      hub.ask('{ fine }', { token: `${expired}x` }),
      hub.ask('{ fine }', { token: stranger }),
      hub.ask('{ fine }', { headers: { authorization: 'Basic abc' } }),
    ]);
    for (const { status, text, headers } of answers) {
      expect([status, text]).toEqual([401, answers[0]?.text]);
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(answers[0]?.errors[0]).toEqual({
      message: 'the credential is not valid',
      extensions: { code: 'UNAUTHENTICATED', next: expect.stringContaining('sign in again') as string },
    });
  });

  test('the shield opens a root field to its audience only, and one without a rule to nobody', async () => {
    expect(codesOf(await hub.ask('{ mine }'))).toEqual(['UNAUTHENTICATED']);
    expect((await hub.ask('{ mine ours }', { as: 'auto' })).data).toEqual({ mine: 'mine', ours: 'ours' });
    expect(codesOf(await hub.ask('{ counselOnly }', { as: 'auto' }))).toEqual(['POLICY_DENIED']);
    expect((await hub.ask('mutation { write }', { as: 'auto' })).data).toEqual({ write: 'written' });
    expect(codesOf(await hub.ask('mutation { write }'))).toEqual(['UNAUTHENTICATED']);
    for (const as of [undefined, 'auto']) {
      const { errors, text } = await hub.ask('{ unruled }', { as });
      expect(errors[0]?.message).toBe('this is open to nobody');
      expect(text).not.toContain('canary');
    }
  });

  test('a token that names other scopes than write does not write', async () => {
    const token = await hub.hub.issuer?.issueToken({ subject: 'demo-auto', ttlSeconds: 60, scopes: ['read'] });
    const { errors } = await hub.ask('mutation { write }', { token });
    expect(errors[0]?.extensions).toMatchObject({ code: 'POLICY_DENIED', rule: 'SHIELD.SCOPE' });
  });

  test('guessing credentials is stopped for a while, and says for how long', async () => {
    const answers = [];
    for (let guess = 0; guess < 8; guess++) answers.push(await hub.ask('{ fine }', { token: `a.${guess}.c` }));
    const last = answers.at(-1);
    expect([last?.status, last && codesOf(last)]).toEqual([429, ['RATE_LIMITED']]);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('limits that know nothing of data', () => {
  let hub: RunningHub;
  beforeAll(async () => {
    hub = await RunningHub.start({
      schema: faultySchema(),
      changedLimits: { publicRequestsPerMinute: 40, organisationRequestsPerMinute: 5 },
      changedConfig: { explorer: false },
    });
    await addMembers(hub.database.admin, ['auto', 'auto2']);
  });
  afterAll(() => hub.stop());

  const refusedAs = async (query: string, message: string) => {
    const answer = await hub.ask(query);
    expect([answer.status, answer.errors[0]?.message]).toEqual([400, message]);
    expect(answer.data).toBeUndefined();
    return answer;
  };

  test('many aliases, deep nesting, many directives, many tokens and wide lists are refused', async () => {
    const aliases = Array.from({ length: 16 }, (_item, index) => `a${index}: fine`).join(' ');
    await refusedAs(`{ ${aliases} }`, 'the operation has too many aliases');
    const depth = 12;
    await refusedAs(
      `{ thing { ${'parts { nodes { '.repeat(depth)} name ${'} }'.repeat(depth)} } }`,
      'the operation is nested too deeply',
    );
    await refusedAs(`{ fine ${'@include(if: true) '.repeat(6)} }`, 'the operation has too many directives');
    const tokens = await hub.ask(`{ ${'fine '.repeat(2100)} }`);
    expect([tokens.status, codesOf(tokens)]).toEqual([400, ['GRAPHQL_PARSE_FAILED']]);
    const wide =
      '{ things(first: 100) { nodes { parts(first: 100) { nodes { parts(first: 100) { nodes { name } } } } } } }';
    await refusedAs(wide, 'the operation asks for too much at once; take shorter pages or fewer fields');
    expect((await hub.ask(wide.replaceAll('100', '10'))).errors).toEqual([]);
  });

  test('the length of a list counts when it comes as a variable, given or by default', async () => {
    const nested = 'things(first: $n) { nodes { parts(first: $n) { nodes { parts(first: $n) { nodes { name } } } } } }';
    const given = await hub.ask(`query Wide($n: Int) { ${nested} }`, { variables: { n: 100 } });
    const byDefault = await hub.ask(`query Wide($n: Int = 100) { ${nested} }`);
    for (const answer of [given, byDefault]) expect(answer.status).toBe(400);
    expect((await hub.ask(`query Wide($n: Int = 100) { ${nested} }`, { variables: { n: 3 } })).errors).toEqual([]);
  });

  test('the schema is shown to those who are signed in, and no name of it is suggested', async () => {
    const introspection = '{ __schema { types { name } } }';
    await refusedAs(introspection, 'the schema is shown to those who are signed in');
    await refusedAs(
      'query Q { ...F } fragment F on Query { __type(name: "Thing") { name } }',
      'the schema is shown to those who are signed in',
    );
    expect((await hub.ask(introspection, { as: 'auto' })).text).toContain('"Thing"');
    expect((await hub.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
    for (const query of ['{ fin }', '{ thing { nam } }', '{ things(fist: 1) { nodes { name } } }']) {
      const { text } = await hub.ask(query);
      expect(text).toContain('GRAPHQL_VALIDATION_FAILED');
      expect(text).not.toMatch(/did you mean/i);
    }
  });

  test('only POST with one JSON operation, uncompressed and not too long, is taken', async () => {
    const get = await hub.send('', {}, 'GET');
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    const large = await hub.ask('{ fine }', { variables: { padding: 'x'.repeat(110_000) } });
    expect([large.status, large.errors[0]?.message]).toEqual([413, 'the body is larger than 100 kB']);
    const batch = await hub.send(JSON.stringify([{ query: '{ fine }' }, { query: '{ fine }' }]));
    expect([batch.status, codesOf(batch)]).toEqual([400, ['BAD_REQUEST']]);
    const broken = await hub.send('{"query": ');
    expect([broken.status, broken.errors[0]?.message]).toEqual([400, 'the body is no valid JSON']);
    const packed = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync('{"query":"{ fine }"}'),
    });
    expect(packed.status).toBe(415);
    // What a form of any other site can send without asking first.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const forged = await hub.send(JSON.stringify({ query: '{ fine }' }), { 'content-type': type });
      expect(forged.status).toBeGreaterThanOrEqual(400);
      expect(forged.data).toBeUndefined();
    }
    expect((await fetch(`${hub.url}/nowhere`)).status).toBe(404);
    expect((await fetch(`${hub.url}/`)).status).toBe(404);
  });

  test('an organisation has an account of its own, which the others do not notice', async () => {
    const token = await hub.token('auto2');
    const statuses = [];
    for (let index = 0; index < 7; index++) statuses.push((await hub.ask('{ mine }', { token })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const other = await hub.ask('{ mine }', { as: 'auto' });
    expect(other.status).toBe(200);
    expect([...other.headers.keys()].filter((name) => /rate|retry|limit/.test(name))).toEqual([]);
  });

  test('the public has an account per address', async () => {
    let last = await hub.ask('{ fine }');
    for (let index = 0; index < 40 && last.status === 200; index++) last = await hub.ask('{ fine }');
    expect([last.status, codesOf(last)]).toEqual([429, ['RATE_LIMITED']]);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
