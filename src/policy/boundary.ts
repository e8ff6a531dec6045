import {
  AGES,
  DATA_CLASSES,
  DISCLOSURE_CLASS_STRIDE,
  PHASES,
  SENSITIVITIES,
  TIERS,
  type Age,
  type Cell,
  type DataClass,
} from './cells';
import { TIMELESS_AGE, type Classification, type ClassifiedColumn, type ClassifiedFact } from './classification';
import { chooseDecoysFunction } from './decoys';
import type { AgeMonths } from './masks';
import { EVERY_GROUND, GRANT_GROUNDS, PARTY_GROUNDS, groundMask, type GroundMask } from './grounds';
import { GATES, GATES_NOW, GRANTED, HELD, HELD_NOW, READER } from './lookups';

/** The mask of the grounds that open a cell: the compiled law. */
export type MaskOf = (cell: Cell) => GroundMask;

/** Path of the generated SQL from the root of the project. */
export const BOUNDARY_PATH = 'policies/build/boundary.sql';

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
interface ClassLaw {
  masks: readonly GroundMask[];
  ageMonths: AgeMonths;
}

function arrayLiteral(values: readonly number[]): string {
  return `'{${values.join(',')}}'::int[]`;
}

/** The ages in the order of `ageBucket`, the oldest first. */
const AGES_BY_BUCKET = ['TWELVE_MONTHS', 'THREE_MONTHS', 'RECENT', 'FUTURE'] as const satisfies readonly Age[];

/** SQL of the place of a row's age in `AGES_BY_BUCKET`, from 0: one look at the three borders, which change at midnight only. */
function ageBucket(fact: ClassifiedFact, row: string, months: AgeMonths): string {
  if (fact.ageColumn === null) return String(AGES_BY_BUCKET.indexOf(TIMELESS_AGE));
  const before = (number: number): string => `(current_date - interval '${number} months')::date + 1`;
  const borders = `array[${before(months.twelveMonths)}, ${before(months.threeMonths)}, current_date + 1]`;
  return `width_bucket(${row}.${fact.ageColumn}, (select ${borders}))`;
}

/** SQL of the two gates of one row that do not depend on whom it is about: tier & sensitivity, and phase. */
function rowCell(fact: ClassifiedFact, row: string, law: ClassLaw, gates: string = GATES): string {
  const place = `${row}.disclosure_class * ${AGES.length} + 1 + ${ageBucket(fact, row, law.ageMonths)}`;
  const byBucket = law.masks.map((_mask, index) => {
    const age = AGES_BY_BUCKET[index % AGES.length] ?? TIMELESS_AGE;
    return law.masks[index - (index % AGES.length) + AGES.indexOf(age)] ?? 0;
  });
  return `(${arrayLiteral(byBucket)})[${place}] & ${gates}[${row}.data_class + 1]`;
}

function dataClassNumber(dataClass: DataClass): number {
  return DATA_CLASSES.indexOf(dataClass);
}

/** SQL of the key that a grant has for this row: unit, data class, fact and field in one bigint. */
function grantKey(fact: ClassifiedFact, unit: string, dataClass: string, field: string): string {
  // `<<` and `|` have one precedence in PostgreSQL, so every shift stands in brackets of its own.
  return `(((${unit})::bigint << 24) | ((${dataClass})::bigint << 20) | ${fact.number << 12} | ${field})`;
}

/** SQL that holds where the row itself names the reader. */
function namesReader(fact: ClassifiedFact, row: string): string | null {
  const columns = fact.parties.map((column) => `${row}.${column}`);
  const tests = fact.partyLists.map((column) => `${READER} = any(${row}.${column})`);
  if (columns.length > 0) tests.unshift(`${READER} in (${columns.join(', ')})`);
  return tests.length === 0 ? null : `(${tests.join(' or ')})`;
}

