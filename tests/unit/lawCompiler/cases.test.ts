import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { judge as ask, prepareLaw, readLawSources, readMasks, type Judgement } from '../../../src/lawCompiler';
import {
  AGES,
  DATA_CLASSES,
  PHASES,
  SENSITIVITIES,
  TIERS,
  cellName,
  type Cell,
  type Outcome,
} from '../../../src/policy/cells';
import { parseClassification, type ClassifiedFact } from '../../../src/policy/classification';
import { decide, type ClosedForm, type DisclosureRequest } from '../../../src/policy/decide';
import { groundMask, type GroundName } from '../../../src/policy/grounds';
import { loadDecisionCases, type CaseFact, type Scenario } from '../../support/decisionCases';

const masks = readMasks('.');
const { law, audienceOf } = prepareLaw(readLawSources('.'));
const { facts } = parseClassification(parse(readFileSync('policies/classification.yaml', 'utf8')));
const cases = loadDecisionCases('.');
const scenarios = cases.flatMap((item): [string, Scenario][] => [
  [item.base.title, item.base],
  [item.twin.title, item.twin],
]);

const judgements = new Map<string, Judgement>();

/** Cedar's answer, asked once for each ground and cell. */
function judge(ground: GroundName, cell: Cell): Judgement {
  const key = `${ground} ${cellName(cell)}`;
  const answer = judgements.get(key) ?? ask(law, ground, cell, audienceOf);
  judgements.set(key, answer);
  return answer;
}

function code<T extends string>(codes: readonly T[], value: string): T {
  const found = codes.find((item) => item === value);
  if (found === undefined) throw new Error(`\`${value}\` is no code`);
  return found;
}

function cellsOf(scenario: Scenario): Cell[] {
  const { tier, sensitivity, age, dataClass } = scenario.fact;
  return [
    { gate: 'tier', tier: code(TIERS, tier) },
    { gate: 'sensitivity', sensitivity: code(SENSITIVITIES, sensitivity), age: code(AGES, age) },
    { gate: 'phase', phase: code(PHASES, scenario.phase), dataClass: code(DATA_CLASSES, dataClass) },
  ];
}

/** Cedar, asked at the moment: does one ground pass every gate, its row condition included? */
function cedarAdmits(scenario: Scenario, grounds: readonly GroundName[]): boolean {
  return [...grounds, 'ANYONE' as const].some((ground) => {
    if (ground.startsWith('PARTY') && !scenario.row.namesReader) return false;
    if (ground.startsWith('GRANT') && !scenario.row.agreementCovers) return false;
    return cellsOf(scenario).every((cell) => judge(ground, cell).allowed);
  });
}

function cedarAllows(scenario: Scenario): boolean {
  if (scenario.withdrawn && !scenario.grounds.includes('SELF')) return false;
  const others = [scenario.contributor, scenario.otherEnd].filter((grounds) => grounds !== null);
  return [scenario.grounds, ...others].every((grounds) => cedarAdmits(scenario, grounds));
}

function classified(fact: CaseFact): ClassifiedFact | undefined {
  return facts.find((item) => item.type === fact.type);
}

function declaredOutcome(fact: CaseFact): Outcome {
  if (fact.closed !== undefined) return fact.closed;
  const spec = classified(fact);
  const column = spec?.columns.find((item) => item.name === fact.field);
  if (spec === undefined || column === undefined) throw new Error(`${fact.type}.${fact.field} is not classified`);
  return column.class.kind === 'row' ? spec.closed : column.class.closed;
}

/** The shape of a closed cell follows from the default classification, which is the base's: a twin may change the row. */
function closedForm(base: Scenario): ClosedForm {
  const declared = declaredOutcome(base.fact);
  if (declared === 'ALLOW' || declared === 'DENY') throw new Error('no shape of a closed cell');
  return {
    declared,
    sensitivity: code(SENSITIVITIES, base.fact.sensitivity),
    dataClass: code(DATA_CLASSES, base.fact.dataClass),
  };
}

