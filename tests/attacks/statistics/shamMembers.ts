import { thresholds } from '../../unit/disclosureControl/support/thresholds';
import { LedgerHub, ThresholdHub, type Hub } from './hubs';
import type { World } from './world';

/** A member that runs four new ones: all five send figures that it knows. */
export interface ShamAttack {
  readonly world: World;
  readonly runner: string;
  readonly shams: readonly string[];
}

export function shamAttack(world: World): ShamAttack {
  const groups = world.units.filter(({ id, knownTo }) => knownTo.length === 1 && knownTo[0] === id).map(({ id }) => id);
  return { world, runner: groups.at(-5) ?? '', shams: groups.slice(-4) };
}

/** The hub: who is new or unverified neither counts nor is protected. */
export function strictHub({ world, shams }: ShamAttack): LedgerHub {
  return new LedgerHub({
    ...world,
    units: world.units.map((unit) => ({ ...unit, isProtected: !shams.includes(unit.id) })),
  });
}

/** The twins that take everybody for what it says: with thresholds, and with a ledger besides that knows one insider. */
export const trustingHubs: ReadonlyMap<string, (attack: ShamAttack) => Hub> = new Map<
  string,
  (attack: ShamAttack) => Hub
>([
  ['thresholds', ({ world }) => new ThresholdHub(world)],
  ['ledger', ({ world }) => new LedgerHub(world, { colludingInsiders: thresholds.ledgerInsiders })],
]);

/** Sums of one victim with the five, victim by victim. @returns victims whose sum was told, so that they are known exactly */
export function victimsTold(
  hub: Hub,
  { world, runner, shams }: ShamAttack,
): { readonly told: number; readonly victims: number } {
  const own = new Set([runner, ...shams]);
  const victims = world.units.filter(({ id, knownTo }) => !own.has(id) && !knownTo.some((group) => own.has(group)));
  const told = victims.filter(
    ({ id }) => hub.ask(world.figures.filter(({ unit }) => unit === id || own.has(unit))) !== undefined,
  );
  return { told: told.length, victims: victims.length };
}
