import type { Pool, PoolClient } from 'pg';
import { judgeCountedSet, monthsBetween, retainedVarianceShare, type Thresholds } from '../../disclosureControl';
import { InvariantError } from '../../kernel/errors';
import { formatPeriod } from '../../kernel/period';
import { hasEnough } from './buildTables';
import { certifiedRange, countedSum, writtenRange, type Certified } from './certificates';
import type { Question } from './checkStatistic';
import { bandOf, componentsOf, membersFor, totalsOf, type Component } from './components';
import { isWithin } from './dimensions';
import type { Member } from './frozenInputs';
import {
  loadAmounts,
  loadLevels,
  loadMembers,
  snapshotNames,
  type FrozenMember,
  type SnapshotName,
} from './frozenMembers';
import type { LedgerState, LedgerStates } from './ledgerState';
import {
  append,
  holdLedger,
  LedgerFault,
  ledgerFamily,
  sealed,
  sealLedger,
  type HeldLedger,
  type StoredAnswer,
} from './ledgerStore';
import { smallCell, type Refusal } from './refusal';
import type { Registry } from './registeredTables';
import { inTrusteeTransaction, prepared } from '../../database/trusteeTransaction';
import { writtenValue } from './writtenValue';

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
  /** Kept between questions; an empty one is slower and decides the same. */
  readonly states: LedgerStates;
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
export async function answerQuestions(
  context: AnswerContext,
  questions: readonly Question[],
  asker: Asker,
): Promise<readonly Answer[]> {
  const { answers, ledger } = await onLedger(context, (client) =>
    answersOf(client, context, questions, (judged, question) => answer(client, context, question, asker, judged)),
  );
  if (ledger !== null) context.states.promise(ledger);
  return answers;
}

/** The same decisions as `answerQuestions`, each after the ones before it; nothing of it is kept. */
export async function wouldAnswerAll(
  context: AnswerContext,
  questions: readonly Question[],
): Promise<readonly (Refusal | null)[]> {
  const nobody = { personId: null, organisationNo: null, initiativeId: NO_INITIATIVE, lawHash: '' };
  const work = async (client: PoolClient): Promise<never> => {
    const { answers } = await answersOf(client, context, questions, async (judged, question) => {
      // Without a value: what is only asked about is not computed.
      await enter(client, question, nobody, judged, null);
      return null;
    });
    throw new NothingKept(answers);
  };
  return onLedger<readonly (Refusal | null)[]>(context, work).catch((error: unknown) => {
    if (!(error instanceof NothingKept)) throw error;
    return error.answers.map((each) => (each?.kind === 'REFUSED' ? each.refusal : null));
  });
}

/** INVARIANT LedgerFailsClosed: whoever finds entries lost or changed seals the ledger, for every node and for good. */
async function onLedger<T>({ pool }: AnswerContext, work: (client: PoolClient) => Promise<T>): Promise<T> {
  try {
    return await inTrusteeTransaction(pool, work);
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    await sealLedger(pool, error.family, error.message);
    throw sealed();
  }
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
): Promise<{ readonly answers: readonly (T | Answer)[]; readonly ledger: HeldLedger | null }> {
  const [first] = questions;
  if (first === undefined) return { answers: [], ledger: null };
  const family = await openFamily(client, context, first, questions.length);
  const answers: (T | Answer)[] = [];
  for (const question of questions) {
    const judged = family.kind === 'REFUSED' ? family : judge(context, family, question);
    answers.push(judged.kind === 'REFUSED' ? judged : await admitted(judged, question));
    if (judged.kind === 'ADMITTED' && answers.length < questions.length) {
      await judged.family.state.catchUp(client, judged.family.ledger);
    }
  }
  return { answers, ledger: family.kind === 'REFUSED' ? null : family.ledger };
}

/** Everything that decides about questions on one measure and period, with the ledger that this transaction holds. */
interface OpenFamily {
  readonly kind: 'OPEN';
  readonly snapshot: SnapshotName;
  readonly state: LedgerState;
  ledger: HeldLedger;
}

