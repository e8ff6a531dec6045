import { invariant } from '../../kernel/errors';
import type { CoordinateHolder } from './tiedCoordinates';

/** A unit as the public knows it: that it exists and who stands behind it. Never a confidential value. */
export interface LedgerUnit {
  readonly id: string;
  /** Ownership groups that know its figures as their own. */
  readonly knownTo: readonly string[];
  /** False for insiders by standing: known to all, neither counted nor protected. */
  readonly isProtected: boolean;
}

/** One unit's figure in one place (mineral, stage, country ...): that it exists is public, and about how large it is. */
export interface LedgerFigure {
  readonly id: string;
  readonly unit: string;
  /** Half the middle of its public size band, in the unit of the measure (`bands.ts`). */
  readonly priorDeviation: number;
}

/**
 * The coordinates of a ledger: one for every figure, and one for the total of every unit that has several, so that a unit
 * as a whole is protected as well as each of its parts.
 * Source: `statistics.md` design 0 (protected unit = ownership group) and 3. Guarantees: built from membership and public
 * deviations only.
 */
export class LedgerFrame implements CoordinateHolder {
  /** Unit of each figure, by position. */
  readonly unitOfFigure: readonly number[];
  /** Figures each total is the sum of. */
  readonly totals: readonly (readonly number[])[];
  /** Units each group knows, their figures, and these with the totals that follow from them. */
  readonly unitsKnownTo: readonly (readonly number[])[];
  readonly figuresKnownTo: readonly (readonly number[])[];
  readonly coordinatesKnownTo: readonly (readonly number[])[];
  readonly priorDeviations: readonly number[];
  private readonly figureAt: ReadonlyMap<string, number>;
  private readonly unitAt: ReadonlyMap<string, number>;
  private readonly unprotected = new Set<number>();
  private readonly unitOfCoordinate: readonly number[];

  constructor(units: readonly LedgerUnit[], figures: readonly LedgerFigure[]) {
    this.unitAt = new Map(units.map((unit, position) => [unit.id, position]));
    this.figureAt = new Map(figures.map((figure, position) => [figure.id, position]));
    invariant(this.unitAt.size === units.length, 'every unit is in the ledger once');
    invariant(this.figureAt.size === figures.length, 'every figure is in the ledger once');
    this.unitOfFigure = figures.map((figure) => this.unit(figure.unit));
    this.priorDeviations = figures.map((figure) => figure.priorDeviation);
    const figuresOf: number[][] = units.map(() => []);
    this.unitOfFigure.forEach((unit, figure) => figuresOf[unit]?.push(figure));
    this.totals = figuresOf.filter((own) => own.length > 1);
    this.unitOfCoordinate = [...this.unitOfFigure, ...this.totals.map((own) => this.unitOfFigure[own[0] ?? 0] ?? 0)];
    units.forEach((unit, position) => {
      if (!unit.isProtected) this.unprotected.add(position);
    });
    const known = new Map<string, number[]>();
    units.forEach((unit, position) => {
      // Whoever stands behind a unit without a named group still knows its own figures.
      const groups = unit.knownTo.length === 0 ? [`unit ${unit.id}`] : unit.knownTo;
      for (const group of groups) known.set(group, [...(known.get(group) ?? []), position]);
    });
    this.unitsKnownTo = [...known.values()];
    this.figuresKnownTo = this.unitsKnownTo.map((own) => own.flatMap((unit) => figuresOf[unit] ?? []));
    this.coordinatesKnownTo = this.unitsKnownTo.map((own) => own.flatMap((unit) => this.coordinatesOf(unit)));
  }

  get dimension(): number {
    return this.unitOfCoordinate.length;
  }

  unit(id: string): number {
    const position = this.unitAt.get(id);
    invariant(position !== undefined, 'a ledger is asked about its own units only');
    return position;
  }

  figure(id: string): number {
    const position = this.figureAt.get(id);
    invariant(position !== undefined, 'a query names figures of its ledger only');
    return position;
  }

  coordinatesOf(unit: number): readonly number[] {
    return this.unitOfCoordinate.flatMap((holder, coordinate) => (holder === unit ? [coordinate] : []));
  }

  /** That each total is the sum of its parts: known to everybody, and exact. */
  definitions(): readonly Float64Array[] {
    return this.totals.map((parts, position) => {
      const vector = new Float64Array(this.dimension);
      vector[this.unitOfFigure.length + position] = -1;
      for (const part of parts) vector[part] = 1;
      return vector;
    });
  }

  unitOf(coordinate: number): number {
    return this.unitOfCoordinate[coordinate] ?? -1;
  }

  isProtected(coordinate: number): boolean {
    return !this.unprotected.has(this.unitOf(coordinate));
  }

  /** @returns the coordinates that are known to all from now on */
  unprotect(unit: number): readonly number[] {
    this.unprotected.add(unit);
    return this.coordinatesOf(unit);
  }

  get unprotectedCoordinates(): readonly number[] {
    return [...this.unprotected].flatMap((unit) => this.coordinatesOf(unit));
  }
}
