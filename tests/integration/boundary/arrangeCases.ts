import type { ClassifiedFact } from '../../../src/policy/classification';
import type { Scenario } from '../../support/decisionCases';
import { dayAfter, fullRow, uuidOf, type RandomWorld, type TableShapes } from '../../support/randomWorld';
import { dataClasses, phases, reasons, sensitivities, tiers } from '../../support/referenceModel/law';
import { monthsBefore, type Grant, type Row } from '../../support/referenceModel/policy';
import { Random } from '../../support/seededRandom';

export const PURPOSE = 'DUE_DILIGENCE';

/** A scenario that the vault can hold, with everything it needs to be read. */
export interface Arranged {
  scenario: Scenario;
  table: string;
  row: Row;
  desk: number;
  pairs: [unit: number, mask: number][];
  grants: Grant[];
}

export function maskOf(grounds: readonly string[]): number {
  return ['ANYONE', ...grounds].reduce((mask, ground) => mask | (2 ** reasons.indexOf(ground)), 0);
}

function dateOfAge(age: string, today: string): string {
  const dates: Record<string, string> = {
    FUTURE: dayAfter(today, 1),
    RECENT: today,
    THREE_MONTHS: monthsBefore(today, 3),
    TWELVE_MONTHS: monthsBefore(today, 12),
  };
  return dates[age] ?? today;
}

/** Why the vault cannot hold a scenario; null where it can. */
export function unfit(fact: ClassifiedFact | undefined, scenario: Scenario): string | null {
  if (fact === undefined) return 'a type of a later module';
  const { age, field, tier, sensitivity, dataClass } = scenario.fact;
  if (fact.ageColumn === null && age !== 'TWELVE_MONTHS') return 'a timeless fact has no other age';
  const column = fact.columns.find((each) => each.name === field);
  if (column === undefined) return 'no such column';
  if (scenario.otherEnd !== null && fact.subjects.length < 2) return 'one subject only';
  if (column.class.kind === 'row') return null;
  if (column.class.kind === 'stored')
    return column.class.dataClass === dataClass ? null : 'the class of the column is fixed';
  const { cell } = column.class;
  const settable = ['organisation', 'site'].includes(fact.table);
  const same = cell.sensitivity === sensitivity && cell.dataClass === dataClass && (settable || cell.tier === tier);
  return same ? null : 'the class of the column is fixed';
}

/** The row with the cell of the scenario where the classification takes it from: the row, the owner's choice or a column. */
function placeCell(row: Row, fact: ClassifiedFact, scenario: Scenario): void {
  const column = fact.columns.find((each) => each.name === scenario.fact.field);
  const [tier, sensitivity, dataClass] = [
    tiers.indexOf(scenario.fact.tier),
    sensitivities.indexOf(scenario.fact.sensitivity),
    dataClasses.indexOf(scenario.fact.dataClass),
  ];
  if (column === undefined || column.class.kind === 'row') {
    Object.assign(row, { tier, sensitivity, data_class: dataClass });
    return;
  }
  // the row is open to everybody, so that the column alone decides
  Object.assign(row, { tier: 0, sensitivity: 0, data_class: 1 });
  if (column.class.kind === 'stored') row[column.class.column] = tier * 16 + sensitivity;
  if (column.class.kind === 'fixed' && 'field_tiers' in row) {
    const { field } = column.class;
    row.field_tiers = Array.from({ length: field }, (_, index) => (index === field - 1 ? tier : null));
  }
}

export function arrange(
  scenario: Scenario,
  index: number,
  fact: ClassifiedFact,
  shapes: TableShapes,
  today: string,
): Arranged {
  const [reader = 0, subject = 0, giver = 0, other = 0] = [1, 2, 3, 4].map((place) => index * 4 + place);
  const row: Row = {
    ...fullRow(new Random(index), fact.table, shapes.get(fact.table) ?? []),
    id: uuidOf('f', index),
    unit_no: subject,
    owner_no: subject,
    contributor_no: scenario.contributor === null ? subject : giver,
    withdrawn_at: scenario.withdrawn ? '2026-01-01T00:00:00+00:00' : null,
    source_url: null,
    indicator_no: 7,
    period_end: dateOfAge(scenario.fact.age, today),
    period_start: '2020-01-01',
  };
  for (const party of fact.parties) if (party !== 'owner_no') row[party] = scenario.row.namesReader ? reader : other;
  for (const list of fact.partyLists) row[list] = scenario.row.namesReader ? [other, reader] : [other];
  if (fact.subjects.includes('customer_unit_no')) row.customer_unit_no = scenario.otherEnd === null ? subject : other;
  if ('needs_clearance' in row) row.needs_clearance = true;
  placeCell(row, fact, scenario);
  const pairs: [number, number][] = [[subject, maskOf(scenario.grounds)]];
  if (scenario.contributor !== null) pairs.push([giver, maskOf(scenario.contributor)]);
  if (scenario.otherEnd !== null) pairs.push([other, maskOf(scenario.otherEnd)]);
  const covered = scenario.row.agreementCovers ? [subject, giver, other] : [];
  const grants = covered.flatMap((unit): Grant[] =>
    [Number(row.data_class), dataClasses.indexOf(scenario.fact.dataClass)].map((dataClass) => ({
      grantee: reader,
      unit,
      dataClass,
      fact: fact.number,
      field: 0,
      purpose: PURPOSE,
      initiativeId: null,
      startsOn: today,
      endsOn: dayAfter(today, 1),
    })),
  );
  return {
    scenario,
    table: fact.table,
    row,
    desk: index + 1,
    pairs,
    grants: grants.filter(
      (grant, place) =>
        grants.findIndex((each) => each.unit === grant.unit && each.dataClass === grant.dataClass) === place,
    ),
  };
}

/** Every scenario in one world: four units each, of which the first is the reader's organisation. */
export function worldOf(arranged: Arranged[], scenarioCount: number, today: string): RandomWorld {
  const count = scenarioCount * 4;
  return {
    seed: 0,
    units: Array.from({ length: count }, (_, index) => ({
      no: index + 1,
      owner: index + 1,
      organisationId: uuidOf('0', index + 1),
      siteId: null,
    })),
    standing: {
      today,
      desks: arranged.map(({ desk, pairs }) => {
        const grounds = Array.from({ length: count }, () => 0);
        for (const [unit, mask] of pairs) grounds[unit - 1] = mask;
        return { no: desk, grounds, closureValid: true };
      }),
      initiatives: phases.map((phase, index) => ({
        id: uuidOf('a', index + 1),
        no: index + 1,
        phase,
        standing: index === 0,
      })),
      freezes: [],
      grants: arranged.flatMap((each) => each.grants),
    },
    readers: [],
    facts: new Map(
      [...new Set(arranged.map((each) => each.table))].map((table) => [
        table,
        arranged.filter((each) => each.table === table).map((each) => each.row),
      ]),
    ),
    history: new Map(),
  };
}
