import { GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { DomainError, invariant } from '../../../src/kernel/errors';
import type { Operation } from '../../../src/modules/graph';
import { applyShield } from '../../../src/server/applyShield';
import { member, open, role, signedIn, withScope, type RootRules } from '../../../src/server/rootRule';

/** Stands for everything that must not leave: values of others, of the database, of the code. */
export const CANARY = 'canary-3f9a1c';

const text = { type: GraphQLString };
type Resolver = (parent: unknown, input: Record<string, unknown>, operation: Operation) => unknown;
const field = (resolve: Resolver) => ({ ...text, resolve });

const NodeType: GraphQLObjectType = new GraphQLObjectType({
  name: 'Thing',
  fields: () => ({
    name: text,
    broken: field(() => {
      throw new TypeError(`cannot read ${CANARY}`);
    }),
    parts: { type: PartsType, args: { first: { type: GraphQLInt }, last: { type: GraphQLInt } }, resolve: () => ({}) },
  }),
});
const PartsType: GraphQLObjectType = new GraphQLObjectType({
  name: 'Parts',
  fields: { nodes: { type: new GraphQLList(NodeType), resolve: () => [] } },
});

/** Lets a test hold an operation under way. */
export class Gate {
  private open: () => void = () => undefined;
  readonly passed = new Promise<void>((resolve) => (this.open = resolve));

  release(): void {
    this.open();
  }
}

const rules: RootRules = {
  Query: {
    fine: open,
    thing: open,
    things: open,
    domain: open,
    bug: open,
    invariant: open,
    database: open,
    required: open,
    slow: open,
    redacted: open,
    mine: signedIn,
    ours: member,
    counselOnly: role('COMPETITION_COUNSEL'),
  },
  Mutation: { write: withScope('write', member), fail: withScope('write', member) },
  Subscription: {},
};

/** A schema whose resolvers fail in every way that a resolver can. `unruled` has no rule in the shield. */
export function faultySchema(gate = new Gate()): GraphQLSchema {
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      fine: field(() => 'fine'),
      thing: { type: NodeType, resolve: () => ({ name: 'thing' }) },
      things: {
        type: PartsType,
        args: { first: { type: GraphQLInt } },
        resolve: () => ({ nodes: [] }),
      },
      domain: field(() => {
        throw new DomainError('COMPETITOR_CSI', 'not shared between competitors', {
          rule: 'LAW.COMPETITOR',
          next: 'ask for the aggregate',
          cause: new Error(`row of ${CANARY}`),
        });
      }),
      bug: field(() => {
        throw new Error(`secret "${CANARY}" in a message`);
      }),
      invariant: field(() => invariant(false, 'a list is never empty')),
      database: field((_parent, _input, operation) => operation.rows('select $1::int as number', [CANARY])),
      required: { type: new GraphQLNonNull(GraphQLString), resolve: () => null },
      slow: field(async () => {
        await gate.passed;
        return 'late';
      }),
      redacted: field((_parent, _input, operation) => {
        operation.redact('thing.name', 'OWNER_ONLY');
        operation.alternative('production', 'copper');
        operation.redact('thing.broken', 'ALLIANCE');
        operation.touched('Thing', [7, 3]);
        return null;
      }),
      mine: field(() => 'mine'),
      ours: field(() => 'ours'),
      counselOnly: field(() => 'counsel'),
      unruled: field(() => CANARY),
    },
  });
  const mutation = new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      write: field(() => 'written'),
      fail: field(() => {
        throw new DomainError('STATE', 'not in this state');
      }),
    },
  });
  return applyShield(new GraphQLSchema({ query, mutation }), rules);
}
