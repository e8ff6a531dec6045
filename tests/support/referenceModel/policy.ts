import { ownerSetsColumns, factShapes, type FactShape, type OwnClass } from './facts';
import { dataClasses, opensAlone, reasons, sensitivities, tiers, type Gates } from './law';

/** Who may see which row and field, over plain arrays: no SQL, no cache, too simple to be wrong. Shares no code with src. */

/** A row as the vault holds it, in JSON. */
export type Row = Record<string, unknown>;

export interface Desk {
  no: number;
  /** masks by unit number minus one; what is missing is no reason at all */
  grounds: (number | null)[];
  closureValid: boolean;
}

export interface Initiative {
  id: string;
  no: number;
  phase: string;
  standing: boolean;
}

export interface Freeze {
  dataClass: number | null;
  initiative: number | null;
  lifted: boolean;
}

export interface Grant {
  grantee: number;
  unit: number;
  dataClass: number;
  fact: number;
  /** 0: every field */
  field: number;
  purpose: string;
  initiativeId: string | null;
  startsOn: string;
  endsOn: string;
}

/** Everything that decides, beside the facts themselves. */
export interface Standing {
  /** ISO date of the reader's snapshot */
  today: string;
  desks: Desk[];
  initiatives: Initiative[];
  freezes: Freeze[];
  grants: Grant[];
}

export interface Reader {
  desks: number[];
  organisation: number;
  may: number;
  purpose: string;
  initiative: number | null;
}

/** Says whether one reason opens all gates alone: plain code, or Cedar. */
export type Law = (reason: string, gates: Gates) => boolean;

/** An ISO date so many months earlier; the 31st becomes the last day of a shorter month. */
export function monthsBefore(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const index = year * 12 + (month - 1) - months;
  const lastDay = new Date(Date.UTC(Math.floor(index / 12), (index % 12) + 1, 0)).getUTCDate();
  const earlier = new Date(Date.UTC(Math.floor(index / 12), index % 12, Math.min(day, lastDay)));
  return earlier.toISOString().slice(0, 10);
}

function numberOf(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : -1;
}

/** What has been published, and what has no period, does not age. */
function ageOf(shape: FactShape, row: Row, today: string): string {
  if (!shape.ages || (row.source_url !== null && row.source_url !== undefined)) return 'TWELVE_MONTHS';
  const end = String(row.period_end);
  if (end > today) return 'FUTURE';
  if (end <= monthsBefore(today, 12)) return 'TWELVE_MONTHS';
  return end <= monthsBefore(today, 3) ? 'THREE_MONTHS' : 'RECENT';
}

interface Cell {
  tier: string;
  sensitivity: string;
  age: string;
  dataClass: string;
}

export class ReferenceModel {
  constructor(
    private readonly standing: Standing,
    private readonly law: Law = opensAlone,
  ) {}

  /** Null where the reader may not know of the row; else the row with null for every field that is closed. */
  read(reader: Reader, table: string, row: Row): Row | null {
    if (!this.seesRow(reader, table, row)) return null;
    return this.masked(reader, table, row, (own) => this.seesColumn(reader, table, row, own));
  }

  /** What was known once: by today's rights, and by the narrower of then's and today's class. */
  readPast(reader: Reader, table: string, past: Row, current: Row): Row | null {
    if (!this.seesRow(reader, table, current) || !this.seesRow(reader, table, past)) return null;
    const [then, now] = [this.rowCell(table, past), this.rowCell(table, current)];
    const open = this.admitted(reader, table, past, [then, now], this.fieldOfRow(table, past));
    if (!open && !this.gave(reader, past, [then, now])) return null;
    return this.masked(reader, table, past, (own) => this.seesColumn(reader, table, past, own, current));
  }

