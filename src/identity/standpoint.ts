import { DomainError } from '../kernel/errors';
import type { Affiliation, PersonRecord } from './directory';
import { isLive } from './roleRules';

/**
 * The affiliations that a person acts under: rights are the intersection over all of them (`domain.md` 0.2).
 *
 * All live ones, unless the person names, by `Sluice-Desk`, the one that counsel has walled off. A second walled one voids
 * the choice: by naming now the one, now the other, the person would stand on both sides of a wall. Naming none can only
 * give less, so it is always admitted.
 *
 * @returns the affiliations, possibly none, by desk number.
 * @throws DomainError VALIDATION for a desk that is not the person's, whether or not somebody else has it;
 *   CONFLICT_OF_INTEREST for one that is not the only walled one.
 */
export function standpoint(person: PersonRecord, desk: string | null, now: Date): Affiliation[] {
  const live = person.affiliations.filter((a) => isLive(a, now)).sort((a, b) => a.deskNo - b.deskNo);
  if (desk === null) return live;
  const chosen = live.filter((affiliation) => affiliation.deskKey === desk);
  const [only] = chosen;
  if (only === undefined || chosen.length > 1) throw noSuchDesk();
  if (live.length === 1) return chosen;
  const walled = live.filter((affiliation) => isWalled(affiliation, person));
  if (walled.length === 1 && walled[0] === only) return chosen;
  throw new DomainError('CONFLICT_OF_INTEREST', 'this desk is not walled off from your other affiliations', {
    rule: 'DESK.WALL',
    next: 'leave Sluice-Desk out to read what all your affiliations may, or ask counsel',
  });
}

/** The organisation that a standpoint belongs to: the person's home where it is one of them, else the first by desk. */
export function organisationOf(affiliations: readonly Affiliation[], person: PersonRecord): Affiliation | null {
  const home = affiliations.find((affiliation) => affiliation.organisationId === person.organisationId);
  return home ?? affiliations[0] ?? null;
}

function isWalled(affiliation: Affiliation, person: PersonRecord): boolean {
  const { wall } = affiliation;
  return wall !== null && wall.attestedBy !== person.personId;
}

/** One hint for a desk that is nobody's and for one that is somebody else's. */
function noSuchDesk(): DomainError {
  const issues = [
    { path: ['headers', 'Sluice-Desk'], rule: 'CONTEXT.DESK', hint: 'give the key of one of your desks' },
  ];
  return new DomainError('VALIDATION', 'input not valid', { issues });
}
