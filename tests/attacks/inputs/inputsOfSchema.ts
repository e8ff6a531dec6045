import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

export type Path = (string | number)[];

/** One place of an input where something can be written. */
export interface Leaf {
  readonly path: Path;
  readonly type: string;
  /** the input cannot do without it */
  readonly required: boolean;
  /** what it stands in cannot do without it */
  readonly requiredHere: boolean;
}

export interface MutationShape {
  readonly name: string;
  readonly inputType: string;
  /** the operation's text, asking back only what every type has */
  readonly query: string;
  readonly leaves: readonly Leaf[];
}

/** Every mutation as the schema declares it, with every leaf of its input: a new one is attacked without being named here. */
export function mutationsOf(schema: GraphQLSchema): MutationShape[] {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  return fields.map((field) => {
    const [input] = field.args;
    if (input === undefined) throw new Error(`${field.name} takes no input`);
    const inputType = getNamedType(input.type).name;
    const query = `mutation ($input: ${inputType}!) { ${field.name}(input: $input) { __typename } }`;
    return { name: field.name, inputType, query, leaves: leavesOf(input.type, ['input'], true) };
  });
}

function leavesOf(type: GraphQLInputType, path: Path, required: boolean, requiredHere = required): Leaf[] {
  if (isNonNullType(type)) return leavesOf(type.ofType, path, required, requiredHere);
  if (isListType(type)) return leavesOf(type.ofType, [...path, 0], required, requiredHere);
  if (!isInputObjectType(type)) return [{ path, type: getNamedType(type).name, required, requiredHere }];
  return Object.values(type.getFields()).flatMap((field) => {
    const isRequired = isNonNullType(field.type);
    return leavesOf(field.type, [...path, field.name], required && isRequired, isRequired);
  });
}

/** An input with this value at every leaf; what `valueOf` leaves undefined is left out. */
export function inputWith(leaves: readonly Leaf[], valueOf: (leaf: Leaf) => unknown): unknown {
  const root: { input?: unknown } = {};
  for (const leaf of leaves) {
    const value = valueOf(leaf);
    if (value !== undefined) put(root, leaf.path, value);
  }
  return root.input ?? {};
}

function put(root: object, path: Path, value: unknown): void {
  let at = root as Record<string | number, unknown>;
  path.forEach((step, index) => {
    if (index === path.length - 1) at[step] = value;
    else at = (at[step] ??= typeof path[index + 1] === 'number' ? [] : {}) as Record<string | number, unknown>;
  });
}

/** A value of the right kind for leaves that are no text, so that what the attack writes is what is judged. */
export function harmless(schema: GraphQLSchema, type: string): unknown {
  const named = schema.getType(type);
  if (isEnumType(named)) return named.getValues()[0]?.name;
  return { Int: 2030, Float: 1, Boolean: false, ID: 'site_0000000000000000000000000000' }[type];
}
