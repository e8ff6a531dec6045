import type { Fault } from '../../kernel/fault';
import { IssueList, type Path } from '../../kernel/issues';
import { checkText } from '../../kernel/identifiers/text';
import { checkDate, checkPeriod, isClosed, lengthInMonths, type Period } from '../../kernel/period';
import { checkBounds, parseDecimal, parseInteger } from '../../kernel/quantity';
import type { Result } from '../../kernel/result';
import { convert, unit as unitOf } from '../../kernel/units';
import { COMPETITIVELY_SENSITIVE, TIERS, type DataClass, type Sensitivity, type Tier } from '../../policy/cells';
import { sensitivityOf, type Catalogue, type CatalogueLaw, type IndicatorRow } from '../reference';
import type { PublishMeasurementInput } from './measurement.input';

/** A measurement that may be stored: every rule of `domain.md` 1.4 holds. */
export interface CheckedMeasurement {
  indicator: IndicatorRow;
  period: Period;
  value: string | null;
  valueCode: string | null;
  tier: Tier;
  sensitivity: Sensitivity;
  dataClass: DataClass;
  warnings: string[];
}

const VERIFICATIONS = [
  'SELF_DECLARED',
  'SECOND_PARTY',
  'THIRD_PARTY_LIMITED',
  'THIRD_PARTY_REASONABLE',
  'ACCREDITED_CERTIFICATION',
];
const BASES = ['ORE', 'CONCENTRATE', 'CONTAINED_METAL', 'PRODUCT'];
const METHOD_REQUIRED = ['GHG_S1_ABS', 'GHG_S2_ABS', 'GHG_S3_ABS', 'GHG_INT', 'TRIR'];
/** Rows wider than BILATERAL cover twelve months or more (`domain.md` 0.2). */
const WIDE_PERIOD_MONTHS_MIN = 12;
const VALUE_CHARACTERS_MAX = 60;

/** Adds the fault of a check, if any; gives the value otherwise. */
function take<T>(issues: IssueList, path: Path, result: Result<T, Fault<string>>): T | null {
  if (result.ok) return result.value;
  issues.add(path, result.error.code, result.error.hint);
  return null;
}

function oneOf(issues: IssueList, path: Path, value: string | undefined, codes: readonly string[]): void {
  if (value === undefined || value === null || codes.includes(value)) return;
  issues.add(path, 'UNKNOWN', `use one of ${codes.join(', ')}`);
}

function checkPeriodOf(input: PublishMeasurementInput, today: string, issues: IssueList): Period | null {
  const period = take(issues, ['input', 'period'], checkPeriod(input.period.start, input.period.end));
  if (period !== null && !isClosed(period, today)) {
    issues.add(['input', 'period', 'end'], 'PERIOD_OPEN', `the period must have ended by ${today}`);
  }
  return period;
}

interface CheckedValue {
  value: string | null;
  code: string | null;
}

/** What holds for the value of any indicator, while it is not known which one is meant. */
function checkAnyValue(value: string, unit: string | undefined, issues: IssueList): void {
  const number = parseDecimal(value);
  if (!number.ok && number.error.code === 'SEPARATOR') issues.add(['input', 'value'], 'SEPARATOR', number.error.hint);
  else take(issues, ['input', 'value'], checkText(value, { charactersMax: VALUE_CHARACTERS_MAX }));
  if (unit && unitOf(unit) === null) issues.add(['input', 'unit'], 'UNKNOWN_UNIT', 'use a unit such as ML');
}

