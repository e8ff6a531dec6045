import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { thresholdsFrom } from '../../../../src/disclosureControl/thresholds';
import { packageRoot } from '../../../../src/modules/reference/packageRoot';

// The benches run these tests' attackers compiled, from a folder deeper.
const path = join(packageRoot(), 'policies', 'thresholds.yaml');

/** The thresholds in force, from the registered file: tests bind to what the hub runs with. */
export const thresholds = thresholdsFrom(parse(readFileSync(path, 'utf8')));
