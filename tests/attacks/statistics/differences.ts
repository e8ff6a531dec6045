import type { Hub } from './hubs';
import { Randomness } from './randomness';
import { figuresUnder, randomFilter, standardMargins } from './world';
import type { Figure, World } from './world';

/**
 * Analysts who pool what they get: margins first, then sums over lists, and next to each answered set its neighbours, one
 * unit or a handful taken out or put in, and unions and intersections of pairs (three-way differences).
 */
export function askAdaptively(analysts: readonly Hub[], world: World, queries: number, seed: number): void {
  const random = new Randomness(seed);
  const answered: (readonly Figure[])[] = [];
  let asked = 0;
  const ask = (figures: readonly Figure[]): void => {
    const analyst = analysts[asked % analysts.length];
    asked += 1;
    if (figures.length > 0 && analyst?.ask(figures) !== undefined) answered.push(figures);
  };
  for (const margin of standardMargins()) ask(figuresUnder(world, margin));
  while (asked < queries) {
    const move = random.below(4);
    const [first, second] = [random, random].map((source) => answered[source.below(Math.max(1, answered.length))]);
    if (move === 0 || first === undefined || second === undefined) ask(figuresUnder(world, randomFilter(random)));
    else if (move === 1) ask(toggled(world, first, 1, random));
    else if (move === 2) ask(toggled(world, first, 1 + random.below(8), random));
    else {
      ask([...new Set([...first, ...second])]);
      ask(first.filter((figure) => second.includes(figure)));
    }
  }
}

function toggled(world: World, set: readonly Figure[], units: number, random: Randomness): readonly Figure[] {
  const chosen = new Set(Array.from({ length: units }, () => random.pick(world.units).id));
  return world.figures.filter((figure) => set.includes(figure) !== chosen.has(figure.unit));
}
