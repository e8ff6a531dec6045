import {
  AGES,
  DATA_CLASSES,
  DISCLOSURE_CLASS_STRIDE,
  SENSITIVITIES,
  TIERS,
  disclosureClass,
  type Age,
  type Cell,
  type DataClass,
} from './cells';
import { TIMELESS_AGE, type ClassifiedColumn, type ClassifiedFact } from './classification';
import { EVERY_GROUND, GRANT_GROUNDS, PARTY_GROUNDS, groundMask, type GroundMask } from './grounds';
import { KNOWN, NOW, whereKnown } from './lookups';
import type { AgeMonths } from './masks';

/** The mask of the grounds that open a cell: the compiled law. */
export type MaskOf = (cell: Cell) => GroundMask;

const SELF = groundMask(['SELF']);

/** tier & sensitivity of every disclosure class and age, addressed by class * 4 + age + 1; codes in reserve are closed. */
export function classMasks(maskOf: MaskOf): GroundMask[] {
  const masks: GroundMask[] = [];
  for (const tier of TIERS) {
    for (let code = 0; code < DISCLOSURE_CLASS_STRIDE; code += 1) {
      const sensitivity = SENSITIVITIES[code];
      for (const age of AGES) {
        masks.push(
          sensitivity === undefined
            ? 0
            : maskOf({ gate: 'tier', tier }) & maskOf({ gate: 'sensitivity', sensitivity, age }),
        );
      }
    }
  }
  return masks;
}

/** Tier and sensitivity of every disclosure class by age, and where the ages begin. */
export interface ClassLaw {
  masks: readonly GroundMask[];
  ageMonths: AgeMonths;
}

/**
 * The law of classes that is compiled.
 * @throws Error where it closes a class to the owner itself: the plain way to a row would miss what the reader gave
 */
export function classLaw(maskOf: MaskOf, ageMonths: AgeMonths): ClassLaw {
  const masks = classMasks(maskOf);
  for (const tier of TIERS)
    for (const sensitivity of SENSITIVITIES)
      AGES.forEach((age, place) => {
        const mask = masks[disclosureClass(tier, sensitivity) * AGES.length + place];
        if (((mask ?? 0) & SELF) === 0) throw new Error(`${tier} ${sensitivity} ${age} is closed to the owner itself`);
      });
  return { masks, ageMonths };
}

export function arrayLiteral(values: readonly number[]): string {
  return `'{${values.join(',')}}'::int[]`;
}

/** The ages in the order of the buckets in which a statement counts them, the oldest first. */
const AGES_BY_BUCKET = ['TWELVE_MONTHS', 'THREE_MONTHS', 'RECENT', 'FUTURE'] as const satisfies readonly Age[];

/** What a cell asks of a statement: SQL of the gates of the phase, and of the place of a date in `AGES_BY_BUCKET`, from 0. */
interface Asked {
  gates: string;
  bucket: (date: string) => string;
}

/** The masks of every class by the bucket of a row's age. */
function masksByBucket(masks: readonly GroundMask[]): GroundMask[] {
  return masks.map((_mask, index) => {
    const age = AGES_BY_BUCKET[index % AGES.length] ?? TIMELESS_AGE;
    return masks[index - (index % AGES.length) + AGES.indexOf(age)] ?? 0;
  });
}

/**
 * The commonest age is looked at first. Borders that no class tells apart are left out: each is a sub-select that a statement
 * sets up before it reads a row. They change at midnight only.
 */
function askedNow({ masks, ageMonths }: ClassLaw): Asked {
  const byBucket = masksByBucket(masks);
  const before = (number: number): string => `(select (current_date - interval '${number} months')::date + 1)`;
  const borders = [before(ageMonths.twelveMonths), before(ageMonths.threeMonths), '(select current_date + 1)'];
  const isTold = (bucket: number): boolean =>
    byBucket.some((mask, index) => index % AGES.length === bucket && mask !== byBucket[index + 1]);
  const younger = (date: string): string[] =>
    borders.flatMap((border, bucket) => (isTold(bucket) ? [`when ${date} < ${border} then ${bucket}`] : []));
  const bucket = (date: string): string => `case ${younger(date).join(' ')} else ${borders.length} end`;
  return { gates: NOW.gates, bucket };
}

