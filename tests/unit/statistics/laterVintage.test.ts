import { readRegistry } from '../../../src/modules/statistics';
import type { Part } from '../../../src/modules/statistics/frozenParts';
import { mayFollow } from '../../../src/modules/statistics/laterVintage';

const registry = readRegistry();
const measure = registry.measures.get('TRIR');
const tables = registry.tables.filter((table) => table.measure === 'TRIR');

const unitsOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `u${at}`);

/** One figure a unit, all of one place; what is said of a unit differs by the test. */
function frozen(changed: readonly string[], of: (unit: string) => Partial<Part> = () => ({})): Part[] {
  return unitsOf(12).map((unit) => ({
    unit,
    knownTo: [unit],
    isProtected: true,
    mineral: 'copper',
    stage: 'SMELTING',
    country: 'CL',
    level: 'ALL',
    isWeighed: false,
    count: 1,
    value: changed.includes(unit) ? 11 : 10,
    weight: null,
    product: null,
    hasNegative: false,
    ...of(unit),
  }));
}

const follows = (changed: readonly string[], of?: (unit: string) => Partial<Part>): boolean => {
  if (measure === undefined) throw new Error('the measure is not registered');
  return mayFollow(frozen([], of), frozen(changed, of), measure, tables, registry);
};

test('a vintage follows where nobody changed or five did, and not where four did', () => {
  expect([0, 4, 5, 12].map((count) => follows(unitsOf(count)))).toEqual([true, false, true, true]);
});

test('members that are not protected make up no number: four of them and a victim are one change', () => {
  const shams = (unit: string) => ({ isProtected: !['u1', 'u2', 'u3', 'u4'].includes(unit) });
  expect(follows(unitsOf(5), shams)).toBe(false);
  expect(follows(unitsOf(9), shams)).toBe(true);
});

test("the ventures of one group and a victim's figure are not five changes to that group", () => {
  const ventures = (unit: string) => ({
    knownTo: ['u1', 'u2', 'u3', 'u4'].includes(unit) ? [unit, 'insider'] : [unit],
  });
  expect(follows(unitsOf(5), ventures)).toBe(false);
  expect(follows(unitsOf(8), ventures)).toBe(true);
});
