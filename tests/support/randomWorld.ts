import type { Desk, Freeze, Grant, Initiative, Reader, Row, Standing } from './referenceModel/policy';
import { monthsBefore } from './referenceModel/policy';
import { factShapes } from './referenceModel/facts';
import { reasons } from './referenceModel/law';
import { meetConditions } from './randomWorldMeetings';
import { Random } from './seededRandom';

/** A column of a fact table, as the database describes it. */
export interface ColumnShape {
  name: string;
  /** `udt_name`: int4, _text, jsonb ... */
  type: string;
  nullable: boolean;
}

export type TableShapes = ReadonlyMap<string, readonly ColumnShape[]>;

export interface Unit {
  no: number;
  owner: number;
  organisationId: string;
  siteId: string | null;
}

/** A world of the policy layer alone: every relation is drawn at random, whether or not trade could bring it about. */
export interface RandomWorld {
  seed: number;
  units: Unit[];
  standing: Standing;
  readers: Reader[];
  facts: Map<string, Row[]>;
  history: Map<string, Row[]>;
}

export interface WorldSize {
  facts: number;
  readers: number;
}

const ORGANISATIONS = 8;
const UNITS = 24;
const PURPOSES = ['DUE_DILIGENCE', 'REPORTING'];
/** Facts that came later: from a stream of their own, so that a seed gives the rows of all others as it always has. */
const LATER = ['plan_extract'];
const LATER_SHARE = 0.02;
const PLAN_EXTRACT = 12;
const EVERY_GROUND = 2 ** reasons.length - 1;

/** Everything but the facts: units, desks with random masks, phases, freezes and agreements. */
export function randomWorld(random: Random, today: string, shapes: TableShapes, size: WorldSize): RandomWorld {
  const units = Array.from({ length: UNITS }, (_, index): Unit => {
    const owner = index < ORGANISATIONS ? index + 1 : 1 + random.below(ORGANISATIONS);
    return {
      no: index + 1,
      owner,
      organisationId: uuidOf('0', owner),
      siteId: index < ORGANISATIONS ? null : random.uuid(),
    };
  });
  const initiatives = randomInitiatives(random);
  const desks = Array.from({ length: ORGANISATIONS + 2 }, (_, index) => randomDesk(random, index + 1));
  const standing: Standing = {
    today,
    desks,
    initiatives,
    freezes: randomFreezes(random),
    grants: Array.from({ length: 400 }, () => randomGrant(random, today, initiatives)),
  };
  const world: RandomWorld = {
    seed: random.seed,
    units,
    standing,
    readers: Array.from({ length: size.readers }, (_, index) => randomReader(random, index)),
    facts: new Map(),
    history: new Map(),
  };
  fillFacts(random, world, shapes, size.facts);
  meetGrants(random, world);
  meetClosures(random, world);
  meetConditions(world);
  knowOwnUnits(world);
  fillLater(world, shapes, size.facts);
  return world;
}