const ASKED_KNOWN: Asked = { gates: KNOWN.gates, bucket: (date) => `width_bucket(${date}, ${KNOWN.borders})` };

/** SQL of the two gates of one row that do not depend on whom it is about: tier & sensitivity, and phase. */
function rowCell(fact: ClassifiedFact, row: string, { masks }: ClassLaw, { gates, bucket }: Asked): string {
  const { ageColumn } = fact;
  const age = ageColumn === null ? AGES_BY_BUCKET.indexOf(TIMELESS_AGE) : bucket(`${row}.${ageColumn}`);
  const place = `${row}.disclosure_class * ${AGES.length} + 1 + ${age}`;
  return `(${arrayLiteral(masksByBucket(masks))})[${place}] & ${gateOf(gates, `${row}.data_class`)}`;
}

export const gateOf = (gates: string, dataClass: string): string => `(${gates})[${dataClass} + 1]`;

export function dataClassNumber(dataClass: DataClass): number {
  return DATA_CLASSES.indexOf(dataClass);
}

/**
 * SQL of the keys that a grant of `unit` may have: unit, data class, fact and field in one bigint. What does not depend on the
 * unit is in `c` (`grantPlaces`). Multiplied, not shifted: PostgreSQL multiplies numbers of two widths without a cast, and each
 * cast is a node of the law.
 */
function grantKeys(unit: string, field: string): string {
  const places = field === '0' ? ['place'] : ['field_place', 'place'];
  return `array[${places.map((place) => `${unit} * ${2 ** 24}::bigint + c.${place}`).join(', ')}]`;
}

/** SQL of the columns of `c` that `grantKeys` adds to a unit. */
function grantPlaces({ fact, dataClass, field }: Decided): string {
  if (fact.grants.kind === 'none') return '';
  const place = `${dataClass} * ${2 ** 20} + ${fact.number << 12}`;
  return `, ${place} as place${field === '0' ? '' : `, (${place} + ${field}) as field_place`}`;
}

/** SQL that holds where the row itself names `reader`. */
function namesReader(fact: ClassifiedFact, row: string, reader: string): string | null {
  const columns = fact.parties.map((column) => `${row}.${column}`);
  const tests = fact.partyLists.map((column) => `${reader} = any(${row}.${column})`);
  if (columns.length > 0) tests.unshift(`${reader} in (${columns.join(', ')})`);
  return tests.length === 0 ? null : `(${tests.join(' or ')})`;
}

/** The grounds that need something of the row: that it names the reader, that an agreement covers it, or a condition. */
function boundToRow(fact: ClassifiedFact): GroundMask {
  return fact.conditional.reduce((mask, item) => mask | groundMask(item.grounds), PARTY_GROUNDS | GRANT_GROUNDS);
}

/** One thing that is decided: a row, or a column of it. */
interface Decided {
  fact: ClassifiedFact;
  /** the row's name in the statement */
  row: string;
  /** SQL of what its cell opens to, by the lookups of `NOW` and of `KNOWN` */
  cellNow: string;
  cellKnown: string;
  /** the grounds that the cell opens to at most */
  opening: GroundMask;
  /** SQL of the data class and of the field, as grants name them */
  dataClass: string;
  field: string;
}

/** SQL of what the whole decision asks of a row, computed once a row. */
const knownOf = (decided: Decided): string => `${decided.cellKnown} as cell${grantPlaces(decided)}`;

const allowedBy = ({ fact, opening }: Decided): GroundMask => opening & ~groundMask(fact.without);

/**
 * SQL of the row's own mask for `unit`: the grounds that need nothing of the row, PARTY only where the row names the reader,
 * GRANT only where a live agreement covers it, and conditional grounds only where their condition holds.
 */
