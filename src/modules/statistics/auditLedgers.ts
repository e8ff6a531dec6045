import type { Pool, PoolClient } from 'pg';
import { auditAnswers, type AnswersAudit, type AuditedFigure, type LinearProgramSolver } from '../../disclosureControl';
import { DomainError } from '../../kernel/errors';
import { checkText } from '../../kernel/identifiers/text';
import { formatPeriod } from '../../kernel/period';
import { componentsOf, type Component } from './components';
import { loadSnapshots, type Snapshot } from './frozenInputs';
import type { Measure, Registry } from './registeredTables';
import { inTrusteeTransaction } from '../../database/trusteeTransaction';

export interface LedgerAuditContext {
  /** of the trustee */
  readonly pool: Pool;
  readonly registry: Registry;
  readonly solver: LinearProgramSolver;
}

/** What the audit found in one ledger; no value, and no unit by name. */
export interface LedgerAudit {
  readonly family: string;
  /** Entries of the ledger that were audited. */
  readonly version: number;
  readonly passed: boolean;
  readonly requirements: number;
  readonly exposedUnits: number;
  readonly linearPrograms: number;
}

/**
 * The independent audit of everything answered and released (`statistics.md` design 4): for every unit the interval in which
 * its figures can lie, by linear programming, given all answers exactly, the public bands and any insider's own figures.
 * It looks at values, so it never gates an answer; a finding freezes its family for all further answers and releases.
 *
 * Audits each ledger that has grown since it was last audited. It holds no lock while it computes: an answer given
 * meanwhile is audited next time. May take long; run it in a process of its own (`sluice release audit`).
 */
export async function auditLedgers(context: LedgerAuditContext): Promise<readonly LedgerAudit[]> {
  const { rows } = await context.pool.query<{ family: string }>(
    `select family from trustee.ledger l where version > coalesce((select max(version) from trustee.ledger_audit a where a.family = l.family), 0) order by family`,
  );
  const audits: LedgerAudit[] = [];
  for (const { family } of rows) {
    const tasks = await inTrusteeTransaction(context.pool, (client) => readLedger(client, context, family));
    const audit = { family, version: tasks.version, ...judge(tasks.audits) };
    await context.pool.query(
      `insert into trustee.ledger_audit (family, version, passed, requirements, exposed_units, linear_programs) values ($1, $2, $3, $4, $5, $6)`,
      [family, audit.version, audit.passed, audit.requirements, audit.exposedUnits, audit.linearPrograms],
    );
    audits.push(audit);
  }
  return audits;
}

const REASON_CHARACTERS_MAX = 1000;

export interface LedgerAlarm {
  readonly id: string;
  readonly family: string;
  readonly ranAt: string;
  readonly exposedUnits: number;
}

/** Alarms that nobody lifted, for counsel. */
export async function ledgerAlarms(pool: Pool): Promise<readonly LedgerAlarm[]> {
  const { rows } = await pool.query<LedgerAlarm>(
    `select id, family, ran_at as "ranAt", exposed_units as "exposedUnits" from trustee.ledger_audit where not passed and lifted_at is null order by ran_at`,
  );
  return rows;
}

/** Lets a frozen family answer again, as counsel. @throws DomainError VALIDATION for no reason, NOT_FOUND for no open alarm */
export async function liftAlarm(pool: Pool, id: string, personId: string, reason: string): Promise<void> {
  const given = checkText(reason, { charactersMax: REASON_CHARACTERS_MAX });
  if (!given.ok || given.value === '') {
    throw new DomainError('VALIDATION', 'a reason is given in words', {
      rule: 'A6',
      next: 'say why the family may answer again',
    });
  }
  const { rowCount } = await pool.query(
    `update trustee.ledger_audit set lifted_at = clock_timestamp(), lifted_by = $2, lift_reason = $3 where id = $1 and not passed and lifted_at is null`,
    [/^[0-9a-f-]{36}$/i.test(id) ? id : null, personId, given.value],
  );
  if (rowCount === 0) throw new DomainError('NOT_FOUND', 'there is no such alarm');
}

