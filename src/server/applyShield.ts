import { isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { rule, shield } from 'graphql-shield';
import type { Viewer } from '../identity';
import { DomainError, InvariantError } from '../kernel/errors';
import { frozenRefusal, refusalOf, type RootRule, type RootRules } from './rootRule';
import { rootRules } from './shield';

interface Asker {
  readonly viewer: Viewer;
  frozenQuestions(): Promise<readonly string[]>;
}

const deny = rule({ cache: 'no_cache' })(() => new DomainError('POLICY_DENIED', 'this is open to nobody'));

const shieldRuleOf = (asked: RootRule) =>
  rule({ cache: 'no_cache' })((_parent, _arguments, { viewer }: Asker) => refusalOf(asked, viewer) ?? true);

/** The same of a question, which counsel may hold back as a whole; whether it does is read in the asker's own snapshot. */
const questionRuleOf = (asked: RootRule, question: string) =>
  rule({ cache: 'no_cache' })(async (_parent, _arguments, asker: Asker) => {
    const refused = refusalOf(asked, asker.viewer);
    if (refused !== null) return refused;
    return frozenRefusal(await asker.frozenQuestions(), question, asker.viewer) ?? true;
  });

/**
 * Puts graphql-shield before the root fields and nowhere else: it wraps every field of a schema with async functions, nine
 * times slower, so it wraps a copy, and only the root resolvers are taken back from it. A root field without a rule is
 * denied.
 */
export function applyShield(schema: GraphQLSchema, rules: RootRules = rootRules): GraphQLSchema {
  const roots = rootTypes(schema);
  const tree = Object.fromEntries(
    roots.map((root) => {
      const byField = rulesOf(root, rules);
      const fields = Object.keys(root.getFields()).map((field) => {
        const asked = byField.get(field);
        if (asked === undefined) return [field, deny] as const;
        return [field, root === schema.getQueryType() ? questionRuleOf(asked, field) : shieldRuleOf(asked)] as const;
      });
      return [root.name, Object.fromEntries(fields)];
    }),
  );
  const guarded = applyMiddleware(schema, shield(tree, { fallbackRule: deny, allowExternalErrors: true }));
  for (const root of roots) {
    const wrapped = guarded.getType(root.name);
    for (const [name, field] of Object.entries(root.getFields())) {
      const resolve = isObjectType(wrapped) ? wrapped.getFields()[name]?.resolve : undefined;
      if (resolve === undefined) throw new InvariantError(`the shield has lost ${root.name}.${name}`);
      field.resolve = resolve;
      if (root === schema.getSubscriptionType()) guardOpening(field, rulesOf(root, rules).get(name));
    }
  }
  return schema;
}

/** The wrapped resolver guards each event; a stream that is not open to its viewer does not even begin. */
function guardOpening(field: GraphQLField<unknown, Asker>, asked: RootRule | undefined): void {
  const { subscribe } = field;
  field.subscribe = (parent, input, context, info): unknown => {
    const refused =
      asked === undefined
        ? new DomainError('POLICY_DENIED', 'this is open to nobody')
        : refusalOf(asked, context.viewer);
    if (refused !== null) throw refused;
    if (subscribe === undefined) throw new InvariantError(`${info.fieldName} is no subscription`);
    return subscribe(parent, input, context, info);
  };
}

/** Root fields without a rule and rules without a field, as `Type.field`; both are mistakes. */
export function ruleMistakes(schema: GraphQLSchema, rules: RootRules = rootRules): string[] {
  const roots = rootTypes(schema);
  const fields = roots.flatMap((root) => Object.keys(root.getFields()).map((field) => `${root.name}.${field}`));
  const ruled = Object.entries(rules).flatMap(([root, byField]) => Object.keys(byField).map((f) => `${root}.${f}`));
  return [...fields.filter((name) => !ruled.includes(name)), ...ruled.filter((name) => !fields.includes(name))];
}

function rootTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((type) => !!type);
}

function rulesOf(root: GraphQLObjectType, rules: RootRules): ReadonlyMap<string, RootRule> {
  const { name } = root;
  if (name === 'Query' || name === 'Mutation' || name === 'Subscription') return new Map(Object.entries(rules[name]));
  throw new InvariantError(`${name} is no root type`);
}