function rowMask(decided: Decided): (unit: string) => string {
  const { fact, row, field } = decided;
  const allowed = allowedBy(decided);
  const party = namesReader(fact, row, KNOWN.me);
  return (unit) => {
    const parts = [String(allowed & ~boundToRow(fact))];
    const when = (condition: string, mask: GroundMask): void => {
      // where the cell opens to none of these grounds, their condition need not be looked at
      if ((allowed & mask) !== 0) parts.push(`case when ${condition} then ${allowed & mask} else 0 end`);
    };
    if (party !== null) when(party, PARTY_GROUNDS);
    if (fact.grants.kind !== 'none') when(`${grantKeys(unit, field)} && ${KNOWN.granted}`, GRANT_GROUNDS);
    for (const item of fact.conditional) when(item.when.replaceAll('{row}', row), groundMask(item.grounds));
    return `(${parts.join(' | ')})`;
  };
}

/**
 * SQL that every subject and, where somebody else gave the row, the contributor admit the reader (hub and spoke): of each,
 * pair & tier & sensitivity & phase & row <> 0, so that one ground opens every gate.
 */
function admitted(decided: Decided): string {
  const { fact, row } = decided;
  const mask = rowMask(decided);
  const admits = (unit: string): string => `(${KNOWN.held}[${unit}] & c.cell & ${mask(unit)}) <> 0`;
  const subjects = fact.subjects.map((column) => admits(`${row}.${column}`));
  const contributor = `(${row}.contributor_no = ${row}.owner_no or ${admits(`${row}.contributor_no`)})`;
  return [...subjects, contributor].join('\n      and ');
}

/** SQL that the reader gave the row itself. */
const gave = (row: string): string => `(${KNOWN.held}[${row}.contributor_no] & c.cell & ${SELF}) <> 0`;

/**
 * SQL of the commonest way to be open: the owner gave the row, and a ground that needs nothing of the row opens every gate.
 * It is one of the ways of the whole law, so that it widens nothing.
 */
function plainlyOpen(decided: Decided): string {
  const { fact, row, cellNow } = decided;
  const mask = allowedBy(decided) & ~boundToRow(fact);
  const subjects = fact.subjects.map(
    (column) => `(${NOW.held}[${row}.${column}] & ${cellNow} & ${NOW.may(mask)}) <> 0`,
  );
  return `${row}.contributor_no = ${row}.owner_no and ${subjects.join(' and ')}`;
}

/**
 * SQL that a row may be open in another way than plainly.
 *
 * INVARIANT OtherwiseOrPlainly: where it does not hold, the whole law opens no row that is not open plainly. It rests on SELF being a
 * ground towards the units of the reader's own organisation and no others (`policy.pair_masks`), and on `classLaw`: what the
 * reader gave of its own is open to SELF, and so plainly. A row with two subjects names the owners of both.
 */
function perhapsOtherwise({ fact, row }: Decided, also: readonly string[] = []): string {
  if (fact.conditional.length > 0) return 'true';
  const tests = [`${row}.contributor_no <> ${row}.owner_no`, ...also];
  const named = namesReader(fact, row, NOW.me);
  if (named !== null) tests.push(named);
  if (fact.grants.kind !== 'none') {
    tests.push(...fact.subjects.map((column) => `${row}.${column} = any(${NOW.grantedUnits})`));
  }
  return `(${tests.join(' or ')})`;
}

/**
 * SQL of the whole decision about one row, over the present row or over one of the past, which is judged by the narrower of then's
 * class and today's; who contributed a row knows it; a withdrawn row is its owner's only.
 */
export function rowLaw(fact: ClassifiedFact, row: string, law: ClassLaw, current: string = row): string {
  const rows = row === current ? [row] : [row, current];
  const cell = (asked: Asked): string => rows.map((each) => rowCell(fact, each, law, asked)).join(' & ');
  const decided: Decided = {
    fact,
    row,
    cellNow: cell(askedNow(law)),
    cellKnown: cell(ASKED_KNOWN),
    opening: EVERY_GROUND,
    dataClass: `${row}.data_class`,
    field: fact.grants.kind === 'column' ? `${row}.${fact.grants.column}` : '0',
  };
  const perhaps = perhapsOtherwise(decided, [`${row}.withdrawn_at is not null`]);
  const withdrawn = `(${row}.withdrawn_at is null or ${KNOWN.me} in (${row}.owner_no, ${row}.contributor_no))`;
  const whole = `${withdrawn}\n      and (${admitted(decided)}\n      or ${gave(row)})`;
  return (
    `(${row}.withdrawn_at is null and ${plainlyOpen(decided)})\n    or (${perhaps}\n    and ` +
    `${whereKnown(whole, knownOf(decided), fact.ageColumn === null ? null : law.ageMonths)})`
  );
}

