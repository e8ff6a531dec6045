import type { Pool, PoolClient } from 'pg';
import { monthsBetween, retainedVarianceShare } from '../../disclosureControl';
import { InvariantError } from '../../kernel/errors';
import { formatPeriod } from '../../kernel/period';
import { hasEnough } from './buildTables';
import type { Question } from './checkStatistic';
import { bandOf, componentsOf, figuresFor, type Component } from './components';
import { isWithin } from './dimensions';
import { loadSnapshots, type Figure, type Snapshot } from './frozenInputs';
import {
  append,
  holdLedger,
  ledgerFamily,
  replay,
  type HeldLedger,
  type LedgerScope,
  type StoredAnswer,
} from './ledgerStore';
import { smallCell, type Refusal } from './refusal';
import type { Registry } from './registeredTables';
import { inTrusteeTransaction } from './trusteeTransaction';
import { hasRanges, writtenValue } from './writtenValue';

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
export async function answerQuestion(context: AnswerContext, question: Question, asker: Asker): Promise<Answer> {
  const [answer] = await answerQuestions(context, [question], asker);
  if (answer === undefined) throw new InvariantError('every question is answered or refused');
  return answer;
}

/** The same decision without an answer; it changes nothing. */
export async function wouldAnswer(context: AnswerContext, question: Question): Promise<Refusal | null> {
  const [refusal] = await wouldAnswerAll(context, [question]);
  return refusal ?? null;
}

/**
 * Answers several questions about one measure and period under one hold of their ledger, in their order: each is judged
 * against all before it. One answer a question, in the same order.
 */
export function answerQuestions(
  context: AnswerContext,
  questions: readonly Question[],
  asker: Asker,
): Promise<readonly Answer[]> {
  return inTrusteeTransaction(context.pool, (client) =>
    answersOf(client, context, questions, (judged, question) => answer(client, context, question, asker, judged)),
  );
}

/** The same decisions as `answerQuestions`, each after the ones before it; nothing of it is kept. */
export async function wouldAnswerAll(
  context: AnswerContext,
  questions: readonly Question[],
): Promise<readonly (Refusal | null)[]> {
  const nobody = { personId: null, organisationNo: null, initiativeId: NO_INITIATIVE, lawHash: '' };
  const work = async (client: PoolClient): Promise<never> => {
    const answers = await answersOf(client, context, questions, async (judged, question) => {
      // Without a value: what is only asked about is not computed.
      await enter(client, question, nobody, judged, null);
      return null;
    });
    throw new NothingKept(answers);
  };
  return inTrusteeTransaction<readonly (Refusal | null)[]>(context.pool, work).catch((error: unknown) => {
    if (!(error instanceof NothingKept)) throw error;
    return error.answers.map((each) => (each?.kind === 'REFUSED' ? each.refusal : null));
  });
}

/** Ends a transaction that must leave nothing behind. */
class NothingKept extends Error {
  constructor(readonly answers: readonly (Answer | null)[]) {
    super('nothing is kept of a dry run');
  }
}

const NO_INITIATIVE = '00000000-0000-0000-0000-000000000000';

async function answersOf<T>(
  client: PoolClient,
  context: AnswerContext,
  questions: readonly Question[],
  admitted: (judged: Admitted, question: Question) => Promise<T>,
): Promise<readonly (T | Answer)[]> {
  const [first] = questions;
  if (first === undefined) return [];
  const family = await openFamily(client, context, first);
  const answers: (T | Answer)[] = [];
  for (const question of questions) {
    const judged = family.kind === 'REFUSED' ? family : judge(context, family, question);
    answers.push(judged.kind === 'REFUSED' ? judged : await admitted(judged, question));
  }
  return answers;
}

/** Everything that decides about questions on one measure and period, with the ledger that this transaction holds. */
interface OpenFamily {
  readonly kind: 'OPEN';
  readonly snapshot: Snapshot;
  readonly scope: LedgerScope;
  ledger: HeldLedger;
}

/** A question that may be answered, with what it is answered from. */
interface Admitted {
  readonly kind: 'ADMITTED';
  readonly family: OpenFamily;
  readonly figures: readonly Figure[];
  readonly components: readonly Component[];
}

interface Refused {
  readonly kind: 'REFUSED';
  readonly refusal: Refusal;
}

const refused = (refusal: Refusal): Refused => ({ kind: 'REFUSED', refusal });

async function openFamily(
  client: PoolClient,
  context: AnswerContext,
  question: Question,
): Promise<OpenFamily | Refused> {
  const { measure, period } = question;
  const [snapshot] = await loadSnapshots(client, measure.id, period);
  if (snapshot === undefined) return refused(smallCell('A4', 'ask for a period whose inputs are frozen'));
  const ledger = await holdLedger(client, ledgerFamily(measure, period));
  const awaited = await unpublishedTable(client, context, question);
  if (awaited !== null) return refused(smallCell('A5', `wait for the registered table ${awaited}`));
  return { kind: 'OPEN', snapshot, scope: await scopeOf(client, context, question), ledger };
}

function judge({ registry }: AnswerContext, family: OpenFamily, question: Question): Admitted | Refused {
  const components = componentsOf(question.measure, question.function);
  const figures = figuresFor(components, within(family.snapshot, question, registry));
  const isTold = question.function !== 'SHARE' || hasRanges(figures, registry.thresholds);
  if (!hasEnough(figures, registry.thresholds) || !isTold) return refused(smallCell('A1', 'widen region or period'));
  const set = figures.map(({ figure }) => figure);
  const refusal = judgeSet(family.scope, family.ledger, components, set);
  return refusal === null ? { kind: 'ADMITTED', family, figures, components } : refused(refusal);
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
  judged: Admitted,
): Promise<Answer> {
  const { family, figures, components } = judged;
  const contributors = bandOf(figures);
  if (contributors === null) return refused(smallCell('A1', 'widen region or period'));
  // Weights that are all zero give zero: to refuse here would tell something of the values.
  const value = writtenValue(question.function, components, figures, context.registry.thresholds) ?? '0';
  await enter(client, question, asker, judged, { function: question.function, value, contributors });
  return { kind: 'ANSWERED', value, unit: unitOf(question, family.snapshot), contributors };
}

function unitOf({ function: name }: Question, { unit }: Snapshot): string {
  if (name === 'COUNT') return 'groups';
  return name === 'SHARE' ? '%' : unit;
}

/** Enters every sum that the answer gives away into the ledger that is held. */
async function enter(
  client: PoolClient,
  question: Question,
  asker: Asker,
  { family, figures, components }: Admitted,
  stored: StoredAnswer | null,
): Promise<void> {
  family.ledger = await append(
    client,
    family.ledger,
    components.map(({ name }) => ({
      measure: name,
      period: formatPeriod(question.period),
      figures: figures.map(({ figure }) => figure),
      answer: stored,
      releaseId: null,
      askedBy: asker.personId,
      organisationNo: asker.organisationNo,
      purpose: question.purpose,
      initiativeId: asker.initiativeId,
      lawHash: asker.lawHash,
    })),
  );
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
