/**
 * A chain walked again, hop by hop over lists in memory (`domain.md` 1.2 and J1): too simple to be wrong, sharing nothing
 * with the SQL it judges.
 */

export interface ModelLink {
  id: string;
  supplier: number;
  customer: number;
  mineral: string;
  isLive: boolean;
  /** 0 ENDS to 3 PUBLIC, the wider of naming and counting */
  supplierReach: number;
  customerReach: number;
  supplierOpaque: boolean;
  customerOpaque: boolean;
}

export interface ModelUnit {
  unit: number;
  owner: number;
  minerals: string[];
}

export interface ModelReader {
  /** ids of the links that the reader may read at all */
  readable: ReadonlySet<string>;
  competesWith: (unit: number) => boolean;
  isOwn: (unit: number) => boolean;
  /** own, of the own group, direct partner or linked over disclosed links */
  isLinkedTo: (unit: number) => boolean;
  /** own, of the own group, or down (asking upward) or up the chain from the unit */
  standsInChainOf: (unit: number, isUpward: boolean) => boolean;
}

export interface ModelHop {
  link: string;
  /** the hidden second link, behind an unnamed place */
  behind: string | null;
  near: number;
  far: number;
  depth: number;
}

export interface ModelWorld {
  units: readonly ModelUnit[];
  links: readonly ModelLink[];
}

/** Whoever stands at a site stands at its organisation; whoever stands at an organisation, at its sites of the mineral. */
function standsAt(world: ModelWorld, unit: number, mineral: string): number[] {
  const here = world.units.find((candidate) => candidate.unit === unit);
  if (here === undefined) return [];
  if (here.unit !== here.owner) return [unit, here.owner];
  const sites = world.units.filter(
    (candidate) => candidate.owner === unit && candidate.unit !== unit && candidate.minerals.includes(mineral),
  );
  return [unit, ...sites.map((site) => site.unit)];
}

export function walkChain(
  world: ModelWorld,
  reader: ModelReader,
  request: { root: number; mineral: string; isUpward: boolean; depthMax: number },
): ModelHop[] {
  const { root, mineral, isUpward, depthMax } = request;
  const near = (link: ModelLink): number => (isUpward ? link.customer : link.supplier);
  const far = (link: ModelLink): number => (isUpward ? link.supplier : link.customer);
  const live = world.links.filter((link) => link.isLive && link.mineral === mineral);
  const hops: ModelHop[] = [];
  const arrivals = new Map<number, Set<number>>([[0, new Set([root])]]);
  const expanded = new Set<number>();
  for (let depth = 0; depth < depthMax; depth += 1) {
    const places = [...(arrivals.get(depth) ?? [])].flatMap((unit) => standsAt(world, unit, mineral));
    for (const place of new Set(places)) {
      if (expanded.has(place)) continue;
      expanded.add(place);
      for (const link of live.filter((candidate) => near(candidate) === place)) {
        if (reader.readable.has(link.id)) {
          hops.push({ link: link.id, behind: null, near: place, far: far(link), depth });
          arrive(arrivals, depth + 1, far(link));
          continue;
        }
        if (depth + 2 > depthMax) continue;
        for (const second of unnamedBetween(world, reader, link, live, isUpward)) {
          hops.push({ link: link.id, behind: second.id, near: place, far: far(second), depth });
          arrive(arrivals, depth + 2, far(second));
        }
      }
    }
  }
  return hops;
}

function arrive(arrivals: Map<number, Set<number>>, depth: number, unit: number): void {
  const there = arrivals.get(depth) ?? new Set<number>();
  there.add(unit);
  arrivals.set(depth, there);
}

function unnamedBetween(
  world: ModelWorld,
  reader: ModelReader,
  first: ModelLink,
  live: readonly ModelLink[],
  isUpward: boolean,
): ModelLink[] {
  const [nearUnit, hidden] = isUpward ? [first.customer, first.supplier] : [first.supplier, first.customer];
  const [nearOpaque, nearReach] = isUpward
    ? [first.customerOpaque, first.customerReach]
    : [first.supplierOpaque, first.supplierReach];
  const nearAgrees = agrees(reader, nearUnit, nearOpaque, nearReach, reader.isLinkedTo(nearUnit));
  if (!nearAgrees || reader.competesWith(hidden) || reader.isOwn(hidden)) return [];
  const places = standsAt(world, hidden, first.mineral);
  return live.filter((second) => {
    const [secondNear, secondFar] = isUpward ? [second.customer, second.supplier] : [second.supplier, second.customer];
    if (!places.includes(secondNear) || reader.readable.has(second.id) || secondFar === nearUnit) return false;
    const [farOpaque, farReach] = isUpward
      ? [second.supplierOpaque, second.supplierReach]
      : [second.customerOpaque, second.customerReach];
    const isReached = reader.isLinkedTo(secondFar) || reader.standsInChainOf(nearUnit, isUpward);
    return agrees(reader, secondFar, farOpaque, farReach, isReached);
  });
}

/** Everybody in these worlds is a member: ALLIANCE admits all but competitors, CHAIN whom the chain has brought here. */
function agrees(reader: ModelReader, unit: number, isOpaque: boolean, reach: number, isReached: boolean): boolean {
  if (!isOpaque || reach === 0 || reader.competesWith(unit)) return false;
  return reach >= 2 || isReached;
}