/** A question that may be answered, with what it is answered from. */
interface Admitted {
  readonly kind: 'ADMITTED';
  readonly family: OpenFamily;
  readonly members: readonly Member[];
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
  questions: number,
): Promise<OpenFamily | Refused> {
  const { measure, period } = question;
  const names = await familySnapshots(client, context, question);
  const snapshot = names.find((name) => name.measure === measure.id && name.isOfPeriod);
  if (snapshot === undefined) return refused(smallCell('A4', 'ask for a period whose inputs are frozen'));
  const ledger = await holdLedger(client, ledgerFamily(measure, period));
  const awaited = await unpublishedTable(client, context, question);
  if (awaited !== null) return refused(smallCell('A5', `wait for the registered table ${awaited}`));
  const kept = await stateOf(client, context, question, ledger, names);
  // What this transaction enters is not durable yet: its later questions are judged on a state of their own.
  return { kind: 'OPEN', snapshot, state: questions > 1 ? kept.fork() : kept, ledger };
}

function judge({ registry }: AnswerContext, family: OpenFamily, question: Question): Admitted | Refused {
  const { state, snapshot } = family;
  const components = componentsOf(question.measure, question.function);
  const members = membersFor(components, within(state.membersOf(snapshot.id), question, registry));
  if (!hasEnough(members, registry.thresholds)) return refused(smallCell('A1', 'widen region or period'));
  const set = members.map(({ figure }) => figure);
  const refusal =
    question.measure.standard === null
      ? judgeSet(state, components, set)
      : judgeCertified(state, question, members, registry.thresholds);
  return refusal === null ? { kind: 'ADMITTED', family, members, components } : refused(refusal);
}

/** A range is told, or not, by how many sites there are alone; and every site is in one counted set at most. */
function judgeCertified(
  state: LedgerState,
  { measure, atLeast }: Question,
  members: readonly Member[],
  thresholds: Thresholds,
): Refusal | null {
  const nobody = members.map((member): Certified => ({ ...member, level: 'NONE', count: 1 }));
  if (certifiedRange(measure, nobody, atLeast, thresholds) === null) return smallCell('A1', 'widen region or period');
  const decision = judgeCountedSet(new Set(members.map(({ figure }) => figure)), state.answeredSets);
  if (decision !== 'OVERLAPPING') return null;
  return { code: 'DIFFERENCING', rule: 'A6', otherwise: 'ask for the same set as before, or one apart from it' };
}

/** Against the sums of its own kind first, then against all of its derivation family (A8). */
function judgeSet(state: LedgerState, components: readonly Component[], set: readonly string[]): Refusal | null {
  for (const { name } of components) {
    const own = state.ledgerOf(name).decide(set);
    if (own.kind === 'REFUSED') return { code: own.code, rule: own.rule, otherwise: 'widen region or period' };
  }
  if (components.length === 0) return null;
  const names = state.measures;
  if (names.size === 0 || (names.size === 1 && components.every(({ name }) => names.has(name)))) return null;
  if (state.ledgerOf(null).decide(set).kind !== 'REFUSED') return null;
  return { code: 'DERIVATION', rule: 'A8', otherwise: 'ask for the same set as before' };
}

async function answer(
  client: PoolClient,
  context: AnswerContext,
  question: Question,
  asker: Asker,
  judged: Admitted,
): Promise<Answer> {
  const { family, members } = judged;
  const contributors = bandOf(members);
  if (contributors === null) return refused(smallCell('A1', 'widen region or period'));
  const value = await valueOf(client, context, question, judged);
  await enter(client, question, asker, judged, {
    function: question.function,
    value: value ?? contributors,
    contributors,
  });
  return { kind: 'ANSWERED', value: value ?? contributors, unit: unitOf(question, family.snapshot), contributors };
}

