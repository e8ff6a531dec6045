import { readdirSync, readFileSync } from 'node:fs';
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

/** Every exported function and class of the folder with the comment before it. */
function documented(): { name: string; comment: string }[] {
  const folder = join(packageRoot(), 'src', 'disclosureControl');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const found = readFileSync(join(folder, file), 'utf8').matchAll(
      /(\/\*\*(?:(?!\*\/)[^])*\*\/\n)?export (?:function|class) (\w+)/g,
    );
    return [...found].map(([, comment = '', name = '']) => ({ name, comment }));
  });
}

test('each says beside its code where it comes from and what it guarantees', () => {
  const all = documented();
  expect(all.length).toBeGreaterThan(60);
  const sourced = /Source|Handbook|charter|Denning|`(statistics|domain)\.md`/i;
  const thin = all.filter(
    ({ name, comment }) => name !== 'StaleDecisionError' && !(sourced.test(comment) && /guarantee/i.test(comment)),
  );
  expect(thin.map(({ name }) => name)).toEqual([]);
});