function request(scenario: Scenario, closed: ClosedForm): DisclosureRequest {
  const mask = (grounds: readonly GroundName[]): number => groundMask([...grounds, 'ANYONE']);
  const { tier, sensitivity, age, dataClass } = scenario.fact;
  return {
    subjects: [scenario.grounds, scenario.otherEnd].flatMap((grounds) => (grounds === null ? [] : [mask(grounds)])),
    contributor: scenario.contributor === null ? null : mask(scenario.contributor),
    tier,
    sensitivity,
    age,
    phase: scenario.phase,
    dataClass,
    namesReader: scenario.row.namesReader,
    agreementCovers: scenario.row.agreementCovers,
    without: groundMask(classified(scenario.fact)?.without ?? []),
    withdrawn: scenario.withdrawn,
    closed,
  };
}

describe('decision cases in counsel’s words', () => {
  it('are at least 150, each with its denied twin and a title of its own', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    expect(cases.every(({ base, twin }) => base.expect === 'ALLOW' && twin.expect !== 'ALLOW')).toBe(true);
    expect(new Set(scenarios.map(([title]) => title)).size).toBe(2 * cases.length);
  });

  it('name types, fields and grounds that the classification can hold', () => {
    for (const { base } of cases) {
      const spec = classified(base.fact);
      if (spec === undefined) continue;
      const named = spec.parties.length + spec.partyLists.length > 0;
      expect([base.title, base.row.namesReader && !named]).toEqual([base.title, false]);
      expect([base.title, base.row.agreementCovers && spec.grants.kind === 'none']).toEqual([base.title, false]);
      expect([base.title, base.grounds.filter((ground) => spec.without.includes(ground))]).toEqual([base.title, []]);
    }
  });

  it.each(scenarios)('Cedar agrees: %s', (_title, scenario) => {
    expect(cedarAllows(scenario)).toBe(scenario.expect === 'ALLOW');
  });

  it.each(cases.map((item) => [item.base.title, item] as const))('the masks agree: %s', (_title, { base, twin }) => {
    const closed = closedForm(base);
    expect(decide(masks, request(base, closed))).toMatchObject({ outcome: 'ALLOW', ground: expect.anything() });
    expect(decide(masks, request(twin, closed))).toEqual({ outcome: twin.expect, ground: null });
  });

  it.each(cases.map((item) => [item.base.title, item] as const))('is opened by what it says: %s', (_title, item) => {
    const [ground] = item.base.grounds;
    if (ground === undefined) throw new Error('no ground');
    const policies = cellsOf(item.base).flatMap((cell) => judge(ground, cell).policies);
    expect([...policies].sort()).toEqual([...item.by].sort());
  });

  it.each(cases.map((item) => [item.twin.title, item] as const))('is closed by what it says: %s', (_title, item) => {
    expect(closers(item.twin)).toContain(item.because);
  });

  it('reach every policy of the law', () => {
    const named = new Set(cases.flatMap((item) => [...item.by, item.because]));
    expect([...law.policies.keys()].filter((id) => !named.has(id))).toEqual([]);
  });

  it('reach every ground', () => {
    const held = new Set(scenarios.flatMap(([, scenario]) => scenario.grounds));
    expect(masks.cells.size).toBe(173);
    expect(held.size).toBe(28);
  });
});

/** What keeps a scenario closed: forbids and missing permits of a gate that none of the grounds opens, and row conditions. */
function closers(scenario: Scenario): Set<string> {
  const found = new Set<string>();
  const viewers = [scenario.grounds, scenario.contributor, scenario.otherEnd].filter((grounds) => grounds !== null);
  for (const grounds of viewers) {
    for (const cell of cellsOf(scenario)) {
      const answers = grounds.map((ground) => judge(ground, cell));
      if (answers.some((judgement) => judgement.allowed)) continue;
      const forbids = answers.flatMap((judgement) => judgement.policies);
      for (const id of forbids.length === 0 ? [`${cell.gate}.no-permit`] : forbids) found.add(id);
    }
  }
  const names = (plain: string): boolean => scenario.grounds.some((ground) => ground.startsWith(plain));
  if (!scenario.row.namesReader && names('PARTY')) found.add('row.names-another');
  if (!scenario.row.agreementCovers && names('GRANT')) found.add('row.no-agreement');
  if (scenario.withdrawn) found.add('row.withdrawn');
  if (found.size === 0) found.add('grounds.one-for-all-gates');
  return found;
}
