import type { Pool, PoolClient } from 'pg';
import type { LinearProgramSolver } from '../../disclosureControl';
import { DomainError } from '../../kernel/errors';
import { formatPeriod, type Period } from '../../kernel/period';
import type { Catalogue } from '../reference';
import { buildTables, type DraftTable, type MeasureInputs } from './buildTables';
import { definitionOf } from './definition';
import { freezeInputs } from './freezeInputs';
import { snapshotHeads } from './frozenInputs';
import { loadFrozen, loadParts, type FrozenParts } from './frozenParts';
import { mayFollow } from './laterVintage';
import type { Measure, Registry } from './registeredTables';
import { inTrusteeTransaction } from '../../database/trusteeTransaction';

/** Everything a release depends on beside the data. */
export interface ReleaseContext {
  /** of the trustee */
  readonly pool: Pool;
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly lawHash: string;
  /** ISO date */
  readonly today: string;
  readonly solver: LinearProgramSolver;
  readonly onProgress?: (what: string, settled: number, all: number) => void;
}

export interface BuildOptions {
  readonly period: Period;
  /** Compute and tell, store nothing. */
  readonly dryRun: boolean;
  /** Freeze again what changed since the first vintage. */
  readonly newVintage: boolean;
}

/** What a build tells the trustee; no value, and no cell by name. */
export interface BuildReport {
  readonly release: string | null;
  readonly table: string;
  readonly period: string;
  readonly vintage: number;
  readonly cells: number;
  readonly publishedShare: number;
  readonly cuts: number;
  readonly auditPassed: boolean;
}

/**
 * Freezes the inputs of every measure of the period and drafts the registered tables over them, in one transaction.
 * What was frozen before stays as it is, unless a new vintage is asked for and may follow (A4).
 * @throws DomainError STATE for a period that is too young, a vintage that may not follow, or a failed audit
 */
export function buildReleases(context: ReleaseContext, options: BuildOptions): Promise<readonly BuildReport[]> {
  const families = new Map<string, Measure[]>();
  for (const measure of context.registry.measures.values()) {
    families.set(measure.family, [...(families.get(measure.family) ?? []), measure]);
  }
  const work = async (client: PoolClient): Promise<readonly BuildReport[]> => {
    const reports: BuildReport[] = [];
    for (const measures of families.values()) reports.push(...(await buildFamily(client, context, measures, options)));
    if (options.dryRun) throw new DryRun(reports.map((report) => ({ ...report, release: null })));
    return reports;
  };
  return inTrusteeTransaction(context.pool, work).catch((error: unknown) => {
    if (error instanceof DryRun) return error.reports;
    throw error;
  });
}

/** Ends a transaction that must leave nothing behind. */
class DryRun extends Error {
  constructor(readonly reports: readonly BuildReport[]) {
    super('nothing is stored in a dry run');
  }
}

async function buildFamily(
  client: PoolClient,
  context: ReleaseContext,
  measures: readonly Measure[],
  options: BuildOptions,
): Promise<readonly BuildReport[]> {
  const { registry } = context;
  const inputs: MeasureInputs[] = [];
  let isNew = false;
  for (const measure of measures) {
    const frozen = await freeze(client, context, measure, options);
    isNew ||= frozen.isNew;
    const tables = registry.tables.filter((table) => table.measure === measure.id);
    inputs.push({ measure, snapshot: frozen.snapshot, tables });
  }
  const withTables = inputs.filter(({ tables, snapshot }) => tables.length > 0 && snapshot.parts.length > 0);
  if (!isNew || withTables.length === 0) return [];
  const progress = context.onProgress;
  const family = measures[0]?.family ?? '';
  const drafts = buildTables(
    withTables,
    registry,
    context.solver,
    progress === undefined ? undefined : (settled, all) => progress(family, settled, all),
  );
  if (drafts.some((draft) => !draft.auditPassed)) {
    throw new DomainError('STATE', `the audit of the family \`${family}\` did not pass`, {
      rule: 'A5',
      next: 'register a coarser table, or a roll-up order',
    });
  }
  return storeDrafts(client, context, withTables, drafts);
}

async function freeze(
  client: PoolClient,
  context: ReleaseContext,
  measure: Measure,
  { period, newVintage }: BuildOptions,
): Promise<{ snapshot: FrozenParts; isNew: boolean }> {
  const { registry } = context;
  const vintages = await snapshotHeads(client, measure.id, period);
  const latest = vintages.at(-1);
  if (latest !== undefined && !newVintage) {
    return { snapshot: { ...latest, parts: await loadParts(client, latest.id) }, isNew: false };
  }
  const indicator = context.catalogue.indicators.find((candidate) => candidate.indicatorId === measure.indicator);
  const csi = indicator !== undefined && indicator.sensitivity !== 'NONE';
  const vintage = (latest?.vintage ?? 0) + 1;
  const unit = indicator?.unit ?? 'sites';
  const request = { measure, unit, csi, period, releaseDay: context.today, vintage };
  const id = await freezeInputs(client, request, registry.thresholds);
  const snapshot = await loadFrozen(client, measure.id, period, id);
  if (snapshot === undefined) throw new DomainError('STATE', 'the inputs were not stored');
  const tables = registry.tables.filter((table) => table.measure === measure.id);
  // Against every one of them: what changed back in between shows in no step, but in the difference of the ends.
  for (const { id: earlier } of vintages) {
    if (mayFollow(await loadParts(client, earlier), snapshot.parts, measure, tables, registry)) continue;
    throw new DomainError('STATE', 'too few groups changed for another vintage', {
      rule: 'A4',
      next: 'let the change show together with those of others',
    });
  }
  return { snapshot, isNew: true };
}

async function storeDrafts(
  client: PoolClient,
  context: ReleaseContext,
  inputs: readonly MeasureInputs[],
  drafts: readonly DraftTable[],
): Promise<readonly BuildReport[]> {
  const definition = definitionOf(inputs, context.registry);
  const ruleVersion = `${context.lawHash}/${context.registry.ruleHash}`;
  const reports: BuildReport[] = [];
  for (const draft of drafts) {
    const snapshot = inputs.find(({ measure }) => measure.id === draft.table.measure)?.snapshot;
    if (snapshot === undefined) continue;
    const report = {
      table: draft.table.id,
      period: formatPeriod(snapshot.period),
      vintage: snapshot.vintage,
      cells: draft.cells.length,
      publishedShare: draft.publishedShare,
      cuts: draft.cuts,
      auditPassed: draft.auditPassed,
    };
    const { rows } = await client.query<{ id: string }>(
      'insert into trustee.release (snapshot_id, table_id, definition, rule_version, report) values ($1, $2, $3, $4, $5) returning id',
      [snapshot.id, draft.table.id, JSON.stringify(definition), ruleVersion, JSON.stringify(report)],
    );
    const release = rows[0]?.id ?? null;
    await client.query(
      `insert into trustee.cell (release_id, position, coordinates, suppressed, value, contributors)
       select $1, c.position, c.coordinates, c.value is null, c.value, c.contributors
       from jsonb_to_recordset($2::jsonb) as c(position int, coordinates jsonb, value text, contributors text)`,
      [release, JSON.stringify(draft.cells.map((cell, position) => ({ position, ...cell })))],
    );
    reports.push({ release, ...report });
  }
  return reports;
}
