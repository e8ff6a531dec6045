import { EVERY_GROUND, groundMask, ROLE_GROUNDS, type GroundMask, type GroundName } from '../policy/grounds';
import type { Affiliation, RoleTenure } from './directory';
import { countsAt } from './roleRules';
import type { HeldRole } from './roles';

/** What somebody may use at a desk: an upper bound, which the pairs of `policy.viewer` then narrow unit by unit. */
export interface Rights {
  readonly roles: readonly HeldRole[];
  readonly may: GroundMask;
}

/** Without a token, and without a live affiliation. */
export const PUBLIC_GROUNDS: GroundMask = groundMask(['ANYONE']);
/** A suspended or departed organisation reads as the public but stays itself for its own data. */
const OWN_GROUNDS: GroundMask = groundMask(['ANYONE', 'SELF']);
/** An organisation that is no member may still be named by a row or covered by an agreement. */
const OUTSIDER_GROUNDS: GroundMask = groundMask([
  'ANYONE',
  'SELF',
  'PARTY',
  'PARTY_COMPETITOR',
  'GRANT',
  'GRANT_COMPETITOR',
]);
/** A member in good standing: everything but what a role gives to its holder alone. */
const MEMBER_GROUNDS: GroundMask = EVERY_GROUND & ~ROLE_GROUNDS;

const GROUNDS_OF_ROLE: ReadonlyMap<HeldRole, readonly GroundName[]> = new Map<HeldRole, readonly GroundName[]>([
  ['ANALYST', ['ANALYST']],
  ['CLEAN_TEAM', ['CLEAN_TEAM']],
  ['COMPETITION_COUNSEL', ['COUNSEL']],
  ['SECRETARIAT', ['SECRETARIAT']],
  ['PARTNER_ALLIANCE', ['PARTNER']],
  ['POLICY_MAKER', ['POLICY_MAKER']],
  ['GOVERNING_BODY', ['BODY', 'BODY_COMPETITOR']],
  ['CHAIR', ['BODY', 'BODY_COMPETITOR']],
  ['ASSESSOR', ['ASSESSOR']],
]);

/** Rights at one desk, in the name of one initiative (null: the standing one). `tenures`: the roles that count now. */
export function rightsAt(
  affiliation: Affiliation,
  tenures: readonly RoleTenure[],
  initiativeId: string | null,
): Rights {
  switch (affiliation.standing) {
    case 'SUSPENDED':
    case 'LEFT':
      return { roles: [], may: OWN_GROUNDS };
    case 'NONE':
      return withRoles(OUTSIDER_GROUNDS, affiliation, tenures, initiativeId);
    case 'GOOD':
    case 'LATE':
      return withRoles(MEMBER_GROUNDS, affiliation, tenures, initiativeId);
  }
}

/** What every one of the affiliations admits; of none, what the public may. */
export function intersection(rights: readonly Rights[]): Rights {
  const [first, ...others] = rights;
  if (first === undefined) return { roles: [], may: PUBLIC_GROUNDS };
  return others.reduce<Rights>(
    (common, other) => ({
      roles: common.roles.filter((role) => other.roles.includes(role)),
      may: common.may & other.may,
    }),
    first,
  );
}

function withRoles(
  base: GroundMask,
  affiliation: Affiliation,
  tenures: readonly RoleTenure[],
  initiativeId: string | null,
): Rights {
  const counting = tenures.filter((tenure) => countsAt(tenure, affiliation, initiativeId));
  const roles = [...new Set(counting.map((tenure) => tenure.name))];
  return { roles, may: roles.reduce((mask, role) => mask | groundMask(GROUNDS_OF_ROLE.get(role) ?? []), base) };
}
