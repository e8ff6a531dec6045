import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { PHASES, type Age, type DataClass, type Phase } from '../../policy/cells';
import { ageAt } from '../../policy/age';
import { askedClass } from '../../policy/askedClass';
import { TIMELESS_AGE, type ClassifiedFact, type FixedCell } from '../../policy/classification';
import { explainDisclosure, type Explanation } from '../../policy/explain';
import { CLOSURE_GROUNDS, EVERY_GROUND, NO_GROUND, SELF, groundMask } from '../../policy/grounds';
import { cellMask } from '../../policy/masks';
import { groundsTowards, phaseGates, type Operation } from '../graph';
import { sensitivityOf } from '../reference';

/** A question of the kind "why can I (not) read this of them?"; it never asks about a row. */
export interface ExplainQuestion {
  owner: string;
  type: string;
  field: string | null;
  indicator: string | null;
  periodEnd: string | null;
  /** A purpose of the closed list; null: that of the header. */
  purpose: string | null;
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
  const purpose = purposeOf(operation, question);
  const owner = await ownerOf(operation, question.owner);
  const { cell, ...asked } = askedClass(fact, question.field, figureOf(operation, question, owner?.isSite ?? true));
  const phase = await phaseOf(operation);
  const isOpen = owner !== null && owner.unitNo > 0;
  // a desk may hold grounds of offices that this person does not: the boundary narrows them in the same way
  const pair = (isOpen ? await groundsTowards(operation, owner.unitNo) : groundMask(['ANYONE'])) & operation.viewer.may;
  return explainDisclosure(operation.services.masks, {
    pair,
    codes: {
      tier: cell.tier,
      sensitivity: cell.sensitivity,
      age: ageOf(operation, question, fact),
      phase,
      dataClass: cell.dataClass,
    },
    ...asked,
    competitionDeclared: isOpen && (await isDeclared(operation, owner.ownerNo)),
    periodEnd: question.periodEnd,
    statistic: hasStatistic(operation, question),
    frozen: await isFrozen(operation, phase, cell.dataClass),
    covered: isOpen && purpose !== null && (await isCovered(operation, { owner, fact, cell, question, purpose })),
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

/** The class that the figure asked about has by default; null where no figure of the catalogue is asked about. */
function figureOf(operation: Operation, question: ExplainQuestion, isSite: boolean): FixedCell | null {
  const { catalogue, catalogueLaw } = operation.services;
  const indicator = catalogue.indicators.find((candidate) => candidate.indicatorId === question.indicator);
  if (indicator === undefined || question.type !== 'Measurement') return null;
  const tier = isSite ? indicator.siteDefaultTier : indicator.defaultTier;
  return { tier, sensitivity: sensitivityOf(indicator, catalogueLaw), dataClass: indicator.dataClass };
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

/** A purpose that is not on the list, or that the viewer's roles do not state, is a fault of the question. */
function purposeOf(operation: Operation, question: ExplainQuestion): string | null {
  const { viewer, services } = operation;
  if (question.purpose === null) return viewer.purpose;
  const statedBy = services.purposes.get(question.purpose)?.statedBy;
  const issues = new IssueList();
  if (statedBy === undefined)
    issues.add(['purpose'], 'UNKNOWN', 'use a purpose of the closed list, such as DUE_DILIGENCE');
  else if (!statedBy.includes('PUBLIC') && !statedBy.some((role) => viewer.roles.includes(role)))
    issues.add(['purpose'], 'ROLE', 'state a purpose of your own role, or none');
  issues.throwIfAny();
  return question.purpose;
}

/** Whether the gates of the database, which counsel's freezes close, are shut where those of the compiled law are open. */
async function isFrozen(operation: Operation, phase: Phase, dataClass: DataClass): Promise<boolean> {
  const others = EVERY_GROUND & ~SELF & ~CLOSURE_GROUNDS & operation.viewer.may;
  const law = cellMask(operation.services.masks, { gate: 'phase', phase, dataClass }) & others;
  const now = (await phaseGates(operation)).get(dataClass) ?? NO_GROUND;
  return law !== NO_GROUND && (now & law) === NO_GROUND;
}

interface Cover {
  owner: Owner;
  fact: ClassifiedFact;
  cell: FixedCell;
  question: ExplainQuestion;
  purpose: string;
}

/** Whether an agreement of the reader's own, which it may read, covers the field for the purpose today. */
async function isCovered(operation: Operation, { owner, fact, cell, question, purpose }: Cover): Promise<boolean> {
  const names = [question.indicator, question.field, '*'].flatMap((name) =>
    name === null ? [] : [`${fact.type}.${name}`],
  );
  const [row] = await operation.rows<{ covered: boolean }>(
    `select exists (select from disclosed.agreement where state = 'ACTIVE' and purpose = $3 and starts_on <= $4 and $4 < ends_on
       and ((owner_no = $1 and partner_no = $2) or (mutual and owner_no = $2 and partner_no = $1))
       and $5 = any(data_classes) and fields && $6 and (unit_nos = '{}' or $7 = any(unit_nos))) as covered`,
    [
      owner.ownerNo,
      operation.viewer.organisationNo,
      purpose,
      operation.services.today(),
      cell.dataClass,
      names,
      owner.unitNo,
    ],
  );
  return row?.covered ?? false;
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
