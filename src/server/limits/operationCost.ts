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
    const paged = this.pageLength(node);
    const isConnection = field.args.some((argument) => argument.name === 'first');
    const isList = isListType(getNullableType(field.type));
    const length = isConnection
      ? (paged ?? this.limits.listLengthAssumed)
      : isList && !counted
        ? this.limits.listLengthAssumed
        : 1;
    return 1 + length * this.of(node.selectionSet, getNamedType(field.type), isConnection && !isList);
  }

  /** Null without `first` or `last`. A value that no page can have costs like the longest page. */
  private pageLength(node: FieldNode): number | null {
    const lengths = (node.arguments ?? []).flatMap((argument) => {
      if (argument.name.value !== 'first' && argument.name.value !== 'last') return [];
      if (argument.value.kind === Kind.INT) return [Number(argument.value.value)];
      if (argument.value.kind !== Kind.VARIABLE) return [];
      const value = this.variable(argument.value.name.value);
      return typeof value === 'number' ? [value] : [];
    });
    if (lengths.length === 0) return null;
    const longest = Math.max(...lengths);
    return longest >= 0 && longest <= this.limits.listLengthMax ? longest : this.limits.listLengthMax;
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