  /** Columns that are closed to the reader by default and may be told so; the same whatever the row holds. */
  toldClosed(reader: Reader, table: string, row: Row): string[] {
    const shape = shapeOf(table);
    const told = shape.own.filter(([, , , isTold]) => isTold === true);
    const unit = numberOf(row, shape.about[0] ?? 'unit_no');
    const closed = told.filter(([, , cell]) => {
      const gates = gatesOf(cell);
      // what only the row itself or an agreement may open is told as closed
      const lasting = this.reasonsTowards(reader, unit).filter((reason) => !/^(PARTY|GRANT)/.test(reason));
      return !lasting.some((reason) => this.opens(reader, reason, gates));
    });
    return closed.map(([column]) => column);
  }

  private masked(reader: Reader, table: string, row: Row, sees: (own: OwnClass) => boolean): Row {
    const closed = shapeOf(table).own.filter((own) => !sees(own));
    return { ...row, ...Object.fromEntries(closed.map(([column]) => [column, null])) };
  }

  private seesRow(reader: Reader, table: string, row: Row): boolean {
    if (!this.isBound(reader)) return false;
    const gaveOrOwns = [row.owner_no, row.contributor_no].includes(reader.organisation);
    if (row.withdrawn_at !== null && !gaveOrOwns) return false;
    const cell = this.rowCell(table, row);
    return this.admitted(reader, table, row, [cell], this.fieldOfRow(table, row)) || this.gave(reader, row, [cell]);
  }

  private seesColumn(reader: Reader, table: string, row: Row, own: OwnClass, current?: Row): boolean {
    const [, field] = own;
    const cells = [row, ...(current ? [current] : [])].map((each) => this.columnCell(table, each, own));
    return this.admitted(reader, table, row, cells, field) || this.gave(reader, row, cells);
  }

  /** Every unit that the row is about, and who gave it unless that is the owner, admit the reader. */
  private admitted(reader: Reader, table: string, row: Row, cells: Cell[], field: number): boolean {
    const shape = shapeOf(table);
    const units = shape.about.map((column) => numberOf(row, column));
    if (row.contributor_no !== row.owner_no) units.push(numberOf(row, 'contributor_no'));
    return units.every((unit) =>
      this.reasonsTowards(reader, unit).some(
        (reason) =>
          cells.every((cell) => this.opens(reader, reason, cell)) &&
          this.holdsHere(reader, shape, reason, row, unit, cells[0]?.dataClass ?? '', field),
      ),
    );
  }

  /** Whoever gave a fact knows it, whomever it is about. */
  private gave(reader: Reader, row: Row, cells: Cell[]): boolean {
    const isOwn = this.reasonsTowards(reader, numberOf(row, 'contributor_no')).includes('SELF');
    return isOwn && cells.every((cell) => this.opens(reader, 'SELF', cell));
  }

  /** The condition of the row itself on one reason. */
  private holdsHere(
    reader: Reader,
    shape: FactShape,
    reason: string,
    row: Row,
    unit: number,
    dataClass: string,
    field: number,
  ): boolean {
    const plain = reason.replace('_COMPETITOR', '');
    if (shape.never.includes(reason)) return false;
    if (plain === 'PARTY') return shape.names.some((column) => [row[column]].flat().includes(reader.organisation));
    if (plain === 'GRANT') return this.covered(reader, shape, unit, dataClass, field);
    if (reason === 'COUNSEL' && shape.counselOnlyToClear) {
      return row.needs_clearance === true || row.state === 'SUSPENDED' || row.state === 'ACTIVE';
    }
    return true;
  }

  private covered(reader: Reader, shape: FactShape, unit: number, dataClass: string, field: number): boolean {
    if (shape.agreements === 'never') return false;
    const { today } = this.standing;
    return this.standing.grants.some(
      (grant) =>
        grant.grantee === reader.organisation &&
        grant.purpose === reader.purpose &&
        grant.startsOn <= today &&
        today < grant.endsOn &&
        (grant.initiativeId === null || this.boundInitiative(reader)?.id === grant.initiativeId) &&
        grant.unit === unit &&
        grant.fact === shape.number &&
        dataClasses[grant.dataClass] === dataClass &&
        (grant.field === 0 || grant.field === field),
    );
  }

