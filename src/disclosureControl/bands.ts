import { invariant } from '../kernel/errors';

/** A public size band, half open: lower <= figure < upper, in the unit of the measure. */
export interface SizeBand {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The middle of a band, which is what an attacker without any answer would guess.
 * (lower + upper) / 2.
 * Source: `statistics.md` design 0. Guarantees: a function of the public band alone.
 */
export function bandMiddle(band: SizeBand): number {
  return (band.lower + band.upper) / 2;
}

/**
 * Prior standard deviation of a figure of which only its public band is known: half the band's middle
 * (`statistics.md` design 0). An assumption, and stated as one to users: who knows more than the band is protected less.
 * Guarantees: a function of the public band alone, so that no decision of the ledger depends on the figure in it.
 *
 * @throws InvariantError for a band that is empty, unbounded or centred at zero.
 */
export function priorDeviation(band: SizeBand): number {
  invariant(
    Number.isFinite(band.lower) && Number.isFinite(band.upper) && band.lower < band.upper,
    'a band has a width',
  );
  const deviation = Math.abs(bandMiddle(band)) / 2;
  invariant(deviation > 0, 'a band has a middle other than zero');
  return deviation;
}

/**
 * The band a unit stands in: the one its cited public source names, else the widest band of the measure, from the lowest
 * lower end to the highest upper end. Never the band of its confidential figure.
 * Source: charter A6. Guarantees: takes no figure, so that it cannot follow one.
 *
 * @param cited position of the band in `bands`, or undefined where no public source is cited
 */
export function publicBand(bands: readonly SizeBand[], cited: number | undefined): SizeBand {
  const named = cited === undefined ? undefined : bands[cited];
  if (named !== undefined) return named;
  invariant(bands.length > 0, 'a measure has size bands');
  return { lower: Math.min(...bands.map((band) => band.lower)), upper: Math.max(...bands.map((band) => band.upper)) };
}
