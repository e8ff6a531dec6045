import { EVERY_GROUND, ROLE_GROUNDS, SELF, groundMask, type GroundMask } from './grounds';

// What a viewer may use at all by what it is, whatever its desk has towards a unit.

/** Without a token, and without a live affiliation. */
export const PUBLIC_GROUNDS: GroundMask = groundMask(['ANYONE']);
/** A suspended or departed organisation reads as the public but stays itself for its own data. */
export const OWN_GROUNDS: GroundMask = groundMask(['ANYONE', 'SELF']);
/** An organisation that is no member may still be named by a row or covered by an agreement. */
export const OUTSIDER_GROUNDS: GroundMask = groundMask([
  'ANYONE',
  'SELF',
  'PARTY',
  'PARTY_COMPETITOR',
  'GRANT',
  'GRANT_COMPETITOR',
]);
/** A member in good standing: everything but what a role gives to its holder alone. */
export const MEMBER_GROUNDS: GroundMask = EVERY_GROUND & ~ROLE_GROUNDS;

/** What an office gives beside it. */
export const OFFICE_GROUNDS = {
  ANALYST: groundMask(['ANALYST']),
  CLEAN_TEAM: groundMask(['CLEAN_TEAM']),
  COUNSEL: groundMask(['COUNSEL']),
  SECRETARIAT: groundMask(['SECRETARIAT']),
  PARTNER: groundMask(['PARTNER']),
  POLICY_MAKER: groundMask(['POLICY_MAKER']),
  BODY: groundMask(['BODY', 'BODY_COMPETITOR']),
  ASSESSOR: groundMask(['ASSESSOR']),
} as const;

const OFFICES = Object.values(OFFICE_GROUNDS);

/**
 * Each kind, and each with one office or two. Whoever holds more is decided by the whole law, row by row. Each is kept for every
 * initiative, and kept anew at each of its steps.
 */
export const USUAL_RIGHTS: readonly GroundMask[] = [
  PUBLIC_GROUNDS,
  OWN_GROUNDS,
  // whoever exports what it gave about others reads by nothing else
  SELF,
  ...[OUTSIDER_GROUNDS, MEMBER_GROUNDS].flatMap((base) => [
    base,
    ...OFFICES.flatMap((one, place) => OFFICES.slice(place).map((other) => base | one | other)),
  ]),
];
