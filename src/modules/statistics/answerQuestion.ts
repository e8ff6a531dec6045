import type { Pool, PoolClient } from 'pg';
import { monthsBetween, retainedVarianceShare, roundSignificant } from '../../disclosureControl';
import { formatPeriod } from '../../kernel/period';
import { decimalText, hasEnough } from './buildTables';
import type { Question } from './checkStatistic';
import { bandOf, componentsOf, evaluate, figuresFor, type Component } from './components';
import { isWithin } from './dimensions';
import { loadSnapshots, type Figure, type Snapshot } from './frozenInputs';
import { append, holdLedger, ledgerFamily, replay, type HeldLedger, type LedgerScope } from './ledgerStore';
import { smallCell, type Refusal } from './refusal';
import type { Registry } from './registeredTables';
import { inTrusteeTransaction } from './trusteeTransaction';

/** Who asks, for the ledger; the decision does not depend on it. */
export interface Asker {
  readonly personId: string | null;
  readonly organisationNo: number | null;
  readonly initiativeId: string;
  readonly lawHash: string;
}

export interface AnswerContext {
  /** of the trustee */
  readonly pool: Pool;
  readonly registry: Registry;
  /** ISO date */
  readonly today: string;
}

export type Answer =
  | { readonly kind: 'ANSWERED'; readonly value: string; readonly unit: string; readonly contributors: string }
  | { readonly kind: 'REFUSED'; readonly refusal: Refusal };

/**
 * Judges an ad-hoc question against everything ever released in its family and answers it (A6, A8). One transaction holds
 * the family's ledger from the decision to the append, and the answer leaves only after that is durable: whatever is
 * killed, the ledger is never behind what was answered.
 *
 * The decision is taken before any value is read: it follows from membership, earlier sets and public bands alone.
 */
export function answerQuestion(context: AnswerContext, question: Question, asker: Asker): Promise<Answer> {
  return inTrusteeTransaction(context.pool, async (client) => {
    const judged = await judge(client, context, question);
    if (judged.kind === 'REFUSED') return judged;
    return answer(client, context, question, asker, judged);
  });
}

/** The same decision without an answer; it changes nothing. */
export function wouldAnswer(context: AnswerContext, question: Question): Promise<Refusal | null> {
  return inTrusteeTransaction(context.pool, async (client) => {
    const judged = await judge(client, context, question);
    return judged.kind === 'REFUSED' ? judged.refusal : null;
  });
}

/** A question that may be answered, with what it is answered from and the ledger that this transaction holds. */
interface Admitted {
  readonly kind: 'ADMITTED';
  readonly snapshot: Snapshot;
  readonly figures: readonly Figure[];
  readonly components: readonly Component[];
  readonly ledger: HeldLedger;
}

type Judged = Admitted | { readonly kind: 'REFUSED'; readonly refusal: Refusal };

const refused = (refusal: Refusal): Judged => ({ kind: 'REFUSED', refusal });

async function judge(client: PoolClient, context: AnswerContext, question: Question): Promise<Judged> {
  const { registry } = context;
  const { measure, period } = question;
  const [snapshot] = await loadSnapshots(client, measure.id, period);
  if (snapshot === undefined) return refused(smallCell('A4', 'ask for a period whose inputs are frozen'));
  const ledger = await holdLedger(client, ledgerFamily(measure, period));
  const awaited = await unpublishedTable(client, context, question);
  if (awaited !== null) return refused(smallCell('A5', `wait for the registered table ${awaited}`));
  if (question.function === 'SHARE') return refused(smallCell('A5', 'use a registered table'));
  const components = componentsOf(measure, question.function);
  const figures = figuresFor(components, within(snapshot, question, registry));
  if (!hasEnough(figures, registry.thresholds)) return refused(smallCell('A1', 'widen region or period'));
  const scope = await scopeOf(client, context, question);
  const set = figures.map(({ figure }) => figure);
  const refusal = judgeSet(scope, ledger, components, set);
  return refusal === null ? { kind: 'ADMITTED', snapshot, figures, components, ledger } : refused(refusal);
}

