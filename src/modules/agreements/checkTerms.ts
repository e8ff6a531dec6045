import { IssueList } from '../../kernel/issues';
import { checkText } from '../../kernel/identifiers/text';
import { addMonths, checkDate, checkPeriod } from '../../kernel/period';
import { COMPETITIVELY_SENSITIVE, DATA_CLASSES, type Sensitivity } from '../../policy/cells';
import type { Classification } from '../../policy/classification';
import { sensitivityOf, type Catalogue, type CatalogueLaw } from '../reference';
import type { AgreementTermsInput } from './agreement.input';

const TERM_MONTHS_MAX = 24;

/** What the terms would open, in the law's codes. */
export interface CheckedTerms {
  /** Some field is competitively sensitive, or a class is under the safeguarded gate: counsel clears the agreement. */
  needsCounsel: boolean;
  /** Some field is CSI or CONDITIONAL: never between competitors, whoever clears. */
  closedBetweenCompetitors: boolean;
}

export interface TermsContext {
  readonly catalogue: Catalogue;
  readonly law: CatalogueLaw;
  readonly classification: Classification;
  readonly purposes: ReadonlySet<string>;
}

/** Every rule on the terms of an agreement that needs no database; all faults at once, below `input.terms`. */
export function checkTerms(terms: AgreementTermsInput, context: TermsContext, issues: IssueList): CheckedTerms {
  checkTerm(terms, issues);
  if (!context.purposes.has(terms.purpose)) {
    issues.add(['input', 'terms', 'purpose'], 'UNKNOWN', 'use a purpose of the closed list, such as DUE_DILIGENCE');
  }
  terms.dataClasses.forEach((name, index) => {
    if (DATA_CLASSES.some((dataClass) => dataClass === name)) return;
    issues.add(['input', 'terms', 'dataClasses', index], 'UNKNOWN', `use classes such as PERFORMANCE or PLAN`);
  });
  if (terms.fields.length === 0) issues.add(['input', 'terms', 'fields'], 'REQUIRED', 'name what is shared');
  const sensitivities = terms.fields.flatMap((field, index) => sensitivitiesOf(field, index, context, issues));
  refuseHalfAFamily(terms.fields, context, issues);
  const opensCsi = sensitivities.some((code) => COMPETITIVELY_SENSITIVE.includes(code));
  const conditional = sensitivities.some((code) => code === 'DERIVED' || code === 'INTENSITY');
  const needsCounsel = opensCsi || terms.dataClasses.some((name) => isSafeguarded(name, context.catalogue));
  return { needsCounsel, closedBetweenCompetitors: opensCsi || conditional };
}

/** What looks ahead is shared under an agreement that counsel cleared, whoever the parties are (`domain.md` 4, SAFEGUARDED). */
function isSafeguarded(dataClass: string, { phaseGates }: Catalogue): boolean {
  return phaseGates.some((gate) => gate.dataClass === dataClass && gate.audience === 'SAFEGUARDED');
}

function checkTerm(terms: AgreementTermsInput, issues: IssueList): void {
  const period = checkPeriod(terms.startsOn, terms.endsOn);
  if (!period.ok) issues.add(['input', 'terms', 'endsOn'], period.error.code, period.error.hint);
  else if (checkDate(terms.startsOn).ok && terms.endsOn > addMonths(terms.startsOn, TERM_MONTHS_MAX)) {
    issues.add(
      ['input', 'terms', 'endsOn'],
      'TERM',
      `an agreement runs for at most ${TERM_MONTHS_MAX} months; renew it then`,
    );
  }
  const rule = checkText(terms.deletionRule);
  if (!rule.ok) issues.add(['input', 'terms', 'deletionRule'], rule.error.code, rule.error.hint);
}

/** The sensitivities that a named field may open. */
function sensitivitiesOf(field: string, index: number, context: TermsContext, issues: IssueList): Sensitivity[] {
  const [type = '', name = ''] = field.split('.');
  const fact = context.classification.facts.find(
    (candidate) => candidate.type === type && candidate.grants.kind !== 'none',
  );
  const unknown = (): Sensitivity[] => {
    issues.add(
      ['input', 'terms', 'fields', index],
      'UNKNOWN',
      'name fields such as Measurement.WATER_WITHDRAWN or Plan.*',
    );
    return [];
  };
  if (fact === undefined) return unknown();
  if (fact.grants.kind === 'column') {
    const named = context.catalogue.indicators.filter((indicator) => name === '*' || indicator.indicatorId === name);
    return named.length === 0 ? unknown() : named.map((indicator) => sensitivityOf(indicator, context.law));
  }
  if (name === '*') return type === 'Plan' || type === 'Target' ? [] : type === 'Capacity' ? ['CAPACITY'] : [];
  const column = fact.columns.find((candidate) => candidate.name === name);
  return column?.class.kind === 'fixed' ? [column.class.cell.sensitivity] : unknown();
}

/**
 * INVARIANT OneAgreementNamesBoth: an intensity and the absolute figures of its family together give the output, so an
 * agreement that opens the intensity names every absolute figure too, and the provider signs knowing what follows.
 */
function refuseHalfAFamily(fields: readonly string[], context: TermsContext, issues: IssueList): void {
  const names = new Set(fields.map((field) => field.replace(/^Measurement\./, '')));
  if (names.has('*')) return;
  for (const [indicator, { family, intensity }] of context.law.derivations) {
    if (!intensity || !names.has(indicator)) continue;
    const absolute = [...context.law.derivations].filter(([, side]) => side.family === family && !side.intensity);
    const missing = absolute.map(([name]) => name).filter((name) => !names.has(name));
    if (missing.length === 0) continue;
    const hint = `${indicator} with absolute figures tells the output: one agreement names them all, so add ${missing.join(', ')}`;
    issues.add(['input', 'terms', 'fields'], 'DERIVATION', hint);
  }
}
