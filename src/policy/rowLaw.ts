import { DATA_CLASSES, TIERS, type Age, type DataClass } from './cells';
import { TIMELESS_AGE, type ClassifiedColumn, type ClassifiedFact } from './classification';
import {
  AGES_BY_BUCKET,
  arrayFromZero,
  classMasks,
  masksOfAge,
  tiersOfColumn,
  type ClassLaw,
  type MaskOf,
} from './classLaw';
import { EVERY_GROUND, GRANT_GROUNDS, PARTY_GROUNDS, groundMask, type GroundMask } from './grounds';
import { NOW, known } from './lookups';

/**
 * SQL of tier & sensitivity of a row: the masks of its age, by its class. The commonest age is looked at first. Borders that no
 * class tells apart are left out: each is a sub-select that a statement sets up before it reads a row. They change at midnight only.
 */
function rowClass(fact: ClassifiedFact, row: string, law: ClassLaw, within: GroundMask): string {
  const { ageColumn } = fact;
  const ofAge = (age: Age): string => arrayFromZero(masksOfAge(law.masks, age).map((mask) => mask & within));
  if (ageColumn === null) return `(${ofAge(TIMELESS_AGE)})[${row}.disclosure_class]`;
  const before = (months: number): string => `(select current_date - interval '${months} months')`;
  const youngest = [before(law.ageMonths.twelveMonths), before(law.ageMonths.threeMonths), '(select current_date)'];
  const cases = youngest.flatMap((border, bucket) => {
    const [age, younger] = [AGES_BY_BUCKET[bucket], AGES_BY_BUCKET[bucket + 1]];
    const isTold = age !== undefined && younger !== undefined && ofAge(age) !== ofAge(younger);
    return isTold ? [`when ${row}.${ageColumn} <= ${border} then ${ofAge(age)}`] : [];
  });
  return `(case ${cases.join(' ')} else ${ofAge('FUTURE')} end)[${row}.disclosure_class]`;
}

/** SQL of the two gates of one row that do not depend on whom it is about: tier & sensitivity, and phase. */
function rowCell(fact: ClassifiedFact, row: string, law: ClassLaw, within: GroundMask): string {
  return `${rowClass(fact, row, law, within)} & ${gateOf(`${row}.data_class`)}`;
}

/** SQL of the mask of a data class, given as SQL of its number. */
export const gateOf = (dataClass: string): string => `${NOW.gates}[${dataClass} + 1]`;

export function dataClassNumber(dataClass: DataClass): number {
  return DATA_CLASSES.indexOf(dataClass);
}

/** SQL that holds where the row itself names the reader. */
function namesReader(fact: ClassifiedFact, row: string): string[] {
  const columns = fact.parties.map((column) => `${row}.${column}`);
  return [
    ...(columns.length > 0 ? [`${NOW.me} in (${columns.join(', ')})`] : []),
    ...fact.partyLists.map((column) => `${NOW.me} = any(${row}.${column})`),
  ];
}

/** One thing that is decided: a row, or a column of it. */
interface Decided {
  fact: ClassifiedFact;
  /** the row's name in the statement */
  row: string;
  /** SQL of what its cell opens to, of the grounds given */
  cellWithin: (grounds: GroundMask) => string;
  /** the grounds that the cell opens to at most */
  opening: GroundMask;
  /** SQL of the number by which grants name the field */
  field: string;
}

/** The grounds that a cell admits at most, by what they need of the row. */
interface BoundGrounds {
  /** nothing */
  anyhow: GroundMask;
  /** that it names the reader */
  ifNamed: GroundMask;
  /** that an agreement covers it */
  ifGranted: GroundMask;
  /** SQL of a condition each */
  conditions: { when: string; mask: GroundMask }[];
}

