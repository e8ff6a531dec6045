import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadCatalogue } from '../../../src/modules/reference';
import { parseTables, readRegistry } from '../../../src/modules/statistics';

const catalogue = loadCatalogue();
const derivations: unknown = parse(readFileSync('policies/derivations.yaml', 'utf8'));
const file = readFileSync('policies/tables.yaml', 'utf8');

/** The registered tables with one text of the file replaced. */
const changed = (from: string, to: string) => () => {
  expect(file).toContain(from);
  return parseTables(parse(file.replace(from, to)), catalogue, derivations);
};

test('the tables that ship are valid, and every country has one region', () => {
  const registry = readRegistry();
  expect(registry.tables.length).toBeGreaterThan(0);
  expect(registry.regions.regionOf('CL')).toBe('LATIN_AMERICA');
  expect(registry.regions.regionOf('NO')).toBe('EUROPE');
  expect(registry.regions.regionOf('??')).toBe('UNALLOCATED');
});

test.each([
  ['an indicator outside the catalogue', 'indicator: TRIR', 'indicator: TRIRS', 'UNKNOWN'],
  ['an indicator that is never released', 'indicator: TRIR', 'indicator: PROD_VOLUME', 'NOT_RELEASABLE'],
  ['figures about persons', 'indicator: TRIR', 'indicator: CHILD_LABOUR_CASES', 'A12'],
  ['a sum of rates', 'function: MEAN', 'function: SUM', 'A7'],
  ['an order statistic', 'function: MEAN', 'function: MEDIAN', 'UNKNOWN'],
  ['a derivation family in two ledgers', 'family: carbon', 'family: other', 'A8'],
  ['a dimension that is no public attribute', 'dimensions: [stage]', 'dimensions: [customer]', 'UNKNOWN'],
  ['an audience without a name', 'audience: PUBLIC', 'audience: FRIENDS', 'UNKNOWN'],
  ['a table twice', 'id: safety-by-stage', 'id: safety-by-mineral', 'DUPLICATE'],
  ['a level that the standard does not have', 'atLeast: IRMA_50', 'atLeast: PLATINUM', 'UNKNOWN'],
  ['a standard counted in two families', 'standard: RMAP', 'standard: IRMA', 'A6'],
  ['certificates in the family of figures', 'family: rmap', 'family: water', 'A6'],
  ['a second partition of the same sites', 'dimensions: [mineral, level]', 'dimensions: [stage, level]', 'A6'],
  ['levels of an indicator', 'dimensions: [stage]', 'dimensions: [stage, level]', 'UNKNOWN'],
  ['a band whose source is not cited', 'source: arithmetic\n', 'sauce: arithmetic\n', 'REQUIRED'],
  ['a band without width', 'band: { lower: 0, upper: 10 }', 'band: { lower: 10, upper: 10 }', 'FORMAT'],
])('%s is refused', (_what, from, to, rule) => {
  expect(changed(from, to)).toThrow(
    expect.objectContaining({
      code: 'VALIDATION',
      issues: expect.arrayContaining([expect.objectContaining({ rule })]),
    }),
  );
});