/** The grounds that need something of the row: that it names the reader, that an agreement covers it, or a condition. */
function boundToRow(fact: ClassifiedFact): GroundMask {
  return fact.conditional.reduce((mask, item) => mask | groundMask(item.grounds), PARTY_GROUNDS | GRANT_GROUNDS);
}

/**
 * SQL of the row's own mask for `unit`: the grounds that need nothing of the row, PARTY only where the row names the reader,
 * GRANT only where a live agreement covers it, and conditional grounds only where their condition holds. `opening`: the
 * grounds that the cell opens to at most.
 */
function rowMask(
  fact: ClassifiedFact,
  row: string,
  dataClass: string,
  field: string,
  opening: GroundMask = EVERY_GROUND,
): (unit: string) => string {
  const allowed = opening & ~groundMask(fact.without);
  const bound = boundToRow(fact);
  const party = namesReader(fact, row);
  return (unit) => {
    const parts = [String(allowed & ~bound)];
    const when = (condition: string, mask: GroundMask): void => {
      // where the cell opens to none of these grounds, their condition need not be looked at
      if ((allowed & mask) !== 0) parts.push(`case when ${condition} then ${allowed & mask} else 0 end`);
    };
    if (party !== null) when(party, PARTY_GROUNDS);
    if (fact.grants.kind !== 'none') {
      const fields = field === '0' ? ['0'] : [field, '0'];
      // one look for both keys, since each mention of a lookup is one more call of it
      const keys = fields.map((number) => grantKey(fact, unit, dataClass, number));
      when(`array[${keys.join(', ')}] && ${GRANTED}`, GRANT_GROUNDS);
    }
    for (const item of fact.conditional) when(item.when.replaceAll('{row}', row), groundMask(item.grounds));
    return parts.length === 1 ? parts.join('') : `(${parts.join(' | ')})`;
  };
}

/** SQL of one decision about `unit`: pair & tier & sensitivity & phase & row <> 0, so that one ground opens every gate. */
function admits(unit: string, gates: string, row: (unit: string) => string): string {
  return `(${HELD}[${unit}] & ${gates} & ${row(unit)}) <> 0`;
}

/**
 * SQL of the whole decision about one row: every subject and, where somebody else gave it, the contributor admit the reader
 * (hub and spoke); who contributed a row knows it; a withdrawn row is its owner's only.
 */
export function rowLaw(fact: ClassifiedFact, row: string, gates: string, plainGates: string | null = null): string {
  const field = fact.grants.kind === 'column' ? `${row}.${fact.grants.column}` : '0';
  const mask = rowMask(fact, row, `${row}.data_class`, field);
  const subjects = fact.subjects.map((column) => admits(`${row}.${column}`, gates, mask));
  const contributor = `(${row}.contributor_no = ${row}.owner_no or ${admits(`${row}.contributor_no`, gates, mask)})`;
  const plainly = plainGates === null ? '' : plainlyOpen(fact, row, plainGates);
  return (
    `(${row}.withdrawn_at is null or ${READER} in (${row}.owner_no, ${row}.contributor_no))\n    and (${plainly}` +
    [...subjects, contributor].join('\n      and ') +
    `\n      or (${HELD}[${row}.contributor_no] & ${GATES}[${row}.data_class + 1] & ${SELF}) <> 0)`
  );
}

/**
 * SQL of the commonest way for a row to be open: its owner gave it, and a ground that needs nothing of the row opens every
 * gate. It widens nothing, being one of the ways of the whole law; it comes first, and nothing else is looked up then.
 */
function plainlyOpen(fact: ClassifiedFact, row: string, gates: string): string {
  const plain = EVERY_GROUND & ~groundMask(fact.without) & ~boundToRow(fact);
  const subjects = fact.subjects.map((column) => `(${HELD_NOW}[${row}.${column}] & ${gates} & ${plain}) <> 0`);
  return `(${row}.contributor_no = ${row}.owner_no and ${subjects.join(' and ')})\n      or `;
}