function checkValue(input: PublishMeasurementInput, indicator: IndicatorRow | null, issues: IssueList): CheckedValue {
  const nothing = { value: null, code: null };
  if (input.availability !== undefined && input.availability !== null) {
    oneOf(issues, ['input', 'availability'], input.availability, ['NOT_MATERIAL', 'NOT_AVAILABLE']);
    if (input.value !== undefined && input.value !== null) {
      issues.add(['input', 'value'], 'VALUE_AND_AVAILABILITY', 'give a value or an availability, not both');
    }
    return nothing;
  }
  if (input.value === undefined || input.value === null) {
    issues.add(['input', 'value'], 'REQUIRED', 'give a value, or NOT_MATERIAL or NOT_AVAILABLE as availability');
    return nothing;
  }
  if (indicator === null) {
    checkAnyValue(input.value, input.unit, issues);
    return nothing;
  }
  if (indicator.valueType === 'ENUM') {
    const code = take(issues, ['input', 'value'], checkText(input.value, { charactersMax: VALUE_CHARACTERS_MAX }));
    return { value: null, code };
  }
  return { value: checkNumber(input.value, input.unit, indicator, issues), code: null };
}

function checkNumber(
  text: string,
  unit: string | undefined,
  indicator: IndicatorRow,
  issues: IssueList,
): string | null {
  const parse = indicator.valueType === 'INTEGER' ? parseInteger : parseDecimal;
  const given = take(issues, ['input', 'value'], parse(text));
  const converted = take(issues, ['input', 'unit'], convert(given ?? '0', unit ?? indicator.unit, indicator.unit));
  if (given === null || converted === null) return null;
  return take(issues, ['input', 'value'], checkBounds(converted, indicator.minimum, indicator.maximum));
}

function checkTexts(input: PublishMeasurementInput, issues: IssueList): void {
  const texts = {
    product: input.product,
    method: input.method,
    boundary: input.boundary,
    restatementReason: input.restatementReason,
  };
  for (const [field, text] of Object.entries(texts)) {
    if (text !== undefined && text !== null) take(issues, ['input', field], checkText(text, { charactersMax: 500 }));
  }
  if (input.statement !== undefined && input.statement !== null && !/^[0-9a-f]{64}$/.test(input.statement.sha256)) {
    issues.add(
      ['input', 'statement', 'sha256'],
      'FORMAT',
      'give the SHA-256 of the document as 64 lower-case hex digits',
    );
  }
  if (input.uncertaintyPercent !== undefined && input.uncertaintyPercent !== null) {
    const percent = take(issues, ['input', 'uncertaintyPercent'], parseDecimal(input.uncertaintyPercent));
    if (percent !== null) take(issues, ['input', 'uncertaintyPercent'], checkBounds(percent, '0', '100'));
  }
}

function checkReferences(
  input: PublishMeasurementInput,
  indicator: IndicatorRow | null,
  catalogue: Catalogue,
  issues: IssueList,
): void {
  oneOf(issues, ['input', 'verification'], input.verification, VERIFICATIONS);
  oneOf(issues, ['input', 'basis'], input.basis, BASES);
  if (input.mineral && !catalogue.minerals.some((mineral) => mineral.mineralId === input.mineral)) {
    issues.add(['input', 'mineral'], 'UNKNOWN', 'use a mineral of the catalogue, such as cobalt');
  }
  if (indicator !== null) checkAgainstIndicator(input, indicator, issues);
  if ((input.restatementOf == null) !== (input.restatementReason == null)) {
    issues.add(['input', 'restatementReason'], 'REQUIRED', 'a restatement names what it corrects and why');
  }
}

function checkAgainstIndicator(input: PublishMeasurementInput, indicator: IndicatorRow, issues: IssueList): void {
  if (METHOD_REQUIRED.includes(indicator.indicatorId) && !input.method) {
    issues.add(['input', 'method'], 'REQUIRED', `${indicator.indicatorId} needs its method or base`);
  }
  const level = input.site ? 'SITE' : 'MEMBER';
  if (!indicator.levels.includes(level) && !(indicator.levels.includes('PRODUCT') && input.product)) {
    issues.add(
      ['input', 'site'],
      'LEVEL',
      `${indicator.indicatorId} is measured per ${indicator.levels.join(' or ').toLowerCase()}`,
    );
  }
}

