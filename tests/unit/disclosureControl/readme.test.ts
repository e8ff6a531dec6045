import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as library from '../../../src/disclosureControl';
import { packageRoot } from '../../../src/modules/reference/packageRoot';

const text = readFileSync(join(packageRoot(), 'src', 'disclosureControl', 'README.md'), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| `'));

test('every function of the library has its row of formula, source and guarantee, and no other has', () => {
  const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(named.sort()).toEqual(Object.keys(library).sort());
  for (const row of rows) expect(row.split('|').filter((cell) => cell.trim() === '')).toHaveLength(2);
});