/** A stable UUID for what has a number. */
export function uuidOf(kind: string, no: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(no).padStart(12, '0')}`;
}

function randomInitiatives(random: Random): Initiative[] {
  // Most facts need a late phase to be read at all, so the middle ones are drawn more often.
  const phases = ['COOPERATION', 'COORDINATION', 'COLLABORATION', 'COORDINATION'];
  const other = ['CHAMPIONING', 'CLARIFYING_MOTIVATION', 'DISCOVERY', 'CONSENSUS_BUILDING', 'CONVERGENCE_OR_CLOSURE'];
  return [1, 2, 3, 4].map((no) => ({
    id: uuidOf('a', no),
    no,
    phase: random.pick(no === 4 ? other : phases),
    standing: no === 1,
  }));
}

function randomDesk(random: Random, no: number): Desk {
  const grounds = Array.from({ length: UNITS }, () => (random.chance(0.03) ? 0 : randomMask(random)));
  // a desk may not know the newest units yet
  return { no, grounds: random.chance(0.2) ? grounds.slice(0, UNITS - 4) : grounds, closureValid: random.chance(0.7) };
}

/** One to four reasons, so that no single pair opens nearly everything. */
function randomMask(random: Random): number {
  let mask = random.chance(0.7) ? 1 : 0;
  for (let count = random.below(4); count >= 0; count -= 1) mask |= 1 << random.below(reasons.length);
  return mask;
}

function randomFreezes(random: Random): Freeze[] {
  return Array.from({ length: 3 }, () => {
    const byClass = random.chance(0.8);
    return {
      dataClass: byClass ? random.below(12) : null,
      initiative: byClass && random.chance(0.3) ? null : 1 + random.below(4),
      lifted: random.chance(0.3),
    };
  });
}

function randomGrant(random: Random, today: string, initiatives: Initiative[]): Grant {
  const granting = Object.entries(factShapes).flatMap(([table, shape]) =>
    shape.agreements === 'never' || LATER.includes(table) ? [] : [shape],
  );
  const shape = random.pick(granting);
  const from = random.pick([monthsBefore(today, 2), today, dayAfter(today, 1)]);
  return {
    grantee: 1 + random.below(ORGANISATIONS),
    unit: 1 + random.below(UNITS),
    dataClass: random.below(12),
    fact: shape.number,
    field: random.chance(0.6) ? 0 : 1 + random.below(3),
    purpose: random.pick(PURPOSES),
    initiativeId: random.chance(0.3) ? random.pick(initiatives).id : null,
    startsOn: from,
    endsOn: random.pick([today, dayAfter(today, 1), dayAfter(today, 300)]),
  };
}

const [BILATERAL, ADDRESSED] = [5, 6];
const [NONE, DERIVED] = [0, 9];
const [PERFORMANCE, LINK, DEMAND] = [4, 5, 6];
const GRANT = 2 ** reasons.indexOf('GRANT');

/**
 * Grants drawn at random hardly ever meet a fact, so that nothing would depend on purpose, grantee or term. Every other one
 * is made to meet one: a fact of a class that agreements open, and desks of its grantee and of somebody else that hold GRANT.
 */
function meetGrants(random: Random, world: RandomWorld): void {
  const tables = [...world.facts.keys()].filter((table) => (factShapes[table]?.agreements ?? 'never') !== 'never');
  for (const grant of world.standing.grants) {
    const table = random.pick(tables);
    const [shape, rows] = [factShapes[table], world.facts.get(table) ?? []];
    if (shape === undefined || rows.length === 0 || random.chance(0.5)) continue;
    const row = random.pick(rows);
    Object.assign(row, {
      tier: random.pick([BILATERAL, ADDRESSED]),
      sensitivity: random.pick([NONE, DERIVED]),
      data_class: random.pick([PERFORMANCE, PERFORMANCE, LINK, DEMAND]),
      contributor_no: row.owner_no,
      withdrawn_at: null,
    });
    const whole = random.chance(0.5) || typeof shape.agreements === 'string';
    Object.assign(grant, {
      unit: row.unit_no,
      dataClass: row.data_class,
      fact: shape.number,
      field: whole ? 0 : row.indicator_no,
    });
    for (const desk of world.standing.desks) {
      const place = grant.unit - 1;
      const held = desk.grounds[place];
      if (typeof held === 'number' && (desk.no === grant.grantee || random.chance(0.2)))
        desk.grounds[place] = held | GRANT;
    }
  }
}

const VALUE_CHAIN = 2;
const CHAIN = [2 ** reasons.indexOf('DOWNSTREAM'), 2 ** reasons.indexOf('UPSTREAM')];

/** One desk always has a stale closure, and a few units that only one direction of the chain would open to it. */
function meetClosures(random: Random, world: RandomWorld): void {
  const desk = world.standing.desks[1];
  if (desk === undefined) return;
  desk.closureValid = false;
  for (const [index, ground] of [...CHAIN, ...CHAIN].entries()) {
    const unit = world.units[index + 2];
    if (unit === undefined) continue;
    desk.grounds[unit.no - 1] = ground;
    for (const [table, rows] of world.facts) {
      if (table === 'measurement') continue;
      const row = rows.find((each) => each.unit_no === unit.no && each.contributor_no === each.owner_no);
      const dataClass = random.pick([PERFORMANCE, PERFORMANCE, LINK]);
      if (row !== undefined)
        Object.assign(row, { tier: VALUE_CHAIN, sensitivity: NONE, data_class: dataClass, withdrawn_at: null });
    }
  }
}

const SELF = 2 ** reasons.indexOf('SELF');

/** As the relations have it: a desk stands on SELF towards the units of its own organisation, which it always knows, and no others. */
function knowOwnUnits(world: RandomWorld): void {
  for (const desk of world.standing.desks) {
    for (const unit of world.units) {
      const place = unit.no - 1;
      const held = desk.grounds[place];
      if (unit.owner !== desk.no) {
        if (typeof held === 'number') desk.grounds[place] = held & ~SELF;
        continue;
      }
      while (desk.grounds.length < place) desk.grounds.push(0);
      desk.grounds[place] = (held ?? 0) | SELF;
    }
  }
}

/** Most readers act at one desk and may use every reason; some act at two or may use a few only. */
function randomReader(random: Random, index: number): Reader {
  const organisation = 1 + (index % ORGANISATIONS);
  const desks = random.chance(0.8) ? [organisation] : [organisation, ORGANISATIONS + 1 + random.below(2)];
  return {
    desks: index === 0 ? [99] : desks,
    organisation,
    may: random.chance(0.7) ? EVERY_GROUND : random.below(EVERY_GROUND),
    purpose: random.pick([...PURPOSES, '']),
    initiative: random.chance(0.3) ? null : 1 + random.below(5),
  };
}

/** Facts with more ways to be read need more rows to meet them all. */
const WEIGHTS: Readonly<Record<string, number>> = {
  measurement: 6,
  link: 3,
  agreement: 3,
  organisation: 2,
  site: 2,
  plan: 2,
};

function fillFacts(random: Random, world: RandomWorld, shapes: TableShapes, count: number): void {
  const tables = [...shapes.keys()].filter((table) => !LATER.includes(table));
  for (const table of tables) {
    const columns = shapes.get(table) ?? [];
    const share = (WEIGHTS[table] ?? 1) / tables.reduce((sum, each) => sum + (WEIGHTS[each] ?? 1), 0);
    const rows = Array.from({ length: Math.ceil(count * share) }, () => randomFact(random, world, table, columns));
    world.facts.set(table, rows);
    const past = rows.filter(() => random.chance(0.3));
    world.history.set(
      table,
      past.map((row) => ({
        ...randomFact(random, world, table, columns),
        id: row.id,
        known_to: '2026-03-01T00:00:00+00:00',
      })),
    );
  }
}

function fillLater(world: RandomWorld, shapes: TableShapes, count: number): void {
  const random = new Random(world.seed ^ 0x1a7e);
  for (const table of LATER) {
    const columns = shapes.get(table);
    const shape = factShapes[table];
    if (columns === undefined || shape === undefined) continue;
    const fact = (): Row => ({
      ...randomFact(random, world, table, columns),
      data_class: random.pick([PLAN_EXTRACT, random.below(PLAN_EXTRACT + 1)]),
    });
    const rows = Array.from({ length: Math.ceil(count * LATER_SHARE) }, fact);
    world.facts.set(table, rows);
    const past = rows.filter(() => random.chance(0.3));
    world.history.set(
      table,
      past.map((row) => ({ ...fact(), id: row.id, known_to: '2026-03-01T00:00:00+00:00' })),
    );
    for (const row of rows.filter(() => random.chance(0.3))) {
      const { today, initiatives, grants } = world.standing;
      const [unit, dataClass] = [Number(row.unit_no), Number(row.data_class)];
      grants.push({ ...randomGrant(random, today, initiatives), unit, dataClass, fact: shape.number, field: 0 });
    }
  }
}

export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Dates at the borders of the ages, a day to either side, and far from them. */
function borderDate(random: Random, today: string): string {
  const border = random.pick([today, monthsBefore(today, 3), monthsBefore(today, 12), monthsBefore(today, 6)]);
  return dayAfter(border, random.pick([-1, 0, 1, -40]));
}

function randomFact(random: Random, world: RandomWorld, table: string, columns: readonly ColumnShape[]): Row {
  const row: Row = {};
  for (const column of columns) row[column.name] = randomValue(random, table, column);
  const unit = random.pick(table === 'organisation' ? world.units.slice(0, ORGANISATIONS) : world.units);
  const other = random.pick(world.units);
  const end = borderDate(random, world.standing.today);
  const decided: Row = {
    id: random.uuid(),
    unit_no: unit.no,
    owner_no: unit.owner,
    contributor_no: random.chance(0.6) ? unit.owner : 1 + random.below(ORGANISATIONS),
    organisation_id: unit.organisationId,
    site_id: unit.siteId ?? random.uuid(),
    tier: random.chance(0.02) ? 9 : random.below(9),
    sensitivity: random.chance(0.02) ? 15 : random.chance(0.4) ? 0 : random.below(15),
    data_class: random.below(12),
    withdrawn_at: random.chance(0.1) ? '2026-02-01T00:00:00+00:00' : null,
    known_from: '2026-01-01T00:00:00+00:00',
    known_to: 'infinity',
    period_end: end,
    period_start: monthsBefore(end, 12),
    indicator_no: 1 + random.below(3),
    customer_unit_no: other.no,
    customer_owner_no: other.owner,
    location_class: 16 * random.below(9) + random.below(15),
    volume_band_class: 16 * random.below(9) + random.below(15),
    detail_class: 16 * random.below(9) + random.below(15),
    level_class: 16 * random.below(9) + random.below(15),
    field_tiers: Array.from({ length: random.below(13) }, () => (random.chance(0.5) ? null : random.below(9))),
    recipients: Array.from({ length: random.below(3) }, () => 1 + random.below(ORGANISATIONS)),
    state: random.pick(['SUSPENDED', 'ACTIVE', 'PROPOSED']),
  };
  for (const [name, value] of Object.entries(decided)) if (name in row) row[name] = value;
  for (const name of ['assessor_no', 'standard_owner_no', 'claimant_no', 'issuer_no', 'partner_no']) {
    if (name in row && row[name] !== null) row[name] = 1 + random.below(ORGANISATIONS);
  }
  return row;
}

/** A row with a value in every column, to be decided by whoever asks for it. */
export function fullRow(random: Random, table: string, columns: readonly ColumnShape[]): Row {
  const row = Object.fromEntries(
    columns.map((column) => [column.name, randomValue(random, table, { ...column, nullable: false })]),
  );
  return { ...row, withdrawn_at: null, known_from: '2026-01-01T00:00:00+00:00', known_to: 'infinity' };
}

/** Every text is a token of its own, so that whatever shows up where it must not can be told. */
function randomValue(random: Random, table: string, { name, type, nullable }: ColumnShape): unknown {
  if (nullable && random.chance(0.3)) return null;
  const token = `${table}.${name}#${random.token()}`;
  const values: Record<string, () => unknown> = {
    text: () => token,
    _text: () => [token],
    jsonb: () => [{ token }],
    uuid: () => random.uuid(),
    bool: () => random.chance(0.5),
    date: () => dayAfter('2025-01-01', random.below(300)),
    timestamptz: () => `2026-01-${String(1 + random.below(28)).padStart(2, '0')}T00:00:00+00:00`,
    numeric: () => random.below(1_000_000),
    int2: () => random.below(4),
    int4: () => random.below(1_000_000),
    _int4: () => [random.below(1_000_000)],
    _int2: () => [],
  };
  const make = values[type];
  if (make === undefined) throw new Error(`no values of type ${type}`);
  return make();
}
