import { join } from 'node:path';
import { mineralsOfList, readCommodity } from '../../../src/modules/exchange/openData/commodities';
import { plainRows } from './stagedEvents';

const told = (text: string, bareMetal: 'CONTAINED_METAL' | 'PRODUCT' = 'CONTAINED_METAL') => {
  const { minerals, product, basis } = readCommodity(text, bareMetal);
  return [minerals.join('+'), product, basis];
};

test.each([
  ['Copper', 'copper', null, 'CONTAINED_METAL'],
  ['Pb', 'lead', null, 'CONTAINED_METAL'],
  ['Copper cathodes', 'copper', 'copper cathode', 'PRODUCT'],
  ['Copper (in sulphate)', 'copper', null, 'CONTAINED_METAL'],
  ['Copper concentrate', 'copper', 'copper concentrate', 'CONCENTRATE'],
  ['Nickel in matte', 'nickel', null, 'CONTAINED_METAL'],
  ['Saprolite (nickel bearing)', 'nickel', 'saprolite nickel bearing', 'ORE'],
  ['Bauxite', 'aluminium', 'bauxite', 'ORE'],
  ['Alumina', 'aluminium', 'alumina', 'PRODUCT'],
  ['Iron ore pellets', 'iron', 'iron ore pellet', 'PRODUCT'],
  ['Iron ore fines', 'iron', 'iron ore fine', 'ORE'],
  ['Crude steel', 'iron', 'crude steel', 'PRODUCT'],
  ['Platinum', 'pgm', 'platinum', 'CONTAINED_METAL'],
  ['Pd', 'pgm', 'palladium', 'CONTAINED_METAL'],
  ['PGM (palladium, platinum, rhodium)', 'pgm', null, 'CONTAINED_METAL'],
  ['Li2O', 'lithium', null, 'CONTAINED_METAL'],
  ['Ilmenite', 'titanium', 'ilmenite', 'CONCENTRATE'],
  ['Refined Ilmenite', 'titanium', 'refined ilmenite', 'PRODUCT'],
  ['Titanium dioxide slag', 'titanium', 'titanium dioxide slag', 'PRODUCT'],
])('%s is %s, %s, %s', (text, mineral, product, basis) => {
  expect(told(text)).toEqual([mineral, product, basis]);
});

test('a bare metal is content where a mine tells it, a product where a smelter does', () => {
  expect(told('Zinc', 'CONTAINED_METAL')).toEqual(['zinc', null, 'CONTAINED_METAL']);
  expect(told('Zinc', 'PRODUCT')).toEqual(['zinc', 'zinc', 'PRODUCT']);
});

test.each([
  'Thermal coal',
  'Diamonds',
  'Phosphoric acid',
  'Aluminium fluoride',
  'Uranium oxide',
  'Ferroniobium',
  'Oxide',
])('%s is no mineral of the catalogue', (text) => {
  expect(readCommodity(text, 'PRODUCT').minerals).toEqual([]);
});

test('a text with two minerals names both', () => {
  expect(readCommodity('Nickel-Cobalt Mixed Sulfide', 'PRODUCT').minerals).toEqual(['nickel', 'cobalt']);
  expect(mineralsOfList('Copper, Thermal coal, Gold, Copper cathode')).toEqual({
    minerals: ['copper', 'gold'],
    unknown: ['Thermal coal'],
  });
});

test('every mineral that a text can mean is in the catalogue', () => {
  const catalogue = new Set(
    plainRows(join(__dirname, '../../../reference/minerals.csv')).map((row) => row['mineral_id']),
  );
  const words =
    'gold silver copper lead zinc tin nickel cobalt molybdenum manganese chromium aluminium iron platinum lithium tantalum ' +
    'tungsten antimony titanium phosphate graphite monazite magnesium';
  const named = words.split(' ').flatMap((word) => readCommodity(word, 'PRODUCT').minerals);
  expect(named).toHaveLength(words.split(' ').length);
  expect(named.filter((mineral) => !catalogue.has(mineral))).toEqual([]);
});
