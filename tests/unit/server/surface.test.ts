import {
  buildSchema,
  getNamedType,
  getNullableType,
  GraphQLError,
  type GraphQLFormattedError,
  isListType,
  parse,
} from 'graphql';
import { packageRoot } from '../../../src/modules/reference';
import { ruleMistakes } from '../../../src/server/applyShield';
import { asksForSchema } from '../../../src/server/introspection';
import { parseServerLimits, readServerLimits } from '../../../src/server/limits/thresholds';
import { createLogger } from '../../../src/server/logger';
import { privateFace } from '../../../src/server/privateFace';
import { publicError } from '../../../src/server/publicError';
import { open, type RootRules } from '../../../src/server/rootRule';
import { buildHubSchema } from '../../../src/server/schema';

const silent = createLogger('silent');

describe('the shield', () => {
  test('has a rule for every root field of the hub, and none too many', async () => {
    expect(ruleMistakes(await buildHubSchema())).toEqual([]);
  });

  test('a field that somebody forgot is found', () => {
    const schema = buildSchema('type Query { known: Int forgotten: Int } type Mutation { write: Int }');
    const rules: RootRules = { Query: { known: open, gone: open }, Mutation: {}, Subscription: {} };
    expect(ruleMistakes(schema, rules)).toEqual(['Query.forgotten', 'Mutation.write', 'Query.gone']);
  });
});

/** Lists that are no pages, each bounded by something else. */
const BOUNDED: Readonly<Record<string, string>> = {
  auditLog: 'asked for by number, 1,000 at most',
  demandClusters: 'by topic: thirty at most',
  demandOverlaps: 'of the open demands of one inbox',
  ledgerAlarms: 'one a family of measures and period',
  readCounts: 'by month, 24 at most',
  risks: 'six a phase of one initiative',
  trend: 'of one cell, 500 at most',
  webhookDeliveries: 'asked for by number',
  webhooks: 'an organisation has as many as `policies` admit',
};
/** Pages in an order of their own: of what is small, and of what is walked. */
const OWN_ORDER = [
  ...['apiKeys', 'customers', 'interestRegister', 'interestSummary', 'interests', 'readsOfMyData', 'releases'],
  'suppliers',
];

describe('every list', () => {
  test('is a bounded page with cursors, filtered and ordered in one style, or bounded by something named here', async () => {
    const fields = Object.values((await buildHubSchema()).getQueryType()?.getFields() ?? {});
    const lists = fields.filter(({ type }) => isListType(getNullableType(type)));
    expect(lists.map(({ name }) => name).sort()).toEqual(Object.keys(BOUNDED).sort());
    const pages = fields.filter(({ type }) => getNamedType(type).name.endsWith('Connection'));
    expect(pages.length).toBeGreaterThan(25);
    const lacking = pages.flatMap(({ name, args }) => {
      const wanted = OWN_ORDER.includes(name)
        ? ['first', 'after']
        : ['first', 'after', 'last', 'before', 'where', 'orderBy'];
      return wanted
        .filter((each) => !args.some((argument) => argument.name === each))
        .map((each) => `${name}: ${each}`);
    });
    expect(lacking).toEqual([]);
  });
});

describe('an error that nobody foresaw', () => {
  const secret = 'canary-77';
  const formatted = (code: string): GraphQLFormattedError => ({ message: secret, extensions: { code } });

  test.each(['INTERNAL_SERVER_ERROR', 'SOMETHING', 'ECONNREFUSED'])('with the code %s is masked', (code) => {
    const face = publicError(formatted(code), new Error(secret), silent);
    expect(JSON.stringify(face)).not.toContain(secret);
    expect(face.extensions?.code).toBe('INTERNAL_SERVER_ERROR');
  });

  test('is masked when a resolver lends itself a code of the specification', () => {
    const original = Object.assign(new Error(secret), { extensions: { code: 'BAD_USER_INPUT' } });
    const thrown = new GraphQLError(secret, { originalError: original, path: ['members'] });
    const face = publicError({ ...formatted('BAD_USER_INPUT'), path: ['members'] }, thrown, silent);
    expect(JSON.stringify(face)).not.toContain(secret);
    // The twin: what Apollo would send without the mask.
    expect(JSON.stringify(thrown)).toContain(secret);
  });

  test('is written down without the values that it quotes', () => {
    const detail = { code: '23505', detail: `Key (lei)=(${secret}) already exists.`, constraint: 'organisation_lei' };
    const error = Object.assign(new Error(`duplicate key "${secret}"`), detail);
    const face = privateFace(new Error(secret, { cause: error }));
    expect(JSON.stringify(face)).not.toContain(secret);
    expect(face.cause).toMatchObject({ code: '23505', constraint: 'organisation_lei' });
    expect(face.frames[0]).toMatch(/^at /);
  });
});

describe('the limits of the surface', () => {
  test('are those of the policies, each with its reason', () => {
    expect(readServerLimits(packageRoot()).bodyBytesMax).toBe(102_400);
  });

  test('a file with a fault is refused with all of them', () => {
    expect(() => parseServerLimits('costMax: { value: -1 }\nunknown: { value: 1 }')).toThrow('input not valid');
  });

  test('a question for the schema is seen in fragments too, and the name of a type is none', () => {
    expect(asksForSchema(parse('query { ...F } fragment F on Query { a { __type(name: "B") { name } } }'))).toBe(true);
    expect(asksForSchema(parse('{ __typename a { __typename } }'))).toBe(false);
  });
});
