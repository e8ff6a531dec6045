/** The six risks of a common undertaking (`domain.md` 1.5); each is scored anew for each phase. */
export const RISKS = [
  'COMPETITION',
  'CONFLICT_OF_INTEREST',
  'CONFIDENTIALITY',
  'CORRUPTION',
  'COMMITMENT',
  'CAPACITY',
] as const;
