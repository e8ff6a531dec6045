import { commonOrganisations } from '../matching';
import type { StagedEvent, UnnamedHolder } from '../staging';

export interface Holders {
  readonly names: ReadonlySet<string>;
  readonly unnamed: ReadonlySet<UnnamedHolder['label']>;
}

/** Who stands behind the sites of an import: the holders of ULTIMATE shares. */
export async function ultimateHolders(events: AsyncIterable<StagedEvent>): Promise<Holders> {
  const nameOfKey = new Map<string, string>();
  const keys = new Set<string>();
  const unnamed = new Set<UnnamedHolder['label']>();
  for await (const event of events) {
    if (event.kind !== 'loaded') continue;
    for (const record of event.records) {
      if (record.kind === 'organisation' && !nameOfKey.has(record.key)) nameOfKey.set(record.key, record.name);
      if (record.kind !== 'ownershipShare' || record.level !== 'ULTIMATE') continue;
      if (record.holder.kind === 'UNNAMED') unnamed.add(record.holder.label);
      else if (record.holder.kind === 'ORGANISATION') keys.add(record.holder.key);
    }
  }
  return { names: new Set([...keys].map((key) => nameOfKey.get(key) ?? key)), unnamed };
}

/**
 * Holders that occur in both imports: a customer that is also a competitor. Unnamed holders that occur in both are told
 * apart, since `unknown` here and `unknown` there are nobody in common.
 */
export function commonHolders(
  left: Holders,
  right: Holders,
): { readonly names: readonly string[]; readonly unnamed: readonly UnnamedHolder['label'][] } {
  return {
    names: commonOrganisations(left.names, right.names),
    unnamed: [...left.unnamed].filter((label) => right.unnamed.has(label)).sort(),
  };
}