/** tier & sensitivity & class of a column whose tier the owner may move: addressed by tier + 1. */
function tiersOfColumn(cell: { sensitivity: (typeof SENSITIVITIES)[number] }, maskOf: MaskOf): GroundMask[] {
  return TIERS.map(
    (tier) =>
      maskOf({ gate: 'tier', tier }) &
      maskOf({ gate: 'sensitivity', sensitivity: cell.sensitivity, age: TIMELESS_AGE }),
  );
}

const FACTS_WITH_FIELD_TIERS = ['organisation', 'site'];

function columnGates(fact: ClassifiedFact, column: ClassifiedColumn, row: string, maskOf: MaskOf): string | null {
  const spec = column.class;
  switch (spec.kind) {
    case 'row':
      return null;
    case 'fixed': {
      const masks = tiersOfColumn(spec.cell, maskOf);
      const byDefault = TIERS.indexOf(spec.cell.tier);
      const gate = `${GATES}[${dataClassNumber(spec.cell.dataClass) + 1}]`;
      if (!FACTS_WITH_FIELD_TIERS.includes(fact.table)) return `${masks[byDefault] ?? 0} & ${gate}`;
      return `(${arrayLiteral(masks)})[coalesce(${row}.field_tiers[${spec.field}], ${byDefault}) + 1] & ${gate}`;
    }
    case 'stored': {
      const timeless = classMasks(maskOf).filter((_mask, index) => index % AGES.length === AGES.indexOf(TIMELESS_AGE));
      const gate = `${GATES}[${dataClassNumber(spec.dataClass) + 1}]`;
      return `(${arrayLiteral(timeless)})[${row}.${spec.column} + 1] & ${gate}`;
    }
  }
}

/** The grounds that a column opens to at most: those of its one cell, unless row or owner may say another. */
function columnOpening(fact: ClassifiedFact, column: ClassifiedColumn, maskOf: MaskOf): GroundMask {
  if (column.class.kind !== 'fixed' || FACTS_WITH_FIELD_TIERS.includes(fact.table)) return EVERY_GROUND;
  const { cell } = column.class;
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
  const then = columnGates(fact, column, row, maskOf);
  const now = columnGates(fact, column, current, maskOf);
  if (then === null || now === null || column.class.kind === 'row') return null;
  const gates = then === now ? then : `${then} & ${now}`;
  const dataClass = column.class.kind === 'fixed' ? column.class.cell.dataClass : column.class.dataClass;
  const opening = columnOpening(fact, column, maskOf);
  const mask = rowMask(fact, row, String(dataClassNumber(dataClass)), String(column.class.field), opening);
  const subjects = fact.subjects.map((unit) => admits(`${row}.${unit}`, gates, mask));
  const contributor = `(${row}.contributor_no = ${row}.owner_no or ${admits(`${row}.contributor_no`, gates, mask)})`;
  const gave = `(${HELD}[${row}.contributor_no] & ${gates} & ${SELF}) <> 0`;
  return `(${[...subjects, contributor].join(' and ')} or ${gave})`;
}

/**
 * SQL of a bit mask naming the columns that are closed BY DEFAULT to this reader and may be told so (REDACT). It depends on
 * the table, the default classification and the reader's grounds only, never on the row's own tiers or values; so grounds
 * that need something of the row (PARTY, GRANT), which every organisation holds, do not count.
 */
function redactedBits(fact: ClassifiedFact, row: string, maskOf: MaskOf): string {
  // columns of one class are closed to the same readers, so that one look serves them all
  const bitsByTest = new Map<string, number>();
  fact.columns.forEach((column, index) => {
    if (column.class.kind !== 'fixed' || column.class.closed !== 'REDACT') return;
    const { cell } = column.class;
    const byDefault = tiersOfColumn(cell, maskOf)[TIERS.indexOf(cell.tier)] ?? 0;
    const mask = byDefault & ~(PARTY_GROUNDS | GRANT_GROUNDS);
    const gate = `${GATES}[${dataClassNumber(cell.dataClass) + 1}]`;
    const test = `(${HELD}[${row}.${fact.subjects[0] ?? 'unit_no'}] & ${mask} & ${gate}) <> 0`;
    bitsByTest.set(test, (bitsByTest.get(test) ?? 0) | redactionBit(fact, index));
  });
  const parts = [...bitsByTest].map(([test, bits]) => `case when ${test} then 0 else ${bits} end`);
  return parts.length === 0 ? '0' : parts.join(' | ');
}

