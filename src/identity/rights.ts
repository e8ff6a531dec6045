import type { GroundMask } from '../policy/grounds';
import { MEMBER_GROUNDS, OFFICE_GROUNDS, OUTSIDER_GROUNDS, OWN_GROUNDS, PUBLIC_GROUNDS } from '../policy/kinds';
import type { Affiliation, RoleTenure } from './directory';
import { countsAt } from './roleRules';
import type { HeldRole } from './roles';

/** What somebody may use at a desk: an upper bound, which the pairs of `policy.viewer` then narrow unit by unit. */
export interface Rights {
  readonly roles: readonly HeldRole[];
  readonly may: GroundMask;
}

const GROUNDS_OF_ROLE: ReadonlyMap<HeldRole, GroundMask> = new Map<HeldRole, GroundMask>([
  ['ANALYST', OFFICE_GROUNDS.ANALYST],
  ['CLEAN_TEAM', OFFICE_GROUNDS.CLEAN_TEAM],
  ['COMPETITION_COUNSEL', OFFICE_GROUNDS.COUNSEL],
  ['SECRETARIAT', OFFICE_GROUNDS.SECRETARIAT],
  ['PARTNER_ALLIANCE', OFFICE_GROUNDS.PARTNER],
  ['POLICY_MAKER', OFFICE_GROUNDS.POLICY_MAKER],
  ['GOVERNING_BODY', OFFICE_GROUNDS.BODY],
  ['CHAIR', OFFICE_GROUNDS.BODY],
  ['ASSESSOR', OFFICE_GROUNDS.ASSESSOR],
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
  return { roles, may: roles.reduce((mask, role) => mask | (GROUNDS_OF_ROLE.get(role) ?? 0), base) };
}
