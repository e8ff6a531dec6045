import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

export type Outcome = 'value' | 'null' | 'empty' | 'error';

/** What the fields of one hub's schema came to, and which of their arguments were used. */
export class FieldCoverage {
  /** `Type.field` -> outcomes that some operation came to */
  readonly outcomes = new Map<string, Set<Outcome>>();
  /** `Type.field(argument.part)` that some operation gave */
  readonly given = new Set<string>();
  /** all that could be given */
  readonly arguments = new Set<string>();

  /** Notes from now on what every field comes to; what the fields do stays as it is. */
  constructor(schema: GraphQLSchema) {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('__')) continue;
      for (const field of Object.values(type.getFields())) {
        const name = `${type.name}.${field.name}`;
        const outcomes = new Set<Outcome>();
        this.outcomes.set(name, outcomes);
        for (const argument of field.args)
          for (const part of partsOf(argument.type, argument.name)) this.arguments.add(`${name}(${part})`);
        const inner = field.resolve ?? defaultFieldResolver;
        field.resolve = async (root, args, context, info) => {
          for (const part of given(args as Record<string, unknown>)) this.given.add(`${name}(${part})`);
          try {
            const value: unknown = await inner(root, args, context, info);
            outcomes.add(outcomeOf(value));
            return value;
          } catch (error) {
            outcomes.add('error');
            throw error;
          }
        };
      }
    }
  }
}

function outcomeOf(value: unknown): Outcome {
  // graphql-shield gives an error back where others throw it
  if (value instanceof Error) return 'error';
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) && value.length === 0 ? 'empty' : 'value';
}

/** An argument and, of an input object, each way down to a plain value. */
function partsOf(type: GraphQLInputType, path: string): string[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [path];
  return Object.values(named.getFields()).flatMap((field) =>
    getNullableType(field.type).toString() === named.name ? [] : partsOf(field.type, `${path}.${field.name}`),
  );
}

function given(values: object, path = ''): string[] {
  return Object.entries(values).flatMap(([name, value]: [string, unknown]) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (value === undefined) return [];
    const inner: unknown = Array.isArray(value) ? value[0] : value;
    return typeof inner === 'object' && inner !== null ? given(inner, here) : [here];
  });
}

/** The pairs that two hubs came to both. */
export function inBoth(
  one: FieldCoverage,
  two: FieldCoverage,
): { pairs: Set<string>; reached: Set<string>; given: Set<string> } {
  const pairs = new Set<string>();
  const reached = new Set<string>();
  for (const [name, outcomes] of one.outcomes) {
    for (const outcome of outcomes) {
      if (!two.outcomes.get(name)?.has(outcome)) continue;
      pairs.add(`${name} ${outcome}`);
      reached.add(name);
    }
  }
  return { pairs, reached, given: new Set([...one.given].filter((each) => two.given.has(each))) };
}
