import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { PHASES, type Age, type Phase } from '../../policy/cells';
import { ageAt } from '../../policy/age';
import { TIMELESS_AGE, type ClassifiedFact, type FixedCell } from '../../policy/classification';
import type { ClosedOutcome } from '../../policy/decide';
import { explainDisclosure, type Explanation } from '../../policy/explain';
import { GRANT_GROUNDS, groundMask, NO_GROUND } from '../../policy/grounds';
import { groundsTowards, type Operation } from '../graph';
import { sensitivityOf } from '../reference';

/** A question of the kind "why can I (not) read this of them?"; it never asks about a row. */
export interface ExplainQuestion {
  owner: string;
  type: string;
  field: string | null;
  indicator: string | null;
  periodEnd: string | null;
}

interface Owner {
  unitNo: number;
  ownerNo: number;
  isSite: boolean;
}

/**
 * Answers from the compiled law, the default classification and the viewer's grounds towards the owner; the same for an
 * owner that has such data, one that has none, and one that does not exist.
 */
export async function explain(operation: Operation, question: ExplainQuestion): Promise<Explanation> {
  const fact = factOf(operation, question);
  const owner = await ownerOf(operation, question.owner);
  const cell = defaultCell(operation, fact, question, owner?.isSite ?? true);
  const phase = await phaseOf(operation);
  const isOpen = owner !== null && owner.unitNo > 0;
  return explainDisclosure(operation.services.masks, {
    pair: isOpen ? await groundsTowards(operation, owner.unitNo) : groundMask(['ANYONE']),
    codes: {
      tier: cell.tier,
      sensitivity: cell.sensitivity,
      age: ageOf(operation, question, fact),
      phase,
      dataClass: cell.dataClass,
    },
    closed: { declared: closedForm(fact, question.field), sensitivity: cell.sensitivity, dataClass: cell.dataClass },
    without: groundMask(fact.without),
    addressed: fact.parties.length + fact.partyLists.length > 0,
    grantable: fact.grants.kind !== 'none' && (GRANT_GROUNDS & ~groundMask(fact.without)) !== NO_GROUND,
    competitionDeclared: isOpen && (await isDeclared(operation, owner.ownerNo)),
    periodEnd: question.periodEnd,
    statistic: hasStatistic(operation, question),
  });
}

function factOf(operation: Operation, question: ExplainQuestion): ClassifiedFact {
  const { facts } = operation.services.classification;
  const name = question.type === 'Member' ? 'Organisation' : question.type;
  const fact = facts.find((candidate) => candidate.type === name);
  if (fact !== undefined) return fact;
  const issues = new IssueList();
  issues.add(['type'], 'UNKNOWN', `use one of ${facts.map((candidate) => candidate.type).join(', ')}`);
  issues.throwIfAny();
  throw new DomainError('VALIDATION', 'input not valid');
}

async function ownerOf(operation: Operation, id: string): Promise<Owner | null> {
  const [row] = await operation.rows<{ unitNo: number; ownerNo: number; isSite: boolean }>(
    `select unit_no as "unitNo", owner_no as "ownerNo", false as "isSite" from disclosed.organisation where id = $1
     union all select unit_no, owner_no, true from disclosed.site where id = $2`,
    [operation.decodeId(id, 'member'), operation.decodeId(id, 'site')],
  );
  return row ?? null;
}

function defaultCell(
  operation: Operation,
  fact: ClassifiedFact,
  question: ExplainQuestion,
  isSite: boolean,
): FixedCell {
  const { catalogue, catalogueLaw } = operation.services;
  if (fact.type === 'Measurement' && question.indicator !== null) {
    const indicator = catalogue.indicators.find((candidate) => candidate.indicatorId === question.indicator);
    if (indicator !== undefined) {
      const tier = isSite ? indicator.siteDefaultTier : indicator.defaultTier;
      return { tier, sensitivity: sensitivityOf(indicator, catalogueLaw), dataClass: indicator.dataClass };
    }
  }
  const column = fact.columns.find((candidate) => candidate.name === columnName(question.field));
  return column?.class.kind === 'fixed' ? column.class.cell : fact.rowDefault;
}

/** `criticalReason` -> `critical_reason`. */
function columnName(field: string | null): string | null {
  return field === null ? null : field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function closedForm(fact: ClassifiedFact, field: string | null): ClosedOutcome {
  const column = fact.columns.find((candidate) => candidate.name === columnName(field));
  const closed = column === undefined || column.class.kind === 'row' ? fact.closed : column.class.closed;
  return closed === 'REDACT' || closed === 'AGGREGATE_ONLY' ? closed : 'HIDE';
}

/** The age a period of that end has today; timeless facts are as old as can be. */
function ageOf(operation: Operation, question: ExplainQuestion, fact: ClassifiedFact): Age {
  if (fact.ageColumn === null || question.periodEnd === null) return TIMELESS_AGE;
  return ageAt(question.periodEnd, operation.services.today(), operation.services.masks.ageMonths);
}

async function phaseOf(operation: Operation): Promise<Phase> {
  const [row] = await operation.rows<{ phase: string }>(
    `select phase from policy.initiatives() where initiative_no = $1 or ($1::int is null and standing) order by initiative_no limit 1`,
    [operation.viewer.initiativeNo],
  );
  return PHASES.find((phase) => phase === row?.phase) ?? 'CHAMPIONING';
}

/** Competition is named only where both sides declared activities that meet (`domain.md` 0.6). */
async function isDeclared(operation: Operation, ownerNo: number): Promise<boolean> {
  const [row] = await operation.rows<{ declared: boolean }>(
    `select exists (select from disclosed.activity mine join disclosed.activity theirs using (mineral_id, stage, side)
       where mine.unit_no = $1 and theirs.unit_no = $2) as declared`,
    [operation.viewer.organisationNo, ownerNo],
  );
  return row?.declared ?? false;
}

function hasStatistic(operation: Operation, question: ExplainQuestion): boolean {
  const indicator = operation.services.catalogue.indicators.find(
    (candidate) => candidate.indicatorId === question.indicator,
  );
  return indicator !== undefined && indicator.aggregation !== 'NOT_RELEASABLE';
}
