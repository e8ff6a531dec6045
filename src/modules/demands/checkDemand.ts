import { checkCountry } from '../../kernel/identifiers/country';
import { checkText } from '../../kernel/identifiers/text';
import type { IssueList, Path } from '../../kernel/issues';
import { addDays, checkDate } from '../../kernel/period';
import { compare, parseDecimal } from '../../kernel/quantity';
import { sameDimension } from '../../kernel/units';
import { stages } from '../../kernel/vocabulary';
import type { Catalogue, KnownStandards } from '../reference';
import type { DemandInput, DemandRequirementInput } from './demand.input';

export const ASSURANCES = [
  'SELF_DECLARED',
  'SECOND_PARTY',
  'THIRD_PARTY_LIMITED',
  'THIRD_PARTY_REASONABLE',
  'ACCREDITED_CERTIFICATION',
];
const COMPARATORS = ['LE', 'GE', 'EQ', 'REPORTED'];
const TEXT_CHARACTERS_MAX = 5000;

export interface DeadlineContext {
  readonly deadlineDaysMin: number;
  /** ISO date */
  readonly today: string;
}

export interface DemandContext extends DeadlineContext {
  readonly catalogue: Catalogue;
  readonly known: KnownStandards;
}

/** Every rule of `domain.md` 1.4 on a demand that needs no row of another; all faults at once. */
export function checkDemand(input: DemandInput, context: DemandContext, issues: IssueList): void {
  const { catalogue, known } = context;
  if (input.recipients.length === 0) issues.add(['input', 'recipients'], 'REQUIRED', 'name whom you ask');
  if (new Set(input.recipients).size < input.recipients.length) {
    issues.add(['input', 'recipients'], 'DUPLICATE', 'name each recipient once');
  }
  checkRequirement(input.requirement, context, issues);
  oneOf(issues, ['input', 'minAssurance'], input.minAssurance, ASSURANCES);
  oneOf(issues, ['input', 'cascade'], input.cascade, ['NONE', 'BLIND']);
  const regulations = known.standards.filter((row) => row.kind === 'REGULATION').map((row) => row.standardId);
  oneOf(issues, ['input', 'legalBasis'], input.legalBasis, ['NONE', ...regulations]);
  checkDeadline(input.deadline, ['input', 'deadline'], context, issues);
  const minerals = catalogue.minerals.map((row) => row.mineralId);
  input.minerals.forEach((mineral, index) => {
    if (!minerals.includes(mineral))
      issues.add(['input', 'minerals', index], 'UNKNOWN', 'use a mineral of the catalogue');
  });
  input.stages.forEach((stage, index) => oneOf(issues, ['input', 'stages', index], stage, stages));
  input.jurisdictions.forEach((code, index) => {
    const country = checkCountry(code);
    if (!country.ok) issues.add(['input', 'jurisdictions', index], country.error.code, country.error.hint);
  });
  checkTexts(
    [
      [['input', 'title'], input.title],
      [['input', 'text'], input.text],
    ],
    issues,
  );
}

export function checkDeadline(deadline: string, path: Path, context: DeadlineContext, issues: IssueList): void {
  const date = checkDate(deadline);
  if (!date.ok) issues.add(path, date.error.code, date.error.hint);
  else if (deadline < addDays(context.today, context.deadlineDaysMin)) {
    issues.add(path, 'TOO_SOON', `leave at least ${context.deadlineDaysMin} days to answer`);
  }
}

export function checkTexts(texts: readonly [Path, string | null | undefined][], issues: IssueList): void {
  for (const [path, text] of texts) {
    if (text == null) continue;
    const checked = checkText(text, { charactersMax: TEXT_CHARACTERS_MAX, multiline: true });
    if (!checked.ok) issues.add(path, checked.error.code, checked.error.hint);
  }
}

function checkRequirement(requirement: DemandRequirementInput, context: DemandContext, issues: IssueList): void {
  const path: Path = ['input', 'requirement'];
  if ((requirement.standard == null) === (requirement.indicator == null)) {
    issues.add(path, 'REQUIREMENT', 'ask for a standard and level, or for an indicator and threshold');
    return;
  }
  if (requirement.standard != null) checkStandard(requirement, context.known, issues);
  else checkIndicator(requirement, context.catalogue, issues);
}

