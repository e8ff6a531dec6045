import type { Fault } from '../../kernel/fault';
import { checkText } from '../../kernel/identifiers/text';
import type { IssueList, Path } from '../../kernel/issues';
import { checkDate, checkPeriod, type Period } from '../../kernel/period';
import { checkBounds, parseDecimal } from '../../kernel/quantity';
import type { Result } from '../../kernel/result';
import { convert } from '../../kernel/units';
import type { Catalogue, IndicatorRow } from '../reference';
import type { PublishPlanInput, PublishTargetInput } from './plan.input';

/** Whom an owner may show what is still to come: nobody, or whoever a cleared agreement names (`domain.md` 4, SAFEGUARDED). */
export const PLAN_TIERS = ['OWNER_ONLY', 'BILATERAL'] as const;
const BUDGET_BANDS = ['UP_TO_1_M', 'UP_TO_10_M', 'ABOVE_10_M'];
const ACTIONS_MAX = 50;
const YEAR_MIN = 1990;
const YEAR_MAX = 2100;

function take<T>(issues: IssueList, path: Path, result: Result<T, Fault<string>>): T | null {
  if (result.ok) return result.value;
  issues.add(path, result.error.code, result.error.hint);
  return null;
}

/** Every rule on a plan that needs no database; all faults at once. */
export function checkPlan(
  input: PublishPlanInput,
  catalogue: Catalogue,
  today: string,
  issues: IssueList,
): Period | null {
  if (!catalogue.requirements.some(({ topicId }) => topicId === input.topic)) {
    issues.add(['input', 'topic'], 'UNKNOWN', 'use a topic of the crosswalk, such as T24');
  }
  take(issues, ['input', 'title'], checkText(input.title));
  if (input.actions.length === 0 || input.actions.length > ACTIONS_MAX) {
    issues.add(['input', 'actions'], 'LENGTH', `give 1 to ${ACTIONS_MAX} actions`);
  }
  input.actions
    .slice(0, ACTIONS_MAX)
    .forEach((action, index) => take(issues, ['input', 'actions', index], checkText(action)));
  const period = take(issues, ['input', 'period'], checkPeriod(input.period.start, input.period.end));
  if (period !== null && period.end <= today) {
    issues.add(['input', 'period', 'end'], 'PERIOD_OVER', 'a plan is about what is still to come');
  }
  if (input.budgetBand && !BUDGET_BANDS.includes(input.budgetBand)) {
    issues.add(['input', 'budgetBand'], 'UNKNOWN', `use one of ${BUDGET_BANDS.join(', ')}`);
  }
  const approved = input.boardApprovedOn
    ? take(issues, ['input', 'boardApprovedOn'], checkDate(input.boardApprovedOn))
    : null;
  if (approved !== null && approved > today)
    issues.add(['input', 'boardApprovedOn'], 'FUTURE', 'a board has approved it already');
  checkTier(input.tier, issues);
  if (input.tier === 'BILATERAL' && !input.boardApprovedOn) {
    issues.add(['input', 'boardApprovedOn'], 'REQUIRED', 'only a plan that the board has approved is shared');
  }
  return period;
}

const MONTH = 'january|february|march|april|may|june|july|august|september|october|november|december';
const FINER_THAN_A_YEAR = [
  /\b\d{4}[-/.]\d{1,2}\b/,
  /\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b/,
  /\b(q[1-4]|h[12]|quarters?|weeks?|months?)\b/i,
  new RegExp(`\\b((${MONTH})\\s+\\d{1,4}|\\d{1,2}\\s+(${MONTH}))\\b`, 'i'),
];

/** What an extract for joint planning may not say: where, and when to less than a year (`domain.md` 4). */
export function checkExtract(
  { actions, boardApprovedOn }: PublishPlanInput,
  siteName: string | null,
  issues: IssueList,
): void {
  if (!boardApprovedOn) {
    issues.add(['input', 'boardApprovedOn'], 'REQUIRED', 'only a plan that the board has approved is shared');
  }
  actions.forEach((action, index) => {
    if (FINER_THAN_A_YEAR.some((pattern) => pattern.test(action))) {
      issues.add(['input', 'actions', index], 'FINER_THAN_A_YEAR', 'name years only in an extract');
    }
    if (siteName !== null && action.toLowerCase().includes(siteName.toLowerCase())) {
      issues.add(['input', 'actions', index], 'SITE', 'an extract names no site');
    }
  });
}

function checkTier(tier: string | undefined, issues: IssueList): void {
  if (!tier || PLAN_TIERS.some((known) => known === tier)) return;
  issues.add(['input', 'tier'], 'UNKNOWN', `use one of ${PLAN_TIERS.join(', ')}`);
}

export interface CheckedTarget {
  readonly indicator: IndicatorRow;
  readonly baselineValue: string;
  readonly targetValue: string;
  readonly isPublished: boolean;
}

/** Every rule on a target that needs no database; all faults at once. */
export function checkTarget(input: PublishTargetInput, catalogue: Catalogue, issues: IssueList): CheckedTarget | null {
  const indicator = catalogue.indicators.find(({ indicatorId }) => indicatorId === input.indicator);
  if (indicator === undefined || indicator.valueType === 'ENUM') {
    issues.add(['input', 'indicator'], 'UNKNOWN', 'use an indicator of the catalogue that is a number, such as TRIR');
    return null;
  }
  const valueOf = (field: 'baselineValue' | 'targetValue'): string | null => {
    const given = take(issues, ['input', field], parseDecimal(input[field]));
    const converted =
      given === null
        ? null
        : take(issues, ['input', 'unit'], convert(given, input.unit ?? indicator.unit, indicator.unit));
    return converted === null
      ? null
      : take(issues, ['input', field], checkBounds(converted, indicator.minimum, indicator.maximum));
  };
  const [baselineValue, targetValue] = [valueOf('baselineValue'), valueOf('targetValue')];
  for (const field of ['baselineYear', 'targetYear'] as const) {
    if (input[field] < YEAR_MIN || input[field] > YEAR_MAX) {
      issues.add(['input', field], 'BOUNDS', `a year from ${YEAR_MIN} to ${YEAR_MAX}`);
    }
  }
  if (input.targetYear <= input.baselineYear) {
    issues.add(['input', 'targetYear'], 'ORDER', 'the target year lies after the baseline year');
  }
  if (input.scope) take(issues, ['input', 'scope'], checkText(input.scope));
  checkTier(input.tier, issues);
  const isPublished = checkPublication(input, issues);
  if (baselineValue === null || targetValue === null) return null;
  return { indicator, baselineValue, targetValue, isPublished };
}

/** Published: an address and a day, so that everybody can look it up. */
function checkPublication({ sourceUrl, publishedAt }: PublishTargetInput, issues: IssueList): boolean {
  if (!sourceUrl && !publishedAt) return false;
  if (!sourceUrl || !/^https?:\/\/[^\s<>"]{1,1990}$/.test(sourceUrl)) {
    issues.add(['input', 'sourceUrl'], 'FORMAT', 'give the web address where everybody can read it');
  }
  if (publishedAt) take(issues, ['input', 'publishedAt'], checkDate(publishedAt));
  else issues.add(['input', 'publishedAt'], 'REQUIRED', 'say when it was published');
  return true;
}
