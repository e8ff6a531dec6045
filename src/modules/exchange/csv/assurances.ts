/** What an assurance an assessment or a figure had, weakest first; `domain.md` 1.3. Never upgraded by an import. */
export const assurances = [
  'SELF_DECLARED',
  'SECOND_PARTY',
  'THIRD_PARTY_LIMITED',
  'THIRD_PARTY_REASONABLE',
  'ACCREDITED_CERTIFICATION',
] as const;
