import { IssueList } from '../../kernel/issues';
import type { Operation } from '../graph';
import { answerQuestions, wouldAnswerAll, type Answer } from './answerQuestion';
import type { Question } from './checkStatistic';
import type { Placed } from './dimensions';
import { CELLS_MAX, cellsOfGroups, checkGrouping } from './groupCells';
import type { Refusal } from './refusal';
import type { GroupedStatistics, StatisticCell, StatisticInput } from './statistic.input';
import {
  answerContext,
  inInitiative,
  refusalOf,
  registeredCells,
  registry,
  suppressed,
  type Asked,
  type RegisteredCell,
} from './statistic.service';

/** A question split by dimension, each cell with the released cell that it is, if any. */
interface Split {
  readonly questions: readonly Question[];
  readonly released: readonly (RegisteredCell | null)[];
  /** Those that are no released cell, for the ledger to judge. */
  readonly open: readonly Question[];
}

/**
 * One question for every cell of its dimensions: released cells where there are any, everything else judged in one order
 * under one hold of the ledger. A cell that is refused stands in the answer with the refusal that it would get alone.
 * @throws DomainError as `statistic`, but no refusal of a cell
 */
export function groupedStatistics(
  operation: Operation,
  input: StatisticInput,
  groupBy: readonly string[],
): Promise<GroupedStatistics> {
  return eachStandard(input, groupBy, (one) =>
    inInitiative(operation, one, async (context) => {
      const split = await splitOf(context, groupBy);
      const answers = await answerQuestions(answerContext(operation), split.open, context.asker);
      return written(operation, context, split, answers);
    }),
  );
}

/** One after the other where the question is split by standard: each has a ledger of its own. */
async function eachStandard(
  input: StatisticInput,
  groupBy: readonly string[],
  work: (input: StatisticInput) => Promise<readonly StatisticCell[]>,
): Promise<GroupedStatistics> {
  if (!groupBy.includes('STANDARD') || isGiven(input.indicator) || isGiven(input.standard)) {
    return { cells: [...(await work(input))] };
  }
  const cells: StatisticCell[] = [];
  for (const { standard } of registry().measures.values()) {
    if (standard !== null) cells.push(...(await work({ ...input, standard })));
  }
  return { cells };
}

const isGiven = (value: string | null | undefined): boolean => value !== null && value !== undefined;

/** Whether each cell would be answered, were the question asked now; nothing changes and no value is told. */
export function groupedOutlook(
  operation: Operation,
  input: StatisticInput,
  groupBy: readonly string[],
): Promise<GroupedStatistics> {
  return eachStandard(input, groupBy, (one) =>
    inInitiative(operation, one, async (context) => {
      const split = await splitOf(context, groupBy);
      const refusals = await wouldAnswerAll(answerContext(operation), split.open);
      const outlook = refusals.map((refusal): Answer | null =>
        refusal === null ? null : { kind: 'REFUSED', refusal },
      );
      const { questions, open } = split;
      const released = split.released.map((cell) => (cell === null ? null : withoutValue(cell)));
      return written(operation, context, { questions, open, released }, outlook);
    }),
  );
}

async function splitOf({ asked, question }: Asked, groupBy: readonly string[]): Promise<Split> {
  const { regions } = registry();
  const groupings = checkGrouping(groupBy, question, regions);
  const cells = cellsOfGroups(await placesOfSites(asked), question, groupings, regions);
  const issues = new IssueList();
  const levels = groupings.includes('LEVEL') ? question.measure.levels : [question.atLeast];
  const questions = cells.flatMap((cell) => levels.map((atLeast): Question => ({ ...question, cell, atLeast })));
  if (questions.length > CELLS_MAX)
    issues.add(['groupBy'], 'TOO_MANY', `at most ${CELLS_MAX} cells: narrow the filter`);
  issues.throwIfAny();
  const released = await registeredCells(asked, questions);
  return { questions, released, open: questions.filter((_question, place) => released[place] === null) };
}

/** Where the alliance has sites, and for which minerals, as this reader may know them. */
function placesOfSites(asked: Operation): Promise<Placed[]> {
  return asked.rows<Placed & { [column: string]: unknown }>(
    `select distinct mineral, coalesce(s.stages[1], 'UNALLOCATED') as stage, s.country
     from disclosed.site s, unnest(array[s.main_mineral] || s.minerals || s.by_products) as mineral
     where mineral is not null and s.country is not null`,
  );
}

async function written(
  operation: Operation,
  { asked, question }: Asked,
  { questions, released }: Split,
  answers: readonly (Answer | null)[],
): Promise<StatisticCell[]> {
  const byOrder = [...answers];
  const given = released.map((cell): RegisteredCell | Answer | null => cell ?? byOrder.shift() ?? null);
  const refusals = new Map<string, StatisticCell['refusal']>();
  for (const each of given) {
    const refusal = refusalIn(each);
    if (refusal === null || refusals.has(textOf(refusal))) continue;
    // One lookup a kind of refusal: all cells share measure and period, and so the nearest table.
    const { code, rule, next } = await refusalOf(operation, asked, question, refusal);
    refusals.set(textOf(refusal), { code, rule: rule ?? null, next: next ?? null });
  }
  return questions.map(({ cell, atLeast, measure }, place) => {
    const each = given[place] ?? null;
    const refusal = refusalIn(each);
    const { mineral = null, stage = null, place: where = null } = cell;
    const coordinates = { mineral, stage, place: where, standard: measure.standard, level: atLeast };
    if (refusal !== null) return { ...coordinates, ...NOTHING, refusal: refusals.get(textOf(refusal)) ?? null };
    return { ...coordinates, ...told(operation, each), refusal: null };
  });
}

const textOf = ({ rule, otherwise }: Refusal): string => `${rule} ${otherwise}`;

const NOTHING = { value: null, unit: null, n: null, releaseId: null };

function refusalIn(given: RegisteredCell | Answer | null): Refusal | null {
  if (given === null) return null;
  if (isAnswer(given)) return given.kind === 'REFUSED' ? given.refusal : null;
  return given.contributors === null ? suppressed : null;
}

function told(
  operation: Operation,
  given: RegisteredCell | Answer | null,
): Pick<StatisticCell, 'value' | 'unit' | 'n' | 'releaseId'> {
  if (given === null) return NOTHING;
  if (isAnswer(given)) {
    if (given.kind === 'REFUSED') return NOTHING;
    return { value: given.value, unit: given.unit, n: given.contributors, releaseId: null };
  }
  const { value, unit, contributors, id } = given;
  return { value, unit, n: contributors, releaseId: operation.encodeId('release', id) };
}

function isAnswer(given: RegisteredCell | Answer): given is Answer {
  return 'kind' in given;
}

/** Of a released cell, all but its figure: an outlook tells none. */
function withoutValue(cell: RegisteredCell): RegisteredCell {
  return { ...cell, value: null };
}
