import { DomainError } from '../kernel/errors';

/** A stake in a site; `percent` of 100. */
export interface OwnerShare {
  readonly group: string;
  readonly percent: number;
}

/** The unit whose figures are protected: an ownership group, or a joint venture standing for itself. */
export interface OwnershipUnit {
  readonly id: string;
  /** Ownership groups that know the unit's figures as their own. */
  readonly knownTo: readonly string[];
}

/** One site's figure in one place of a table. `null` is missing, which is not zero. */
export interface SiteFigure {
  readonly site: string;
  readonly owners: readonly OwnerShare[];
  /** One code per dimension of the universe. */
  readonly coordinates: readonly string[];
  readonly value: number | null;
}

/** What one ownership unit puts into one elementary cell. */
export interface Contribution {
  readonly unit: string;
  readonly value: number;
  /** Number of equal contributions it stands for; 1 unless the figure comes from a sample. */
  readonly weight: number;
}

/**
 * The ownership unit of a site (`domain.md` 0.2): the group of its one owner that counts, or a unit of its own when two
 * or more owners reach `jointVentureOwnerPercent`. Both partners of a venture know its figures, so each of them is an
 * insider of the venture and of its own group at once.
 * Guarantees: one unit a site, and everybody who holds enough of it stands among those who know it.
 *
 * @throws DomainError VALIDATION when the stakes exceed 100 %.
 */
export function ownershipUnitOf(
  site: string,
  owners: readonly OwnerShare[],
  jointVentureOwnerPercent: number,
): OwnershipUnit {
  const percentByGroup = new Map<string, number>();
  for (const owner of owners) {
    percentByGroup.set(owner.group, (percentByGroup.get(owner.group) ?? 0) + owner.percent);
  }
  const stakes = [...percentByGroup].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const stakeTotal = stakes.reduce((sum, [, percent]) => sum + percent, 0);
  if (stakeTotal > 100 + 1e-6) {
    throw new DomainError('VALIDATION', `stakes in \`${site}\` exceed 100 percent`, { rule: 'A1' });
  }
  const counting = stakes.filter(([, percent]) => percent >= jointVentureOwnerPercent).map(([group]) => group);
  if (counting.length >= 2) return { id: `venture:${site}`, knownTo: counting };
  const owner = counting[0] ?? stakes[0]?.[0];
  return owner === undefined ? { id: `site:${site}`, knownTo: [] } : { id: `group:${owner}`, knownTo: [owner] };
}

/**
 * Contributions summed by ownership unit (the "holdings" of the SDC Handbook 4.2): all sites of one unit in one
 * elementary cell are one contribution. Missing figures contribute nothing and are not counted; a reported zero is a
 * contribution of zero.
 * Guarantees: one contribution a unit and cell, whatever the order of figures but for rounding.
 */
export function contributionsByUnit(
  figures: readonly SiteFigure[],
  jointVentureOwnerPercent: number,
): readonly (Contribution & { readonly coordinates: readonly string[]; readonly knownTo: readonly string[] })[] {
  const sums = new Map<string, { unit: OwnershipUnit; coordinates: readonly string[]; value: number }>();
  for (const figure of figures) {
    if (figure.value === null) continue;
    const unit = ownershipUnitOf(figure.site, figure.owners, jointVentureOwnerPercent);
    const key = [unit.id, ...figure.coordinates].join('|');
    const sum = sums.get(key) ?? { unit, coordinates: figure.coordinates, value: 0 };
    sum.value += figure.value;
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ unit, coordinates, value }) => ({
    unit: unit.id,
    knownTo: unit.knownTo,
    coordinates,
    value,
    weight: 1,
  }));
}

/** What the sensitivity rules look at: x1 >= x2 >= ... >= xN and their total X. */
export interface ContributionProfile {
  /** Largest first, one entry per unit, or per unit of weight for a sampled contribution. */
  readonly ordered: readonly { readonly unit: string; readonly magnitude: number }[];
  /** X, the sum of magnitudes: equals the cell's value when nothing is negative. */
  readonly total: number;
  /** Distinct units with a figure other than zero: a zero hides nobody else's figure. */
  readonly contributors: number;
  readonly hasNegative: boolean;
}

/**
 * Orders the contributions to a cell for the sensitivity rules.
 *
 * - A weight w means w equal contributions (Handbook 4.2, "Sampling weights": 100 with weight 4 and 10 with weight 7
 *   count as four times 100 and seven times 10); a fraction that is left over is one smaller contribution.
 * - Negative values: the rules run on |x| and the frequency rule on the number of units (`negatives: 'MAGNITUDE'`), or
 *   the cell is refused (`'REFUSE'`), since concentration rules mean nothing on signed sums (Handbook 4.2).
 *
 * x1 >= x2 >= ... >= xN, X their sum, N the units whose figure is not zero.
 * Guarantees: a unit's own figures never cancel, and X is at least every single contribution.
 *
 * @throws DomainError VALIDATION on a negative figure under `'REFUSE'`, and on a figure or weight that is no number.
 */
export function profileOf(
  contributions: readonly Contribution[],
  negatives: 'MAGNITUDE' | 'REFUSE' = 'MAGNITUDE',
): ContributionProfile {
  const byUnit = new Map<string, number>();
  const sampled: { unit: string; magnitude: number }[] = [];
  let hasNegative = false;
  for (const { unit, value, weight } of contributions) {
    if (!Number.isFinite(value) || !Number.isFinite(weight) || weight <= 0) {
      throw new DomainError('VALIDATION', 'a contribution must be a finite number with a positive weight');
    }
    hasNegative ||= value < 0;
    const magnitude = Math.abs(value);
    // Magnitudes are added so that +x and -x of one unit cannot cancel into an apparently small contributor.
    if (weight === 1) byUnit.set(unit, (byUnit.get(unit) ?? 0) + magnitude);
    else sampled.push(...repeated(unit, magnitude, weight));
  }
  if (hasNegative && negatives === 'REFUSE') {
    throw new DomainError('VALIDATION', 'negative contributions are refused for this measure', { rule: 'A2' });
  }
  const ordered = [...[...byUnit].map(([unit, magnitude]) => ({ unit, magnitude })), ...sampled].sort(
    (a, b) => b.magnitude - a.magnitude || (a.unit < b.unit ? -1 : 1),
  );
  const nonZeroUnits = new Set(ordered.filter((entry) => entry.magnitude > 0).map((entry) => entry.unit));
  return {
    ordered,
    total: ordered.reduce((sum, entry) => sum + entry.magnitude, 0),
    contributors: nonZeroUnits.size,
    hasNegative,
  };
}

function repeated(unit: string, magnitude: number, weight: number): { unit: string; magnitude: number }[] {
  const whole = Math.floor(weight);
  const copies = Array.from({ length: whole }, () => ({ unit, magnitude }));
  const rest = weight - whole;
  return rest > 0 ? [...copies, { unit, magnitude: magnitude * rest }] : copies;
}
