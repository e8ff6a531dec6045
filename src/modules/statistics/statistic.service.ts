import { DomainError } from '../../kernel/errors';
import { notFound, Operation } from '../graph';
import { answerQuestion, wouldAnswer, type AnswerContext, type Asker } from './answerQuestion';
import { checkStatistic, type Question } from './checkStatistic';
import { LedgerStates } from './ledgerState';
import type { Coordinates } from './dimensions';
import { ROOTS } from './dimensions';
import { refusalError, smallCell, type Refusal } from './refusal';
import { readRegistry, type RegisteredTable, type Registry } from './registeredTables';
import type { Benchmark, OwnFigure, Statistic, StatisticInput, StatisticOutlook } from './statistic.input';

let read: Registry | null = null;

let kept: LedgerStates | null = null;

/** One for all questions of this process. */
function ledgerStates(): LedgerStates {
  kept ??= new LedgerStates(registry().ledgersKept);
  return kept;
}

/** Read once: the files do not change while the hub runs. */
export function registry(): Registry {
  read ??= readRegistry();
  return read;
}

/**
 * A statistic: the cell of a registered table where it is one, else an answer that the ledger admits.
 * @throws DomainError PURPOSE_MISSING, VALIDATION, NOT_FOUND for the initiative, PHASE_GATE, or one of the three refusals
 */
export function statistic(operation: Operation, input: StatisticInput): Promise<Statistic> {
  return inInitiative(operation, input, async ({ asked, question, asker }) => {
    const cell = await registeredCell(asked, question);
    if (cell !== null) {
      if (cell.value === null || cell.contributors === null)
        throw await refusalOf(operation, asked, question, suppressed);
      const releaseId = operation.encodeId('release', cell.id);
      return { value: cell.value, unit: cell.unit, n: cell.contributors, releaseId };
    }
    const answer = await answerQuestion(answerContext(operation), question, asker);
    if (answer.kind === 'REFUSED') throw await refusalOf(operation, asked, question, answer.refusal);
    return { value: answer.value, unit: answer.unit, n: answer.contributors, releaseId: null };
  });
}

/** Whether `statistic` would answer, without answering: the same decision, and nothing changes. */
export function statisticOutlook(operation: Operation, input: StatisticInput): Promise<StatisticOutlook> {
  return inInitiative(operation, input, async ({ asked, question }) => {
    const cell = await registeredCell(asked, question);
    const isOpen = cell !== null && cell.value !== null;
    const refusal = cell === null ? await wouldAnswer(answerContext(operation), question) : isOpen ? null : suppressed;
    if (refusal === null) return { wouldAnswer: true, code: null, rule: null, next: null };
    const { code, rule, next } = await refusalOf(operation, asked, question, refusal);
    return { wouldAnswer: false, code, rule: rule ?? null, next: next ?? null };
  });
}

/** A member's own figures of a period beside the released mean of its peers; nothing is computed for it. */
export function benchmark(operation: Operation, input: StatisticInput): Promise<Benchmark> {
  return inInitiative(operation, input, async ({ asked, question }) => {
    const cell = await registeredCell(asked, question);
    const peers =
      cell === null || cell.value === null || cell.contributors === null
        ? null
        : {
            value: cell.value,
            unit: cell.unit,
            n: cell.contributors,
            releaseId: operation.encodeId('release', cell.id),
          };
    return { own: await ownFigures(operation, question), peers };
  });
}

/** A cell left out says only that it is suppressed, never by which rule. */
export const suppressed: Refusal = smallCell('A5', 'widen region or period');

export interface Asked {
  /** the operation of the asker, bound to the initiative that the statistic serves */
  readonly asked: Operation;
  readonly question: Question;
  readonly asker: Asker;
}

/** Runs the work in the name of the initiative that the question states: its phase and its freezes decide (A9). */
export async function inInitiative<T>(
  operation: Operation,
  input: StatisticInput,
  work: (asked: Asked) => Promise<T>,
): Promise<T> {
  const { catalogue, masks } = operation.services;
  const question = checkStatistic(input, registry(), catalogue);
  operation.touched('Statistic', []);
  const initiativeId = operation.decodeId(input.initiative ?? '', 'initiative');
  const [found] = await operation.rows<{ initiativeNo: number }>(
    'select initiative_no as "initiativeNo" from policy.initiatives() where id = $1',
    [initiativeId],
  );
  if (found === undefined || initiativeId === null) throw notFound(['input', 'initiative']);
  const { initiativeNo } = found;
  const asked = new Operation(operation.services, { ...operation.viewer, initiativeId, initiativeNo });
  try {
    await requireOpenStatistics(asked, question);
    const { personId, organisationNo } = operation.viewer;
    const asker = { personId, organisationNo, initiativeId, lawHash: masks.lawHash };
    return await work({ asked, question, asker });
  } finally {
    await asked.close();
  }
}