/** CSI goes to a counterparty or the clean team only; what protects people, or could tell an output, not to the public. */
function mayBeSharedAt(tier: Tier, sensitivity: Sensitivity): boolean {
  if (COMPETITIVELY_SENSITIVE.includes(sensitivity) || sensitivity === 'INTENSITY') {
    return ['BILATERAL', 'CLEAN_TEAM', 'OWNER_ONLY'].includes(tier);
  }
  return sensitivity === 'NONE' || tier !== 'PUBLIC';
}

type Classes = Pick<CheckedMeasurement, 'tier' | 'sensitivity' | 'dataClass' | 'warnings'>;

function checkPublication(input: PublishMeasurementInput, issues: IssueList): void {
  if (!/^https?:\/\/\S+$/.test(input.sourceUrl ?? ''))
    issues.add(['input', 'sourceUrl'], 'FORMAT', 'give the web address where everybody can read it');
  if (!input.publishedAt) issues.add(['input', 'publishedAt'], 'REQUIRED', 'say when it was published');
  else take(issues, ['input', 'publishedAt'], checkDate(input.publishedAt));
}

/** The tier that the owner asks for; undefined without one, or with one that does not exist. */
function askedTier(input: PublishMeasurementInput, issues: IssueList): Tier | undefined {
  const asked = TIERS.find((tier) => tier === input.tier && tier !== 'ADDRESSED');
  if (input.tier && asked === undefined)
    issues.add(['input', 'tier'], 'UNKNOWN', 'use a tier of the charter, such as ALLIANCE');
  return asked;
}

function classify(
  input: PublishMeasurementInput,
  indicator: IndicatorRow | null,
  period: Period | null,
  law: CatalogueLaw,
  issues: IssueList,
): Classes | null {
  if (input.sourceUrl) {
    checkPublication(input, issues);
    return { tier: 'PUBLIC', sensitivity: 'NONE', dataClass: 'PUBLIC_CLAIM', warnings: [] };
  }
  const asked = askedTier(input, issues);
  if (indicator === null) return null;
  const sensitivity = sensitivityOf(indicator, law);
  const byDefault = input.site ? indicator.siteDefaultTier : indicator.defaultTier;
  let tier = asked ?? byDefault;
  const warnings: string[] = [];
  if (!mayBeSharedAt(tier, sensitivity)) {
    issues.add(
      ['input', 'tier'],
      'CSI_TIER',
      `${indicator.indicatorId} may be shared at BILATERAL, CLEAN_TEAM or OWNER_ONLY`,
    );
  }
  const isWide = TIERS.indexOf(tier) < TIERS.indexOf('BILATERAL');
  if (isWide && period !== null && lengthInMonths(period) < WIDE_PERIOD_MONTHS_MIN) {
    warnings.push('stored at BILATERAL: a period of less than twelve months is not shared wider');
    tier = 'BILATERAL';
  }
  const dataClass = tier === 'PUBLIC' && sensitivity === 'NONE' ? 'PUBLIC_CLAIM' : indicator.dataClass;
  return { tier, sensitivity, dataClass, warnings };
}

/**
 * Every rule on a measurement that needs no database; all faults at once.
 * @returns null when there are faults, which then stand in `issues`
 */
export function checkMeasurement(
  input: PublishMeasurementInput,
  catalogue: Catalogue,
  law: CatalogueLaw,
  today: string,
  issues: IssueList,
): CheckedMeasurement | null {
  const period = checkPeriodOf(input, today, issues);
  const indicator = catalogue.indicators.find((candidate) => candidate.indicatorId === input.indicator) ?? null;
  if (indicator === null) {
    issues.add(['input', 'indicator'], 'UNKNOWN', 'use an indicator of the catalogue, such as WATER_WITHDRAWN');
  }
  const { value, code } = checkValue(input, indicator, issues);
  checkTexts(input, issues);
  checkReferences(input, indicator, catalogue, issues);
  const classes = classify(input, indicator, period, law, issues);
  if (period === null || indicator === null || classes === null || issues.issues.length > 0) return null;
  return { indicator, period, value, valueCode: code, ...classes };
}
