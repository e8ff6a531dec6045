import loadHighs from 'highs';
import { highsSolver } from '../../../../src/disclosureControl/solver/highsSolver';
import type { LinearProgramSolver } from '../../../../src/disclosureControl/solver/linearProgramSolver';

/** The real solver, loaded once for a test file. */
export async function loadSolver(): Promise<LinearProgramSolver> {
  return highsSolver(await loadHighs());
}
