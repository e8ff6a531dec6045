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

const lists = (...names: string[]): GeneratedOperation[] =>
  names.map((name) => ({
    about: `Query.${name}`,
    text: `{ ${name}(first: 100) { totalCount nodes { __typename id } } }`,
  }));

const measurements = {
  about: 'Query.measurements',
  text: '{ measurements(first: 100) { nodes { method boundary originalUnit } } }',
};

export const brokenTwins: readonly BrokenTwin[] = [
  {
    name: 'a row law that is always true',
    reader: 'member',
    breakIt: async (pair) => {
      await inBoth(pair, 'create policy leak on vault.measurement for select to sluice_discloser using (true)');
      return async () => void (await inBoth(pair, 'drop policy leak on vault.measurement'));
    },
    operations: () => [...lists('measurements'), measurements],
  },
  {
    name: 'a count over the vault',
    reader: 'member',
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
    reader: 'member',
    breakIt: (pair) =>
      Promise.resolve(
        resolved(pair, 'Query', 'plans', (inner, hub) => async (root, args, operation, info) => {
          const counts = await Promise.all(
            pair.hubs.map(({ database }) =>
              database.admin.query<{ count: number }>('select count(*)::int as count from vault.plan'),
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
