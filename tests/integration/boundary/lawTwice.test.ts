import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { judge, prepareLaw, readLawSources } from '../../../src/lawCompiler';
import { cellName, everyCell, type Cell } from '../../../src/policy/cells';
import { parseClassification, type ClassifiedFact } from '../../../src/policy/classification';
import { GROUND_NAMES, type GroundName } from '../../../src/policy/grounds';
import { factShapes, type FactShape } from '../../support/referenceModel/facts';
import {
  ages,
  dataClasses,
  passesPhase,
  passesSensitivity,
  passesTier,
  phases,
  reasons,
  sensitivities,
  tiers,
} from '../../support/referenceModel/law';

const { law, audienceOf } = prepareLaw(readLawSources('.'));

function plainly(ground: GroundName, cell: Cell): boolean {
  if (cell.gate === 'tier') return passesTier(ground, cell.tier);
  if (cell.gate === 'sensitivity') return passesSensitivity(ground, cell.sensitivity, cell.age);
  return passesPhase(ground, cell.phase, cell.dataClass);
}

test('the law in Cedar and the law in plain code agree on every ground at every cell', () => {
  const differing = GROUND_NAMES.flatMap((ground) =>
    everyCell().flatMap((cell) =>
      judge(law, ground, cell, audienceOf).allowed === plainly(ground, cell) ? [] : [`${ground} ${cellName(cell)}`],
    ),
  );
  expect(differing).toEqual([]);
  expect(reasons).toEqual([...GROUND_NAMES]);
  expect(everyCell()).toHaveLength(
    tiers.length + sensitivities.length * ages.length + phases.length * dataClasses.length,
  );
});

/** A classified fact in the words of the model; columns in a fixed order, as only their classes matter. */
function inPlainWords(fact: ClassifiedFact): FactShape {
  return {
    number: fact.number,
    about: fact.subjects,
    names: [...fact.parties, ...fact.partyLists],
    agreements:
      fact.grants.kind === 'column' ? { column: fact.grants.column } : fact.grants.kind === 'fact' ? 'whole' : 'never',
    never: fact.without,
    counselOnlyToClear: fact.conditional.length > 0,
    ages: fact.ageColumn !== null,
    own: fact.columns.flatMap((column): FactShape['own'] => {
      const spec = column.class;
      if (spec.kind === 'row') return [];
      if (spec.kind === 'stored') return [[column.name, spec.field, `@${spec.column}/${spec.dataClass}`]];
      const cell = `${spec.cell.tier}/${spec.cell.sensitivity}/${spec.cell.dataClass}`;
      return [spec.closed === 'REDACT' ? [column.name, spec.field, cell, true] : [column.name, spec.field, cell]];
    }),
  };
}

// The model states the facts by itself. Whoever changes a class in policies/classification.yaml states it a second time in
// tests/support/referenceModel/facts.ts, from the reason for the change and not by copying.
test('what the facts are, the classification and the model say alike', () => {
  const { facts } = parseClassification(parse(readFileSync('policies/classification.yaml', 'utf8')));
  const sorted = (shapes: [string, FactShape][]): object =>
    Object.fromEntries(shapes.map(([table, shape]) => [table, { ...shape, own: [...shape.own].sort() }]));
  expect(sorted(facts.map((fact) => [fact.table, inPlainWords(fact)]))).toEqual(sorted(Object.entries(factShapes)));
});
