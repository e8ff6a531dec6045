import { Field, ID, InterfaceType } from 'type-graphql';
import { entityTypes, type EntityType } from '../../kernel/opaqueId';
import { rowAskedFor } from './rowLookup';
import type { Operation } from './operation';
import type { ViewClass } from './viewRows';

/** Whatever has an id that the hub gave out. */
@InterfaceType('Node', {
  description: 'Anything with an id; the id of something hidden and of nothing find the same: null.',
})
export abstract class NodeInterface {
  @Field(() => ID)
  id: string;
}

/** How one kind of node is found: by the id as the viewer wrote it; null where it is hidden, missing or no such id. */
export type NodeFinder = (operation: Operation, id: string) => Promise<object | null>;

const finders = new Map<EntityType, NodeFinder>();

/** A module names its nodes once, in its index.ts. */
export function registerNode(type: EntityType, finder: NodeFinder): void {
  finders.set(type, finder);
}

/** A fact of a disclosed view, whose ids are made from the row's UUID. */
export function registerView<T extends object>(type: EntityType, view: ViewClass<T>): void {
  registerNode(type, (operation, id) => rowAskedFor(operation, view, operation.decodeId(id, type)));
}

/**
 * The thing behind an id. An id of a kind that no module knows, or of another viewer, is an id of nothing.
 */
export async function findNode(operation: Operation, id: string): Promise<object | null> {
  const type = entityTypes.find((candidate) => id.startsWith(`${candidate}_`));
  const finder = type === undefined ? undefined : finders.get(type);
  return finder === undefined ? null : finder(operation, id);
}

/** Rows of the catalogue are public and named by their codes: `standard_IRMA`. */
export function codeId(type: EntityType, code: string): string {
  return `${type}_${code}`;
}

/** The code in `standard_IRMA`, or in `IRMA` itself. */
export function codeOfId(type: EntityType, id: string): string {
  return id.startsWith(`${type}_`) ? id.slice(type.length + 1) : id;
}