/** Against the sums of its own kind first, then against all of its derivation family (A8). */
function judgeSet(
  scope: LedgerScope,
  ledger: HeldLedger,
  components: readonly Component[],
  set: readonly string[],
): Refusal | null {
  for (const { name } of components) {
    const own = replay(
      scope,
      ledger.entries.filter((entry) => entry.measure === name),
    ).decide(set);
    if (own.kind === 'REFUSED') return { code: own.code, rule: own.rule, otherwise: 'widen region or period' };
  }
  if (components.length === 0) return null;
  const names = new Set(ledger.entries.map((entry) => entry.measure));
  if (names.size === 0 || (names.size === 1 && components.every(({ name }) => names.has(name)))) return null;
  const joint = replay(scope, ledger.entries).decide(set);
  if (joint.kind !== 'REFUSED') return null;
  return { code: 'DERIVATION', rule: 'A8', otherwise: 'ask for the same set as before' };
}

async function answer(
  client: PoolClient,
  context: AnswerContext,
  question: Question,
  asker: Asker,
  { snapshot, figures, components, ledger }: Admitted,
): Promise<Answer> {
  const contributors = bandOf(figures);
  if (contributors === null) return { kind: 'REFUSED', refusal: smallCell('A1', 'widen region or period') };
  if (question.function === 'COUNT') {
    return { kind: 'ANSWERED', value: contributors, unit: 'groups', contributors };
  }
  // Weights that are all zero give zero: to refuse here would tell something of the values.
  const exact = evaluate(question.function, components, figures) ?? 0;
  const value = decimalText(roundSignificant(exact, context.registry.thresholds.significantFigures));
  await append(
    client,
    ledger,
    components.map(({ name }) => ({
      measure: name,
      period: formatPeriod(question.period),
      figures: figures.map(({ figure }) => figure),
      answer: { function: question.function, value, contributors },
      releaseId: null,
      askedBy: asker.personId,
      organisationNo: asker.organisationNo,
      purpose: question.purpose,
      initiativeId: asker.initiativeId,
      lawHash: asker.lawHash,
    })),
  );
  return { kind: 'ANSWERED', value, unit: snapshot.unit, contributors };
}

function within(snapshot: Snapshot, { cell, standard }: Question, { regions }: Registry): readonly Figure[] {
  return snapshot.figures.filter(
    (figure) => isWithin(figure, cell, regions) && (standard === null || figure.standards.includes(standard)),
  );
}

/** INVARIANT RegisteredTablesFirst: they get the budget, so a family answers nothing before all its tables are out. */
async function unpublishedTable(
  client: PoolClient,
  { registry }: AnswerContext,
  { measure, period }: Question,
): Promise<string | null> {
  const tables = registry.tables.filter((table) => registry.measures.get(table.measure)?.family === measure.family);
  const { rows } = await client.query<{ id: string }>(
    `select w.id from unnest($1::text[]) with ordinality as w(id, place)
     where exists (select from trustee.snapshot s join trustee.input i on i.snapshot_id = s.id
         where s.measure = ($2::text[])[w.place] and s.period_start = $3 and s.period_end = $4)
       and not exists (select from trustee.release r join trustee.snapshot s on s.id = r.snapshot_id
         where r.table_id = w.id and s.period_start = $3 and s.period_end = $4 and r.state in ('PUBLISHED', 'WITHDRAWN'))
     order by w.place limit 1`,
    [tables.map(({ id }) => id), tables.map((table) => table.measure), period.start, period.end],
  );
  return rows[0]?.id ?? null;
}

/** Every figure of the family, of all measures and vintages: the ledger's frame. */
async function scopeOf(client: PoolClient, context: AnswerContext, question: Question): Promise<LedgerScope> {
  const { registry, today } = context;
  const { measure, period } = question;
  const figures: Figure[] = [];
  for (const other of registry.measures.values()) {
    if (other.family !== measure.family) continue;
    const snapshots = await loadSnapshots(client, other.id, measure.periods === 'ALL' ? null : period);
    figures.push(...snapshots.flatMap((snapshot) => snapshot.figures));
  }
  return {
    figures,
    band: measure.band,
    retainedVarianceShare: retainedVarianceShare(monthsBetween(period.end, today), registry.thresholds),
    thresholds: registry.thresholds,
  };
}