  private opens(reader: Reader, reason: string, cell: Cell): boolean {
    if (!this.may(reader, reason) || !isKnown(cell)) return false;
    const place = dataClasses.indexOf(cell.dataClass);
    const initiative = this.initiativeOf(reader);
    const frozen = this.standing.freezes.some(
      (freeze) =>
        !freeze.lifted &&
        (freeze.dataClass === null || freeze.dataClass === place) &&
        (freeze.initiative === null || freeze.initiative === initiative?.no),
    );
    // reference data and public claims cannot be frozen
    if (frozen && place > 1 && reason !== 'SELF') return false;
    return this.law(reason, { ...cell, phase: this.phaseOf(reader) });
  }

  private may(reader: Reader, reason: string): boolean {
    const overLinks = reason.startsWith('DOWNSTREAM') || reason.startsWith('UPSTREAM');
    const stale = this.standing.desks.some((desk) => reader.desks.includes(desk.no) && !desk.closureValid);
    if (overLinks && stale) return false;
    return Math.floor(reader.may / 2 ** reasons.indexOf(reason)) % 2 === 1;
  }

  private isBound(reader: Reader): boolean {
    return reader.desks.length > 0;
  }

  /** Reasons that every desk of the reader has towards the unit. */
  private reasonsTowards(reader: Reader, unit: number): string[] {
    const masks = reader.desks.map((no) => this.standing.desks.find((desk) => desk.no === no)?.grounds[unit - 1] ?? 0);
    return reasons.filter((_reason, place) => masks.every((mask) => Math.floor(mask / 2 ** place) % 2 === 1));
  }

  private boundInitiative(reader: Reader): Initiative | undefined {
    return this.standing.initiatives.find((each) => each.no === reader.initiative);
  }

  private initiativeOf(reader: Reader): Initiative | undefined {
    if (reader.initiative !== null) return this.boundInitiative(reader);
    return this.standing.initiatives.filter((each) => each.standing).sort((a, b) => a.no - b.no)[0];
  }

  private phaseOf(reader: Reader): string {
    return this.initiativeOf(reader)?.phase ?? 'CHAMPIONING';
  }

  private rowCell(table: string, row: Row): Cell {
    return {
      tier: tiers[numberOf(row, 'tier')] ?? '',
      sensitivity: sensitivities[numberOf(row, 'sensitivity')] ?? '',
      age: ageOf(shapeOf(table), row, this.standing.today),
      dataClass: dataClasses[numberOf(row, 'data_class')] ?? '',
    };
  }

  private columnCell(table: string, row: Row, [, field, spec]: OwnClass): Cell {
    if (spec.startsWith('@')) {
      const [column = '', dataClass = ''] = spec.slice(1).split('/');
      const stored = numberOf(row, column);
      const [tier = '', sensitivity = ''] = [tiers[Math.floor(stored / 16)], sensitivities[stored % 16]];
      return { tier, sensitivity, age: 'TWELVE_MONTHS', dataClass };
    }
    const cell = gatesOf(spec);
    const chosen = Array.isArray(row.field_tiers) ? row.field_tiers[field - 1] : null;
    if (!ownerSetsColumns.includes(table) || typeof chosen !== 'number') return cell;
    return { ...cell, tier: tiers[chosen] ?? '' };
  }

  private fieldOfRow(table: string, row: Row): number {
    const { agreements } = shapeOf(table);
    return typeof agreements === 'object' ? numberOf(row, agreements.column) : 0;
  }
}

/** An unknown code opens to nobody. */
function isKnown({ tier, sensitivity, dataClass }: Cell): boolean {
  return tiers.includes(tier) && sensitivities.includes(sensitivity) && dataClasses.includes(dataClass);
}

function gatesOf(spec: string): Cell {
  const [tier = '', sensitivity = '', dataClass = ''] = spec.split('/');
  return { tier, sensitivity, age: 'TWELVE_MONTHS', dataClass };
}

export function shapeOf(table: string): FactShape {
  const shape = factShapes[table];
  if (shape === undefined) throw new Error(`${table} is no fact`);
  return shape;
}
