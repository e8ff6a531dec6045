/**
 * Grounds: the reasons for which a viewer may read (`design.md` 2).
 *
 * A pair (viewer's desk, unit) is the mask of its grounds; a cell of a gate is the mask of the grounds that open it. At
 * most 31, so that a mask is one positive PostgreSQL integer. While the viewer competes with the unit's organisation, the
 * twin (`..._COMPETITOR`) stands in the pair INSTEAD OF the plain ground, never beside it.
 */
export const GROUND_NAMES = [
  'ANYONE',
  'MEMBER',
  'ANALYST',
  'CLEAN_TEAM',
  'COUNSEL',
  'SECRETARIAT',
  'PARTNER',
  'POLICY_MAKER',
  'SELF',
  'AFFILIATE',
  'CUSTOMER',
  'SUPPLIER',
  'DOWNSTREAM',
  'UPSTREAM',
  'CO_MEMBER',
  'PARTY',
  'GRANT',
  'ASSESSOR',
  'BODY',
  'MEMBER_COMPETITOR',
  'CUSTOMER_COMPETITOR',
  'SUPPLIER_COMPETITOR',
  'DOWNSTREAM_COMPETITOR',
  'UPSTREAM_COMPETITOR',
  'CO_MEMBER_COMPETITOR',
  'PARTY_COMPETITOR',
  'GRANT_COMPETITOR',
  'BODY_COMPETITOR',
] as const;

export type GroundName = (typeof GROUND_NAMES)[number];

/** Bit index (0..30) of every ground; the order of `GROUND_NAMES` is stored in databases, so it only ever grows. */
export const GROUNDS: ReadonlyMap<GroundName, number> = new Map(GROUND_NAMES.map((name, index) => [name, index]));

/** A set of grounds as a positive 31-bit integer. */
export type GroundMask = number;

export const NO_GROUND: GroundMask = 0;
export const EVERY_GROUND: GroundMask = GROUND_NAMES.reduce((mask, _name, index) => mask | (1 << index), 0);

/** The mask of the named grounds. */
export function groundMask(names: readonly GroundName[]): GroundMask {
  return GROUND_NAMES.reduce((mask, name, index) => (names.includes(name) ? mask | (1 << index) : mask), 0);
}

/** The names in a mask, in the order of their bits; bits that name no ground are left out. */
export function groundNames(mask: GroundMask): GroundName[] {
  return GROUND_NAMES.filter((_name, index) => (mask & (1 << index)) !== 0);
}

export function isGroundName(text: string): text is GroundName {
  return GROUND_NAMES.some((name) => name === text);
}

/** The twin that replaces a ground between competitors; a ground without twin stays as it is. */
export function whileCompetitor(name: GroundName): GroundName {
  const twin = `${name}_COMPETITOR`;
  return isGroundName(twin) ? twin : name;
}

/** The plain ground and whether the twin was meant: CUSTOMER_COMPETITOR -> [CUSTOMER, true]. */
export function plainGround(name: GroundName): { ground: GroundName; competitor: boolean } {
  const plain = GROUND_NAMES.find((candidate) => candidate !== name && whileCompetitor(candidate) === name);
  return plain === undefined ? { ground: name, competitor: false } : { ground: plain, competitor: true };
}

/** The ground of an organisation towards its own units alone. */
export const SELF: GroundMask = groundMask(['SELF']);
/** Grounds that hold only where the row itself names the viewer. */
export const PARTY_GROUNDS: GroundMask = groundMask(['PARTY', 'PARTY_COMPETITOR']);
/** Grounds that hold only where a live agreement covers class, field, purpose and time. */
export const GRANT_GROUNDS: GroundMask = groundMask(['GRANT', 'GRANT_COMPETITOR']);
/** Grounds that stand on the closure of links: counted only while the viewer's closure is valid in the reader's snapshot. */
export const CLOSURE_GROUNDS: GroundMask = groundMask([
  'DOWNSTREAM',
  'UPSTREAM',
  'DOWNSTREAM_COMPETITOR',
  'UPSTREAM_COMPETITOR',
]);
/** Grounds of viewer kinds that a person holds by a role; an organisation's other people do not have them. */
export const ROLE_GROUNDS: GroundMask = groundMask([
  'ANALYST',
  'CLEAN_TEAM',
  'COUNSEL',
  'SECRETARIAT',
  'PARTNER',
  'POLICY_MAKER',
  'ASSESSOR',
  'BODY',
  'BODY_COMPETITOR',
]);
