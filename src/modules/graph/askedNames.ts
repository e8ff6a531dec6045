import { type DocumentNode, visit } from 'graphql';

const namesOf = new WeakMap<DocumentNode, ReadonlySet<string>>();

/** The names of all fields that a document asks for anywhere; documents are kept parsed, so each is walked once. */
export function askedNames(document: DocumentNode): ReadonlySet<string> {
  const known = namesOf.get(document);
  if (known !== undefined) return known;
  const names = new Set<string>();
  visit(document, { Field: ({ name }) => void names.add(name.value) });
  namesOf.set(document, names);
  return names;
}
