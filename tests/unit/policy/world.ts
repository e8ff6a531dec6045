import { readMasks } from '../../../src/lawCompiler/read';
import type { DisclosureRequest } from '../../../src/policy/decide';
import { groundMask, type GroundMask, type GroundName } from '../../../src/policy/grounds';

/** The committed law. */
export const masks = readMasks('.');

export function pair(...grounds: GroundName[]): GroundMask {
  return groundMask(grounds);
}

/** A fellow member's water withdrawal of last year, shared in the alliance, in cooperation: open to CO_MEMBER. */
export const waterRequest: DisclosureRequest = {
  subjects: [pair('CO_MEMBER')],
  contributor: null,
  tier: 'ALLIANCE',
  sensitivity: 'NONE',
  age: 'TWELVE_MONTHS',
  phase: 'COOPERATION',
  dataClass: 'PERFORMANCE',
  namesReader: false,
  agreementCovers: false,
  without: 0,
  withdrawn: false,
  closed: { declared: 'AGGREGATE_ONLY', sensitivity: 'NONE', dataClass: 'PERFORMANCE' },
};
