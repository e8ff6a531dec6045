import { monthsBefore, type Row } from './referenceModel/policy';
import { factShapes } from './referenceModel/facts';
import { dataClasses, reasons, sensitivities, tiers } from './referenceModel/law';
import { dayAfter, type RandomWorld } from './randomWorld';

/**
 * A random world hardly ever meets the condition that a small slip of the boundary is about: a day at the border of an age, a
 * freeze that was lifted, an agreement that covers all but one field. Here a few rows of each world are made to meet them.
 */
export function meetConditions(world: RandomWorld): void {
  meetFreezes(world);
  meetAges(world);
  meetAgreements(world);
  meetCounsel(world);
  meetPast(world);
}

const place = (codes: readonly string[], code: string): number => {
  const found = codes.indexOf(code);
  if (found < 0) throw new Error(`no \`${code}\``);
  return found;
};
const PERFORMANCE = place(dataClasses, 'PERFORMANCE');
/** Organisations that no ground of this place makes the owner of anything. */
const READER = 1;

/** A row that nothing but its class, its age and its conditions closes; columns that its table lacks are not written. */
function plainRow(tier: string, dataClass: string): Row {
  return {
    tier: place(tiers, tier),
    sensitivity: place(sensitivities, 'NONE'),
    data_class: place(dataClasses, dataClass),
    withdrawn_at: null,
    source_url: null,
    period_end: '2020-01-01',
  };
}

/** Rows of a table about a unit of somebody else, from some place on, given by their owner and changed so. */
function rowsOf(world: RandomWorld, table: string, from: number, changes: readonly Row[]): Row[] {
  const rows = (world.facts.get(table) ?? []).filter((row) => row.owner_no !== READER);
  return changes.flatMap((change, index) => {
    const row = rows[from + index];
    return row === undefined ? [] : [Object.assign(row, { contributor_no: row.owner_no, ...change })];
  });
}

/** Every desk that knows the unit holds this reason towards it as well. */
function everyDeskHolds(world: RandomWorld, reason: string, unit: unknown): void {
  for (const desk of world.standing.desks) {
    const index = Number(unit) - 1;
    const held = desk.grounds[index];
    if (typeof held === 'number') desk.grounds[index] = held | (2 ** place(reasons, reason));
  }
}

/** Figures are frozen in initiative 2, were frozen everywhere until the freeze was lifted, and are open in initiative 1. */
function meetFreezes({ standing }: RandomWorld): void {
  for (const freeze of standing.freezes) {
    const isOfFigures = freeze.dataClass === null || freeze.dataClass === PERFORMANCE;
    if (isOfFigures && (freeze.initiative === null || freeze.initiative < 3)) freeze.initiative = 3;
  }
  standing.freezes.push(
    { dataClass: PERFORMANCE, initiative: null, lifted: true },
    { dataClass: PERFORMANCE, initiative: 2, lifted: false },
  );
}

/** Figures of every age, with a day to either side of each border, towards which every desk is a fellow member. */
function meetAges(world: RandomWorld): void {
  const { today } = world.standing;
  const borders = [today, monthsBefore(today, 2), monthsBefore(today, 3), monthsBefore(today, 12)];
  const days = borders.flatMap((border) => [-20, -1, 0, 1, 20].map((away) => dayAfter(border, away)));
  const changes = days.map((day) => ({ ...plainRow('ALLIANCE', 'PERFORMANCE'), period_end: day }));
  for (const row of rowsOf(world, 'measurement', 0, changes)) everyDeskHolds(world, 'CO_MEMBER', row.unit_no);
}

/** Agreements that cover a figure but for one thing each. */
function meetAgreements(world: RandomWorld): void {
  const { today, grants } = world.standing;
  const sound = {
    grantee: READER,
    dataClass: PERFORMANCE,
    fact: factShapes.measurement?.number ?? 0,
    initiativeId: null,
  };
  const term = { startsOn: monthsBefore(today, 1), endsOn: dayAfter(today, 30) };
  const but = [
    {},
    { startsOn: dayAfter(today, 1) },
    { startsOn: dayAfter(today, 20) },
    { endsOn: today },
    { endsOn: monthsBefore(today, 1), startsOn: monthsBefore(today, 2) },
    { field: 4 },
    { field: 5 },
    { grantee: READER + 1 },
    { dataClass: PERFORMANCE + 1 },
    { initiativeId: world.standing.initiatives[3]?.id ?? null },
  ];
  const rows = rowsOf(
    world,
    'measurement',
    20,
    but.map((_each, index) => ({ ...plainRow('ADDRESSED', 'PERFORMANCE'), indicator_no: 1 + (index % 3) })),
  );
  for (const [index, row] of rows.entries()) {
    everyDeskHolds(world, 'GRANT', row.unit_no);
    const own = { ...sound, ...term, unit: Number(row.unit_no), field: Number(row.indicator_no), ...but[index] };
    for (const purpose of ['REPORTING', 'DUE_DILIGENCE']) grants.push({ ...own, purpose });
  }
}

/** Agreements that counsel may read, and those of which it learns only once they are in force or need it. */
function meetCounsel(world: RandomWorld): void {
  const states = ['PROPOSED', 'ACTIVE', 'SUSPENDED', 'PROPOSED'];
  const changes = states.map((state, index) => ({
    ...plainRow('ADDRESSED', 'LINK'),
    state,
    needs_clearance: index === states.length - 1,
  }));
  for (const row of rowsOf(world, 'agreement', 0, changes)) everyDeskHolds(world, 'COUNSEL', row.unit_no);
}

/** Sites that everybody sees, whose place is public today and was for its owner alone once. */
function meetPast(world: RandomWorld): void {
  const [open, closed] = [0, 16 * place(tiers, 'OWNER_ONLY') + place(sensitivities, 'SECURITY')];
  const plain = plainRow('PUBLIC', 'PUBLIC_CLAIM');
  const known = new Map((world.history.get('site') ?? []).map((row) => [row.id, row]));
  const rows = (world.facts.get('site') ?? []).filter(({ id }) => known.has(id)).slice(0, 5);
  for (const row of rows) {
    const past = known.get(row.id) ?? {};
    Object.assign(row, plain, { contributor_no: row.owner_no, location_class: open });
    Object.assign(past, plain, { contributor_no: past.owner_no, location_class: closed, latitude: 12, longitude: 30 });
  }
}
