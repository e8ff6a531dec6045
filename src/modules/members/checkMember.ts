import type { Fault } from '../../kernel/fault';
import { checkCountry, isCountry } from '../../kernel/identifiers/country';
import { checkLei } from '../../kernel/identifiers/lei';
import { nameWarnings } from '../../kernel/identifiers/nameWarnings';
import { checkOtherId, otherIdSchemes } from '../../kernel/identifiers/otherIds';
import { checkText } from '../../kernel/identifiers/text';
import type { IssueList, Path } from '../../kernel/issues';
import { add, checkBounds, compare, parseDecimal } from '../../kernel/quantity';
import type { Result } from '../../kernel/result';
import { stages } from '../../kernel/vocabulary';
import type { Catalogue } from '../reference';
import type { ActivityInput, BeneficialOwnerInput, RegisterMemberInput } from './member.input';
import type { OtherIdentifierInput } from './otherIdentifier';

/** The voting groups of `domain.md` 1.1; a member is in exactly one. */
export const STAKEHOLDER_GROUPS = [
  'UPSTREAM_INDUSTRY',
  'MIDSTREAM',
  'DOWNSTREAM_INDUSTRY',
  'CIVIL_SOCIETY',
  'COMMUNITY',
  'INDIGENOUS',
  'LABOUR',
  'GOVERNMENT',
  'ACADEMIA',
  'FINANCE',
  'STANDARD_OWNER',
];
/** Groups of companies: they have an LEI and declare what they do. */
const COMPANY_GROUPS = ['UPSTREAM_INDUSTRY', 'MIDSTREAM', 'DOWNSTREAM_INDUSTRY'];
export const STANDINGS = ['GOOD', 'LATE', 'SUSPENDED', 'LEFT'];
const SIDES = ['SELL', 'BUY'];
const CAPACITIES = ['LIMITED', 'SUFFICIENT'];
const BENEFICIAL_PERCENT_MIN = '25';
const PERCENT_MAX = '100';
/** Technical: nobody has more, and each is checked. */
const LIST_MAX = 200;

export function isCompanyGroup(stakeholderGroup: string): boolean {
  return COMPANY_GROUPS.includes(stakeholderGroup);
}

/** Adds the fault of a check, if any; gives the value otherwise. */
export function take<T>(issues: IssueList, path: Path, result: Result<T, Fault<string>>): T | null {
  if (result.ok) return result.value;
  issues.add(path, result.error.code, result.error.hint);
  return null;
}

export function takeCode(issues: IssueList, path: Path, value: string, codes: readonly string[]): void {
  if (!codes.includes(value)) issues.add(path, 'UNKNOWN', `use one of ${codes.join(', ')}`);
}

/** The country as `domain.md` 3.1 words its fault. */
export function takeCountry(issues: IssueList, path: Path, value: string): void {
  if (checkCountry(value).ok) return;
  const example = value === 'UK' ? 'GB' : 'CL';
  issues.add(path, 'UNKNOWN', `use an assigned ISO 3166-1 code, e.g. ${example}`);
}

function takeLei(issues: IssueList, path: Path, lei: string): void {
  const checked = checkLei(lei);
  if (checked.ok) return;
  const { code, hint } = checked.error;
  issues.add(path, code, code === 'CHECK_DIGITS' ? 'digits 19-20 do not fit' : hint);
}

/** Every rule on activities: known codes, none twice. */
export function checkActivities(
  activities: readonly ActivityInput[],
  catalogue: Catalogue,
  path: Path,
  issues: IssueList,
): void {
  if (activities.length > LIST_MAX) issues.add(path, 'LENGTH', `give at most ${LIST_MAX}`);
  const seen = new Set<string>();
  activities.slice(0, LIST_MAX).forEach((activity, index) => {
    const at = [...path, index];
    const { mineral, stage, side, markets = [] } = activity;
    if (!catalogue.minerals.some((row) => row.mineralId === mineral)) {
      issues.add([...at, 'mineral'], 'UNKNOWN', 'use a mineral of the catalogue, such as cobalt');
    }
    if (!stages.some((known) => known === stage)) {
      issues.add([...at, 'stage'], 'UNKNOWN', 'use a stage of the glossary, such as REFINING');
    }
    takeCode(issues, [...at, 'side'], side, SIDES);
    (markets ?? []).forEach((market, place) => {
      if (market === 'EU' || isCountry(market)) return;
      issues.add([...at, 'markets', place], 'UNKNOWN', 'use EU or an assigned ISO 3166-1 code');
    });
    const key = `${mineral} ${stage} ${side}`;
    if (seen.has(key)) issues.add(at, 'DUPLICATE', 'this mineral, stage and side stands there already');
    seen.add(key);
  });
}

