import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Random } from '../../../support/seededRandom';

/** What operations are made with: ids and texts of what the reader may know of, of what it may not, and of nothing at all. */
export interface Material {
  ids: string[];
  texts: string[];
}

export interface GeneratedOperation {
  text: string;
  /** `Type.field(argument)` that this operation is there for */
  about: string;
}

const DEPTH_MAX = 1;
const NUMBERS = [0, 1, 2, 3, 100, 101, -1];
const DATES = ['2025-06-01', '2026-01-15', '2026-06-01T00:00:00Z', 'yesterday'];

/** Operations over the whole schema: every field, argument, filter operator, order, page size, and inputs that fail. */
export class OperationWriter {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly material: Material,
  ) {}

  all(): GeneratedOperation[] {
    const root = this.schema.getQueryType();
    if (!root) return [];
    return Object.values(root.getFields()).flatMap((field) => this.ofRoot(field));
  }

  private ofRoot(field: GraphQLField<unknown, unknown>): GeneratedOperation[] {
    const plain = this.call(field, this.required(field.args));
    const operations = [{ about: `Query.${field.name}`, text: `{ ${plain} }` }];
    for (const argument of field.args) {
      for (const value of this.values(argument.type, argument.name)) {
        const others = this.required(field.args.filter((each) => each !== argument));
        const said = [...others, `${argument.name}: ${value}`];
        operations.push({ about: `Query.${field.name}(${argument.name})`, text: `{ ${this.call(field, said)} }` });
      }
    }
    operations.push(...this.nested(field));
    operations.push({
      about: `Query.${field.name} twice`,
      text: `{ one: ${this.call(field, this.required(field.args))} ...Again } fragment Again on Query { two: ${this.call(field, this.required(field.args))} }`,
    });
    return operations;
  }

  /** Each argument of the fields below a root field, by every kind of value. */
  private nested(root: GraphQLField<unknown, unknown>): GeneratedOperation[] {
    const found: GeneratedOperation[] = [];
    const visit = (type: GraphQLObjectType, wrap: (inner: string) => string, depth: number): void => {
      for (const field of Object.values(type.getFields())) {
        for (const argument of field.args) {
          for (const value of this.values(argument.type, argument.name).slice(0, 6)) {
            const said = [
              ...this.required(field.args.filter((each) => each !== argument)),
              `${argument.name}: ${value}`,
            ];
            found.push({
              about: `${type.name}.${field.name}(${argument.name})`,
              text: wrap(this.call(field, said, DEPTH_MAX)),
            });
          }
        }
        const inner = getNamedType(field.type);
        if (isObjectType(inner) && depth < 2) {
          visit(
            inner,
            (text) => wrap(`${field.name}${this.argumentText(this.required(field.args))} { __typename ${text} }`),
            depth + 1,
          );
        }
      }
    };
    const type = getNamedType(root.type);
    if (isObjectType(type))
      visit(
        type,
        (inner) => `{ ${root.name}${this.argumentText(this.required(root.args))} { __typename ${inner} } }`,
        0,
      );
    // A tree this wide is walked in part, another part with every seed.
    return found.filter(() => found.length < 40 || this.random.chance(40 / found.length));
  }

  private argumentText(said: string[]): string {
    return said.length === 0 ? '' : `(${said.join(', ')})`;
  }

  private call(field: GraphQLField<unknown, unknown>, said: string[], depth = 0): string {
    const type = getNamedType(field.type);
    return `${field.name}${this.argumentText(said)}${'getFields' in type ? this.selection(type, depth) : ''}`;
  }

  /** All plain fields; of a connection its nodes, and its edges at the root alone, since a tree of both has no end. */
  private selection(
    type: { name: string; getFields: () => Record<string, GraphQLField<unknown, unknown>> },
    depth: number,
  ): string {
    const all = Object.values(type.getFields());
    const isConnection = type.name.endsWith('Connection');
    const fields = all.flatMap((field) => {
      const inner = getNamedType(field.type);
      if (!('getFields' in inner)) return [`${field.name}${this.argumentText(this.required(field.args))}`];
      if (isConnection && depth > 0 && field.name === 'edges') return [];
      // nodes, edges and page information belong to the connection itself
      const next = isConnection || type.name.endsWith('Edge') ? depth : depth + 1;
      return next <= DEPTH_MAX ? [this.call(field, this.required(field.args), next)] : [];
    });
    return ` { __typename ${fields.join(' ')} }`;
  }

  private required(args: readonly GraphQLArgument[]): string[] {
    return args
      .filter(isRequiredArgument)
      .map((argument) => `${argument.name}: ${this.random.pick(this.values(argument.type, argument.name))}`);
  }

  /** Values of an input type, in the language: known, hidden, missing and wrong ones. */
  private values(type: GraphQLInputType, name: string): string[] {
    const nullable = getNullableType(type);
    if (isListType(nullable)) return this.values(nullable.ofType, name).map((value) => `[${value}]`);
    if (isEnumType(nullable)) return nullable.getValues().map((value) => value.name);
    if (isInputObjectType(nullable)) return this.objects(nullable.getFields());
    switch (nullable.toString()) {
      case 'ID':
        return this.material.ids.map((id) => JSON.stringify(id));
      case 'Int':
      case 'Float':
        return NUMBERS.map(String);
      case 'Boolean':
        return ['true', 'false'];
      default:
        return [...(name === 'asOf' || name.endsWith('On') ? DATES : []), ...this.material.texts, '1', '%', ''].map(
          (text) => JSON.stringify(text),
        );
    }
  }

  private objects(fields: Record<string, { name: string; type: GraphQLInputType; defaultValue?: unknown }>): string[] {
    const all = Object.values(fields);
    const must = all.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
    return all.flatMap((field) =>
      this.values(field.type, field.name).map((value) => {
        const others = must
          .filter((each) => each !== field)
          .map((each) => `${each.name}: ${this.random.pick(this.values(each.type, each.name))}`);
        return `{ ${[...others, `${field.name}: ${value}`].join(', ')} }`;
      }),
    );
  }
}