function judge(tasks: readonly AnswersAudit[]): Omit<LedgerAudit, 'family' | 'version'> {
  const reports = tasks.map(auditAnswers);
  const sum = (pick: (report: (typeof reports)[number]) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  const exposed = reports.flatMap((report) => report.exposures.map(({ requirement }) => requirement.unit));
  return {
    passed: reports.every((report) => report.passed),
    requirements: sum((report) => report.requirements),
    exposedUnits: new Set(exposed).size,
    linearPrograms: sum((report) => report.linearPrograms),
  };
}

interface EntryRow {
  readonly version: number;
  readonly measure: string;
  readonly period: string;
  readonly figures: readonly string[];
  readonly snapshotId: string | null;
}

/** The figures and answers of one ledger: one audit for every kind of sum and every snapshot it was computed from. */
async function readLedger(
  client: PoolClient,
  context: LedgerAuditContext,
  family: string,
): Promise<{ readonly version: number; readonly audits: readonly AnswersAudit[] }> {
  await client.query('set transaction isolation level repeatable read, read only');
  const { rows } = await client.query<EntryRow>(
    `select e.version, e.measure, e.period, e.figures, r.snapshot_id as "snapshotId" from trustee.ledger_entry e
     left join trustee.release r on r.id = e.release_id where e.family = $1 order by e.version`,
    [family],
  );
  const answersOf = new Map<string, { source: Source; answers: (readonly string[])[] }>();
  const snapshots = new Map<string, readonly Snapshot[]>();
  for (const entry of rows) {
    const sum = summedBy(context.registry, entry.measure);
    if (sum === undefined) continue;
    const { measure } = sum;
    const known = snapshots.get(measure.id) ?? (await loadSnapshots(client, measure.id, null));
    snapshots.set(measure.id, known);
    const snapshot = known.find((candidate) =>
      entry.snapshotId === null ? formatPeriod(candidate.period) === entry.period : candidate.id === entry.snapshotId,
    );
    if (snapshot === undefined) continue;
    const key = `${entry.measure} ${snapshot.id}`;
    const group = answersOf.get(key) ?? { source: { ...sum, snapshot }, answers: [] };
    group.answers.push(entry.figures);
    answersOf.set(key, group);
  }
  const audits = [...answersOf.values()].map(({ source, answers }) => taskOf(context, source, answers));
  return { version: rows.at(-1)?.version ?? 0, audits };
}

interface Sum {
  readonly measure: Measure;
  readonly component: Component;
}

interface Source extends Sum {
  readonly snapshot: Snapshot;
}

/**
 * The measure and the sum that an entry names. Undefined for the share of a standard: it is told as a range of counts,
 * never exactly (`countRange`), and audited so when its table is built.
 */
function summedBy(registry: Registry, name: string): Sum | undefined {
  const measures = [...registry.measures.values()].filter(({ standard }) => standard === null);
  const sums = measures.flatMap((measure) =>
    (measure.weight === null ? (['SUM'] as const) : (['SUM', 'WEIGHTED_MEAN'] as const)).flatMap((kind) =>
      componentsOf(measure, kind).map((component) => ({ measure, component })),
    ),
  );
  return (
    sums.find(({ measure, component }) => component.name === name && measure.id === name) ??
    sums.find(({ component }) => component.name === name)
  );
}

function taskOf(
  { registry, solver }: LedgerAuditContext,
  { measure, component, snapshot }: Source,
  answers: readonly (readonly string[])[],
): AnswersAudit {
  // A public band is told of the figure itself, not of its weight nor of their product.
  const publicBounds = component.isWeighed ? { lower: 0, upper: Infinity } : measure.band;
  const figures = snapshot.figures.flatMap((figure): AuditedFigure[] => {
    const value = component.valueOf(figure);
    return value === null
      ? []
      : [{ id: figure.figure, unit: figure.unit, value, publicBounds: around(value, publicBounds) }];
  });
  return {
    figures,
    answers,
    knownTo: new Map(snapshot.figures.map(({ unit, knownTo }) => [unit, knownTo])),
    unprotectedUnits: new Set(snapshot.figures.flatMap(({ unit, isProtected }) => (isProtected ? [] : [unit]))),
    pPercent: registry.thresholds.pPercent,
    colludingInsiders: registry.thresholds.colludingInsiders,
    solver,
  };
}

/** A figure outside its public band stays what it is; the band is what people believe, and an attacker would find it wrong. */
function around(value: number, { lower, upper }: { readonly lower: number; readonly upper: number }) {
  return { lower: Math.min(lower, value), upper: Math.max(upper, value) };
}
