import { checkHs6 } from '../../kernel/identifiers/hs6';
import { checkText } from '../../kernel/identifiers/text';
import { type IssueList, type Path } from '../../kernel/issues';
import { addMonths, checkDate, checkPeriod } from '../../kernel/period';
import { checkBounds, parseDecimal } from '../../kernel/quantity';
import { stages } from '../../kernel/vocabulary';
import type { Catalogue } from '../reference';
import type { AssertLinkInput, LinkEvidenceInput } from './link.input';
import type { ValueChainSettings } from './settings';

const CUSTODY_MODELS = ['IDENTITY_PRESERVED', 'SEGREGATED', 'MASS_BALANCE', 'BOOK_AND_CLAIM', 'NONE'];
const VOLUME_BANDS = ['LT_1', '1_10', '10_30', 'GT_30'];
export const TRACED_EVIDENCE = 'THIRD_PARTY_TRACE';
const EVIDENCE_TYPES = [
  'CMRT_ROW',
  'EMRT_ROW',
  'AMRT_ROW',
  'INVOICE',
  'UNTP_EVENT',
  'AGREEMENT',
  'DECLARATION',
  TRACED_EVIDENCE,
];

export interface LinkContext {
  readonly catalogue: Catalogue;
  readonly settings: ValueChainSettings;
  /** ISO date */
  readonly today: string;
}

/** Every rule of `domain.md` 1.2 on an asserted link that needs no database; all faults at once. */
export function checkLink(input: AssertLinkInput, context: LinkContext, issues: IssueList): void {
  checkEnds(input, issues);
  checkGoods(input, context.catalogue, issues);
  checkStages(input, context.settings, issues);
  checkTerm(input, context, issues);
  oneOf(issues, ['input', 'custodyModel'], input.custodyModel, CUSTODY_MODELS);
  oneOf(issues, ['input', 'volumeBand'], input.volumeBand, VOLUME_BANDS);
  checkConfidence(input.confidence, context.settings, issues);
  textOf(issues, ['input', 'purpose'], input.purpose);
  if (input.evidence.length === 0) issues.add(['input', 'evidence'], 'REQUIRED', 'say what the assertion rests on');
  checkEvidence(input.evidence, issues);
}

export function checkEvidence(evidence: readonly LinkEvidenceInput[], issues: IssueList): void {
  evidence.forEach((item, index) => {
    const path: Path = ['input', 'evidence', index];
    oneOf(issues, [...path, 'type'], item.type, EVIDENCE_TYPES);
    if (!/^[0-9a-f]{64}$/.test(item.sha256)) {
      issues.add([...path, 'sha256'], 'FORMAT', 'give the SHA-256 of the document as 64 lower-case hex digits');
    }
    textOf(issues, [...path, 'issuer'], item.issuer);
  });
}

function checkEnds(input: AssertLinkInput, issues: IssueList): void {
  for (const side of ['supplier', 'customer'] as const) {
    const { member, site } = input[side];
    if ((member == null) === (site == null)) {
      issues.add(['input', side], 'END', 'name a member or a site, one of them');
    }
  }
  const same = (name: 'member' | 'site') =>
    input.supplier[name] != null && input.supplier[name] === input.customer[name];
  if (same('site') || same('member')) {
    issues.add(['input', 'customer'], 'LINK_TO_ITSELF', 'supplier and customer are the same');
  }
}

function checkGoods(input: AssertLinkInput, catalogue: Catalogue, issues: IssueList): void {
  const rows = catalogue.minerals.filter((row) => row.mineralId === input.mineral);
  if (rows.length === 0) issues.add(['input', 'mineral'], 'UNKNOWN', 'use a mineral of the catalogue, such as cobalt');
  if (input.product == null) return;
  const product = checkHs6(input.product, catalogue.hs6Headings);
  if (!product.ok) issues.add(['input', 'product'], product.error.code, product.error.hint);
  else if (rows.length > 0 && !rows.some((row) => row.hs6 === input.product)) {
    issues.add(['input', 'product'], 'PRODUCT_OF_MINERAL', `the catalogue has no such product of ${input.mineral}`);
  }
}

function checkStages(input: AssertLinkInput, settings: ValueChainSettings, issues: IssueList): void {
  oneOf(issues, ['input', 'supplierStage'], input.supplierStage, stages);
  oneOf(issues, ['input', 'customerStage'], input.customerStage, stages);
  textOf(issues, ['input', 'via'], input.via);
  const next = settings.adjacentStages.get(input.supplierStage);
  if (next === undefined || next.includes(input.customerStage) || input.via != null) return;
  issues.add(['input', 'via'], 'STAGES_NOT_ADJACENT', 'name what stands between these two stages');
}

function checkTerm(input: AssertLinkInput, { settings, today }: LinkContext, issues: IssueList): void {
  const period = checkPeriod(input.periodStart, input.periodEnd);
  if (!period.ok) issues.add(['input', 'periodEnd'], period.error.code, period.error.hint);
  else if (input.periodEnd > addMonths(today, settings.linkMonthsAheadMax)) {
    issues.add(['input', 'periodEnd'], 'TOO_FAR_AHEAD', 'a link ends at most a year ahead; further on it is a plan');
  }
}

function checkConfidence(text: string | undefined, settings: ValueChainSettings, issues: IssueList): void {
  if (text == null) return;
  const number = parseDecimal(text);
  const bounded = number.ok ? checkBounds(number.value, '0', String(settings.linkConfidenceAssertedMax)) : number;
  if (!bounded.ok) issues.add(['input', 'confidence'], bounded.error.code, bounded.error.hint);
}

export function checkEndDate(endedOn: string, today: string, issues: IssueList): void {
  const date = checkDate(endedOn);
  if (!date.ok) issues.add(['input', 'endedOn'], date.error.code, date.error.hint);
  else if (endedOn > today) issues.add(['input', 'endedOn'], 'FUTURE', 'a link ends today or ended earlier');
}

export function textOf(issues: IssueList, path: Path, text: string | null | undefined): void {
  if (text == null) return;
  const checked = checkText(text);
  if (!checked.ok) issues.add(path, checked.error.code, checked.error.hint);
}

export function oneOf(issues: IssueList, path: Path, value: string | null | undefined, codes: readonly string[]): void {
  if (value == null || codes.includes(value)) return;
  issues.add(path, 'UNKNOWN', `use one of ${codes.join(', ')}`);
}
