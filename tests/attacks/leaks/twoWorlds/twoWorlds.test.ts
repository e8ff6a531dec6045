import { defaultFieldResolver, graphql, GraphQLError, isObjectType, type GraphQLSchema } from 'graphql';
import type { Config } from '../../../../src/config';
import type { Viewer } from '../../../../src/identity/viewer';
import { DomainError } from '../../../../src/kernel/errors';
import type { EntityType } from '../../../../src/kernel/opaqueId';
import { Operation, type OperationServices } from '../../../../src/modules/graph';
import { openServices } from '../../../../src/server/hub';
import { buildHubSchema } from '../../../../src/server/schema';
import { liftConstraints, readTableShapes, writeWorld } from '../../../integration/boundary/vaultDoor';
import { createTestDatabase, runAsAdmin, type TestDatabase } from '../../../support/database';
import type { Reader } from '../../../support/referenceModel/policy';
import { uuidOf } from '../../../support/randomWorld';
import { Random } from '../../../support/seededRandom';
import { OperationWriter, type GeneratedOperation } from './operations';
import { tokensIn, twoWorlds, type TwoWorlds } from './worlds';

const full = process.env.SLUICE_FULL === '1';
const seed = Number(process.env.SLUICE_SEED ?? 20_260_303);
const EVERY = 2 ** 28 - 1;

/** A member of an alliance in cooperation: sees much, and not all. */
const reader: Reader = { desks: [2], organisation: 2, may: EVERY, purpose: 'DUE_DILIGENCE', initiative: 1 };
const viewer: Viewer = {
  kind: 'PERSON',
  personId: uuidOf('d', 2),
  organisationId: uuidOf('0', 2),
  organisationNo: 2,
  deskNos: [2],
  roles: ['UPSTREAM_PUBLISHER', 'DOWNSTREAM_USER', 'SITE_OWNER'],
  may: EVERY,
  scopes: ['read', 'write'],
  idKey: uuidOf('0', 2),
  purpose: 'DUE_DILIGENCE',
  initiativeId: null,
  initiativeNo: 1,
  locale: 'en',
};

const ENTITY_OF_TABLE: Readonly<Record<string, EntityType>> = {
  organisation: 'member',
  site: 'site',
  measurement: 'measurement',
  link: 'link',
  assessment: 'assessment',
};

interface Observed {
  text: string;
  internal: boolean;
}

let databases: [TestDatabase, TestDatabase];
let services: [OperationServices, OperationServices];
let worlds: TwoWorlds;
let schema: GraphQLSchema;
/** `Type.field outcome` that some operation came to */
const covered = new Map<string, Set<string>>();

/** Notes what every field comes to; the schema itself stays as it is. */
function watch(watched: GraphQLSchema): void {
  for (const type of Object.values(watched.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const inner = field.resolve ?? defaultFieldResolver;
      const outcomes = new Set<string>();
      covered.set(`${type.name}.${field.name}`, outcomes);
      field.resolve = async (root, args, context, info) => {
        try {
          const value: unknown = await inner(root, args, context, info);
          outcomes.add(
            value === null || value === undefined
              ? 'null'
              : Array.isArray(value) && value.length === 0
                ? 'empty'
                : 'value',
          );
          return value;
        } catch (error) {
          outcomes.add('error');
          throw error;
        }
      };
    }
  }
}

/** The public face of an error; an internal one has no more to it than that it came. */
function faceOf(error: GraphQLError): object {
  const { originalError: cause, path } = error;
  if (cause instanceof DomainError) {
    const { code, publicMessage, rule, next, issues } = cause;
    return { code, publicMessage, rule, next, issues, path, at: cause.path };
  }
  return cause ? { code: 'INTERNAL', path } : { message: error.message, path };
}

/** Everything that the reader can observe of one operation in one world. */
async function observe(world: OperationServices, text: string, by: GraphQLSchema = schema): Promise<Observed> {
  const operation = new Operation(world, viewer);
  try {
    const { data, errors } = await graphql({ schema: by, source: text, contextValue: operation });
    const faces = (errors ?? []).map(faceOf);
    const seen = {
      data,
      errors: faces,
      redactions: operation.redactions,
      alternatives: operation.alternatives,
      statements: operation.statementCount,
      record: [[...operation.record.types].sort(), [...operation.record.unitNos].sort()],
    };
    return { text: JSON.stringify(seen), internal: JSON.stringify(faces).includes('INTERNAL') };
  } finally {
    await operation.end();
  }
}