function checkOtherIds(otherIds: readonly OtherIdentifierInput[], issues: IssueList): void {
  const seen = new Set<string>();
  otherIds.slice(0, LIST_MAX).forEach(({ scheme, value }, index) => {
    const path = ['input', 'otherIds', index];
    const known = otherIdSchemes.find((each) => each === scheme);
    if (known === undefined) {
      issues.add([...path, 'scheme'], 'UNKNOWN', `use one of ${otherIdSchemes.join(', ')}`);
      return;
    }
    take(issues, [...path, 'value'], checkOtherId(known, value));
    if (seen.has(`${scheme} ${value}`)) issues.add(path, 'DUPLICATE', 'this identifier stands there already');
    seen.add(`${scheme} ${value}`);
  });
}

function checkBeneficialOwners(owners: readonly BeneficialOwnerInput[], issues: IssueList): void {
  let total = '0';
  owners.slice(0, LIST_MAX).forEach(({ name, percent }, index) => {
    const path = ['input', 'beneficialOwners', index];
    take(issues, [...path, 'name'], checkText(name));
    const parsed = take(issues, [...path, 'percent'], parseDecimal(percent));
    if (parsed === null) return;
    take(issues, [...path, 'percent'], checkBounds(parsed, BENEFICIAL_PERCENT_MIN, PERCENT_MAX));
    total = add(total, parsed);
  });
  if (compare(total, PERCENT_MAX) > 0) {
    issues.add(['input', 'beneficialOwners'], 'SUM', 'the shares come to at most 100 %');
  }
}

/**
 * Every rule on a new member that needs no database; all faults at once, in the shape of `domain.md` 3.1.
 * @returns what somebody should look at although it is accepted
 */
export function checkMember(input: RegisterMemberInput, catalogue: Catalogue, issues: IssueList): string[] {
  const { legalName, aliases, lei, jurisdiction, stakeholderGroup, activities } = input;
  take(issues, ['input', 'legalName'], checkText(legalName));
  (aliases ?? []).forEach((alias, index) => take(issues, ['input', 'aliases', index], checkText(alias)));
  if (lei !== undefined && lei !== null) takeLei(issues, ['input', 'lei'], lei);
  takeCountry(issues, ['input', 'jurisdiction'], jurisdiction);
  takeCode(issues, ['input', 'stakeholderGroup'], stakeholderGroup, STAKEHOLDER_GROUPS);
  const isCompany = isCompanyGroup(stakeholderGroup);
  const declared = activities ?? [];
  if (isCompany && declared.length === 0) {
    issues.add(['input', 'activities'], 'REQUIRED', 'a company declares what it does: one without competes with all');
  }
  if (!isCompany && declared.length > 0) {
    issues.add(['input', 'activities'], 'NOT_APPLICABLE', 'only companies declare activities');
  }
  checkActivities(declared, catalogue, ['input', 'activities'], issues);
  checkOtherIds(input.otherIds ?? [], issues);
  checkBeneficialOwners(input.beneficialOwners ?? [], issues);
  if (input.capacity !== undefined && input.capacity !== null) {
    takeCode(issues, ['input', 'capacity'], input.capacity, CAPACITIES);
  }
  if (input.capacityNote) take(issues, ['input', 'capacityNote'], checkText(input.capacityNote, { multiline: true }));
  const warnings = nameWarnings(legalName).map((warning) => warning.hint);
  if (isCompany && !lei) warnings.push('a company without LEI stays unverified');
  return warnings;
}
