import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { thresholdsFrom } from '../../../../src/disclosureControl/thresholds';

const path = join(__dirname, '../../../../policies/thresholds.yaml');

/** The thresholds in force, from the registered file: tests bind to what the hub runs with. */
export const thresholds = thresholdsFrom(parse(readFileSync(path, 'utf8')));
