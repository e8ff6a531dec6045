import { normaliseOrganisationName } from '../matching';
import type { RowOutcome } from '../rowOutcome';
import type { ExternalId, OrganisationReference } from '../staging';

interface Known {
  readonly name: string;
  readonly spellings: Set<string>;
  externalId: ExternalId | null;
}

/**
 * The organisations that one import has named so far. A record goes out when a name first occurs, and again with the
 * same key when another spelling or an id turns up: whoever stores them adds to the first by key.
 * To be asked only for rows that load, or a reference would point at a record that never went out.
 */
export class OrganisationRegister {
  private readonly known = new Map<string, Known>();
  private readonly ownerOfId = new Map<string, string>();

  constructor(private readonly format: string) {}

  /** @param externalId the source's own id where it is certain, else null */
  refer(
    written: string,
    details: { readonly aliases: readonly string[]; readonly externalId: ExternalId | null; readonly column: string },
    outcome: RowOutcome,
  ): OrganisationReference {
    const normalised = normaliseOrganisationName(written) || written;
    const key = `${this.format}:${normalised}`;
    const entry = this.known.get(normalised) ?? this.introduce(normalised, written);
    const isNew = entry.spellings.size === 0;
    const aliases = [...details.aliases, ...(isNew ? [] : [written])].filter((name) => !entry.spellings.has(name));
    if (!isNew && !entry.spellings.has(written)) {
      outcome.warn('NAME_VARIANT', details.column, written, `taken as another spelling of \`${entry.name}\``);
    }
    for (const name of [written, ...aliases]) entry.spellings.add(name);
    const externalIds = this.learnId(normalised, entry, details.externalId, details.column, outcome);
    if (isNew || aliases.length > 0 || externalIds.length > 0) {
      outcome.load({ kind: 'organisation', key, name: entry.name, aliases, externalIds });
    }
    return { kind: 'ORGANISATION', key };
  }

  private introduce(normalised: string, written: string): Known {
    const entry: Known = { name: written, spellings: new Set(), externalId: null };
    this.known.set(normalised, entry);
    return entry;
  }

  /** One id, one organisation, and the other way round: what contradicts the first pair is told, not taken. */
  private learnId(
    normalised: string,
    entry: Known,
    id: ExternalId | null,
    column: string,
    outcome: RowOutcome,
  ): ExternalId[] {
    if (id === null || entry.externalId?.value === id.value) return [];
    const holder = this.ownerOfId.get(id.value);
    if (entry.externalId !== null || (holder !== undefined && holder !== normalised)) {
      outcome.warn(
        'EXTERNAL_ID_CONFLICT',
        column,
        id.value,
        'this id and this name occur in other pairs too; id not taken',
      );
      return [];
    }
    entry.externalId = id;
    this.ownerOfId.set(id.value, normalised);
    return [id];
  }
}
