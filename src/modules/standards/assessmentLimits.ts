import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { InvariantError } from '../../kernel/errors';
import { packageRoot } from '../reference';

type LimitName = 'conflictYears' | 'appealDays' | 'correctiveActionMonthsMax' | 'correctiveActionGraceDays';

/** The numbers of `policies/assessments.yaml`, positive whole numbers in the unit their names end with. */
export type AssessmentLimits = Readonly<Record<LimitName, number>>;

let loaded: AssessmentLimits | null = null;

/** Read once: they change with the version of the hub only. */
export function assessmentLimits(): AssessmentLimits {
  loaded ??= parseAssessmentLimits(readFileSync(join(packageRoot(), 'policies', 'assessments.yaml'), 'utf8'));
  return loaded;
}

/** @throws InvariantError for a name that is missing or no positive whole number with its reasons */
export function parseAssessmentLimits(text: string): AssessmentLimits {
  const document: unknown = parse(text);
  const entries = new Map(Object.entries(Object(document)));
  const limit = (name: LimitName): number => {
    const { value, rationale, source } = Object(entries.get(name)) as Record<string, unknown>;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && rationale && source) return value;
    throw new InvariantError(`policies/assessments.yaml: ${name} lacks its value, rationale or source`);
  };
  return {
    conflictYears: limit('conflictYears'),
    appealDays: limit('appealDays'),
    correctiveActionMonthsMax: limit('correctiveActionMonthsMax'),
    correctiveActionGraceDays: limit('correctiveActionGraceDays'),
  };
}
