import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import {
  countsAsContributor,
  oldEnough,
  ownershipUnitOf,
  type OwnerShare,
  type Thresholds,
} from '../../disclosureControl';
import { DomainError } from '../../kernel/errors';
import type { Period } from '../../kernel/period';
import type { Placed } from './dimensions';
import type { Measure } from './registeredTables';

/** That a figure is among the frozen ones, and who stands behind it: all that decisions look at. */
export interface Member extends Placed {
  /** Names the same subject and place in every period; never leaves the trustee. */
  readonly figure: string;
  /** Ownership unit (`domain.md` 0.2). */
  readonly unit: string;
  /** Ownership groups that know it as their own. */
  readonly knownTo: readonly string[];
  /** False for insiders: short of standing, unverified, or published by its owner. */
  readonly isProtected: boolean;
  readonly standards: readonly string[];
}

/** What a statistic is computed from. Confidential. */
export interface Amount {
  readonly value: number;
  readonly weight: number | null;
}

/** One frozen figure: of one subject in one place, with whoever stands behind it. Confidential. */
export interface Figure extends Member, Amount {
  readonly ownerNo: number;
}

/** The frozen inputs of one measure and period (A4): never changed, followed by a later vintage at most. */
export interface Snapshot {
  readonly id: string;
  readonly measure: string;
  readonly period: Period;
  readonly vintage: number;
  readonly inputsAsOf: string;
  /** The day of the release, from which ages and standing are told. */
  readonly releaseDay: string;
  readonly memberSetHash: string;
  readonly unit: string;
  readonly synthetic: boolean;
  readonly publicSources: boolean;
  readonly figures: readonly Figure[];
}

export interface FreezeRequest {
  readonly measure: Measure;
  readonly unit: string;
  readonly csi: boolean;
  readonly period: Period;
  readonly releaseDay: string;
  readonly vintage: number;
}

interface InputRow {
  figure: string;
  owner_no: number;
  site_id: string | null;
  mineral: string;
  stage: string;
  country: string;
  standards: string[];
  value: number;
  weight: number | null;
  is_public: boolean;
  own_statement: boolean;
  ownership_group: string;
  is_member: boolean;
  verified: boolean;
  joined_on: string | null;
  standing: string | null;
  joint_venture: boolean;
  ownership_unit: string | null;
  owners: OwnerShare[];
  synthetic: boolean;
}

/**
 * Reads what may be an input of a measure in a period, as it is now; stores nothing.
 * @throws DomainError STATE where the period is too young (A3)
 */
export async function eligibleInputs(
  client: PoolClient,
  request: FreezeRequest,
  thresholds: Thresholds,
): Promise<Omit<Snapshot, 'id' | 'inputsAsOf'>> {
  const { measure, period, releaseDay, vintage, unit } = request;
  if (!oldEnough(period.end, releaseDay, thresholds.dataAgeMonthsMin)) {
    throw new DomainError('STATE', 'the period is too young for a statistic', {
      rule: 'A3',
      next: `wait until ${thresholds.dataAgeMonthsMin} months after its end`,
    });
  }
  const rows = await inputRows(client, measure, period);
  const admitted = rows.filter((row) => isAdmitted(row, measure));
  const figures = inOrder(admitted.map((row) => figureOf(row, measure, releaseDay, thresholds)));
  return {
    measure: measure.id,
    period,
    vintage,
    releaseDay,
    unit,
    memberSetHash: hashOf(figures.map(({ figure, unit: holder }) => `${holder} ${figure}`)),
    synthetic: rows.some((row) => row.synthetic),
    publicSources: measure.inputs === 'PUBLIC',
    figures,
  };
}

