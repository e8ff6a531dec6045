import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { BOUNDARY_PATH, generateBoundary, redactionBit } from '../../../src/policy/boundary';
import { AGES, SENSITIVITIES, TIERS, disclosureClass } from '../../../src/policy/cells';
import { parseClassification } from '../../../src/policy/classification';
import { EVERY_GROUND, groundMask } from '../../../src/policy/grounds';
import { cellMask, maskLookup } from '../../../src/policy/masks';
import { classLaw, classMasks } from '../../../src/policy/classLaw';
import { masks } from './world';

const classification = parseClassification(parse(readFileSync('policies/classification.yaml', 'utf8')));

/**
 * What the committed script lets through is held on PostgreSQL (tests/integration/boundary, and the mutants in
 * tests/attacks/leaks), so whatever generates another script has yet to be judged there.
 */
test('the generator writes the very script that PostgreSQL was judged with', () => {
  const written = generateBoundary(classification, maskLookup(masks), masks.ageMonths);
  const judged = readFileSync(BOUNDARY_PATH, 'utf8');
  const firstOther = written.split('\n').findIndex((line, number) => line !== judged.split('\n')[number]);
  expect(firstOther).toBe(-1);
  expect(written.trimEnd()).toBe(judged.trimEnd());
});

describe('the masks of every disclosure class', () => {
  const table = classMasks(maskLookup(masks));

  it('stand where a row looks for them: by tier, sensitivity and age', () => {
    for (const tier of TIERS)
      for (const sensitivity of SENSITIVITIES)
        AGES.forEach((age, place) => {
          const expected =
            cellMask(masks, { gate: 'tier', tier }) & cellMask(masks, { gate: 'sensitivity', sensitivity, age });
          expect(table[disclosureClass(tier, sensitivity) * AGES.length + place]).toBe(expected);
        });
  });

  it('are closed for codes in reserve, even where the law opens everything', () => {
    const open = classMasks(() => EVERY_GROUND);
    const known = TIERS.length * SENSITIVITIES.length * AGES.length;
    expect(open.filter((mask) => mask === EVERY_GROUND)).toHaveLength(known);
    expect(open.filter((mask) => mask === 0)).toHaveLength(open.length - known);
    expect(open.length).toBeGreaterThan(known);
  });
});

test('a law that closes a class to the owner itself is refused, and the law of today is not', () => {
  const law = maskLookup(masks);
  expect(classLaw(law, masks.ageMonths).masks).toEqual(classMasks(law));
  const closing = (cell: Parameters<typeof law>[0]): number =>
    cell.gate === 'sensitivity' && cell.sensitivity === 'LEGAL' && cell.age === 'FUTURE'
      ? law(cell) & ~groundMask(['SELF'])
      : law(cell);
  expect(() => classLaw(closing, masks.ageMonths)).toThrow('PUBLIC LEGAL FUTURE is closed to the owner itself');
});

test('columns that are told as closed have a bit each, in their order; no other column has one', () => {
  const cell = (closed: string) => ({ cell: 'ALLIANCE/NONE/PERFORMANCE', closed });
  const [fact] = parseClassification({
    facts: {
      Thing: {
        number: 1,
        table: 'thing',
        default: 'PUBLIC/NONE/PUBLIC_CLAIM',
        age: 'TIMELESS',
        closed: 'REDACT',
        columns: {
          id: 'row',
          first: { ...cell('REDACT'), field: 1 },
          hidden: { ...cell('HIDE'), field: 2 },
          second: { ...cell('REDACT'), field: 3 },
          stored: { stored: 'place_class/PUBLIC_CLAIM', field: 4, closed: 'REDACT' },
          third: { ...cell('REDACT'), field: 5 },
        },
      },
    },
  }).facts;
  expect(fact?.columns.map((_column, index) => redactionBit(fact, index))).toEqual([0, 1, 0, 2, 0, 4]);
});