/** What the cell opens to nobody is left out, so that it need not be looked at. */
function boundGrounds({ fact, row, opening }: Decided): BoundGrounds {
  const allowed = opening & ~groundMask(fact.without);
  const isAddressed = fact.parties.length + fact.partyLists.length > 0;
  const conditional = fact.conditional.map(({ when, grounds }) => ({
    when: when.replaceAll('{row}', row),
    mask: allowed & groundMask(grounds),
  }));
  return {
    anyhow: conditional.reduce((mask, each) => mask & ~each.mask, allowed & ~(PARTY_GROUNDS | GRANT_GROUNDS)),
    ifNamed: isAddressed ? allowed & PARTY_GROUNDS : 0,
    ifGranted: fact.grants.kind === 'none' ? 0 : allowed & GRANT_GROUNDS,
    conditions: conditional.filter(({ mask }) => mask !== 0),
  };
}

/**
 * SQL of the commonest way to be open: a ground that needs nothing of the row opens every gate. It is one of the ways of the whole
 * law, so that it widens nothing.
 */
function plainlyOpen(decided: Decided): string {
  const { fact, row } = decided;
  const cell = decided.cellWithin(boundGrounds(decided).anyhow);
  return fact.subjects.map((column) => `(${NOW.held}[${row}.${column}] & ${cell}) <> 0`).join(' and ');
}

/** SQL that a row which its owner gave may be open in another way than plainly; null: it never is. */
function perhapsOtherwise(decided: Decided): string | null {
  const { fact, row } = decided;
  const { ifNamed, ifGranted, conditions } = boundGrounds(decided);
  if (conditions.length > 0) return 'true';
  const tests = [
    ...(ifNamed === 0 ? [] : namesReader(fact, row)),
    ...(ifGranted === 0 ? [] : fact.subjects.map((column) => `${row}.${column} = any(${NOW.grantedUnits})`)),
  ];
  return tests.length === 0 ? null : tests.join(' or ');
}

/**
 * SQL of a decision: by the plain way where that decides it, by the whole law where it is NULL: somebody else gave the row, it may
 * be open in another way, or the lookups of the plain way do not tell who reads.
 *
 * INVARIANT OtherwiseOrPlainly: where the plain way says no, the whole law says no. It rests on SELF being a ground towards the units
 * of the reader's own organisation and no others (`policy.pair_masks`), and on `classLaw`: what the reader gave of its own is
 * open to SELF, and so plainly. A row with two subjects names the owners of both.
 */
function decision(decided: Decided, plainWhere: string, whole: string): string {
  const otherwise = perhapsOtherwise(decided);
  // what is true becomes NULL here: neither yes nor no
  const orUnknown = otherwise === null ? '' : ` or nullif(${otherwise}, true)`;
  return `coalesce(case when ${plainWhere}\n      then ${plainlyOpen(decided)}${orUnknown} end,\n      ${whole})`;
}

/**
 * SQL of what the whole law asks of a row (`wholeLaw.ts`): whom it is about, who gave it, whom it names, and which grounds it
 * admits: those that need nothing of it or whose condition holds, PARTY where it names the reader, GRANT under an agreement.
 */
function askedOfRow(decided: Decided): string {
  const { fact, row, field } = decided;
  const of = (columns: readonly string[]): string => columns.map((column) => `${row}.${column}`).join(', ');
  const { anyhow, ifNamed, ifGranted, conditions } = boundGrounds(decided);
  const named = [
    ...(fact.parties.length > 0 ? [`array[${of(fact.parties)}]`] : []),
    ...fact.partyLists.map((column) => `${row}.${column}`),
  ];
  return [
    `subjects => array[${of(fact.subjects)}]`,
    `owner_no => ${row}.owner_no`,
    `contributor_no => ${row}.contributor_no`,
    `parties => ${ifNamed === 0 ? `'{}'` : named.join(' || ')}`,
    `fact => ${fact.number}`,
    `field => ${ifGranted === 0 ? '0' : field}`,
    `anyhow => ${[anyhow, ...conditions.map(({ when, mask }) => `case when ${when} then ${mask} else 0 end`)].join(' | ')}`,
    `if_named => ${ifNamed}`,
    `if_granted => ${ifGranted}`,
  ].join(', ');
}

/**
 * SQL of the whole decision about one row, over the present row or over one of the past, which is judged by the narrower of then's
 * class and today's; who contributed a row knows it; a withdrawn row is its owner's only.
 */
