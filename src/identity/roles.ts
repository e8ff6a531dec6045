/**
 * The closed list of roles, `domain.md` 0.5, and CLEAN_TEAM of 1.6. PUBLIC is the role of whoever holds no other one that
 * counts; nobody is appointed to it.
 */
export const ROLES = [
  'DOWNSTREAM_USER',
  'UPSTREAM_PUBLISHER',
  'SITE_OWNER',
  'ASSESSOR',
  'STANDARD_OWNER',
  'ANALYST',
  'CLEAN_TEAM',
  'SECRETARIAT',
  'GOVERNING_BODY',
  'CHAIR',
  'COMPETITION_COUNSEL',
  'PARTNER_ALLIANCE',
  'COMMUNITY_REP',
  'CIVIL_SOCIETY',
  'POLICY_MAKER',
  'FUNDER',
  'PUBLIC',
] as const;

export type Role = (typeof ROLES)[number];

/** A role that somebody is appointed to. */
export type HeldRole = Exclude<Role, 'PUBLIC'>;

const COMMERCIAL: readonly Role[] = ['DOWNSTREAM_USER', 'UPSTREAM_PUBLISHER', 'SITE_OWNER'];
/** A member names its own people to its own roles; these are given by the alliance or an initiative, never by a member. */
const OFFICES: readonly Role[] = [
  'ANALYST',
  'CLEAN_TEAM',
  'SECRETARIAT',
  'GOVERNING_BODY',
  'CHAIR',
  'COMPETITION_COUNSEL',
  'PARTNER_ALLIANCE',
  'POLICY_MAKER',
];
/** Offices of named people (`domain.md` 0.1, 0.5): whoever holds a machine's key is not that person. */
const PERSONAL_OFFICES: readonly Role[] = ['CLEAN_TEAM', 'GOVERNING_BODY', 'CHAIR', 'COMPETITION_COUNSEL'];

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}

export function isHeldRole(text: string): text is HeldRole {
  return text !== 'PUBLIC' && isRole(text);
}

/** Roles of buying, selling or producing; incompatible with the clean team and the secretariat. */
export function isCommercial(role: Role): boolean {
  return COMMERCIAL.includes(role);
}

/** Roles that count only when the alliance or an initiative gave them. */
export function isOffice(role: Role): boolean {
  return OFFICES.includes(role);
}

/** Roles that a machine never acts in, whatever its key or token says. */
export function isForPeopleOnly(role: Role): boolean {
  return PERSONAL_OFFICES.includes(role);
}
