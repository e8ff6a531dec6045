import { ReferenceModel, type Reader, type Row } from '../../../support/referenceModel/policy';
import { factShapes } from '../../../support/referenceModel/facts';
import {
  fullRow,
  randomWorld,
  uuidOf,
  type RandomWorld,
  type TableShapes,
  type Unit,
} from '../../../support/randomWorld';
import { Random } from '../../../support/seededRandom';
import { showable, type Codes } from './showable';
import { groundsOf, standpoints } from './standpoints';

/** Two worlds that differ only in what one reader may not know, and every text that stands in what it may not know. */
export interface TwoWorlds {
  worlds: [RandomWorld, RandomWorld];
  /** texts of hidden rows and closed fields of either world, and of none that the reader may see */
  canaries: Set<string>;
  /** ids of rows that the reader may know of, and of rows that it may not, by table */
  seen: Map<string, string[]>;
  hidden: Map<string, string[]>;
  /** texts that the reader sees, to filter by */
  seenTexts: string[];
}

const TOKEN = /[a-z_]+\.[a-z_]+#[a-z0-9]{12}/g;

export function tokensIn(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** What a child row points to, and the column that does. */
const PARENTS = [
  ['criterion_result', 'assessment_id', 'assessment'],
  ['finding', 'assessment_id', 'assessment'],
  ['corrective_action', 'finding_id', 'finding'],
  ['demand_response', 'demand_id', 'demand'],
  ['response_evidence', 'response_id', 'demand_response'],
  ['response_evidence', 'assessment_id', 'assessment'],
  ['link_evidence', 'link_id', 'link'],
] as const;

const CLASS_COLUMNS = ['unit_no', 'owner_no', 'contributor_no', 'tier', 'sensitivity', 'data_class'];

/** Organisations and sites with the ids of their units. */
function rowsOfUnits(world: RandomWorld, shapes: TableShapes, random: Random): void {
  const rowsFor = (table: string, units: Unit[], idOf: (unit: Unit) => string): Row[] =>
    units.map((unit) => ({
      ...fullRow(random, table, shapes.get(table) ?? []),
      ...world.facts.get(table)?.[unit.no % (world.facts.get(table)?.length ?? 1)],
      id: idOf(unit),
      unit_no: unit.no,
      owner_no: unit.owner,
      contributor_no: unit.owner,
      organisation_id: unit.organisationId,
      is_company: true,
      is_member: true,
      alliance_id: null,
    }));
  const [organisations, sites] = [
    world.units.filter((unit) => unit.siteId === null),
    world.units.filter((unit) => unit.siteId !== null),
  ];
  world.facts.set(
    'organisation',
    rowsFor('organisation', organisations, (unit) => unit.organisationId),
  );
  world.facts.set(
    'site',
    rowsFor('site', sites, (unit) => unit.siteId ?? ''),
  );
  for (const table of ['organisation', 'site']) world.history.set(table, []);
}

/** Facts that point to what exists; half of the children are classed as what they belong to. */
function tie(world: RandomWorld, shapes: TableShapes, random: Random, codes: Codes): void {
  rowsOfUnits(world, shapes, random);
  for (const all of [world.facts, world.history]) {
    for (const [table, rows] of all) {
      all.set(
        table,
        rows.map((row) => ({
          ...showable(random, table, row, codes),
          ...('current' in row ? { current: random.chance(0.8) } : {}),
          ...(table === 'link' ? consentOf(row, random.chance(0.4)) : {}),
          ...namesOf(row, world.units),
          ...(OFTEN_OPEN.includes(table) && random.chance(0.5) ? OPEN_TO_ALL : {}),
        })),
      );
    }
  }
  for (const [table, column, parents] of PARENTS) {
    for (const row of [...(world.facts.get(table) ?? []), ...(world.history.get(table) ?? [])]) {
      const parent = random.pick(world.facts.get(parents) ?? []);
      row[column] = parent.id;
      if (random.chance(0.5)) for (const each of CLASS_COLUMNS) row[each] = parent[each];
    }
  }
}

/** Half of their rows are there for every reader; columns with a class of their own stay closed to most. */
const OFTEN_OPEN = ['organisation', 'site', 'site_owner', 'tailings_facility', 'capacity', 'assessment'];
/** Read by everybody. */
const OPEN_TO_ALL: Row = { tier: 0, sensitivity: 0, data_class: 1, withdrawn_at: null };

/** Whom a row names by number, it names by id as well. */
function namesOf(row: Row, units: readonly Unit[]): Row {
  const idOf = (no: unknown): string | undefined =>
    units.find((unit) => unit.no === no && unit.siteId === null)?.organisationId;
  const named = [
    ['supplier_id', row.owner_no],
    ['customer_id', row.customer_owner_no],
    ['partner_id', row.partner_no],
    ['issuer_id', row.owner_no],
    ['recipient_id', row.owner_no],
    ['holder_id', row.owner_no],
  ] as const;
  const ids = named.filter(([column]) => column in row).map(([column, no]) => [column, idOf(no) ?? row[column]]);
  return { ...Object.fromEntries(ids), ...('assessor_id' in row ? { assessor_id: uuidOf('6', 1) } : {}) } as Row;
}

/**
 * Chains beyond what the views disclose (unnamed places, distances) have a reference walk of their own in
 * integration/valueChain/chain.test.ts; here what is walked is what everybody may know, and own links.
 */
function consentOf(row: Row, isOpenToAll: boolean): Row {
  const audience = isOpenToAll ? 3 : 0;
  const asDisclosed = {
    tier: 0,
    sensitivity: 0,
    data_class: 1,
    detail_class: 0,
    withdrawn_at: null,
    state: 'DISCLOSED',
  };
  const none = { supplier_distance: 0, customer_distance: 0, supplier_opaque: false, customer_opaque: false };
  return {
    supplier_audience: audience,
    customer_audience: audience,
    supplier_form: 0,
    customer_form: 0,
    ended_on: null,
    ...none,
    ...(isOpenToAll ? { ...asDisclosed, contributor_no: row.owner_no } : {}),
  };
}

/** The columns that change what a reader sees of other columns: never changed alone. */
const DECIDING = ['tier', 'withdrawn_at'];

class Perturbation {
  readonly model: ReferenceModel;
  readonly canaries = new Set<string>();

  constructor(
    private readonly random: Random,
    private readonly world: RandomWorld,
    private readonly shapes: TableShapes,
    private readonly reader: Reader,
    private readonly codes: Codes,
  ) {
    this.model = new ReferenceModel(world.standing);
  }

  /** Another value in every column but those that say whose the row is and who may read it. */
  private otherValues(table: string, row: Row): Row {
    const fresh = showable(this.random, table, fullRow(this.random, table, this.shapes.get(table) ?? []), this.codes);
    const kept = [
      'id',
      'known_from',
      'known_to',
      'unit_no',
      'owner_no',
      'contributor_no',
      'organisation_id',
      'site_id',
      'tier',
      'sensitivity',
      'data_class',
    ];
    const deciding = [
      'period_start',
      'period_end',
      'source_url',
      'field_tiers',
      'withdrawn_at',
      'indicator_no',
      'state',
      'customer_unit_no',
      'customer_owner_no',
      'indicator_id',
      'recipients',
    ];
    const ofRow = Object.keys(row).filter(
      (column) =>
        kept.includes(column) ||
        deciding.includes(column) ||
        column.endsWith('_audience') ||
        column.endsWith('_distance') ||
        column.endsWith('_form') ||
        column.endsWith('_opaque') ||
        column.endsWith('_no') ||
        column.endsWith('_id') ||
        column.endsWith('_class'),
    );
    return {
      ...fresh,
      ...Object.fromEntries(ofRow.map((column) => [column, row[column]])),
      needs_clearance: row.needs_clearance,
    };
  }

  facts(table: string, rows: Row[]): Row[] {
    const changed = rows.flatMap((row) => {
      const seen = this.model.read(this.reader, table, row);
      if (seen !== null) return [this.closedFieldsChanged(table, row)];
      this.note(row);
      const fate = this.random.below(3);
      if (fate === 0) return [];
      const other = fate === 1 ? this.otherValues(table, row) : row;
      this.note(other);
      return [other];
    });
    const added = rows.flatMap((row) => {
      if (!this.random.chance(0.4)) return [];
      const more = { ...this.otherValues(table, row), id: this.random.uuid() };
      if (this.model.read(this.reader, table, more) !== null) return [];
      this.note(more);
      return [more];
    });
    return [...changed, ...added];
  }

  private closedFieldsChanged(table: string, row: Row): Row {
    const other = this.otherValues(table, row);
    // a field is closed when no value of it would be told; that it is empty says nothing
    const isClosed = (column: string): boolean =>
      this.model.read(this.reader, table, { ...row, [column]: 'a value' })?.[column] === null;
    const closed = (factShapes[table]?.own ?? []).filter(([column]) => !DECIDING.includes(column) && isClosed(column));
    const changes = Object.fromEntries(closed.map(([column]) => [column, other[column]]));
    this.note(Object.fromEntries(closed.map(([column]) => [column, row[column]])));
    this.note(changes);
    return { ...row, ...changes };
  }

  past(table: string, rows: Row[], current: Map<unknown, Row>): Row[] {
    return rows.flatMap((row) => {
      const now = current.get(row.id);
      const seen = now === undefined ? null : this.model.readPast(this.reader, table, row, now);
      if (seen !== null) return [row];
      this.note(row);
      return this.random.chance(0.5) ? [] : [this.otherValues(table, row)];
    });
  }

  note(row: Row): void {
    for (const token of tokensIn(JSON.stringify(row))) this.canaries.add(token);
  }

  /** What other desks stand on, whom other agreements name, and organisations that nobody told the reader of. */
  standing(): Pick<RandomWorld, 'standing' | 'units'> {
    const { standing, units } = this.world;
    const desks = standing.desks.map((desk) => {
      if (this.reader.desks.includes(desk.no)) return desk;
      return { ...desk, grounds: desk.grounds.map(() => 1 << this.random.below(20)), closureValid: !desk.closureValid };
    });
    const grants = standing.grants.filter(
      (grant) => grant.grantee === this.reader.organisation || this.random.chance(0.5),
    );
    const stranger = units.length + 1;
    return {
      standing: { ...standing, desks, grants },
      units: [...units, { no: stranger, owner: stranger, organisationId: uuidOf('0', stranger), siteId: null }],
    };
  }
}

/** A world with the desks of every standpoint; everything follows from the seed. */
export function firstWorld(seed: number, today: string, shapes: TableShapes, codes: Codes): RandomWorld {
  const random = new Random(seed);
  const world = randomWorld(random, today, shapes, { facts: 450, readers: 0 });
  tie(world, shapes, random, codes);
  const owners = world.units.map((unit) => unit.owner);
  const { standing } = world;
  standing.desks = standpoints.map((each) => ({
    no: each.desk,
    grounds: groundsOf(each, owners, random),
    closureValid: true,
  }));
  // the standing initiative has come far enough for most classes to be read at all, and no freeze holds all of them
  standing.initiatives = standing.initiatives.map((each) =>
    each.standing ? { ...each, phase: 'COORDINATION' } : each,
  );
  standing.freezes = standing.freezes.filter((freeze) => freeze.dataClass !== null);
  standing.grants = standing.grants.map((grant) => ({ ...grant, purpose: 'DUE_DILIGENCE' }));
  for (const row of world.facts.get('organisation') ?? []) {
    const own = standpoints.find((each) => each.organisation === row.unit_no);
    if (own !== undefined) row.standing = own.standing;
  }
  return world;
}

/** The other world of a reader: everything that it may know stays, all that it may not know is changed, gone or joined. */
export function otherWorld(first: RandomWorld, shapes: TableShapes, reader: Reader, codes: Codes): TwoWorlds {
  const change = new Perturbation(new Random(first.seed + (reader.desks[0] ?? 0)), first, shapes, reader, codes);
  const facts = new Map([...first.facts].map(([table, rows]) => [table, change.facts(table, rows)]));
  const history = new Map(
    [...first.history].map(([table, rows]) => [
      table,
      change.past(table, rows, new Map((first.facts.get(table) ?? []).map((row) => [row.id, row]))),
    ]),
  );
  const second: RandomWorld = { ...first, ...change.standing(), facts, history };
  const seen = new Map<string, string[]>();
  const hidden = new Map<string, string[]>();
  const seenTexts: string[] = [];
  for (const [table, rows] of first.facts) {
    const isOpen = (row: Row): boolean => change.model.read(reader, table, row) !== null;
    const idsOf = (some: Row[]): string[] => some.map((row) => String(row.id));
    seen.set(table, idsOf(rows.filter(isOpen)));
    hidden.set(table, idsOf(rows.filter((row) => !isOpen(row))));
    for (const row of rows.filter(isOpen))
      seenTexts.push(...tokensIn(JSON.stringify(change.model.read(reader, table, row))));
  }
  for (const [table, rows] of first.history) {
    const current = new Map((first.facts.get(table) ?? []).map((row) => [row.id, row]));
    for (const row of rows) {
      const now = current.get(row.id);
      const past = now === undefined ? null : change.model.readPast(reader, table, row, now);
      if (past !== null) seenTexts.push(...tokensIn(JSON.stringify(past)));
    }
  }
  for (const text of seenTexts) change.canaries.delete(text);
  return { worlds: [first, second], canaries: change.canaries, seen, hidden, seenTexts };
}
