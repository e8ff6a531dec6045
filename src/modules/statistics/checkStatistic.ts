import { checkText } from '../../kernel/identifiers/text';
import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { parsePeriod, type Period } from '../../kernel/period';
import type { Catalogue } from '../reference';
import type { Coordinates } from './dimensions';
import { admits, FUNCTIONS, type Measure, type Registry, type StatisticFunction } from './registeredTables';
import type { StatisticInput } from './statistic.input';

/** A question whose every word is known; who asks and whether it may be answered is decided afterwards. */
export interface Question {
  readonly measure: Measure;
  readonly function: StatisticFunction;
  readonly cell: Coordinates;
  /** Sites that show a certificate of this standard to everybody; null: all. */
  readonly standard: string | null;
  /** Of the measure's standard: who is counted; null: whoever has a certificate of it. */
  readonly atLeast: string | null;
  readonly period: Period;
  readonly purpose: string;
}

const PURPOSE_CHARACTERS_MAX = 200;

/**
 * Every rule on a question that needs no data; all faults at once.
 * @throws DomainError PURPOSE_MISSING without purpose or initiative (A9); VALIDATION with every fault
 */
export function checkStatistic(input: StatisticInput, registry: Registry, catalogue: Catalogue): Question {
  requirePurpose(input);
  const issues = new IssueList();
  const measure = measureOf(input, registry, issues);
  const name = FUNCTIONS.find((candidate) => candidate === input.function);
  if (name === undefined) {
    issues.add(['input', 'function'], 'A7', `use one of ${FUNCTIONS.join(', ')}: order statistics are individuals`);
  } else if (measure !== null && !admits(measure, name, catalogue)) {
    issues.add(['input', 'function'], 'A7', 'this indicator does not admit the function');
  }
  const period = parsePeriod(input.period);
  if (!period.ok) issues.add(['input', 'period'], period.error.code, period.error.hint);
  const cell = cellOf(input, registry, catalogue, issues);
  const purpose = checkText(input.purpose ?? '', { charactersMax: PURPOSE_CHARACTERS_MAX });
  if (!purpose.ok) issues.add(['input', 'purpose'], purpose.error.code, purpose.error.hint);
  issues.throwIfAny();
  if (measure === null || name === undefined || !period.ok || !purpose.ok) {
    throw new DomainError('VALIDATION', 'input not valid');
  }
  const standard = input.filter?.standard ?? null;
  const atLeast = input.atLeast ?? null;
  return { measure, function: name, cell, standard, atLeast, period: period.value, purpose: purpose.value };
}

function requirePurpose(input: StatisticInput): void {
  if ((input.purpose ?? '').trim() !== '' && (input.initiative ?? '') !== '') return;
  throw new DomainError('PURPOSE_MISSING', 'a statistic states its purpose and its initiative', {
    rule: 'A9',
    next: 'give `purpose` and `initiative`',
  });
}

function measureOf(input: StatisticInput, registry: Registry, issues: IssueList): Measure | null {
  const found = [...registry.measures.values()].find((measure) =>
    measure.indicator === null ? measure.standard === input.standard : measure.indicator === input.indicator,
  );
  const { atLeast } = input;
  if (atLeast !== undefined && atLeast !== null && found !== undefined && !found.levels.includes(atLeast)) {
    issues.add(
      ['input', 'atLeast'],
      'UNKNOWN',
      `use a level of the standard: ${found.levels.join(', ') || 'it has none'}`,
    );
  }
  if (found !== undefined) return found;
  const known = [...registry.measures.values()].map(
    (measure) => measure.indicator ?? `the standard ${measure.standard}`,
  );
  const path = input.indicator === undefined || input.indicator === null ? 'standard' : 'indicator';
  issues.add(['input', path], 'NOT_RELEASABLE', `statistics are made of ${known.join(', ')}`);
  return null;
}

function cellOf(input: StatisticInput, registry: Registry, catalogue: Catalogue, issues: IssueList): Coordinates {
  const { mineral, stage, country, region, standard } = input.filter ?? {};
  const known = (name: string, value: string | null | undefined, isKnown: boolean, hint: string): void => {
    if (value !== null && value !== undefined && !isKnown) issues.add(['input', 'filter', name], 'UNKNOWN', hint);
  };
  known(
    'mineral',
    mineral,
    catalogue.minerals.some((row) => row.mineralId === mineral),
    'use a mineral of the catalogue',
  );
  known(
    'stage',
    stage,
    catalogue.minerals.some((row) => row.stage === stage),
    'use a stage of the catalogue',
  );
  known('country', country, registry.regions.has(country ?? ''), 'use an assigned ISO 3166-1 code, such as CL');
  const regions = registry.regions.codes;
  known('region', region, regions.includes(region ?? ''), `use one of ${regions.join(', ')}`);
  known(
    'standard',
    standard,
    catalogue.standards.some((row) => row.standardId === standard),
    'use a standard of the catalogue',
  );
  if (country && region && registry.regions.regionOf(country) !== region) {
    issues.add(['input', 'filter', 'region'], 'CONFLICT', 'the country lies elsewhere: give one of the two');
  }
  const place = country ?? region;
  return { ...(mineral ? { mineral } : {}), ...(stage ? { stage } : {}), ...(place ? { place } : {}) };
}
