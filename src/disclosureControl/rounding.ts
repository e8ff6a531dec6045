/** Bands in which the number of contributors is published (`domain.md` A11); below five nothing is published. */
export const contributorBands = ['5-9', '10-19', '20-49', '50+'] as const;

export type ContributorBand = (typeof contributorBands)[number];

/**
 * A number at `significantFigures` significant figures, half away from zero (A11). For readability only: rounding never
 * counts as protection, and every decision is taken on exact sums.
 * Source: charter A11. Guarantees: the same text for the same sum on every machine.
 */
export function roundSignificant(value: number, significantFigures: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  // Through the decimal text, so that 2.675 is rounded as it is written and no binary dust is left behind.
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toExponential(14).split('e');
  const shifted = Number(`${mantissa}e${significantFigures - 1}`);
  return Math.sign(value) * Number(`${Math.round(shifted)}e${Number(exponent) - (significantFigures - 1)}`);
}

/**
 * The published band of a contributor count, or undefined where there are too few to publish anything.
 * 5-9, 10-19, 20-49, 50+.
 * Source: charter A11. Guarantees: fewer than five are never told, nor any count exactly.
 */
export function contributorBand(contributors: number): ContributorBand | undefined {
  if (contributors < 5) return undefined;
  if (contributors < 10) return '5-9';
  if (contributors < 20) return '10-19';
  return contributors < 50 ? '20-49' : '50+';
}
