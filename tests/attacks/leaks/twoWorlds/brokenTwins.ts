import { readFileSync } from 'node:fs';
import { isObjectType, type GraphQLField } from 'graphql';
import type { Operation } from '../../../../src/modules/graph';
import type { GeneratedOperation } from './operations';
import type { Pair } from './pair';

/** A hub that is broken by hand, and what to ask it so that the look of the two worlds must find it. */
export interface BrokenTwin {
  name: string;
  /** to whom it tells what it must not */
  reader: string;
  /** what comes back mends it */
  breakIt(pair: Pair): Promise<() => Promise<void>>;
  /** asked of the sound hub first, which must tell nothing */
  operations(pair: Pair): GeneratedOperation[];
}

interface Found {
  nodes: { id: string }[];
  edges: { node: { id: string } }[];
}

type Field = GraphQLField<unknown, Operation>;
type Resolve = NonNullable<Field['resolve']>;

const inBoth = (pair: Pair, sql: string): Promise<unknown> =>
  Promise.all(pair.hubs.map(({ database }) => database.admin.query(sql)));

/** The same field of both hubs resolved otherwise. */
function resolved(
  pair: Pair,
  type: string,
  name: string,
  change: (inner: Resolve, hub: 0 | 1) => Resolve,
): () => Promise<void> {
  const fields = pair.hubs.map(({ schema }): Field => {
    const found = schema.getType(type);
    const field = isObjectType(found) ? found.getFields()[name] : undefined;
    if (field === undefined) throw new Error(`no field ${type}.${name}`);
    return field;
  });
  const before = fields.map((field) => field.resolve);
  fields.forEach((field, index) => {
    const inner = field.resolve;
    if (inner === undefined) throw new Error(`${type}.${name} has no resolver`);
    field.resolve = change(inner, index === 0 ? 0 : 1);
  });
  return () => {
    fields.forEach((field, index) => (field.resolve = before[index]));
    return Promise.resolve();
  };
}

function viewWithoutMasks(table: string): string {
  const boundary = readFileSync('policies/build/boundary.sql', 'utf8');
  const statement = boundary.split(/;\n/).find((each) => each.includes(`create view disclosed.${table} as`));
  if (statement === undefined) throw new Error(`no view of ${table}`);
  const view = statement.slice(statement.indexOf('create view'));
  return view
    .replaceAll(/case when [^\n]*\n {4}then (\w+\.\w+) end as/g, '$1 as')
    .replace('create view', 'create or replace view');
}

function viewAsItIs(table: string): string {
  const boundary = readFileSync('policies/build/boundary.sql', 'utf8');
  const statement = boundary.split(/;\n/).find((each) => each.includes(`create view disclosed.${table} as`)) ?? '';
  return statement.slice(statement.indexOf('create view')).replace('create view', 'create or replace view');
}

const lists = (...names: string[]): GeneratedOperation[] =>
  names.map((name) => ({
    about: `Query.${name}`,
    text: `{ ${name}(first: 100) { totalCount nodes { __typename id } } }`,
  }));

const members = {
  about: 'Query.members',
  text: '{ members(first: 100) { nodes { id capacity capacityNote criticalReason standing } } }',
};
const measurements = {
  about: 'Query.measurements',
  text: '{ measurements(first: 100) { nodes { method boundary originalUnit } } }',
};

/** Questions for the levels that stand in assessments which the reader knows of, and whose level is closed to it. */
function closedLevels(pair: Pair): GeneratedOperation[] {
  const levels = [...(pair.worlds?.canaries ?? [])].filter((token) => token.startsWith('assessment.level#'));
  return levels.map((level) => ({
    about: 'Query.assessments(where.result)',
    text: `{ assessments(where: { result: { eq: ${JSON.stringify(level)} } }) { nodes { id } } }`,
  }));
}

export const brokenTwins: readonly BrokenTwin[] = [
  {
    name: 'a row law that is always true',
    reader: 'mixed',
    breakIt: async (pair) => {
      await inBoth(pair, 'create policy leak on vault.measurement for select to sluice_discloser using (true)');
      return async () => void (await inBoth(pair, 'drop policy leak on vault.measurement'));
    },
    operations: () => [...lists('measurements'), measurements],
  },
  {
    name: 'a view whose columns are not masked',
    reader: 'public',
    breakIt: async (pair) => {
      await inBoth(pair, viewWithoutMasks('organisation'));
      return async () => void (await inBoth(pair, viewAsItIs('organisation')));
    },
    operations: () => [members],
  },
  {
    name: 'a filter that looks before the mask',
    reader: 'mixed',
    breakIt: (pair) =>
      Promise.resolve(
        resolved(pair, 'Query', 'assessments', (inner, hub) => async (root, args, operation, info) => {
          const level: unknown = args.where?.result?.eq;
          const found = (await inner(root, { ...args, where: undefined, first: 100 }, operation, info)) as Found;
          const { rows } = await pair.hubs[hub].database.admin.query<{ id: string }>(
            'select id from vault.assessment where level = $1',
            [level],
          );
          const isMatch = ({ id }: { id: string }): boolean => rows.some((row) => row.id === id);
          return {
            ...found,
            nodes: found.nodes.filter(isMatch),
            edges: found.edges.filter(({ node }) => isMatch(node)),
          };
        }),
      ),
    operations: closedLevels,
  },
  {
    name: 'a count over the vault',
    reader: 'mixed',
    breakIt: (pair) =>
      Promise.resolve(
        resolved(pair, 'MeasurementConnection', 'totalCount', (_inner, hub) => async () => {
          const { rows } = await pair.hubs[hub].database.admin.query<{ count: number }>(
            'select count(*)::int as count from vault.measurement',
          );
          return rows[0]?.count;
        }),
      ),
    operations: () => lists('measurements'),
  },
  {
    name: 'a statement more where more is hidden',
    reader: 'mixed',
    breakIt: (pair) =>
      Promise.resolve(
        resolved(pair, 'Query', 'plans', (inner, hub) => async (root, args, operation, info) => {
          const counts = await Promise.all(
            pair.hubs.map(({ database }) =>
              database.admin.query<{ count: number }>('select count(*)::int as count from vault.measurement'),
            ),
          );
          const [mine, other] = [counts[hub], counts[1 - hub]].map((each) => each?.rows[0]?.count ?? 0);
          if ((mine ?? 0) > (other ?? 0)) await operation.rows('select 1 as more');
          return inner(root, args, operation, info);
        }),
      ),
    operations: () => lists('plans'),
  },
];

/** Answers by what is asked, whoever asks. */
export function sharedCache(pair: Pair): () => Promise<void> {
  return resolved(pair, 'Query', 'measurements', (inner) => {
    const kept = new Map<string, unknown>();
    return async (root, args, operation, info) => {
      const key = JSON.stringify(args);
      if (!kept.has(key)) kept.set(key, await inner(root, args, operation, info));
      return kept.get(key);
    };
  });
}
