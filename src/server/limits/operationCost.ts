import {
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { ServerLimits } from './thresholds';

export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Of a connection and of any other list that is cut to a length. */
const PAGE_ARGUMENTS: readonly string[] = ['first', 'last'];

type Limits = Pick<ServerLimits, 'listLengthAssumed' | 'listLengthMax' | 'costMax'>;

/**
 * The fields that an operation could resolve at most: each selected field counts one, times the lengths of the lists it
 * lies in. A list is as long as `first` or `last` say, up to the longest page. It is known before anything is read, so it
 * cannot tell of hidden rows (`leaks.md` 31, 32).
 *
 * @returns a whole number; counting stops above `costMax`, however the operation nests its fragments
 */
export function operationCost(asked: CostedOperation, limits: Limits): number {
  const root = asked.schema.getRootType(asked.operation.operation);
  if (!root) return 0;
  return new CostCounter(asked, limits).of(asked.operation.selectionSet, root, false);
}

class CostCounter {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Cost of a fragment on a type, once: nested spreads would otherwise be walked as often as they multiply. */
  private readonly fragmentCosts = new Map<string, number>();

  constructor(
    private readonly asked: CostedOperation,
    private readonly limits: Limits,
  ) {
    const found = asked.document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [node] : []));
    this.fragments = new Map(found.map((node) => [node.name.value, node]));
  }

  /** @param counted whether the lists right below are counted already, as those of a connection are by its `first` */
  of(selections: SelectionSetNode, type: GraphQLNamedType, counted: boolean): number {
    let cost = 0;
    for (const selection of selections.selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          cost += this.ofField(selection, type, counted);
          break;
        case Kind.INLINE_FRAGMENT:
          cost += this.of(selection.selectionSet, this.typeNamed(selection.typeCondition?.name.value) ?? type, counted);
          break;
        case Kind.FRAGMENT_SPREAD:
          cost += this.ofFragment(selection.name.value, type, counted);
          break;
      }
      if (cost > this.limits.costMax) return cost;
    }
    return cost;
  }

  private ofFragment(name: string, type: GraphQLNamedType, counted: boolean): number {
    const key = `${name} ${type.name} ${counted}`;
    const known = this.fragmentCosts.get(key);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    // Validation has refused cycles before; a spread within itself counts nothing.
    this.fragmentCosts.set(key, 0);
    if (fragment === undefined) return 0;
    const target = this.typeNamed(fragment.typeCondition.name.value) ?? type;
    const cost = this.of(fragment.selectionSet, target, counted);
    this.fragmentCosts.set(key, cost);
    return cost;
  }

  private ofField(node: FieldNode, parent: GraphQLNamedType, counted: boolean): number {
    const field = fieldOf(parent, node.name.value);
    if (field === null || node.selectionSet === undefined) return 1;
    const isPaged = field.args.some(({ name }) => PAGE_ARGUMENTS.includes(name));
    const isList = isListType(getNullableType(field.type));
    const length = isPaged ? this.pageLength(node, field) : isList && !counted ? this.limits.listLengthAssumed : 1;
    return 1 + length * this.of(node.selectionSet, getNamedType(field.type), isPaged && !isList);
  }

  /** As asked for, else as the schema says by itself. A length that no page can have costs like the longest page. */
  private pageLength(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    const asked = (node.arguments ?? []).flatMap(({ name, value }) => {
      if (!PAGE_ARGUMENTS.includes(name.value)) return [];
      if (value.kind === Kind.INT) return [Number(value.value)];
      const given = value.kind === Kind.VARIABLE ? this.variable(value.name.value) : undefined;
      return typeof given === 'number' ? [given] : [];
    });
    const byDefault = field.args.flatMap(({ name, defaultValue }) =>
      PAGE_ARGUMENTS.includes(name) && typeof defaultValue === 'number' ? [defaultValue] : [],
    );
    const { listLengthAssumed, listLengthMax } = this.limits;
    const longest = Math.max(...(asked.length > 0 ? asked : byDefault.length > 0 ? byDefault : [listLengthAssumed]));
    return longest >= 0 && longest <= listLengthMax ? longest : listLengthMax;
  }

  private variable(name: string): unknown {
    const given = this.asked.variables[name];
    if (given !== undefined) return given;
    const definition = this.asked.operation.variableDefinitions?.find((node) => node.variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : undefined;
  }

  private typeNamed(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.asked.schema.getType(name);
  }
}

function fieldOf(type: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | null {
  if (isObjectType(type) || isInterfaceType(type)) return type.getFields()[name] ?? null;
  return null;
}
