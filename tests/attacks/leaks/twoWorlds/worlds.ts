import { ReferenceModel, type Reader, type Row } from '../../../support/referenceModel/policy';
import { factShapes } from '../../../support/referenceModel/facts';
import { fullRow, randomWorld, uuidOf, type RandomWorld, type TableShapes } from '../../../support/randomWorld';
import { Random } from '../../../support/seededRandom';

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

/** Codes that the catalogue knows, so that what hangs on them is reached. */
export interface Codes {
  indicators: string[];
  standards: string[];
  minerals: string[];
}

/** Organisations and sites with the ids of their units, and facts that point to what exists. */
function tie(world: RandomWorld, shapes: TableShapes, random: Random, codes: Codes): void {
  const rowsFor = (
    table: string,
    units: typeof world.units,
    idOf: (unit: (typeof world.units)[number]) => string,
  ): Row[] =>
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
  world.facts.set(
    'organisation',
    rowsFor(
      'organisation',
      world.units.filter((unit) => unit.siteId === null),
      (unit) => unit.organisationId,
    ),
  );
  world.facts.set(
    'site',
    rowsFor(
      'site',
      world.units.filter((unit) => unit.siteId !== null),
      (unit) => unit.siteId ?? '',
    ),
  );
  for (const table of ['organisation', 'site']) world.history.set(table, []);
  for (const rows of [...world.facts.values(), ...world.history.values()]) {
    for (const row of rows) {
      if ('indicator_id' in row) row.indicator_id = random.pick(codes.indicators);
      if ('standard_id' in row) row.standard_id = random.pick(codes.standards);
      if ('mineral_id' in row) row.mineral_id = random.pick(codes.minerals);
      if ('current' in row) row.current = random.chance(0.8);
      for (const [column, table] of [
        ['assessment_id', 'assessment'],
        ['finding_id', 'finding'],
        ['demand_id', 'demand'],
        ['response_id', 'demand_response'],
        ['link_id', 'link'],
      ] as const) {
        if (column in row) row[column] = random.pick(world.facts.get(table) ?? []).id;
      }
    }
  }
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
  ) {
    this.model = new ReferenceModel(world.standing);
  }

  /** Another value in every column but those that say whose the row is and who may read it. */
  private otherValues(table: string, row: Row): Row {
    const fresh = fullRow(this.random, table, this.shapes.get(table) ?? []);
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

/** Everything follows from the seed and the reader. */
export function twoWorlds(seed: number, today: string, shapes: TableShapes, reader: Reader, codes: Codes): TwoWorlds {
  const random = new Random(seed);
  const first = randomWorld(random, today, shapes, { facts: 900, readers: 0 });
  tie(first, shapes, random, codes);
  const change = new Perturbation(random, first, shapes, reader);
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
    const [open, closed] = [
      rows.filter((row) => change.model.read(reader, table, row) !== null),
      rows.filter((row) => change.model.read(reader, table, row) === null),
    ];
    seen.set(
      table,
      open.map((row) => String(row.id)),
    );
    hidden.set(
      table,
      closed.map((row) => String(row.id)),
    );
    for (const row of open) seenTexts.push(...tokensIn(JSON.stringify(change.model.read(reader, table, row))));
  }
  for (const text of seenTexts) change.canaries.delete(text);
  return { worlds: [first, second], canaries: change.canaries, seen, hidden, seenTexts };
}