/** The law's class AGGREGATE, tier ALLIANCE: the same row law that the released rows have. */
async function requireOpenStatistics(asked: Operation, { measure }: Question): Promise<void> {
  const [row] = await asked.rows<{ reads: boolean; members: boolean }>(
    'select released.alliance_reads() as reads, released.members_figures_read() as members',
  );
  if (row?.reads === true && (row.members || measure.inputs === 'PUBLIC')) return;
  throw new DomainError('PHASE_GATE', 'statistics of members are not open to you in this initiative', {
    rule: 'phase.released',
    next: 'use what is released to the public, or ask in the name of an initiative that cooperates',
  });
}

export interface RegisteredCell {
  [column: string]: unknown;
  id: string;
  unit: string;
  value: string | null;
  contributors: string | null;
}

/** The newest vintage of the cell; null where the question is no cell of a table that this reader may read. */
async function registeredCell(asked: Operation, question: Question): Promise<RegisteredCell | null> {
  const [cell] = await registeredCells(asked, [question]);
  return cell ?? null;
}

/** The same for several questions on one measure and period, in their order and in one statement. */
export async function registeredCells(
  asked: Operation,
  questions: readonly Question[],
): Promise<(RegisteredCell | null)[]> {
  const [first] = questions;
  if (first === undefined) return [];
  const sought = questions.flatMap((question, place) =>
    tablesOf(question).map(({ table, cell }) => ({ place, table: table.id, cell: JSON.stringify(cell) })),
  );
  const rows = await asked.rows<RegisteredCell & { place: number }>(
    `select distinct on (w.place) w.place, r.id, r.unit, c.value, c.contributors
     from unnest($1::int[], $2::text[], $3::jsonb[]) as w(place, table_id, coordinates)
     join released.release r on r.table_id = w.table_id and r.period_start = $4 and r.period_end = $5
     join released.cell c on c.release_id = r.id and c.coordinates = w.coordinates
     order by w.place, r.vintage desc, c.suppressed, r.id`,
    [
      sought.map(({ place }) => place),
      sought.map(({ table }) => table),
      sought.map(({ cell }) => cell),
      first.period.start,
      first.period.end,
    ],
  );
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  return questions.map((_question, place) => byPlace.get(place) ?? null);
}

/** The registered tables of which the question is a cell, with the coordinates it has there. */
function tablesOf(question: Question): { table: RegisteredTable; cell: Coordinates }[] {
  if (question.standard !== null) return [];
  return registry()
    .tables.filter(
      (table) =>
        table.measure === question.measure.id && table.function === question.function && tells(table, question),
    )
    .map((table) => ({ table, cell: wholeCell(table, levelled(table, question)) }));
}

/** A table of levels tells of each of them; another one of its own. */
function tells(table: RegisteredTable, { cell, atLeast }: Question): boolean {
  return crosses(table, cell) && (table.dimensions.includes('level') || (table.atLeast ?? null) === atLeast);
}

function levelled(table: RegisteredTable, { cell, atLeast }: Question): Coordinates {
  return table.dimensions.includes('level') && atLeast !== null ? { ...cell, level: atLeast } : cell;
}

function crosses(table: RegisteredTable, cell: Coordinates): boolean {
  return Object.keys(cell).every((name) => table.dimensions.some((dimension) => dimension === name));
}

/** The cell along every dimension of the table: what is not asked for is a total. */
function wholeCell(table: RegisteredTable, cell: Coordinates): Coordinates {
  return Object.fromEntries(table.dimensions.map((dimension) => [dimension, cell[dimension] ?? ROOTS[dimension]]));
}

/** Every refusal has one shape; the nearest table is the newest release of the measure that this reader may read. */
export async function refusalOf(
  operation: Operation,
  asked: Operation,
  { measure, period }: Question,
  refusal: Refusal,
): Promise<DomainError> {
  const [nearest] = await asked.rows<{ id: string }>(
    `select id from released.release where measure = $1 order by (period_start = $2) desc, period_end desc, vintage desc, table_id limit 1`,
    [measure.id, period.start],
  );
  return refusalError(refusal, nearest === undefined ? null : operation.encodeId('release', nearest.id));
}

export function answerContext({ services }: Operation): AnswerContext {
  return { pool: services.pools.trustee, registry: registry(), states: ledgerStates(), today: services.today() };
}

async function ownFigures(operation: Operation, { measure, period }: Question): Promise<OwnFigure[]> {
  const rows = await operation.rows<{ siteId: string | null; value: string | null }>(
    `select m.site_id as "siteId", m.value::text as value from disclosed.measurement m
     where m.owner_no = $1 and m.indicator_id = $2 and m.period_start = $3 and m.period_end = $4 and m.current and m.withdrawn_at is null
     order by m.id`,
    [operation.viewer.organisationNo, measure.indicator, period.start, period.end],
  );
  return rows.map(({ siteId, value }) => ({
    site: siteId === null ? null : operation.encodeId('site', siteId),
    value,
  }));
}
