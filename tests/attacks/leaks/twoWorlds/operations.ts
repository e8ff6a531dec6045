import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { inputValues, type Material, type Values } from './inputValues';

type Field = GraphQLField<unknown, unknown>;

export interface GeneratedOperation {
  /** what it is there for: `Type.field` or `Type.field(argument)` */
  about: string;
  text: string;
  /** The same one by one, for when one of them fails and takes the others' data with it. */
  parts?: GeneratedOperation[];
}

/** A way from the root to a type: its fields, and each with its arguments. */
interface Path {
  type: GraphQLObjectType;
  wrap: (inner: string) => string;
}

const ALIASES_MAX = 12;
const DEPTH_MAX = 7;

/** Operations over the whole schema: every type on its shortest ways, every argument with every kind of value. */
export class OperationWriter {
  private readonly paths: Path[];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly material: Material,
    /** Every way to a type and every value, or the shortest way and a few values of each. */
    private readonly all: boolean,
  ) {
    this.paths = this.shortestPaths();
  }

  /** Each type on each of its ways, with all of its fields. */
  types(): GeneratedOperation[] {
    // connections and their edges are asked for with every field that gives one
    const own = this.paths.filter(({ type }) => this.all || !/(Connection|Edge|PageInfo)$/.test(type.name));
    return own.map(({ type, wrap }) => ({ about: type.name, text: `{ ${wrap(this.fieldsOf(type))} }` }));
  }

  /** Each root field as it is, whatever its type. */
  roots(): GeneratedOperation[] {
    return this.rootFields().map((field) => ({
      about: `Query.${field.name}`,
      text: `{ ${this.call(field, this.required(field))} ...Again } fragment Again on Query { again: ${this.call(field, this.required(field))} }`,
    }));
  }

  /** Every argument of every field, on the shortest way to its type. */
  arguments(): GeneratedOperation[] {
    const places: Path[] = [...this.paths];
    const root = this.schema.getQueryType();
    if (root) places.unshift({ type: root, wrap: (inner) => inner });
    const known = new Set<string>();
    return places.flatMap(({ type, wrap }) =>
      Object.values(type.getFields()).flatMap((field) => {
        const name = `${type.name}.${field.name}`;
        if (known.has(name)) return [];
        known.add(name);
        return field.args.flatMap((argument) => this.ofArgument(name, field, argument, wrap));
      }),
    );
  }

  /** What an id names, as every kind of node. */
  nodes(): GeneratedOperation[] {
    const node = this.schema.getType('Node');
    const kinds = node && 'getInterfaces' in node ? this.schema.getPossibleTypes(node as never) : [];
    const fragments = kinds.map(
      (kind) =>
        `... on ${kind.name} { ${Object.values(kind.getFields())
          .filter((field) => !('getFields' in getNamedType(field.type)) && field.args.length === 0)
          .map((field) => `${kind.name}_${field.name}: ${field.name}`)
          .join(' ')} }`,
    );
    const kindsText = `fragment Kinds on Node { ${fragments.join(' ')} }`;
    return this.batches(this.material.ids).map((ids) => ({
      about: 'Query.node(id)',
      text: `{ ${ids.map((id, index) => `a${index}: node(id: ${JSON.stringify(id)}) { __typename id ...Kinds }`).join(' ')} } ${kindsText}`,
    }));
  }

  private ofArgument(
    name: string,
    field: Field,
    argument: GraphQLArgument,
    wrap: (inner: string) => string,
  ): GeneratedOperation[] {
    const others = this.required(field, argument);
    const about = `${name}(${argument.name})`;
    const { good, bad } = this.values(argument.type, argument.name);
    const part = (value: string): string =>
      `${field.name}${textOf([...others, `${argument.name}: ${value}`])}${this.brief(field)}`;
    const single = (value: string): GeneratedOperation => ({ about, text: `{ ${wrap(part(value))} }` });
    const isNested = !name.startsWith('Query.');
    return [
      ...this.batches(good).map((batch) => ({
        about,
        text: `{ ${wrap(batch.map((value, index) => `a${index}: ${part(value)}`).join(' '))} }`,
        parts: batch.map(single),
      })),
      ...(isNested && !this.all && !['after', 'before'].includes(argument.name) ? [] : bad).map(single),
    ];
  }

  private batches<T>(items: readonly T[]): T[][] {
    return Array.from({ length: Math.ceil(items.length / ALIASES_MAX) }, (_, index) =>
      items.slice(index * ALIASES_MAX, (index + 1) * ALIASES_MAX),
    );
  }

  private rootFields(): Field[] {
    return Object.values(this.schema.getQueryType()?.getFields() ?? {});
  }

  private shortestPaths(): Path[] {
    const found = new Map<string, number>();
    const paths: Path[] = [];
    const root = this.schema.getQueryType();
    let level: Path[] = root ? [{ type: root, wrap: (inner) => inner }] : [];
    for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
      const next: Path[] = [];
      for (const { type, wrap } of level) {
        for (const field of Object.values(type.getFields())) {
          const inner = getNamedType(field.type);
          const times = found.get(inner.name) ?? 0;
          if (!isObjectType(inner) || times >= (this.all ? 3 : 1)) continue;
          found.set(inner.name, times + 1);
          const call = `${field.name}${textOf(this.required(field))}`;
          next.push({ type: inner, wrap: (text) => wrap(`${call} { __typename ${text} }`) });
        }
      }
      paths.push(...next);
      level = next;
    }
    return paths;
  }

  private fieldsOf(type: GraphQLObjectType): string {
    return Object.values(type.getFields())
      .map((field) => this.call(field, this.required(field)))
      .join(' ');
  }

  private call(field: Field, said: string[]): string {
    return `${field.name}${textOf(said)}${this.plain(field)}`;
  }

  /** The plain fields of what a field gives; of a connection its nodes and edges too. */
  private plain(field: Field): string {
    const type = getNamedType(field.type);
    if (!('getFields' in type)) return '';
    const fields: Field[] = Object.values(type.getFields());
    const leaves = fields.filter((each) => !('getFields' in getNamedType(each.type)));
    const said = leaves.map((each) => `${each.name}${textOf(this.required(each))}`);
    return ` { __typename ${said.join(' ')} ${this.insideConnection(type.name, fields)} }`;
  }

  private insideConnection(name: string, fields: Field[]): string {
    if (!name.endsWith('Connection')) return '';
    const nodes = fields.find((each) => each.name === 'nodes');
    return `${nodes ? `nodes${this.plain(nodes)}` : ''} edges { cursor node { __typename } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;
  }

  /** Enough to tell which rows were found. */
  private brief(field: Field): string {
    const type = getNamedType(field.type);
    if (!('getFields' in type)) return '';
    if (!type.name.endsWith('Connection')) return this.plain(field);
    const nodes = getNamedType((type.getFields() as Record<string, Field>).nodes?.type ?? field.type);
    const id = 'getFields' in nodes && 'id' in nodes.getFields() ? 'id' : '';
    return ` { nodes { __typename ${id} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
  }

  /** The arguments that a field must have, but for one that is said otherwise. */
  private required(field: Field, said?: GraphQLArgument): string[] {
    return field.args
      .filter((argument) => argument !== said && isRequiredArgument(argument))
      .map((argument) => {
        const named = argument.name === 'id' ? this.material.named[field.name] : undefined;
        const value = named === undefined ? this.values(argument.type, argument.name).good[0] : JSON.stringify(named);
        return `${argument.name}: ${value ?? 'null'}`;
      });
  }

  /** Values of an input type, in the language. */
  private values(type: GraphQLInputType, name: string, owner = ''): Values {
    const nullable = getNullableType(type);
    if (isListType(nullable)) return mapped(this.values(nullable.ofType, name, owner), (value) => `[${value}]`);
    if (isEnumType(nullable)) {
      return { good: nullable.getValues().map((value) => value.name), bad: ['NO_SUCH_NAME'] };
    }
    if (!isInputObjectType(nullable)) return inputValues(this.material, nullable.toString(), name, owner);
    if (nullable.name === 'StatisticInput')
      return { good: this.material.questions, bad: ['{ function: "MODE", period: "x" }'] };
    const fields = Object.values(nullable.getFields());
    const must = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
    const all = fields.map((field) => {
      const others = must
        .filter((each) => each !== field)
        .map((each) => `${each.name}: ${this.values(each.type, each.name, nullable.name).good[0] ?? 'null'}`);
      return mapped(
        this.few(this.values(field.type, field.name, nullable.name), nullable.name),
        (value) => `{ ${[...others, `${field.name}: ${value}`].join(', ')} }`,
      );
    });
    return { good: all.flatMap((each) => each.good), bad: all.flatMap((each) => each.bad).slice(0, 2) };
  }

  /** Of a condition: something seen, something hidden and something else; which ones goes round with the place. */
  private few(values: Values, owner: string): Values {
    if (this.all || !owner.endsWith('Filter')) return values;
    const { good, bad } = values;
    return { good: good.filter((_value, index) => index % Math.ceil(good.length / 2) === 0), bad };
  }
}

function mapped({ good, bad }: Values, change: (value: string) => string): Values {
  return { good: good.map(change), bad: bad.map(change) };
}

function textOf(said: string[]): string {
  return said.length === 0 ? '' : `(${said.join(', ')})`;
}
