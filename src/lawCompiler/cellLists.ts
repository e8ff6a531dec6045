import { AGES, DATA_CLASSES, PHASES, SENSITIVITIES, TIERS } from '../policy/cells';
import { GROUND_NAMES } from '../policy/grounds';
import { AUDIENCES } from './phaseGates';

/** Every list of codes that the law is compiled over; part of its hash, since their order is stored in databases. */
export const CELL_LISTS: Readonly<Record<string, readonly string[]>> = {
  Ground: GROUND_NAMES,
  Tier: TIERS,
  Sensitivity: SENSITIVITIES,
  Age: AGES,
  Phase: PHASES,
  DataClass: DATA_CLASSES,
  Audience: AUDIENCES,
};
