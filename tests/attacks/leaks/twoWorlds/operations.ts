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

/** A question for first pages, and what follows from the cursors that it was given; null: the list is empty. */
export interface CursorQuestion {
  first: GeneratedOperation;
  next: (cursorOf: (alias: string) => string | null) => GeneratedOperation[];
}

/** One argument of a field, and the way to it. */
interface ArgumentPlace {
  name: string;
  field: Field;
  argument: GraphQLArgument;
  wrap: (inner: string) => string;
}

/** Inputs whose fields are operators; every other condition is a choice among these. */
const COMPARISONS = /^(Id|Text|Code|CodeList|Date|Decimal|Int|Boolean)Filter$/;
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
    return this.argumentPlaces().flatMap((place) => this.ofArgument(place));
  }

  /** Of the values that the hub takes every `of`-th, from the `from`-th on: those at one place of the schema together. */
  packed(from: number, of: number): GeneratedOperation[] {
    const byWay = new Map<string, { wrap: Path['wrap']; parts: string[] }>();
    for (const [place, part] of this.argumentParts().filter(([, each]) => !this.isLikelyRefused(each))) {
      const way = byWay.get(place.wrap('')) ?? { wrap: place.wrap, parts: [] };
      way.parts.push(part);
      byWay.set(place.wrap(''), way);
    }
    return [...byWay.values()].flatMap(({ wrap, parts }) =>
      this.batches(parts.filter((_part, index) => index % of === from)).map((batch) => ({
        about: 'many arguments',
        text: `{ ${wrap(aliased(batch))} }`,
        parts: batch.map((part) => ({ about: part.slice(0, 80), text: `{ ${wrap(part)} }` })),
      })),
    );
  }

  /** The others of them, one by one, since one that is refused takes its neighbours with it. */
  likelyRefused(from: number, of: number): GeneratedOperation[] {
    return this.argumentParts()
      .filter(([, part]) => this.isLikelyRefused(part))
      .filter((_part, index) => index % of === from)
      .map(([place, part]) => ({ about: aboutOf(place), text: `{ ${place.wrap(part)} }` }));
  }

  private argumentParts(): [ArgumentPlace, string][] {
    return this.argumentPlaces().flatMap((place) =>
      this.values(place.argument.type, place.argument.name).good.map((value): [ArgumentPlace, string] => [
        place,
        this.part(place, value),
      ]),
    );
  }

  /** What asks for an office, for a cell that may be small, or with a text where a code is wanted. */
  private isLikelyRefused(part: string): boolean {
    if (/^(releaseCsv|statistic|wouldAnswer\w*|auditLog|readCounts|demandClusters|interestRegister)\b/.test(part))
      return true;
    const isCode = /\b(mineral|product|standard|standardGap|jurisdiction|stage|type|unit|indicator|asOf): "/.test(part);
    return isCode && this.material.texts.some((text) => part.includes(JSON.stringify(text)));
  }

  /** First pages of every list, and what is asked with their cursors then: the lists at one place of the schema together. */
  pages(): CursorQuestion[] {
    const byWay = new Map<string, ArgumentPlace[]>();
    for (const place of this.argumentPlaces().filter(({ argument }) => argument.name === 'after')) {
      byWay.set(place.wrap(''), [...(byWay.get(place.wrap('')) ?? []), place]);
    }
    return [...byWay.values()]
      .flatMap((places) => this.batches(places))
      .map((places) => {
        const { wrap = (inner: string): string => inner } = places[0] ?? {};
        const about = `pages of ${places.map(({ name }) => name).join(', ')}`;
        const page = (said: (alias: string) => string | null): GeneratedOperation => ({
          about,
          text: `{ ${wrap(places.map(({ field }, index) => this.page(field, `a${index}`, said)).join(' '))} }`,
        });
        const next = (cursorOf: (alias: string) => string | null): GeneratedOperation[] =>
          ['first: 2, after', 'last: 2, before'].map((size) =>
            page((alias) => (cursorOf(alias) === null ? null : `${size}: ${JSON.stringify(cursorOf(alias))}`)),
          );
        return { first: page(() => 'first: 1'), next };
      });
  }

  private page(field: Field, alias: string, said: (alias: string) => string | null): string {
    const size = said(alias);
    if (size === null) return '__typename';
    return `${alias}: ${field.name}${textOf([...this.required(field), size])} { edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
  }

  /** Values that the hub refuses, one by one: nested ones in a full run only, since what checks them is the same. */
  refused(): GeneratedOperation[] {
    return this.argumentPlaces().flatMap((place) => {
      const { bad } = this.values(place.argument.type, place.argument.name);
      const isRoot = place.name.startsWith('Query.');
      return (isRoot || this.all || ['after', 'before'].includes(place.argument.name) ? bad : []).map((value) => ({
        about: aboutOf(place),
        text: `{ ${place.wrap(this.part(place, value))} }`,
      }));
    });
  }

  private argumentPlaces(): ArgumentPlace[] {
    const ways: Path[] = [...this.paths];
    const root = this.schema.getQueryType();
    if (root) ways.unshift({ type: root, wrap: (inner) => inner });
    const known = new Set<string>();
    return ways.flatMap(({ type, wrap }) =>
      Object.values(type.getFields()).flatMap((field) => {
        const name = `${type.name}.${field.name}`;
        if (known.has(name)) return [];
        known.add(name);
        return field.args.map((argument) => ({ name, field, argument, wrap }));
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

  private ofArgument(place: ArgumentPlace): GeneratedOperation[] {
    const about = aboutOf(place);
    const parts = this.values(place.argument.type, place.argument.name).good.map((value) => this.part(place, value));
    return this.batches(parts).map((batch) => ({
      about,
      text: `{ ${place.wrap(aliased(batch))} }`,
      parts: batch.map((part) => ({ about, text: `{ ${place.wrap(part)} }` })),
    }));
  }

  /** The field with one value of one argument, and whatever else it must have. */
  private part({ field, argument }: ArgumentPlace, value: string): string {
    const said = [...this.required(field, argument), `${argument.name}: ${value}`];
    return `${field.name}${textOf(said)}${this.brief(field)}`;
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

  /** Of a comparison: something seen, something hidden and something else; which ones goes round with the place. */
  private few(values: Values, owner: string): Values {
    if (this.all || !COMPARISONS.test(owner)) return values;
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

function aliased(parts: readonly string[]): string {
  return parts.map((part, index) => `a${index}: ${part}`).join(' ');
}

function aboutOf({ name, argument }: ArgumentPlace): string {
  return `${name}(${argument.name})`;
}
