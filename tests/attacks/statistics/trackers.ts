import type { Hub } from './hubs';
import { countries, figuresUnder, minerals, stages, standards } from './world';
import type { Figure, World } from './world';

/**
 * The trackers of Denning, Cryptography and Data Security, chapter 6.3, and Denning, Denning, Schwartz (1979): ways to
 * compute a forbidden small sum from permitted large ones. Sets are figures; unions and differences of sets may be asked,
 * which is more than the filters of the hub's interface allow.
 */
const union = (a: readonly Figure[], b: readonly Figure[]): readonly Figure[] => [...new Set([...a, ...b])];
const without = (a: readonly Figure[], b: readonly Figure[]): readonly Figure[] =>
  a.filter((figure) => !b.includes(figure));

/** Every set one attribute or a pair of them can select. */
export function trackerSets(world: World): readonly (readonly Figure[])[] {
  const axes = [minerals, stages, countries, standards];
  const single = axes.flatMap((codes, axis) =>
    codes.map((code) => axes.map((_, other) => (other === axis ? [code] : undefined))),
  );
  const pairs = minerals.flatMap((mineral) => stages.map((stage) => [[mineral], [stage], undefined, undefined]));
  return [...single, ...pairs].map((filter) => figuresUnder(world, filter));
}

/** q(C) = q(A) - q(A and not C). */
export function individualTracker(hub: Hub, target: readonly Figure[], around: readonly Figure[]): number | undefined {
  const wide = hub.ask(union(around, target));
  const tracker = hub.ask(without(around, target));
  return wide === undefined || tracker === undefined ? undefined : wide - tracker;
}

/** q(C) = q(C or T) + q(C or not T) - q(T) - q(not T). */
export function generalTracker(
  hub: Hub,
  target: readonly Figure[],
  tracker: readonly Figure[],
  everything: readonly Figure[],
): number | undefined {
  const complement = without(everything, tracker);
  const sums = [tracker, complement, union(target, tracker), union(target, complement)].map((set) => hub.ask(set));
  const [inside, outside, withInside, withOutside] = sums;
  if (inside === undefined || outside === undefined || withInside === undefined || withOutside === undefined)
    return undefined;
  return withInside + withOutside - inside - outside;
}

/** With T inside U: q(C) = q(U) + q(C or T) - q(T) - q(U without what C and T share). */
export function doubleTracker(
  hub: Hub,
  target: readonly Figure[],
  inner: readonly Figure[],
  outer: readonly Figure[],
): number | undefined {
  const shared = inner.filter((figure) => target.includes(figure));
  const sums = [outer, union(target, inner), inner, without(outer, shared)].map((set) => hub.ask(set));
  const [whole, joined, within, rest] = sums;
  if (whole === undefined || joined === undefined || within === undefined || rest === undefined) return undefined;
  return whole + joined - within - rest;
}

/** Units whose total any tracker computed exactly. */
export function unitsTracked(hub: Hub, world: World, targets: readonly string[], trackersPerTarget: number): number {
  const sets = trackerSets(world).filter((set) => set.length > 0);
  let tracked = 0;
  targets.forEach((unit, position) => {
    const target = world.figures.filter((figure) => figure.unit === unit);
    const truth = target.reduce((sum, figure) => sum + figure.value, 0);
    // Different targets start at different trackers, so that a shared ledger is not spent on the first ones alone.
    const chosen = Array.from(
      { length: trackersPerTarget },
      (_, step) => sets[(position * 7 + step * 5) % sets.length] ?? [],
    );
    const estimates = chosen.flatMap((set) => {
      const outer = sets.find((wider) => wider.length > set.length && set.every((figure) => wider.includes(figure)));
      return [
        individualTracker(hub, target, set),
        generalTracker(hub, target, set, world.figures),
        outer === undefined ? undefined : doubleTracker(hub, target, set, outer),
      ];
    });
    if (estimates.some((estimate) => estimate !== undefined && Math.abs(estimate - truth) <= 1e-6 * truth))
      tracked += 1;
  });
  return tracked;
}
