import type { Highs } from 'highs';
import { countedRange, countRange, judgeCountedSet, type CountRange } from '../../../src/disclosureControl';
import { thresholds } from '../../unit/disclosureControl/support/thresholds';
import { LedgerHub } from './hubs';
import { Randomness } from './randomness';
import { figuresUnder, simulateWorld, singleFilter, standardMargins, type Filter, type World } from './world';

const LEVELS = [1, 2, 3];
const k = thresholds.minimumContributors;

/** A world whose figures are sites, each at a level of one standard or at none (0); levels cluster by place, as in life. */
export interface CertifiedWorld {
  readonly world: World;
  readonly levelOf: ReadonlyMap<string, number>;
}

export function certifiedWorld(seed: number): CertifiedWorld {
  const random = new Randomness(seed);
  const world = simulateWorld({ groups: 60, seed, lognormalDeviation: 1, ventures: 3, twoPlacesShare: 0.4 });
  // Of some minerals nobody is certified, of others everybody: the counts that tell of each.
  const shareOf = new Map(['copper', 'cobalt', 'nickel', 'lithium'].map((code) => [code, random.pick([0, 0.5, 1])]));
  const levelOf = new Map(
    world.figures.map(({ id, coordinates: [mineral = ''] }) => [
      id,
      random.next() < (shareOf.get(mineral) ?? 0) ? random.pick(LEVELS) : 0,
    ]),
  );
  return { world, levelOf };
}

export interface Told {
  readonly sites: ReadonlySet<string>;
  readonly atLeast: number;
  readonly range: CountRange;
}

export type CountingHub = (sites: readonly string[], atLeast: number) => CountRange | undefined;

/** The rule of the hub: each site in one counted set, ranges wider than what the largest coalition knows. */
export function partitionHub({ world, levelOf }: CertifiedWorld, insiders = thresholds.ledgerInsiders): CountingHub {
  const counted: (readonly string[])[] = [];
  return (sites, atLeast) => {
    if (judgeCountedSet(new Set(sites), counted) === 'OVERLAPPING') return undefined;
    const one = sites.map((id) => ({
      knownTo: world.knownTo.get(id.split('@')[0] ?? '') ?? [],
      isProtected: true,
      figures: 1,
      holding: (levelOf.get(id) ?? 0) >= atLeast ? 1 : 0,
    }));
    const range = countedRange(one, { minimumContributors: k, colludingInsiders: insiders });
    if (range !== undefined) counted.push(sites);
    return range;
  };
}

/** The twin, which was the rule of this hub: ranges of k counts, and the leverage ledger of sums for sets that overlap. */
export function overlappingHub({ world, levelOf }: CertifiedWorld): CountingHub {
  const figures = world.figures.map((one) => ({ ...one, band: { lower: 0, upper: 1 } }));
  const ledger = new LedgerHub({ ...world, figures });
  return (sites, atLeast) => {
    const count = sites.filter((id) => (levelOf.get(id) ?? 0) >= atLeast).length;
    const range = countRange(count, sites.length, k);
    const asked = figures.filter(({ id }) => sites.includes(id));
    return range === undefined || ledger.ask(asked) === undefined ? undefined : range;
  };
}

/** A whole, and the part of it in which anybody at all is certified: the sets of a mineral that has no certificates yet. */
export function wholeAndPart(seed: number): CertifiedWorld & { readonly sets: readonly (readonly string[])[] } {
  const random = new Randomness(seed);
  const world = simulateWorld({
    groups: 30 + random.below(20),
    seed,
    lognormalDeviation: 1,
    ventures: 0,
    twoPlacesShare: 0,
  });
  const sites = world.figures.map(({ id }) => id);
  const part = sites.slice(0, sites.length - 9 - random.below(6));
  return {
    world,
    levelOf: new Map(part.map((id) => [id, random.next() < 0.5 ? 1 : 0])),
    sets: [sites, part],
  };
}

export function interrogate(hub: CountingHub, { world }: CertifiedWorld, seed: number): Told[] {
  const random = new Randomness(seed);
  const filters: Filter[] = [
    ...standardMargins().slice(0, 8),
    ...Array.from({ length: 120 }, () => singleFilter(random)),
  ];
  return filters.flatMap((filter) => {
    const sites = figuresUnder(world, filter).map(({ id }) => id);
    return LEVELS.flatMap((atLeast): Told[] => {
      const range = sites.length === 0 ? undefined : hub(sites, atLeast);
      return range === undefined ? [] : [{ sites: new Set(sites), atLeast, range }];
    });
  });
}

