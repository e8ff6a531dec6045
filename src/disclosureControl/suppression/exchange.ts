import type { DisclosureModel } from './disclosureModel';
import type { ProtectionRequirement } from './requirements';

/**
 * The cheap proof of protection. Contributions that lie in exactly the same cells can be exchanged: if one rises by what
 * the others fall, no cell changes at all, suppressed or not. So a figure is protected upwards as far as its fellow
 * contributors can fall, and downwards as far as they can rise, less what the best informed insiders know.
 *
 * Sufficient, not necessary: what it cannot prove is left to the linear programs. It only ever underestimates.
 *
 * Source: this project's; a special case of the attacker problem. Guarantees: whatever it proves, a linear program would
 * prove.
 */
export class ExchangeProof {
  private readonly membersOf = new Map<string, number[]>();
  private readonly patternOf: readonly string[];
  private readonly insidersOf: readonly (readonly number[])[];
  private readonly unitRoom: ReadonlyMap<string, { readonly above: number; readonly below: number }>;

  constructor(private readonly model: DisclosureModel) {
    const cellsOf: number[][] = model.units.map(() => []);
    model.cells.forEach((cell, position) => {
      for (const [variable, coefficient] of cell.terms) cellsOf[variable]?.push(position, coefficient);
    });
    this.patternOf = cellsOf.map((cells) => cells.join(' '));
    this.patternOf.forEach((pattern, variable) => {
      const members = this.membersOf.get(pattern) ?? [];
      members.push(variable);
      this.membersOf.set(pattern, members);
    });
    const insidersOf: number[][] = model.units.map(() => []);
    model.insiders.forEach((insider, position) => {
      for (const variable of insider.variables) insidersOf[variable]?.push(position);
    });
    this.insidersOf = insidersOf;
    this.unitRoom = unitRoomOf(model);
  }

  /** Whether the exchange alone protects one unit's part of a cell against any `colludingInsiders` insiders. */
  proves(requirement: ProtectionRequirement, colludingInsiders: number): boolean {
    if (requirement.kind !== 'UNIT') return false;
    if (this.unitLimit(requirement.unit ?? '', requirement.direction) < requirement.shift) return false;
    const own = new Set(requirement.functional.map(([variable]) => variable));
    // A unit's public band limits all its figures together, so its room is spent once over all patterns.
    const spentOf = new Map<string, number>();
    let reach = 0;
    for (const [variable, coefficient] of requirement.functional) {
      if (coefficient !== 1) return false;
      const ownRoom = Math.min(requirement.shift, this.room(variable, requirement.direction));
      const lossOf = new Map<number, number>();
      let offered = 0;
      for (const partner of this.membersOf.get(this.patternOf[variable] ?? '') ?? []) {
        const unit = this.model.units[partner] ?? '';
        if (own.has(partner) || unit === requirement.unit || this.model.known.has(partner)) continue;
        const left = this.unitLimit(unit, -requirement.direction) - (spentOf.get(unit) ?? 0);
        // No partner ever has to move further than the figure itself.
        const room = Math.min(ownRoom, this.room(partner, -requirement.direction), left);
        if (room <= 0) continue;
        spentOf.set(unit, (spentOf.get(unit) ?? 0) + room);
        offered += room;
        for (const insider of this.insidersOf[partner] ?? []) lossOf.set(insider, (lossOf.get(insider) ?? 0) + room);
      }
      const worst = [...lossOf.values()].sort((a, b) => b - a).slice(0, colludingInsiders);
      const kept = offered - worst.reduce((sum, loss) => sum + loss, 0);
      reach += Math.max(0, Math.min(ownRoom, kept));
    }
    return reach >= requirement.shift;
  }

  private room(variable: number, direction: number): number {
    const value = this.model.values[variable] ?? 0;
    return direction > 0 ? (this.model.upper[variable] ?? 0) - value : value - (this.model.lower[variable] ?? 0);
  }

  private unitLimit(unit: string, direction: number): number {
    const room = this.unitRoom.get(unit);
    if (room === undefined) return Infinity;
    return direction > 0 ? room.above : room.below;
  }
}

function unitRoomOf(model: DisclosureModel): ReadonlyMap<string, { readonly above: number; readonly below: number }> {
  const sums = new Map<string, number>();
  model.units.forEach((unit, variable) => sums.set(unit, (sums.get(unit) ?? 0) + (model.values[variable] ?? 0)));
  return new Map(
    model.unitBounds.map(({ unit, lower, upper }) => [
      unit,
      { above: upper - (sums.get(unit) ?? 0), below: (sums.get(unit) ?? 0) - lower },
    ]),
  );
}
