import { DATA_CLASSES, PHASES, TIERS } from './cells';
import type { Classification, ClassifiedFact } from './classification';
import { arrayLiteral, classLaw, tiersOfColumn, type ClassLaw, type MaskOf } from './classLaw';
import { chooseDecoysFunction } from './decoys';
import { GRANT_GROUNDS, PARTY_GROUNDS } from './grounds';
import { USUAL_RIGHTS } from './kinds';
import { READER } from './lookups';
import type { AgeMonths } from './masks';
import { columnLaw, dataClassNumber, opensToGrounds, rowLaw } from './rowLaw';
import { wholeLawFunctions } from './wholeLaw';

/** Path of the generated SQL from the root of the project. */
export const BOUNDARY_PATH = 'policies/build/boundary.sql';

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
    const test = opensToGrounds(fact, row, mask, dataClassNumber(cell.dataClass));
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

/**
 * SQL of what a view gives of one table: its columns, and what joins the laws of columns to the rows. Such a law stands once, under
 * the name of the first of its columns, however many share it.
 */
function viewOf(
  fact: ClassifiedFact,
  row: string,
  maskOf: MaskOf,
  current: string = row,
): { columns: string; opens: string } {
  const firstUnder = new Map<string, string>();
  const columns = fact.columns.map((column) => {
    const { name } = column;
    const law = columnLaw(fact, column, row, maskOf, current);
    if (law === null) return `${row}.${name}`;
    if (!firstUnder.has(law)) firstUnder.set(law, name);
    return `case when opens.${firstUnder.get(law) ?? name}\n    then ${row}.${name} end as ${name}`;
  });
  const laws = [...firstUnder].map(([law, name]) => `\n  ${law} as ${name}`);
  return {
    columns: [...columns, `${redactedBits(fact, row, maskOf)} as redacted`].join(',\n  '),
    opens: laws.length === 0 ? '' : `\ncross join lateral (select${laws.join(',')}) opens`,
  };
}

function lawOnTable(fact: ClassifiedFact, table: string, masks: ClassLaw): string {
  const law = rowLaw(fact, table, masks);
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
  const today = viewOf(fact, table, maskOf);
  const then = viewOf(fact, past, maskOf, table);
  return [
    lawOnTable(fact, table, masks),
    lawOnTable(fact, past, masks),
    ownFacts(fact),
    `create view disclosed.${table} as select\n  ${today.columns}\nfrom vault.${table}${today.opens};`,
    `create view disclosed.${past} as select\n  ${today.columns},\n  ${table}.known_from, ${table}.known_to\nfrom vault.${table}${today.opens}` +
      `\nunion all select\n  ${then.columns},\n  ${past}.known_from, ${past}.known_to\nfrom vault.${past} join vault.${table} on ${table}.id = ${past}.id${then.opens}` +
      `\nwhere ${rowLaw(fact, past, masks, table)};`,
    `alter view disclosed.${table} owner to sluice_discloser;`,
    `alter view disclosed.${past} owner to sluice_discloser;`,
  ].join('\n');
}

/** Kept ready: what the usual kinds of viewers may use. What is kept of another time says nothing that the law does not. */
function usualRights(): string {
  const rows = USUAL_RIGHTS.map((mask) => `(${mask})`).join(', ');
  return `insert into policy.may (mask) values ${rows} on conflict do nothing;`;
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
  const masks = classLaw(maskOf, ageMonths);
  return [
    '-- Generated by `npm run policy:build` from policies/law and policies/classification.yaml. Do not edit.',
    'drop schema if exists disclosed cascade;',
    'create schema disclosed;',
    'grant usage on schema vault, policy to sluice_discloser;',
    'grant usage on schema vault to sluice_contributor;',
    'grant create, usage on schema disclosed to sluice_discloser;',
    'grant execute on function policy.grounds(), policy.gates(), policy.organisation_no(), policy.granted(), policy.granted_units(), policy.known(int[]) to sluice_discloser, sluice_reader, sluice_contributor;',
    usualRights(),
    gateRows(maskOf),
    classMaskFunction(masks),
    fieldRows(classification),
    wholeLawFunctions(masks),
    ...classification.facts.map((fact) => viewsOf(fact, maskOf, masks)),
    chooseDecoysFunction(classification),
    'grant usage on schema disclosed, policy, reference, released to sluice_reader, sluice_contributor;',
    'grant select on all tables in schema disclosed, reference, released to sluice_reader, sluice_contributor;',
    'revoke create on schema disclosed from sluice_discloser;',
  ].join('\n\n');
}
