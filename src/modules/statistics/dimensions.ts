import { buildHierarchy, flatHierarchy, type Hierarchy } from '../../disclosureControl';
import type { Regions } from './regions';

/** The dimensions that a figure can be placed in; all known to every member, none derived from a value. */
export const DIMENSIONS = ['mineral', 'stage', 'place'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What a table can cross: the level of a standard is no place of a site, but what is counted in each place. */
export const TABLE_DIMENSIONS = [...DIMENSIONS, 'level'] as const;
export type TableDimension = (typeof TABLE_DIMENSIONS)[number];

/** Codes of one figure or one cell; a dimension that is left out stands at its root. */
export type Coordinates = Readonly<Partial<Record<TableDimension, string>>>;

/** The total of a dimension; of `place` it is the world, of `level` any level of the standard. */
export const ROOTS: Readonly<Record<TableDimension, string>> = {
  mineral: 'ALL',
  stage: 'ALL',
  place: 'WORLD',
  level: 'ALL',
};

/** Where one figure stands: a mineral, a stage and a country. */
export interface Placed {
  readonly mineral: string;
  readonly stage: string;
  readonly country: string;
}

/** One code per dimension, in the order of `DIMENSIONS`. */
export function placeOf(figure: Placed): readonly string[] {
  return [figure.mineral, figure.stage, figure.country];
}

/** The universe of a frozen data set: every code that occurs, countries below their regions. */
export function universeOf(figures: readonly Placed[], regions: Regions): readonly Hierarchy[] {
  const distinct = (codes: readonly string[]): string[] => [...new Set(codes)].sort();
  const countries = distinct(figures.map((figure) => figure.country));
  const places = distinct(countries.map((country) => regions.regionOf(country)));
  return [
    flatHierarchy('mineral', ROOTS.mineral, distinct(figures.map((figure) => figure.mineral))),
    flatHierarchy('stage', ROOTS.stage, distinct(figures.map((figure) => figure.stage))),
    buildHierarchy('place', {
      code: ROOTS.place,
      parts: places.map((region) => ({
        code: region,
        parts: countries.filter((country) => regions.regionOf(country) === region).map((code) => ({ code })),
      })),
    }),
  ];
}

/** Whether a figure belongs to a cell: along every dimension it stands at the cell's code or below it. */
export function isWithin(figure: Placed, cell: Coordinates, regions: Regions): boolean {
  const places = [figure.country, regions.regionOf(figure.country), ROOTS.place];
  return (
    [figure.mineral, ROOTS.mineral].includes(cell.mineral ?? ROOTS.mineral) &&
    [figure.stage, ROOTS.stage].includes(cell.stage ?? ROOTS.stage) &&
    places.includes(cell.place ?? ROOTS.place)
  );
}

/** The coordinates of a cell of the universe, along the dimensions of its table only. */
export function coordinatesOf(codes: readonly string[], dimensions: readonly TableDimension[]): Coordinates {
  return Object.fromEntries(
    DIMENSIONS.flatMap((dimension, axis) =>
      dimensions.includes(dimension) ? [[dimension, codes[axis] ?? ROOTS[dimension]]] : [],
    ),
  );
}

/** Every cell of a table over these dimensions that a figure belongs to, by its name and coordinates. */
export function cellsAbove(
  figure: Placed,
  dimensions: readonly TableDimension[],
  regions: Regions,
): ReadonlyMap<string, Coordinates> {
  const codes: Readonly<Record<Dimension, readonly string[]>> = {
    mineral: [figure.mineral, ROOTS.mineral],
    stage: [figure.stage, ROOTS.stage],
    place: [figure.country, regions.regionOf(figure.country), ROOTS.place],
  };
  const cells = DIMENSIONS.filter((dimension) => dimensions.includes(dimension)).reduce<readonly Coordinates[]>(
    (above, dimension) => above.flatMap((cell) => codes[dimension].map((code) => ({ ...cell, [dimension]: code }))),
    [{}],
  );
  return new Map(cells.map((cell) => [JSON.stringify(cell), cell]));
}
