import type { CellJudgement } from '../sensitivity/judgement';
import { evaluate } from './disclosureModel';
import type { DisclosureModel, Functional } from './disclosureModel';

/** A sum that must be able to lie `shift` above (+1) or below (-1) its true value, as far as anybody can tell. */
export interface ProtectionRequirement {
  /** `CELL`: a suppressed cell towards outsiders; `UNIT`: one unit's part of a cell towards insiders too. */
  readonly kind: 'CELL' | 'UNIT';
  readonly cell: number;
  /** The unit whose figure it is; undefined for a cell as a whole. */
  readonly unit: string | undefined;
  readonly functional: Functional;
  readonly direction: 1 | -1;
  readonly shift: number;
}

/** Stays clear of the edge of the public bounds, where a linear program is infeasible by rounding alone. */
const withinBounds = 1 - 1e-6;

/**
 * How far the public bounds alone let a sum move: publication cannot be asked to leave more doubt than there was before.
 * Sum over the terms of coefficient x room to the bound on that side, limited by each unit's band.
 * Source: `statistics.md` formulas (public bounds). Guarantees: no less than any world within the bounds can reach.
 */
export function priorReach(model: DisclosureModel, functional: Functional, direction: 1 | -1): number {
  const roomOf = new Map<string, number>();
  for (const [variable, coefficient] of functional) {
    if (model.known.has(variable)) continue;
    const value = model.values[variable] ?? 0;
    const upward = coefficient * direction > 0;
    const room = upward ? (model.upper[variable] ?? 0) - value : value - (model.lower[variable] ?? 0);
    const unit = model.units[variable] ?? '';
    roomOf.set(unit, (roomOf.get(unit) ?? 0) + Math.abs(coefficient) * room);
  }
  for (const bounds of model.unitBounds) {
    const room = roomOf.get(bounds.unit);
    if (room === undefined) continue;
    const sum = model.units.reduce(
      (total, unit, variable) => total + (unit === bounds.unit ? (model.values[variable] ?? 0) : 0),
      0,
    );
    roomOf.set(bounds.unit, Math.min(room, direction > 0 ? bounds.upper - sum : sum - bounds.lower));
  }
  return [...roomOf.values()].reduce((total, room) => total + Math.max(0, room), 0);
}

/**
 * Requirements for one unit's part of one cell: p percent above, p percent below, 2p percent in all. Where a public bound
 * cuts one side short, the other side must make up for it (a sliding protection level, tau-ARGUS manual), as far as the
 * bounds allow. A zero is protected like a figure of typical size, since p percent of nothing would be nothing.
 *
 * Guarantees, once met for every insider: nobody's interval for the figure is narrower than 2p percent of it, unless the
 * public bounds were narrower already.
 *
 * Source: tau-ARGUS manual (sliding levels); SDC Handbook 4.2 (p % rule).
 */
export function unitRequirements(model: DisclosureModel, pPercent: number): readonly ProtectionRequirement[] {
  const typical = typicalMagnitude(model);
  const seen = new Set<string>();
  const requirements: ProtectionRequirement[] = [];
  model.cells.forEach((cell, position) => {
    const termsOf = new Map<string, (readonly [number, number])[]>();
    for (const term of cell.terms) {
      if (model.known.has(term[0])) continue;
      const unit = model.units[term[0]] ?? '';
      const terms = termsOf.get(unit) ?? [];
      terms.push(term);
      termsOf.set(unit, terms);
    }
    for (const [unit, functional] of termsOf) {
      // The same part of a unit's figures often lies in many cells; it needs protection once.
      const signature = functional.map(([variable, coefficient]) => `${variable}:${coefficient}`).join(' ');
      if (seen.has(signature)) continue;
      seen.add(signature);
      const figure = Math.abs(evaluate(functional, model.values));
      const needed = (pPercent / 100) * (figure > 0 ? figure : typical);
      const above = priorReach(model, functional, 1) * withinBounds;
      const below = priorReach(model, functional, -1) * withinBounds;
      const shiftAbove = Math.min(above, needed + Math.max(0, needed - below));
      const shiftBelow = Math.min(below, needed + Math.max(0, needed - above));
      const common = { kind: 'UNIT' as const, cell: position, unit, functional };
      if (shiftAbove > 0) requirements.push({ ...common, direction: 1, shift: shiftAbove });
      if (shiftBelow > 0) requirements.push({ ...common, direction: -1, shift: shiftBelow });
    }
  });
  return requirements;
}

function typicalMagnitude(model: DisclosureModel): number {
  const magnitudes = [...model.values].map(Math.abs).filter((value) => value > 0);
  magnitudes.sort((a, b) => a - b);
  return magnitudes[Math.floor(magnitudes.length / 2)] ?? 1;
}

/**
 * Requirements for the sensitive cells as wholes, towards outsiders: the protection levels of the rules they violate, and
 * p percent of the cell on either side at least, so that a cell closed for its few contributors does not come out exactly
 * as the difference of published ones (the Handbook's level for the frequency rule is zero, which would allow a hair's
 * breadth).
 *
 * Source: SDC Handbook 4.2 (table of protection levels). Guarantees: every sensitive cell asks for something on both
 * sides, unless its bounds leave no room.
 */
export function cellRequirements(
  model: DisclosureModel,
  judgements: ReadonlyMap<number, CellJudgement>,
  pPercent: number,
): readonly ProtectionRequirement[] {
  const requirements: ProtectionRequirement[] = [];
  for (const [position, judgement] of judgements) {
    const functional = model.cells[position]?.terms;
    if (functional === undefined || !judgement.sensitive) continue;
    const common = { kind: 'CELL' as const, cell: position, unit: undefined, functional };
    const least = (pPercent / 100) * Math.abs(evaluate(functional, model.values));
    const reach = (level: number, direction: 1 | -1): number =>
      Math.min(Math.max(level, least), priorReach(model, functional, direction) * withinBounds);
    const above = reach(judgement.protectionAbove, 1);
    const below = reach(judgement.protectionBelow, -1);
    if (above > 0) requirements.push({ ...common, direction: 1, shift: above });
    if (below > 0) requirements.push({ ...common, direction: -1, shift: below });
  }
  return requirements;
}