/** The text of the answer, from values that are read only now; null for a count, which needs none. */
async function valueOf(
  client: PoolClient,
  { registry }: AnswerContext,
  { function: name, measure, atLeast }: Question,
  { family, members, components }: Admitted,
): Promise<string | null> {
  const figures = members.map(({ figure }) => figure);
  if (measure.standard !== null) {
    const levels = await loadLevels(client, family.snapshot.id, figures);
    const sites = members.map((one): Certified => ({ ...one, level: levels.get(one.figure) ?? 'NONE', count: 1 }));
    const range = certifiedRange(measure, sites, atLeast, registry.thresholds);
    return range === null ? null : writtenRange(name, range, sites.length);
  }
  if (name === 'COUNT' || name === 'SHARE') return null;
  const amounts = await loadAmounts(client, family.snapshot.id, figures);
  // Weights that are all zero give zero: to refuse here would tell something of the values.
  return writtenValue(name, totalsOf(components, amounts), registry.thresholds) ?? '0';
}

function unitOf({ function: name, measure }: Question, { unit }: SnapshotName): string {
  if (name === 'COUNT') return measure.standard === null ? 'groups' : 'sites';
  return name === 'SHARE' ? '%' : unit;
}

/** Enters every sum that the answer gives away into the ledger that is held. */
async function enter(
  client: PoolClient,
  question: Question,
  asker: Asker,
  { family, members, components }: Admitted,
  stored: StoredAnswer | null,
): Promise<void> {
  family.ledger = await append(
    client,
    family.ledger,
    sumsOf(question, components).map((name) => ({
      measure: name,
      period: formatPeriod(question.period),
      figures: members.map(({ figure }) => figure),
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

/** What the answer gives away, as the ledger names it. */
function sumsOf({ measure, atLeast }: Question, components: readonly Component[]): readonly string[] {
  return measure.standard === null ? components.map(({ name }) => name) : [countedSum(measure, atLeast)];
}

function within<T extends Member>(
  members: readonly T[],
  { cell, standard }: Question,
  { regions }: Registry,
): readonly T[] {
  return members.filter(
    (member) => isWithin(member, cell, regions) && (standard === null || member.standards.includes(standard)),
  );
}

/** INVARIANT RegisteredTablesFirst: they get the budget, so a family answers nothing before all its tables are out. */
async function unpublishedTable(
  client: PoolClient,
  { registry }: AnswerContext,
  { measure, period }: Question,
): Promise<string | null> {
  const tables = registry.tables.filter((table) => registry.measures.get(table.measure)?.family === measure.family);
  const { rows } = await prepared<{ id: string }>(
    client,
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

function familySnapshots(
  client: PoolClient,
  { registry }: AnswerContext,
  { measure, period }: Question,
): Promise<readonly SnapshotName[]> {
  const family = [...registry.measures.values()].filter((other) => other.family === measure.family);
  return snapshotNames(
    client,
    family.map(({ id }) => id),
    period,
    measure.periods === 'ALL',
  );
}

/** The state of the held ledger, over the members of every measure and vintage of the family. */
function stateOf(
  client: PoolClient,
  { registry, states, today }: AnswerContext,
  { measure, period }: Question,
  ledger: HeldLedger,
  names: readonly SnapshotName[],
): Promise<LedgerState> {
  const { thresholds } = registry;
  const policy = {
    minimumContributors: thresholds.minimumContributors,
    readerMayContribute: true,
    differenceContributorsMin: thresholds.differenceContributorsMin,
    retainedVarianceShare: retainedVarianceShare(monthsBetween(period.end, today), thresholds),
    colludingInsiders: thresholds.ledgerInsiders,
  };
  const frame = JSON.stringify([registry.ruleHash, policy, measure.id, names.map(({ id }) => id)]);
  return states.stateOf(client, ledger, frame, async () => {
    const members = new Map<string, readonly FrozenMember[]>();
    for (const { id } of names) members.set(id, await loadMembers(client, id));
    return { members, band: measure.band, policy };
  });
}
