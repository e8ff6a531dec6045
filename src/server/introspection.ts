import { Kind, visit, BREAK, type DocumentNode } from 'graphql';

const asking = new WeakMap<DocumentNode, boolean>();

/** Whether an operation asks for the schema itself, at its root or in a fragment; `__typename` is no such question. */
export function asksForSchema(document: DocumentNode): boolean {
  const known = asking.get(document);
  if (known !== undefined) return known;
  let found = false;
  visit(document, {
    [Kind.FIELD](node) {
      found = node.name.value === '__schema' || node.name.value === '__type';
      return found ? BREAK : undefined;
    },
  });
  asking.set(document, found);
  return found;
}