function material(): { ids: string[]; texts: string[] } {
  const operation = new Operation(services[0], viewer);
  const random = new Random(seed);
  const ids = Object.entries(ENTITY_OF_TABLE).flatMap(([table, type]) =>
    [...(worlds.seen.get(table) ?? []).slice(0, 2), ...(worlds.hidden.get(table) ?? []).slice(0, 2), random.uuid()].map(
      (uuid) => operation.encodeId(type, uuid),
    ),
  );
  const hidden = [...worlds.canaries];
  return {
    ids: [...ids, 'nonsense'],
    texts: [
      ...worlds.seenTexts.slice(0, 2),
      ...hidden.slice(0, 2),
      ...hidden.slice(-2).map((token) => token.slice(0, -3)),
      'TRIR',
      'nothing',
    ],
  };
}

beforeAll(async () => {
  databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
  for (const database of databases) await liftConstraints(database.admin);
  const [{ admin }] = databases;
  const shapes = await readTableShapes(admin);
  const column = async (sql: string): Promise<string[]> =>
    (await admin.query<{ id: string }>(sql)).rows.map((row) => row.id);
  worlds = twoWorlds(seed, (await column('select current_date::text as id'))[0] ?? '', shapes, reader, {
    indicators: await column('select id from reference.indicator order by id limit 8'),
    standards: await column('select id from reference.standard order by id limit 4'),
    minerals: await column('select id from reference.mineral order by id limit 4'),
  });
  for (const [index, database] of databases.entries()) {
    await runAsAdmin(database.url, (client) => writeWorld(client, worlds.worlds[index] ?? worlds.worlds[0], shapes));
  }
  const servicesOf = (database: TestDatabase): OperationServices => openServices(configOf(database), database.pools);
  services = [servicesOf(databases[0]), servicesOf(databases[1])];
  schema = await buildHubSchema();
  watch(schema);
}, 600_000);
afterAll(() => Promise.all(databases.map((database) => database.drop())));

function configOf(database: TestDatabase): Config {
  return {
    host: '',
    port: 0,
    databaseUrl: database.url,
    dataFolder: '',
    secret: database.secret,
    oidc: null,
    demo: false,
    explorer: false,
    logLevel: 'silent',
    today: '2026-06-01',
  };
}

/** The operations whose answers differ, or tell of what is hidden. */
async function leaks(operations: readonly GeneratedOperation[], by: GraphQLSchema = schema): Promise<string[]> {
  const found: string[] = [];
  for (const { about, text } of operations) {
    const [one, two] = [await observe(services[0], text, by), await observe(services[1], text, by)];
    if (one.text !== two.text)
      found.push(`${about} differs: ${text.slice(0, 200)}\n${firstDifference(one.text, two.text)}`);
    const asked = new Set(tokensIn(text));
    const told = tokensIn(one.text + two.text).find((token) => worlds.canaries.has(token) && !asked.has(token));
    if (told !== undefined) found.push(`${about} tells ${told}: ${text.slice(0, 200)}`);
  }
  return found;
}

function firstDifference(one: string, two: string): string {
  const place = [...one].findIndex((letter, index) => letter !== two[index]);
  return `  ${one.slice(Math.max(0, place - 60), place + 80)}\n  ${two.slice(Math.max(0, place - 60), place + 80)}`;
}

function generated(): GeneratedOperation[] {
  const random = new Random(seed);
  const all = new OperationWriter(schema, random, material()).all();
  // a share of them in a quick run, another with every seed
  return full ? all : all.filter(() => random.chance(Math.min(1, 220 / all.length)));
}

test(`two worlds that differ only in what a reader may not know answer alike, byte by byte (SLUICE_SEED=${seed})`, async () => {
  const operations = generated();
  expect(await leaks(operations)).toEqual([]);
  expect(operations.length).toBeGreaterThan(200);
  const outcomes = [...covered.values()];
  const hit = [...covered].filter(([, outcome]) => outcome.size > 0);
  const missed = [...covered]
    .filter(([name, outcome]) => outcome.size === 0 && !name.startsWith('Mutation.'))
    .map(([name]) => name);
  console.log(
    `${operations.length} operations; ${hit.length} of ${outcomes.length} fields came to something; with a value ${outcomes.filter((each) => each.has('value')).length},` +
      ` null ${outcomes.filter((each) => each.has('null')).length}, empty ${outcomes.filter((each) => each.has('empty')).length}, an error ${outcomes.filter((each) => each.has('error')).length}.` +
      `\nnot reached: ${missed.join(', ')}`,
  );
}, 1_200_000);

