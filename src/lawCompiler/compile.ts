import { cellName, everyCell, type Cell } from '../policy/cells';
import { GROUND_NAMES, groundMask, type GroundName } from '../policy/grounds';
import type { AgeMonths, CompiledCell, Masks } from '../policy/masks';
import { judge } from './judge';
import type { Law } from './law';
import { LawError } from './lawError';
import type { PhaseGates } from './phaseGates';

function compileCell(law: Law, cell: Cell, audienceOf: PhaseGates): CompiledCell {
  const opens = new Map<GroundName, readonly string[]>();
  const closes = new Map<GroundName, readonly string[]>();
  for (const ground of GROUND_NAMES) {
    const judgement = judge(law, ground, cell, audienceOf);
    if (judgement.fault !== null) throw new LawError(`${cellName(cell)} for ${ground}: ${judgement.fault}`);
    if (judgement.allowed) opens.set(ground, judgement.policies);
    else if (judgement.policies.length > 0) closes.set(ground, judgement.policies);
  }
  return { mask: groundMask([...opens.keys()]), opens, closes };
}

/** What determines the compiled law beside the policies themselves. */
export interface LawFrame {
  readonly audienceOf: PhaseGates;
  readonly ageMonths: AgeMonths;
  readonly lawHash: string;
}

/**
 * Judges every ground alone at every cell of the three gates (`design.md` 2).
 * @throws LawError when any evaluation fails: a law that cannot be evaluated everywhere is not put in force.
 */
export function compileLaw(law: Law, frame: LawFrame): Masks {
  const cells = new Map(everyCell().map((cell) => [cellName(cell), compileCell(law, cell, frame.audienceOf)]));
  const policies = new Map([...law.policies].map(([id, { effect, reason, basis }]) => [id, { effect, reason, basis }]));
  return { lawHash: frame.lawHash, ageMonths: frame.ageMonths, cells, policies };
}