/** The bit of a column (by its place in the classification) in the view's `redacted` column. */
export function redactionBit(fact: ClassifiedFact, columnIndex: number): number {
  const closable = fact.columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => column.class.kind === 'fixed' && column.class.closed === 'REDACT');
  const place = closable.findIndex(({ index }) => index === columnIndex);
  return place < 0 ? 0 : 2 ** place;
}

function viewColumns(fact: ClassifiedFact, row: string, maskOf: MaskOf, current: string = row): string {
  const columns = fact.columns.map((column) => {
    const law = columnLaw(fact, column, row, maskOf, current);
    const source = `${row}.${column.name}`;
    return law === null ? source : `case when ${law}\n    then ${source} end as ${column.name}`;
  });
  return [...columns, `${redactedBits(fact, row, maskOf)} as redacted`].join(',\n  ');
}

function lawOnTable(fact: ClassifiedFact, table: string, masks: ClassLaw): string {
  // a fact with an addressee is open by PARTY or GRANT at best, so that there is no plain way worth a look
  const plain = fact.parties.length > 0 ? null : rowCell(fact, table, masks, GATES_NOW);
  const law = rowLaw(fact, table, rowCell(fact, table, masks), plain);
  return [
    `alter table vault.${table} enable row level security;`,
    `alter table vault.${table} force row level security;`,
    `drop policy if exists law on vault.${table};`,
    `create policy law on vault.${table} for select to sluice_discloser using (\n    ${law});`,
    `drop policy if exists keeper on vault.${table};`,
    `create policy keeper on vault.${table} to current_user using (true) with check (true);`,
    `grant select on vault.${table} to sluice_discloser;`,
  ].join('\n');
}

/**
 * Writes: an organisation writes what it contributes, about itself, about an end of its own link, or about an unverified
 * organisation that it imported; never about another member.
 */
function ownFacts(fact: ClassifiedFact): string {
  const { table } = fact;
  const about = [`owner_no = ${READER}`];
  if (fact.table === 'link' || fact.table === 'link_evidence') about.push(`customer_owner_no = ${READER}`);
  // Of an organisation its own row says whether it is a member; asking the table from its own policy would never end.
  const imported = `select own.unit_no from vault.organisation own where own.contributor_no = ${READER} and not own.is_member`;
  about.push(table === 'organisation' ? 'not is_member' : `owner_no in (${imported})`);
  const own = `contributor_no = ${READER}`;
  return [
    `drop policy if exists own on vault.${table};`,
    `create policy own on vault.${table} to sluice_contributor using (${own})`,
    `  with check (${own} and (${about.join(' or ')}));`,
    `grant select, insert, update on vault.${table} to sluice_contributor;`,
  ].join('\n');
}

/**
 * The disclosed view of a fact, and the same over its history: judged by today's rights and by the narrower of then's and
 * today's class, which is one more AND on the same grounds.
 */
