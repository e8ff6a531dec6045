import { AGES, DISCLOSURE_CLASS_STRIDE, SENSITIVITIES, TIERS, disclosureClass, type Age, type Cell } from './cells';
import { TIMELESS_AGE } from './classification';
import { SELF, type GroundMask } from './grounds';
import type { AgeMonths } from './masks';

/** The mask of the grounds that open a cell: the compiled law. */
export type MaskOf = (cell: Cell) => GroundMask;

/** tier & sensitivity of every disclosure class and age, addressed by class * 4 + age + 1; codes in reserve are closed. */
export function classMasks(maskOf: MaskOf): GroundMask[] {
  const masks: GroundMask[] = [];
  for (const tier of TIERS) {
    for (let code = 0; code < DISCLOSURE_CLASS_STRIDE; code += 1) {
      const sensitivity = SENSITIVITIES[code];
      for (const age of AGES) {
        masks.push(
          sensitivity === undefined
            ? 0
            : maskOf({ gate: 'tier', tier }) & maskOf({ gate: 'sensitivity', sensitivity, age }),
        );
      }
    }
  }
  return masks;
}

/** Tier and sensitivity of every disclosure class by age, and where the ages begin. */
export interface ClassLaw {
  masks: readonly GroundMask[];
  ageMonths: AgeMonths;
}

/**
 * The law of classes that is compiled.
 * @throws Error where it closes a class to the owner itself: the plain way to a row would miss what the reader gave
 */
export function classLaw(maskOf: MaskOf, ageMonths: AgeMonths): ClassLaw {
  const masks = classMasks(maskOf);
  for (const tier of TIERS)
    for (const sensitivity of SENSITIVITIES)
      AGES.forEach((age, place) => {
        const mask = masks[disclosureClass(tier, sensitivity) * AGES.length + place];
        if (((mask ?? 0) & SELF) === 0) throw new Error(`${tier} ${sensitivity} ${age} is closed to the owner itself`);
      });
  return { masks, ageMonths };
}

export function arrayLiteral(values: readonly number[]): string {
  return `'{${values.join(',')}}'::int[]`;
}

/** The same, counted from 0: what is found by a number of a row needs no sum. */
export function arrayFromZero(values: readonly number[]): string {
  return `'[0:${values.length - 1}]={${values.join(',')}}'::int[]`;
}

/** The masks of every class of one age, by the number of the class. */
export function masksOfAge(masks: readonly GroundMask[], age: Age): GroundMask[] {
  return masks.filter((_mask, index) => index % AGES.length === AGES.indexOf(age));
}

/** The ages in the order of the buckets in which a statement counts them, the oldest first. */
export const AGES_BY_BUCKET = ['TWELVE_MONTHS', 'THREE_MONTHS', 'RECENT', 'FUTURE'] as const satisfies readonly Age[];

/** The masks of every class by the bucket of a row's age. */
export function masksByBucket({ masks }: ClassLaw): GroundMask[] {
  return masks.map((_mask, index) => {
    const age = AGES_BY_BUCKET[index % AGES.length] ?? TIMELESS_AGE;
    return masks[index - (index % AGES.length) + AGES.indexOf(age)] ?? 0;
  });
}

/** tier & sensitivity of a column whose tier the owner may move, by the number of the tier. */
export function tiersOfColumn(cell: { sensitivity: (typeof SENSITIVITIES)[number] }, maskOf: MaskOf): GroundMask[] {
  return TIERS.map(
    (tier) =>
      maskOf({ gate: 'tier', tier }) &
      maskOf({ gate: 'sensitivity', sensitivity: cell.sensitivity, age: TIMELESS_AGE }),
  );
}
