import { buildHierarchy, flatHierarchy, priorDeviation } from '../../../src/disclosureControl';
import type { Hierarchy, LedgerFigure, LedgerUnit, SizeBand } from '../../../src/disclosureControl';
import { Randomness } from './randomness';

/** One confidential figure of a simulated alliance: one unit's output in one place. */
export interface Figure {
  readonly id: string;
  readonly unit: string;
  readonly coordinates: readonly string[];
  readonly value: number;
  readonly band: SizeBand;
}

export interface WorldOptions {
  readonly groups: number;
  readonly seed: number;
  readonly lognormalDeviation: number;
  /** Joint ventures between pairs of groups, besides the groups themselves. */
  readonly ventures: number;
  /** Groups with figures in two places instead of one, of 1. */
  readonly twoPlacesShare: number;
}

export interface World {
  readonly options: WorldOptions;
  readonly universe: readonly Hierarchy[];
  readonly figures: readonly Figure[];
  readonly units: readonly LedgerUnit[];
  readonly knownTo: ReadonlyMap<string, readonly string[]>;
}

export const minerals = ['copper', 'cobalt', 'nickel', 'lithium'];
export const stages = ['mining', 'smelting', 'refining'];
export const standards = ['IRMA', 'RMAP', 'none'];
const regions: Readonly<Record<string, readonly string[]>> = {
  AMERICAS: ['CL', 'PE', 'CA'],
  AFRICA: ['CD', 'ZM'],
  ASIA: ['CN', 'ID', 'AU'],
};
export const countries = Object.values(regions).flat();

export const universe: readonly Hierarchy[] = [
  flatHierarchy('mineral', 'any mineral', minerals),
  flatHierarchy('stage', 'any stage', stages),
  buildHierarchy('place', {
    code: 'world',
    parts: Object.entries(regions).map(([code, parts]) => ({ code, parts: parts.map((part) => ({ code: part })) })),
  }),
  flatHierarchy('standard', 'any standard', standards),
];

/** Public size bands of half a decade each: what a cited public source would tell of a figure. */
export function bandOf(value: number): SizeBand {
  const step = Math.floor(2 * Math.log10(value));
  return { lower: 10 ** (step / 2), upper: 10 ** ((step + 1) / 2) };
}

/** Lognormal figures around 1,000, spread over four dimensions as unevenly as real alliances are. */
export function simulateWorld(options: WorldOptions): World {
  const random = new Randomness(options.seed);
  const figures: Figure[] = [];
  const units: LedgerUnit[] = [];
  const skewed = <T>(items: readonly T[]): T =>
    items[Math.floor(items.length * random.next() ** 1.6)] ?? random.pick(items);
  const addUnit = (id: string, knownTo: readonly string[]): void => {
    units.push({ id, knownTo, isProtected: true });
    const places = random.next() < options.twoPlacesShare ? 2 : 1;
    for (let place = 0; place < places; place += 1) {
      const value = 1000 * Math.exp(options.lognormalDeviation * random.normal());
      const coordinates = [skewed(minerals), skewed(stages), skewed(countries), random.pick(standards)];
      const figure = `${id}@${coordinates.join('.')}`;
      if (figures.some((earlier) => earlier.id === figure)) continue;
      figures.push({ id: figure, unit: id, coordinates, value, band: bandOf(value) });
    }
  };
  for (let group = 0; group < options.groups; group += 1) addUnit(`G${group}`, [`G${group}`]);
  for (let venture = 0; venture < options.ventures; venture += 1) {
    const first = random.below(options.groups);
    const second = (first + 1 + random.below(options.groups - 1)) % options.groups;
    addUnit(`V${venture}`, [`G${first}`, `G${second}`]);
  }
  return { options, universe, figures, units, knownTo: new Map(units.map((unit) => [unit.id, unit.knownTo])) };
}

export function ledgerFigures(world: World): readonly LedgerFigure[] {
  return world.figures.map(({ id, unit, band }) => ({ id, unit, priorDeviation: priorDeviation(band) }));
}

/** A filter as an analyst writes it: for each dimension a list of codes, or undefined for all. */
export type Filter = readonly (readonly string[] | undefined)[];

export function figuresUnder(world: World, filter: Filter): readonly Figure[] {
  return world.figures.filter((figure) =>
    filter.every((codes, axis) => codes === undefined || codes.includes(figure.coordinates[axis] ?? '')),
  );
}

const all: Filter = [undefined, undefined, undefined, undefined];

/** The total, and every mineral, stage, region and standard: 14 margins everybody asks first. */
export function standardMargins(): readonly Filter[] {
  const one = (axis: number, codes: readonly string[]): Filter => all.with(axis, codes);
  return [
    all,
    ...minerals.map((code) => one(0, [code])),
    ...stages.map((code) => one(1, [code])),
    ...Object.values(regions).map((codes) => one(2, codes)),
    ...standards.map((code) => one(3, [code])),
  ];
}

/** Sums over lists: on one to three dimensions a random part of the codes. */
export function randomFilter(random: Randomness): Filter {
  const axes = [0, 1, 2, 3].filter(() => random.next() < 0.5).slice(0, 3);
  const codes = [minerals, stages, countries, standards];
  return all.map((_, axis) =>
    axes.includes(axis) || (axes.length === 0 && axis === random.below(4)) ? random.part(codes[axis] ?? []) : undefined,
  );
}

/** A filter as the hub's own interface takes it: one code a dimension, or all. */
export function singleFilter(random: Randomness): Filter {
  return [minerals, stages, countries, standards].map((codes) =>
    random.next() < 0.4 ? [random.pick(codes)] : undefined,
  );
}