function viewsOf(fact: ClassifiedFact, maskOf: MaskOf, masks: ClassLaw): string {
  const { table } = fact;
  const past = `${table}_history`;
  const both = `${rowCell(fact, past, masks)} & ${rowCell(fact, table, masks)}`;
  return [
    lawOnTable(fact, table, masks),
    lawOnTable(fact, past, masks),
    ownFacts(fact),
    `create view disclosed.${table} as select\n  ${viewColumns(fact, table, maskOf)}\nfrom vault.${table};`,
    `create view disclosed.${past} as select\n  ${viewColumns(fact, table, maskOf)},\n  ${table}.known_from, ${table}.known_to\nfrom vault.${table}` +
      `\nunion all select\n  ${viewColumns(fact, past, maskOf, table)},\n  ${past}.known_from, ${past}.known_to\nfrom vault.${past}` +
      ` join vault.${table} on ${table}.id = ${past}.id\nwhere ${rowLaw(fact, past, both)};`,
    `alter view disclosed.${table} owner to sluice_discloser;`,
    `alter view disclosed.${past} owner to sluice_discloser;`,
  ].join('\n');
}

function gateRows(maskOf: MaskOf): string {
  const rows = PHASES.flatMap((phase) =>
    DATA_CLASSES.map((dataClass, index) => `('${phase}', ${index}, ${maskOf({ gate: 'phase', phase, dataClass })})`),
  );
  return `delete from policy.gate;\ninsert into policy.gate (phase, data_class, mask) values\n  ${rows.join(',\n  ')};`;
}

/** Field names that agreements may use: `Type.*` and, for columns with a class of their own, `Type.column`. */
function fieldRows(classification: Classification): string {
  const rows = classification.facts
    .filter((fact) => fact.grants.kind !== 'none')
    .flatMap((fact) => [
      `('${fact.type}', '*', ${fact.number}, 0)`,
      ...fact.columns.flatMap((column) =>
        column.class.kind === 'row'
          ? []
          : [`('${fact.type}', '${column.name}', ${fact.number}, ${column.class.field})`],
      ),
    ]);
  const indicators = classification.facts
    .filter((fact) => fact.grants.kind === 'column')
    .map(
      (fact) =>
        `insert into policy.field select '${fact.type}', id, ${fact.number}, indicator_no from reference.indicator;`,
    );
  return [
    'delete from policy.field;',
    `insert into policy.field (type, field, fact_no, field_no) values\n  ${rows.join(',\n  ')};`,
    ...indicators,
  ].join('\n');
}

/** The same masks as in every row law, for the functions that judge hop by hop: class * 4 + age + 1. */
function classMaskFunction({ masks }: ClassLaw): string {
  return [
    'create or replace function policy.class_masks() returns int[] language sql immutable parallel safe set search_path = pg_catalog',
    `  as $$ select ${arrayLiteral(masks)} $$;`,
    'revoke execute on function policy.class_masks() from public;',
  ].join('\n');
}

/**
 * The whole boundary as one SQL script, run in one transaction by `sluice migrate` whenever its hash changed: the law as
 * row-security policies on the vault, the disclosed views, the phase gate and the names of grantable fields.
 */
export function generateBoundary(classification: Classification, maskOf: MaskOf, ageMonths: AgeMonths): string {
  const masks: ClassLaw = { masks: classMasks(maskOf), ageMonths };
  return [
    '-- Generated by `npm run policy:build` from policies/law and policies/classification.yaml. Do not edit.',
    'drop schema if exists disclosed cascade;',
    'create schema disclosed;',
    'grant usage on schema vault, policy to sluice_discloser;',
    'grant usage on schema vault to sluice_contributor;',
    'grant create, usage on schema disclosed to sluice_discloser;',
    'grant execute on function policy.grounds(), policy.gates(), policy.organisation_no(), policy.granted() to sluice_discloser, sluice_reader, sluice_contributor;',
    gateRows(maskOf),
    classMaskFunction(masks),
    fieldRows(classification),
    ...classification.facts.map((fact) => viewsOf(fact, maskOf, masks)),
    chooseDecoysFunction(classification),
    'grant usage on schema disclosed, policy, reference, released to sluice_reader, sluice_contributor;',
    'grant select on all tables in schema disclosed, reference, released to sluice_reader, sluice_contributor;',
    'revoke create on schema disclosed from sluice_discloser;',
  ].join('\n\n');
}