describe('named channels', () => {
  const ask = (text: string): Promise<[Observed, Observed]> =>
    Promise.all([observe(services[0], text), observe(services[1], text)]);

  /** The same question about a hidden row and about one that never was: the ids alone may differ, and they are the asker's. */
  async function alike(table: string, type: EntityType, question: (id: string) => string): Promise<void> {
    const operation = new Operation(services[0], viewer);
    const [hidden] = worlds.hidden.get(table) ?? [];
    expect(hidden).toBeDefined();
    const ids = [hidden ?? '', new Random(seed + 1).uuid()].map((uuid) => operation.encodeId(type, uuid));
    const answers = await Promise.all(
      ids.map(async (id) => (await ask(question(id))).map(({ text }) => text.replaceAll(id, 'ID'))),
    );
    expect(new Set(answers.flat()).size).toBe(1);
  }

  test.each(Object.entries(ENTITY_OF_TABLE))(
    '2, 3: a hidden %s and a missing one give one and the same answer, in as many statements',
    async (table, type) => {
      await alike(table, type, (id) => `{ node(id: "${id}") { __typename id } }`);
      if (type === 'member') await alike(table, type, (id) => `{ member(id: "${id}") { id legalName } }`);
      if (type === 'site') await alike(table, type, (id) => `{ site(id: "${id}") { id name } }`);
    },
  );

  test('5: totals count what the reader may see, whatever is hidden beside it', async () => {
    for (const list of ['members', 'sites', 'measurements', 'plans', 'targets', 'assessments', 'links']) {
      const [one, two] = await ask(`{ ${list} { totalCount } }`);
      expect([list, two.text]).toEqual([list, one.text]);
      expect([list, one.internal]).toEqual([list, false]);
    }
  });

  test('6, 8: pages of every size hold as many rows as asked for, and the same ones', async () => {
    for (let first = 1; first <= 12; first += 1) {
      const [one, two] = await ask(
        `{ measurements(first: ${first}) { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      );
      expect(two.text).toBe(one.text);
      const page = JSON.parse(one.text).data.measurements;
      expect(page.nodes).toHaveLength(Math.min(first, page.totalCount));
      expect(page.pageInfo.hasNextPage).toBe(page.totalCount > first);
    }
  });

  test('9: filters find nothing by a hidden value, whole or in part', async () => {
    const [none] = await ask('{ measurements(where: { indicator: { eq: "no such thing" } }) { totalCount } }');
    const hidden = [...worlds.canaries]
      .filter((token) => /^(organisation\.legal_name|site\.name)#/.test(token))
      .slice(0, 20);
    expect(hidden.length).toBeGreaterThan(3);
    for (const token of hidden) {
      const [list, field] = token.startsWith('site') ? ['sites', 'name'] : ['members', 'legalName'];
      for (const part of [token, token.slice(0, -1), token.slice(-8)]) {
        const [one, two] = await ask(
          `{ ${list}(where: { ${field}: { contains: ${JSON.stringify(part)} } }) { totalCount } }`,
        );
        expect(two.text).toBe(one.text);
        expect(JSON.parse(one.text).data?.[list]?.totalCount).toBe(0);
      }
    }
    expect(none.internal).toBe(false);
  });
});

describe('the same look at a broken twin', () => {
  const some = (): GeneratedOperation[] =>
    ['members', 'sites', 'measurements', 'plans'].map((list) => ({
      about: list,
      text: `{ ${list}(first: 100) { totalCount nodes { id __typename } } }`,
    }));

  test('finds a row law that is always true', async () => {
    expect(await leaks(some())).toEqual([]);
    for (const { admin } of databases)
      await admin.query('create policy leak on vault.measurement for select to sluice_discloser using (true)');
    try {
      expect(await leaks(some())).not.toEqual([]);
    } finally {
      for (const { admin } of databases) await admin.query('drop policy leak on vault.measurement');
    }
  });

  test('finds a count over the vault', async () => {
    const twin = await buildHubSchema();
    const type = twin.getType('MeasurementConnection');
    if (!isObjectType(type)) throw new Error('no such type');
    const field = type.getFields().totalCount;
    if (field === undefined) throw new Error('no such field');
    field.resolve = async (_root, _args, operation: Operation) => {
      const database = operation.services === services[0] ? databases[0] : databases[1];
      return (await database.admin.query<{ count: number }>('select count(*)::int as count from vault.measurement'))
        .rows[0]?.count;
    };
    expect(await leaks(some(), twin)).not.toEqual([]);
  });

  test('finds a resolver that reads the vault', async () => {
    const twin = await buildHubSchema();
    const type = twin.getType('Query');
    if (!isObjectType(type)) throw new Error('no such type');
    const field = type.getFields().member;
    if (field === undefined) throw new Error('no such field');
    field.resolve = async (_root, { id }: { id: string }, operation: Operation) => {
      const database = operation.services === services[0] ? databases[0] : databases[1];
      const uuid = operation.decodeId(id, 'member');
      return (
        (
          await database.admin.query<object>(
            'select id, legal_name as "legalName" from vault.organisation where id = $1',
            [uuid],
          )
        ).rows[0] ?? null
      );
    };
    const operation = new Operation(services[0], viewer);
    const hidden = (worlds.hidden.get('organisation') ?? []).map((uuid) => operation.encodeId('member', uuid));
    const asked = hidden.map((id) => ({ about: 'member', text: `{ member(id: "${id}") { legalName } }` }));
    expect(await leaks(asked)).toEqual([]);
    expect(await leaks(asked, twin)).not.toEqual([]);
  });
});
