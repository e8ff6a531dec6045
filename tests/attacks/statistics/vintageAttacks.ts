import { judgeVintage, type VintageRules } from '../../../src/disclosureControl';
import { thresholds } from '../../unit/disclosureControl/support/thresholds';
import { Randomness } from './randomness';
import type { Figure, World } from './world';

const k = thresholds.vintageChangedContributorsMin;

/** Two vintages of one world, and what the attacker knows of them besides. */
export interface VintageAttack {
  readonly earlier: readonly Figure[];
  readonly later: readonly Figure[];
  /** Whose change is to be found. */
  readonly target: string;
  /** Units whose figures the attacker knows in both. */
  readonly known: ReadonlySet<string>;
  readonly rules: VintageRules;
}

type Sums = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Cells of the total and of every single code, by unit; a table would have more. */
function cellsOf(figures: readonly Figure[]): Sums {
  const cells = new Map<string, Map<string, number>>();
  for (const { unit, coordinates, value } of figures) {
    for (const key of ['total', ...coordinates]) {
      const cell = cells.get(key) ?? new Map<string, number>();
      cell.set(unit, (cell.get(unit) ?? 0) + value);
      cells.set(key, cell);
    }
  }
  return cells;
}

const listed = (cells: Sums) => [...cells].map(([key, contributions]) => ({ key, contributions }));

/** The hub's rule. */
export function mayBePublished({ earlier, later, rules }: VintageAttack): boolean {
  return judgeVintage(listed(cellsOf(earlier)), listed(cellsOf(later)), rules).publishable;
}

/** The twin that counts changed units, whoever they are and whoever knows them. */
export function hasEnoughChanges(attack: VintageAttack): boolean {
  return mayBePublished({ ...attack, rules: { changedContributorsMin: k, colludingInsiders: 0 } });
}

/** Whether the difference of two published vintages, less what the attacker knows, is the target's own change. */
export function recoversChange({ earlier, later, target, known }: VintageAttack): boolean {
  const [before, after] = [cellsOf(earlier), cellsOf(later)];
  const ofTarget = (cell: ReadonlyMap<string, number> | undefined): number => cell?.get(target) ?? 0;
  const visible = (cell: ReadonlyMap<string, number> | undefined): number =>
    [...(cell ?? [])].reduce((sum, [unit, value]) => (known.has(unit) ? sum : sum + value), 0);
  return [...before.keys()].some((key) => {
    const [then, now] = [before.get(key), after.get(key)];
    const change = ofTarget(now) - ofTarget(then);
    // Only cells with enough contributors are published in either vintage.
    if (change === 0 || (then?.size ?? 0) < k || (now?.size ?? 0) < k) return false;
    return Math.abs(visible(now) - visible(then) - change) <= 1e-6 * Math.abs(change);
  });
}

const corrected = (figures: readonly Figure[], units: ReadonlySet<string>): readonly Figure[] =>
  figures.map((figure) => (units.has(figure.unit) ? { ...figure, value: figure.value * 1.3 } : figure));

/** The attacks on one unit by name: one change alone, one among sham members, one among ventures of an insider, one among four strangers. */
export function attacksOn(world: World, target: string, random: Randomness): ReadonlyMap<string, VintageAttack> {
  const { figures, knownTo } = world;
  const others = world.units.map(({ id }) => id).filter((id) => id !== target);
  const four = new Set(
    Array.from({ length: 4 }, (_, at) => others[(random.below(others.length - 4) + at) % others.length] ?? ''),
  );
  while (four.size < 4) four.add(random.pick(others));
  const rules = { changedContributorsMin: k, colludingInsiders: thresholds.ledgerInsiders, knownTo };
  const alone = { target, known: new Set<string>(), rules };
  const without = figures.filter(({ unit }) => unit !== target);
  // The attacker chooses where its own report: beside the victim, in each of its cells.
  const place = figures.find(({ unit }) => unit === target)?.coordinates ?? [];
  const beside = figures.map((figure) =>
    four.has(figure.unit) || figure.unit === target ? { ...figure, coordinates: place } : figure,
  );
  const together = corrected(beside, new Set([target, ...four]));
  const ventures = new Map([...knownTo, ...[...four].map((unit) => [unit, ['insider', unit]] as const)]);
  return new Map<string, VintageAttack>([
    ['a correction', { ...alone, earlier: figures, later: corrected(figures, new Set([target])) }],
    ['a joiner', { ...alone, earlier: without, later: figures }],
    ['a leaver', { ...alone, earlier: figures, later: without }],
    [
      'a correction among four sham members',
      { ...alone, earlier: beside, later: together, known: four, rules: { ...rules, known: four } },
    ],
    [
      "a correction among an insider's four ventures",
      { ...alone, earlier: beside, later: together, known: four, rules: { ...rules, knownTo: ventures } },
    ],
  ]);
}

/** A vintage as the alliance needs it: a share of all units corrected their figures. */
export function correctionOf(world: World, share: number, random: Randomness): VintageAttack {
  const units = new Set(world.units.flatMap(({ id }) => (random.next() < share ? [id] : [])));
  const rules = { changedContributorsMin: k, colludingInsiders: thresholds.ledgerInsiders, knownTo: world.knownTo };
  // A table coarse enough for its alliance: places with fewer than 2 k contributors have no cell of their own.
  const cells = cellsOf(world.figures);
  const figures = world.figures.map((figure) => ({
    ...figure,
    coordinates: figure.coordinates.filter((code) => (cells.get(code)?.size ?? 0) >= 2 * k),
  }));
  return { earlier: figures, later: corrected(figures, units), target: '', known: new Set(), rules };
}

/** A member tries other figures of its own, to see where cells close: what each try would publish. */
export function resubmissions(world: World, factors: readonly number[]): readonly VintageAttack[] {
  const probe = world.figures[0];
  const rules = { changedContributorsMin: k, colludingInsiders: thresholds.ledgerInsiders, knownTo: world.knownTo };
  return factors.map((factor) => ({
    earlier: world.figures,
    later: world.figures.map((figure) => (figure === probe ? { ...figure, value: figure.value * factor } : figure)),
    target: probe?.unit ?? '',
    known: new Set(probe === undefined ? [] : [probe.unit]),
    rules,
  }));
}
