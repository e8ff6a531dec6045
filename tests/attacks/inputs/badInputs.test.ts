import { buildHubSchema } from '../../../src/server/schema';
import { rootRules } from '../../../src/server/shield';
import type { GraphQLSchema } from 'graphql';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type Answer, type Json, TestHub } from '../../support/hub';
import { World } from '../../support/world';
import { harmless, inputWith, type Leaf, type MutationShape, mutationsOf } from './inputsOfSchema';

/**
 * The bad inputs that every mutation must survive (`domain.md` 3.1), made from the schema itself: a mutation that is added
 * is attacked without being named here.
 */
let database: TestDatabase;
let hub: TestHub;
let schema: GraphQLSchema;
let mutations: MutationShape[];

beforeAll(async () => {
  schema = await buildHubSchema();
  mutations = mutationsOf(schema);
  database = await createTestDatabase();
  const world = new World(database.admin);
  await world.alliance();
  await world.organisation('secretariat', { company: false, standing: null, kinds: ['SECRETARIAT'] });
  await world.organisation('counsel', { company: false, standing: null, kinds: ['COUNSEL'] });
  await world.organisation('sma', { activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] });
  await world.person('secretariat', 'secretariat', ['SECRETARIAT']);
  await world.person('counsel', 'counsel', ['COMPETITION_COUNSEL']);
  await world.organisation('board', { company: false, kinds: ['BODY'] });
  await world.person('chair', 'board', ['CHAIR']);
  await world.person('sma', 'sma', ['UPSTREAM_PUBLISHER', 'SITE_OWNER']);
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

/** Somebody whom the shield lets ask: what is attacked is what lies behind it. */
function askerOf(mutation: MutationShape): string {
  const rule = rootRules.Mutation[mutation.name];
  if (rule?.audience !== 'roles') return 'sma';
  if (rule.roles.includes('SECRETARIAT')) return 'secretariat';
  return rule.roles.includes('COMPETITION_COUNSEL') ? 'counsel' : 'chair';
}

const send = (mutation: MutationShape, valueOf: (leaf: Leaf) => unknown): Promise<Answer> =>
  hub.ask({
    as: askerOf(mutation),
    query: mutation.query,
    variables: { input: inputWith(mutation.leaves, valueOf) },
  });

const TEXTS_AT_ONCE = 12;
const isText = ({ type }: Leaf): boolean => type === 'String';
const keyOf = (path: readonly unknown[]): string => path.join('.');
const told = (answer: Answer): string[] =>
  answer.errors.flatMap(({ extensions }) => (extensions.issues ?? []).map((issue: Json) => keyOf(issue.path)));

/** Rows of every table that holds what somebody gave. */
async function rowsStored(): Promise<string> {
  const { rows } = await database.admin.query<{ table: string; count: string }>(
    `select n.nspname || '.' || c.relname as table,
       (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I.%I', n.nspname, c.relname), false, true, '')))[1]::text as count
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname in ('vault', 'identity', 'policy', 'released', 'intake') order by 1`,
  );
  return rows.map(({ table, count }) => `${table} ${count}`).join('\n');
}

/** Answers to one attack on all mutations; none of them may be our own failure, and nothing may be stored. */
async function attack(valueOf: (leaf: Leaf) => unknown): Promise<Map<string, Answer>> {
  const before = await rowsStored();
  const answers = new Map<string, Answer>();
  for (const mutation of mutations) {
    answers.set(
      mutation.name,
      await send(
        mutation,
        (leaf) => valueOf(leaf) ?? (leaf.requiredHere || leaf.type === 'ID' ? harmless(schema, leaf.type) : undefined),
      ),
    );
  }
  const failures = [...answers].filter(([, { text }]) => text.includes('INTERNAL_SERVER_ERROR'));
  expect(failures.map(([name, { text }]) => `${name}: ${text}`)).toEqual([]);
  const done = [...answers].filter(([, { errors }]) => errors.length === 0).map(([name]) => name);
  expect(done).toEqual([]);
  expect(await rowsStored()).toBe(before);
  return answers;
}

/** Text leaves of a mutation that an answer does not speak of. */
function untold(answers: ReadonlyMap<string, Answer>): string[] {
  return mutations.flatMap(({ name, leaves }) => {
    const answer = answers.get(name);
    const paths = new Set(answer === undefined ? [] : told(answer));
    return leaves.filter(isText).flatMap(({ path }) => (paths.has(keyOf(path)) ? [] : [`${name} ${keyOf(path)}`]));
  });
}

test('the attack reaches every mutation of the schema and each of their texts', () => {
  expect(mutations.length).toBeGreaterThan(40);
  expect(mutations.flatMap(({ leaves }) => leaves.filter(isText)).length).toBeGreaterThan(150);
});

test.each([
  ['a null byte', 'a\u0000b', 'CONTROL'],
  ['a bell', 'a\u0007b', 'CONTROL'],
  ['an override of the direction of writing', 'Mine\u202eAS', 'BIDI'],
  ['a character that cannot be seen', 'Mi\u2060ne', 'INVISIBLE'],
  ['half a character', 'a\ud800b', 'SURROGATE'],
  ['markup', '<script>x</script>', 'HTML'],
])('%s in every text is told at every place at once, and nothing is stored', async (_name, text, rule) => {
  const answers = await attack((leaf) => (isText(leaf) ? text : undefined));
  expect(untold(answers)).toEqual([]);
  for (const answer of answers.values()) {
    const rules = answer.errors[0]?.extensions.issues?.map((issue: Json) => issue.rule) ?? [];
    expect(rules).toContain(rule);
  }
});

test('an endless text is refused at every place, and nothing is stored', async () => {
  const before = await rowsStored();
  const endless = 'x'.repeat(5001);
  const silent: string[] = [];
  for (const mutation of mutations) {
    const texts = mutation.leaves.filter(isText);
    // a request holds a hundred kilobytes, so not all of the texts at once
    for (let from = 0; from < texts.length; from += TEXTS_AT_ONCE) {
      const chosen = texts.slice(from, from + TEXTS_AT_ONCE);
      const answer = await send(mutation, (leaf) => {
        if (chosen.includes(leaf)) return endless;
        return harmless(schema, leaf.type) ?? 'x';
      });
      const paths = told(answer);
      silent.push(
        ...chosen.flatMap(({ path }) => (paths.includes(keyOf(path)) ? [] : [`${mutation.name} ${keyOf(path)}`])),
      );
    }
  }
  expect(silent).toEqual([]);
  expect(await rowsStored()).toBe(before);
});

test.each([
  ['no number', 'NaN'],
  ['an endless number', 'Infinity'],
  ['a decimal comma', '1,250'],
  ['a number of another script', '١٢٣'],
  ['an exponent beyond all bounds', '1e999999999'],
  ['a leap day of no leap year', '2025-02-29'],
  ['a day of no month', '2025-13-45'],
  ['a time zone in a day', '2025-01-01T00:00:00+02:00'],
  ['an unknown code', 'NOBODY_KNOWS_THIS'],
  ['nothing but blanks', '   '],
  ['an empty text', ''],
  ['a text that ends SQL', "'; drop table vault.site; --"],
])('%s in every text stores nothing and is no failure of the hub', async (_name, text) => {
  await attack((leaf) => (isText(leaf) && leaf.path.at(-1) !== 'clientKey' ? text : undefined));
});

test('null where something is required is refused by the schema, for each required leaf', async () => {
  for (const mutation of mutations) {
    for (const required of mutation.leaves.filter((leaf) => leaf.required && !leaf.path.includes(0))) {
      const answer = await send(mutation, (leaf) => (leaf === required ? null : harmless(schema, leaf.type)));
      expect([mutation.name, keyOf(required.path), answer.status]).toEqual([mutation.name, keyOf(required.path), 400]);
    }
  }
});

test('an unknown value of an enum is refused by the schema, without naming the values it has', async () => {
  for (const mutation of mutations) {
    const enums = mutation.leaves.filter(({ type }) => !['String', 'ID', 'Int', 'Float', 'Boolean'].includes(type));
    for (const chosen of enums) {
      const answer = await send(mutation, (leaf) => (leaf === chosen ? 'NOBODY' : harmless(schema, leaf.type)));
      expect([mutation.name, answer.status]).toEqual([mutation.name, 400]);
      expect(answer.text).not.toMatch(/did you mean/i);
    }
  }
});

test('ten megabytes are refused before they are read, whatever the mutation', async () => {
  for (const mutation of mutations.filter((_mutation, index) => index % 10 === 0)) {
    const body = JSON.stringify({ query: mutation.query, variables: { input: { clientKey: 'x'.repeat(10_000_000) } } });
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await hub.token(askerOf(mutation))}` },
      body,
    });
    expect([mutation.name, response.status]).toEqual([mutation.name, 413]);
  }
});

test('a text that the database cannot hold is told in every list and every lookup too', async () => {
  const asked: { query: string; variables?: object }[] = [
    { query: '{ members(where: { legalName: { eq: "a\\u0000b" } }) { totalCount } }' },
    {
      query: 'query ($text: String) { sites(where: { name: { contains: $text } }) { totalCount } }',
      variables: { text: 'a\ud800' },
    },
    { query: '{ member(id: "member_x") { id } node(id: "site_\\u0000") { id } }' },
    { query: '{ measurements(after: "\\u0000") { totalCount } }' },
    { query: '{ demandClusters(mineral: "\\u0000") { topic } }' },
  ];
  for (const question of asked) {
    const answer = await hub.ask({ as: 'sma', ...question });
    expect(answer.errors[0]?.extensions.code).toBe('VALIDATION');
  }
});