/** Stores inputs as a vintage; nothing changes them afterwards. */
export async function storeSnapshot(
  client: PoolClient,
  inputs: Omit<Snapshot, 'id' | 'inputsAsOf'>,
  csi: boolean,
): Promise<Snapshot> {
  const { rows } = await client.query<{ id: string; at: string }>(
    `insert into trustee.snapshot (measure, period_start, period_end, vintage, release_day, member_set_hash, unit, synthetic, public_sources, csi)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id, inputs_as_of as at`,
    [
      inputs.measure,
      inputs.period.start,
      inputs.period.end,
      inputs.vintage,
      inputs.releaseDay,
      inputs.memberSetHash,
      inputs.unit,
      inputs.synthetic,
      inputs.publicSources,
      csi,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new DomainError('STATE', 'the inputs were not stored');
  await client.query(
    `insert into trustee.input (snapshot_id, figure, unit, known_to, protected, mineral, stage, country, standards, value, weight, owner_no)
     select $1, f.figure, f.unit, f."knownTo", f."isProtected", f.mineral, f.stage, f.country, f.standards, f.value, f.weight, f."ownerNo"
     from jsonb_to_recordset($2::jsonb) as f(figure text, unit text, "knownTo" text[], "isProtected" boolean, mineral text, stage text, country text,
       standards text[], value double precision, weight double precision, "ownerNo" int)`,
    [row.id, JSON.stringify(inputs.figures)],
  );
  return { ...inputs, id: row.id, inputsAsOf: row.at };
}

interface SnapshotRow {
  id: string;
  measure: string;
  period_start: string;
  period_end: string;
  vintage: number;
  inputs_as_of: string;
  release_day: string;
  member_set_hash: string;
  unit: string;
  synthetic: boolean;
  public_sources: boolean;
}

/** Every vintage of a measure in a period, the first one first; without period of all periods. */
export async function loadSnapshots(client: PoolClient, measure: string, period: Period | null): Promise<Snapshot[]> {
  const { rows } = await client.query<SnapshotRow>(
    `select * from trustee.snapshot where measure = $1 and ($2::date is null or (period_start = $2 and period_end = $3))
     order by period_start, period_end, vintage`,
    [measure, period?.start ?? null, period?.end ?? null],
  );
  const snapshots: Snapshot[] = [];
  for (const row of rows) snapshots.push(await withFigures(client, row));
  return snapshots;
}

async function withFigures(client: PoolClient, row: SnapshotRow): Promise<Snapshot> {
  const figures = await client.query<Figure>(
    `select figure, unit, known_to as "knownTo", protected as "isProtected", mineral, stage, country, standards, value, weight, owner_no as "ownerNo"
     from trustee.input where snapshot_id = $1`,
    [row.id],
  );
  return {
    id: row.id,
    measure: row.measure,
    period: { start: row.period_start, end: row.period_end },
    vintage: row.vintage,
    inputsAsOf: row.inputs_as_of,
    releaseDay: row.release_day,
    memberSetHash: row.member_set_hash,
    unit: row.unit,
    synthetic: row.synthetic,
    publicSources: row.public_sources,
    figures: inOrder(figures.rows),
  };
}

/** One order wherever they come from, so that sums come out the same to the last bit. */
export function inOrder<T extends { readonly figure: string }>(figures: readonly T[]): readonly T[] {
  return [...figures].sort((a, b) => (a.figure < b.figure ? -1 : 1));
}

async function inputRows(client: PoolClient, measure: Measure, period: Period): Promise<InputRow[]> {
  const { rows } =
    measure.standard === null
      ? await client.query<InputRow>('select * from trustee.measured($1, $2, $3, $4, $5)', [
          measure.indicator,
          measure.weight,
          measure.level === 'SITE',
          period.start,
          period.end,
        ])
      : await client.query<InputRow>('select * from trustee.certified($1, $2, $3)', [
          measure.standard,
          measure.atLeast,
          period.end,
        ]);
  return rows;
}

/** Members' tables take what members said of themselves; public tables take what everybody can read, whoever gave it. */
function isAdmitted(row: InputRow, measure: Measure): boolean {
  if (measure.inputs === 'PUBLIC') return row.is_public;
  return row.own_statement && row.is_member && (row.standing === 'GOOD' || row.standing === 'LATE');
}

function figureOf(row: InputRow, measure: Measure, releaseDay: string, thresholds: Thresholds): Figure {
  const { id, knownTo } = unitOf(row, thresholds.jointVentureOwnerPercent);
  const standing = { memberSince: row.joined_on ?? releaseDay, verified: row.verified, affiliatedWithAsker: false };
  const isEligible = countsAsContributor(standing, releaseDay, thresholds.standingMonthsMin);
  // A table of public figures is protected as if they were not; among confidential ones a public figure hides nobody.
  const isProtected = measure.inputs === 'PUBLIC' || (isEligible && !row.is_public);
  return {
    figure: row.figure,
    // A unit's open figures stand apart, so that they neither count for it nor open its others.
    unit: isProtected ? id : `open ${id}`,
    knownTo,
    isProtected,
    mineral: row.mineral,
    stage: row.stage,
    country: row.country,
    standards: row.standards,
    value: row.value,
    weight: row.weight,
    ownerNo: row.owner_no,
  };
}

/** The operator knows the figures of its site whoever holds it, and so does every holder that counts. */
function unitOf(row: InputRow, jointVentureOwnerPercent: number): { id: string; knownTo: readonly string[] } {
  const operator = row.ownership_group;
  if (row.site_id === null) return { id: `group:${operator}`, knownTo: [operator] };
  const held = ownershipUnitOf(row.site_id, row.owners, jointVentureOwnerPercent);
  const isVenture = row.joint_venture || held.knownTo.length > 1;
  if (isVenture) {
    return { id: `venture:${row.ownership_unit ?? row.site_id}`, knownTo: [...new Set([operator, ...held.knownTo])] };
  }
  return { id: `group:${operator}`, knownTo: [...new Set([operator, ...held.knownTo])] };
}

function hashOf(lines: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([...lines].sort()))
    .digest('hex');
}