/**
 * Everybody's answer by linear programming: how many sites of each class that no answer tells apart are at each level or
 * above, levels including one another, the insider's own sites known.
 * @returns sites other than the insider's of which it follows that they are, or are not, at some level
 */
export function sitesShown(
  highs: Highs,
  { world, levelOf }: CertifiedWorld,
  told: readonly Told[],
  insider: string | null,
): number {
  const own = (id: string): boolean =>
    insider !== null && (world.knownTo.get(id.split('@')[0] ?? '') ?? []).includes(insider);
  const classes = new Map<string, string[]>();
  for (const { id } of world.figures) {
    const key = own(id) ? id : told.map(({ sites }) => (sites.has(id) ? 'x' : '.')).join('');
    classes.set(key, [...(classes.get(key) ?? []), id]);
  }
  const groups = [...classes.values()];
  const column = (group: number, level: number): number => group * LEVELS.length + level - 1;
  const count = groups.length * LEVELS.length;
  const rows: {
    readonly terms: readonly (readonly [number, number])[];
    readonly lower: number;
    readonly upper: number;
  }[] = [
    ...told.map(({ sites, atLeast, range }) => ({
      terms: groups.flatMap((group, at) => (sites.has(group[0] ?? '') ? [[column(at, atLeast), 1] as const] : [])),
      lower: range.from,
      upper: range.to,
    })),
    ...groups.flatMap((_group, at) =>
      LEVELS.slice(1).map((level) => ({
        terms: [[column(at, level - 1), 1] as const, [column(at, level), -1] as const],
        lower: 0,
        upper: Infinity,
      })),
    ),
  ];
  const limits = groups.flatMap((group) =>
    LEVELS.map((level) => {
      const [first = ''] = group;
      const holds = (levelOf.get(first) ?? 0) >= level ? 1 : 0;
      return own(first) ? [holds, holds] : [0, group.length];
    }),
  );
  const starts = rows.reduce<number[]>((all, { terms }) => [...all, (all.at(-1) ?? 0) + terms.length], [0]);
  const terms = rows.flatMap((row) => row.terms);
  return highs.withModel(
    {
      numCols: count,
      numRows: rows.length,
      colCost: new Float64Array(count),
      colLower: limits.map(([lower]) => lower ?? 0),
      colUpper: limits.map(([, upper]) => upper ?? 0),
      rowLower: rows.map(({ lower }) => lower),
      rowUpper: rows.map(({ upper }) => upper),
      matrix: {
        format: 'csr',
        numRows: rows.length,
        numCols: count,
        starts,
        indices: terms.map(([at]) => at),
        values: terms.map(([, coefficient]) => coefficient),
      },
    },
    (model) => {
      model.options.set('output_flag', false);
      const extreme = (at: number, direction: number): number => {
        const cost = new Float64Array(count);
        cost[at] = direction;
        model.changeColsCost({ kind: 'range', from: 0, to: count - 1 }, cost);
        const { modelStatus } = model.run();
        if (modelStatus !== highs.constants.modelStatus.optimal) throw new Error(`attack not solved: ${modelStatus}`);
        return direction * model.getObjectiveValue();
      };
      return groups.reduce((shown, group, at) => {
        if (own(group[0] ?? '')) return shown;
        const isShown = LEVELS.some((level) => {
          const all = extreme(column(at, level), 1) > group.length - 0.5;
          return all || extreme(column(at, level), -1) < 0.5;
        });
        return isShown ? shown + group.length : shown;
      }, 0);
    },
  );
}

/** The group that knows most sites. */
export function largestHolder({ world }: CertifiedWorld): string {
  const sites = world.figures.flatMap(({ unit }) => world.knownTo.get(unit) ?? []);
  const countOf = (group: string): number => sites.filter((other) => other === group).length;
  return [...new Set(sites)].sort((a, b) => countOf(b) - countOf(a))[0] ?? '';
}

/** Whether both counts were told, and whether they show the rest of the whole to hold nothing. */
export function wholeBesidePart(
  hubOf: (world: CertifiedWorld) => CountingHub,
  seed: number,
): { both: boolean; shown: boolean } {
  const asked = wholeAndPart(seed);
  const hub = hubOf(asked);
  const [whole, part] = asked.sets.map((sites) => hub(sites, 1));
  // What is left of the whole without the part: nothing, where even the least of the part is the most of the whole.
  return { both: whole !== undefined && part !== undefined, shown: (part?.from ?? 0) >= (whole?.to ?? Infinity) };
}