function checkStandard(requirement: DemandRequirementInput, known: KnownStandards, issues: IssueList): void {
  const standard = known.standards.find((row) => row.standardId === requirement.standard);
  if (standard === undefined) {
    issues.add(['input', 'requirement', 'standard'], 'UNKNOWN', 'use a standard of the catalogue, such as RMAP');
    return;
  }
  if (requirement.minLevel == null) {
    issues.add(['input', 'requirement', 'minLevel'], 'REQUIRED', `use one of ${standard.levels.join(', ')}`);
    return;
  }
  oneOf(issues, ['input', 'requirement', 'minLevel'], requirement.minLevel, standard.levels);
  checkTopic(requirement, known, issues);
}

function checkTopic(requirement: DemandRequirementInput, known: KnownStandards, issues: IssueList): void {
  if (requirement.topic == null) return;
  const addressed = known.requirements.filter(
    (row) => row.standardId === requirement.standard && row.coverage !== 'NONE',
  );
  oneOf(
    issues,
    ['input', 'requirement', 'topic'],
    requirement.topic,
    addressed.map((row) => row.topicId),
  );
}

function checkIndicator(requirement: DemandRequirementInput, catalogue: Catalogue, issues: IssueList): void {
  const indicator = catalogue.indicators.find((row) => row.indicatorId === requirement.indicator);
  if (indicator === undefined) {
    issues.add(['input', 'requirement', 'indicator'], 'UNKNOWN', 'use an indicator of the catalogue, such as TRIR');
    return;
  }
  if (requirement.topic != null) {
    issues.add(['input', 'requirement', 'topic'], 'REQUIREMENT', 'a topic belongs to a standard');
  }
  oneOf(issues, ['input', 'requirement', 'comparator'], requirement.comparator ?? '', COMPARATORS);
  if (requirement.comparator === 'REPORTED') return;
  const threshold = parseDecimal(requirement.threshold ?? '');
  if (!threshold.ok) issues.add(['input', 'requirement', 'threshold'], threshold.error.code, threshold.error.hint);
  if (requirement.unit != null && !sameDimension(requirement.unit, indicator.unit)) {
    issues.add(['input', 'requirement', 'unit'], 'DIMENSION', `the indicator is measured in ${indicator.unit}`);
  }
}

/** What makes one demand stricter than another: level, topics, threshold, assurance or time to answer. */
export interface Strictness {
  standard_id: string | null;
  min_level: string | null;
  /** null: the standard as a whole */
  topic_id: string | null;
  comparator: string | null;
  threshold: string | null;
  min_assurance: string | null;
  deadline: string;
}

export function isStricter(now: Strictness, before: Strictness, { standards }: KnownStandards): boolean {
  if (now.standard_id !== before.standard_id || now.comparator !== before.comparator) return true;
  // The whole standard asks for each of its topics; a topic asks for nothing else.
  if (before.topic_id !== null && now.topic_id !== before.topic_id) return true;
  const levels = standards.find((row) => row.standardId === now.standard_id)?.levels ?? [];
  const level = (code: string | null): number => levels.indexOf(code ?? '');
  const assurance = (code: string | null): number => ASSURANCES.indexOf(code ?? '');
  return (
    level(now.min_level) > level(before.min_level) ||
    assurance(now.min_assurance) > assurance(before.min_assurance) ||
    now.deadline < before.deadline ||
    isTighter(now, before)
  );
}

function isTighter(now: Strictness, before: Strictness): boolean {
  if (now.threshold === null || before.threshold === null) return now.threshold !== before.threshold;
  const order = compare(now.threshold, before.threshold);
  if (now.comparator === 'LE') return order < 0;
  return now.comparator === 'GE' ? order > 0 : order !== 0;
}

function oneOf(issues: IssueList, path: Path, value: string | null | undefined, codes: readonly string[]): void {
  if (value == null || codes.includes(value)) return;
  issues.add(path, 'UNKNOWN', `use one of ${codes.join(', ')}`);
}