/** tier & sensitivity & class of a column whose tier the owner may move: addressed by tier + 1. */
export function tiersOfColumn(cell: { sensitivity: (typeof SENSITIVITIES)[number] }, maskOf: MaskOf): GroundMask[] {
  return TIERS.map(
    (tier) =>
      maskOf({ gate: 'tier', tier }) &
      maskOf({ gate: 'sensitivity', sensitivity: cell.sensitivity, age: TIMELESS_AGE }),
  );
}

/** The class of a column that is not that of its row. */
type OwnClass = Exclude<ClassifiedColumn['class'], { kind: 'row' }>;

const FACTS_WITH_FIELD_TIERS = ['organisation', 'site'];

/** SQL of the gates of a column with a class of its own, which has no age. */
function columnCell(fact: ClassifiedFact, spec: OwnClass, row: string, maskOf: MaskOf, gates: string): string {
  switch (spec.kind) {
    case 'fixed': {
      const masks = tiersOfColumn(spec.cell, maskOf);
      const byDefault = TIERS.indexOf(spec.cell.tier);
      const tier = FACTS_WITH_FIELD_TIERS.includes(fact.table)
        ? `(${arrayLiteral(masks)})[coalesce(${row}.field_tiers[${spec.field}], ${byDefault}) + 1]`
        : String(masks[byDefault] ?? 0);
      return `${tier} & ${gateOf(gates, String(dataClassNumber(spec.cell.dataClass)))}`;
    }
    case 'stored': {
      const timeless = classMasks(maskOf).filter((_mask, index) => index % AGES.length === AGES.indexOf(TIMELESS_AGE));
      const tier = `(${arrayLiteral(timeless)})[${row}.${spec.column} + 1]`;
      return `${tier} & ${gateOf(gates, String(dataClassNumber(spec.dataClass)))}`;
    }
  }
}

/** The grounds that a column opens to at most: those of its one cell, unless row or owner may say another. */
function columnOpening(fact: ClassifiedFact, spec: OwnClass, maskOf: MaskOf): GroundMask {
  if (spec.kind !== 'fixed' || FACTS_WITH_FIELD_TIERS.includes(fact.table)) return EVERY_GROUND;
  const { cell } = spec;
  return tiersOfColumn(cell, maskOf)[TIERS.indexOf(cell.tier)] ?? 0;
}

/**
 * SQL that holds where the reader may see a column, beyond seeing the row; null: as the row. Of a row of the past it is the
 * narrower of then's class and that of `current`. Subjects and contributor admit the reader in every field.
 */
export function columnLaw(
  fact: ClassifiedFact,
  column: ClassifiedColumn,
  row: string,
  maskOf: MaskOf,
  current: string = row,
): string | null {
  const spec = column.class;
  if (spec.kind === 'row') return null;
  const cell = (gates: string): string => {
    const cells = [row, current].map((each) => columnCell(fact, spec, each, maskOf, gates));
    return [...new Set(cells)].join(' & ');
  };
  const decided: Decided = {
    fact,
    row,
    cellNow: cell(NOW.gates),
    cellKnown: cell(KNOWN.gates),
    opening: columnOpening(fact, spec, maskOf),
    dataClass: String(dataClassNumber(spec.kind === 'fixed' ? spec.cell.dataClass : spec.dataClass)),
    field: String(spec.field),
  };
  const whole = `${admitted(decided)} or ${gave(row)}`;
  const otherwise = `${perhapsOtherwise(decided)} and ${whereKnown(whole, knownOf(decided))}`;
  return `(${plainlyOpen(decided)} or ${otherwise})`;
}
