import { protectTables } from '../../../src/disclosureControl';
import type { LinearProgramSolver, ProtectedRelease, TableDefinition } from '../../../src/disclosureControl';
import { thresholds } from '../../unit/disclosureControl/support/thresholds';
import type { Answer } from './hubs';
import { universe } from './world';
import type { World } from './world';

/** The registered tables of the simulated alliance, linked by their margins. */
export const registeredTables: readonly TableDefinition[] = [
  { id: 'mineral by stage', dimensions: ['mineral', 'stage'] },
  { id: 'mineral by place', dimensions: ['mineral', 'place'] },
  { id: 'standard by stage', dimensions: ['standard', 'stage'] },
];

export interface RegisteredOptions {
  readonly colludingInsiders?: number;
  readonly bandsPublic?: boolean;
}

export function release(
  world: World,
  solver: LinearProgramSolver,
  { colludingInsiders = 1, bandsPublic = true }: RegisteredOptions = {},
): ProtectedRelease {
  return protectTables({
    universe,
    tables: registeredTables,
    contributions: world.figures.map(({ unit, coordinates, value, band }) => ({
      unit,
      coordinates,
      value,
      ...(bandsPublic ? { publicBounds: band } : {}),
    })),
    nonNegative: true,
    readerMayContribute: true,
    colludingInsiders,
    knownTo: world.knownTo,
    thresholds,
    solver,
  });
}

/** The published cells as an attacker sees them: sums over figures whose places are public. */
export function publishedAnswers(
  world: World,
  released: ProtectedRelease,
  isOpen: (cell: ProtectedRelease['cells'][number]) => boolean = (cell) => cell.status === 'PUBLISHED',
): readonly Answer[] {
  return released.cells.filter(isOpen).map((cell) => {
    const inCell = (coordinates: readonly string[]): boolean =>
      coordinates.every((code, axis) => {
        const hierarchy = universe[axis];
        const wanted = cell.coordinates[axis];
        let at: string | undefined = code;
        while (at !== undefined && at !== wanted) at = hierarchy?.parentOf.get(at);
        return at === wanted;
      });
    const members = world.figures.flatMap((figure, position) => (inCell(figure.coordinates) ? [position] : []));
    return { members, value: members.reduce((sum, member) => sum + (world.figures[member]?.value ?? 0), 0) };
  });
}

/** Ids of the figures behind an answer, as the ledger names them. */
export function figureIds(world: World, answer: Answer): readonly string[] {
  return answer.members.flatMap((member) => world.figures[member]?.id ?? []);
}
