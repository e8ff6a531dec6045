import { DomainError } from '../../kernel/errors';

/** A code with its parts; a leaf has none. */
export interface HierarchyNode {
  readonly code: string;
  readonly parts?: readonly HierarchyNode[];
}

/** One dimension of a table: a tree of codes, all known to every member and never derived from a value. */
export interface Hierarchy {
  readonly name: string;
  readonly root: string;
  readonly parentOf: ReadonlyMap<string, string>;
  readonly partsOf: ReadonlyMap<string, readonly string[]>;
  /** 0 at the root. */
  readonly depthOf: ReadonlyMap<string, number>;
}

/** Separates the codes of a cell key, so no code may contain it. */
export const codeSeparator = '|';

/**
 * Source: SDC Handbook 4.3 (hierarchical tables). Guarantees: a tree, each code once.
 * @throws DomainError VALIDATION when a code occurs twice or contains the separator.
 */
export function buildHierarchy(name: string, tree: HierarchyNode): Hierarchy {
  const parentOf = new Map<string, string>();
  const partsOf = new Map<string, readonly string[]>();
  const depthOf = new Map<string, number>();
  const visit = (node: HierarchyNode, depth: number): void => {
    if (depthOf.has(node.code) || node.code.includes(codeSeparator)) {
      throw new DomainError('VALIDATION', `code \`${node.code}\` of dimension \`${name}\` is repeated or malformed`);
    }
    depthOf.set(node.code, depth);
    const parts = node.parts ?? [];
    partsOf.set(
      node.code,
      parts.map((part) => part.code),
    );
    for (const part of parts) {
      parentOf.set(part.code, node.code);
      visit(part, depth + 1);
    }
  };
  visit(tree, 0);
  return { name, root: tree.code, parentOf, partsOf, depthOf };
}

/**
 * A dimension without sub-totals: a total and its leaves.
 * Source: as `buildHierarchy`. Guarantees: as there.
 */
export function flatHierarchy(name: string, root: string, leaves: readonly string[]): Hierarchy {
  return buildHierarchy(name, { code: root, parts: leaves.map((code) => ({ code })) });
}

/**
 * The code and everything above it, the code first.
 * Source: as `buildHierarchy`. Guarantees: ends at the root.
 *
 * @throws DomainError VALIDATION for an unknown code.
 */
export function codeAndAncestors(hierarchy: Hierarchy, code: string): readonly string[] {
  if (!hierarchy.depthOf.has(code)) {
    throw new DomainError('VALIDATION', `code \`${code}\` is not in dimension \`${hierarchy.name}\``);
  }
  const path = [code];
  let parent = hierarchy.parentOf.get(code);
  while (parent !== undefined) {
    path.push(parent);
    parent = hierarchy.parentOf.get(parent);
  }
  return path;
}

/**
 * Number of levels below the root.
 * Source: as `buildHierarchy`. Guarantees: 0 for a dimension of its total alone.
 */
export function heightOf(hierarchy: Hierarchy): number {
  return Math.max(...hierarchy.depthOf.values());
}

/**
 * The same dimension without the levels deeper than `depth`; used to roll up.
 * Source: global recoding, SDC Handbook 4.4. Guarantees: what is left are codes of the same dimension, none new.
 */
export function cutHierarchy(hierarchy: Hierarchy, depth: number): Hierarchy {
  const prune = (code: string): HierarchyNode => ({
    code,
    parts: (hierarchy.depthOf.get(code) ?? 0) >= depth ? [] : (hierarchy.partsOf.get(code) ?? []).map(prune),
  });
  return buildHierarchy(hierarchy.name, prune(hierarchy.root));
}

/**
 * The code itself when the cut dimension still has it, else its nearest ancestor there.
 * Source: as `cutHierarchy`. Guarantees: a code of the cut dimension for every code of the original.
 */
export function codeAfterCut(original: Hierarchy, cut: Hierarchy, code: string): string {
  return codeAndAncestors(original, code).find((candidate) => cut.depthOf.has(candidate)) ?? cut.root;
}