export function rowLaw(fact: ClassifiedFact, row: string, law: ClassLaw, current: string = row): string {
  const rows = row === current ? [row] : [row, current];
  const decided: Decided = {
    fact,
    row,
    cellWithin: (grounds) => rows.map((each) => rowCell(fact, each, law, grounds)).join(' & '),
    opening: EVERY_GROUND,
    field: fact.grants.kind === 'column' ? `${row}.${fact.grants.column}` : '0',
  };
  const each = (column: string): string => `array[${rows.map((one) => `${one}.${column}`).join(', ')}]`;
  const whole = [
    known(fact.ageColumn === null ? null : law.ageMonths),
    `classes => ${each('disclosure_class')}`,
    `aged => ${fact.ageColumn === null ? 'null' : each(fact.ageColumn)}`,
    `data_classes => ${each('data_class')}`,
    `withdrawn_at => ${row}.withdrawn_at`,
    askedOfRow(decided),
  ];
  const plainWhere = `${row}.withdrawn_at is null and ${row}.contributor_no = ${row}.owner_no`;
  return decision(decided, plainWhere, `policy.row_opens(${whole.join(', ')})`);
}

/** The class of a column that is not that of its row. */
type OwnClass = Exclude<ClassifiedColumn['class'], { kind: 'row' }>;

const FACTS_WITH_FIELD_TIERS = ['organisation', 'site'];

/** SQL of tier & sensitivity of a column with a class of its own, which has no age; of the grounds given. */
function columnClass(fact: ClassifiedFact, spec: OwnClass, row: string, maskOf: MaskOf, within: GroundMask): string {
  const of = (masks: readonly GroundMask[]): GroundMask[] => masks.map((mask) => mask & within);
  switch (spec.kind) {
    case 'fixed': {
      const masks = of(tiersOfColumn(spec.cell, maskOf));
      const byDefault = TIERS.indexOf(spec.cell.tier);
      return FACTS_WITH_FIELD_TIERS.includes(fact.table)
        ? `(${arrayFromZero(masks)})[coalesce(${row}.field_tiers[${spec.field}], ${byDefault})]`
        : String(masks[byDefault] ?? 0);
    }
    case 'stored':
      return `(${arrayFromZero(of(masksOfAge(classMasks(maskOf), TIMELESS_AGE)))})[${row}.${spec.column}]`;
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
  const classesWithin = (grounds: GroundMask): string =>
    [...new Set([row, current].map((each) => columnClass(fact, spec, each, maskOf, grounds)))].join(' & ');
  const dataClass = String(dataClassNumber(spec.kind === 'fixed' ? spec.cell.dataClass : spec.dataClass));
  const decided: Decided = {
    fact,
    row,
    cellWithin: (grounds) => `${classesWithin(grounds)} & ${gateOf(dataClass)}`,
    opening: columnOpening(fact, spec, maskOf),
    field: String(spec.field),
  };
  const whole = `${known(null)}, opened => ${classesWithin(EVERY_GROUND)}, data_class => ${dataClass}, ${askedOfRow(decided)}`;
  return decision(decided, `${row}.contributor_no = ${row}.owner_no`, `policy.column_opens(${whole})`);
}

/** SQL that grounds which need nothing of a row open a column to the reader; of the row it asks only whom it is about. */
export function opensToGrounds(fact: ClassifiedFact, row: string, grounds: GroundMask, dataClass: number): string {
  const subject = `${row}.${fact.subjects[0] ?? 'unit_no'}`;
  const asked = `subjects => array[${subject}], owner_no => ${row}.owner_no, contributor_no => ${row}.owner_no`;
  const none = `parties => '{}', fact => ${fact.number}, field => 0, anyhow => ${grounds}, if_named => 0, if_granted => 0`;
  const whole = `policy.column_opens(${known(null)}, opened => ${grounds}, data_class => ${dataClass}, ${asked}, ${none})`;
  return `coalesce((${NOW.held}[${subject}] & ${grounds} & ${gateOf(String(dataClass))}) <> 0, ${whole})`;
}
