import { normaliseName } from '../matching';
import type { RowOutcome } from '../rowOutcome';
import type { RejectionCode, SiteReference, StagedKey } from '../staging';

type Entry = { readonly key: StagedKey } | { readonly rejectedAs: RejectionCode };

/**
 * The sites of one import by name. A name is matched as written, else by its normalised form (`matching.ts`) if only one
 * site has that form; nothing looser.
 */
export class SiteRegister {
  private readonly byName = new Map<string, Entry>();
  private readonly namesByNormalised = new Map<string, string[]>();

  constructor(private readonly format: string) {}

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Sites whose names have one normalised form are two sites, and get two keys. */
  accept(name: string): StagedKey {
    const normalised = normaliseName(name) || name;
    const alike = this.namesByNormalised.get(normalised)?.length ?? 0;
    const key = `${this.format}:${normalised}${alike === 0 ? '' : `#${alike + 1}`}`;
    this.add(name, normalised, { key });
    return key;
  }

  /** Remembers why a site did not load, for the rows of other files that name it. */
  refuse(name: string, code: RejectionCode): void {
    if (!this.byName.has(name)) this.add(name, normaliseName(name) || name, { rejectedAs: code });
  }

  /** Null without a word, when the name is not known at all. */
  find(name: string): SiteReference | { readonly rejectedAs: RejectionCode } | null {
    const alike = this.namesByNormalised.get(normaliseName(name)) ?? [];
    const entry = this.byName.get(name) ?? (alike.length === 1 ? this.byName.get(alike[0] ?? '') : undefined);
    if (entry === undefined) return null;
    return 'key' in entry ? { kind: 'SITE', key: entry.key } : entry;
  }

  /** As `find`; rejects the row with UNKNOWN_SITE, or with the code under which the site itself was rejected. */
  require(name: string, column: string, outcome: RowOutcome): SiteReference | null {
    const found = this.find(name);
    if (found === null) {
      outcome.reject('UNKNOWN_SITE', column, name, 'no site of this name in the sites file');
    } else if ('rejectedAs' in found) {
      const inherited = found.rejectedAs === 'REGION_NOT_SITE' || found.rejectedAs === 'COMPANY_NOT_SITE';
      const code = inherited ? found.rejectedAs : 'UNKNOWN_SITE';
      outcome.reject(code, column, name, 'the row of this site was itself rejected');
    } else {
      return found;
    }
    return null;
  }

  private add(name: string, normalised: string, entry: Entry): void {
    this.byName.set(name, entry);
    const alike = this.namesByNormalised.get(normalised);
    if (alike === undefined) this.namesByNormalised.set(normalised, [name]);
    else alike.push(name);
  }
}
