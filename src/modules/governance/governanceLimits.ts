import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { InvariantError } from '../../kernel/errors';
import { packageRoot } from '../reference';

type LimitName = 'interestDeclarationDays' | 'interestRenewalMonths' | 'decisionReviewMonthsMax';

/** The numbers of `policies/governance.yaml`, positive whole numbers in the unit their names end with. */
export type GovernanceLimits = Readonly<Record<LimitName, number>>;

let loaded: GovernanceLimits | null = null;

/** Read once: they change with the version of the hub only. */
export function governanceLimits(): GovernanceLimits {
  loaded ??= parseGovernanceLimits(readFileSync(join(packageRoot(), 'policies', 'governance.yaml'), 'utf8'));
  return loaded;
}

/** @throws InvariantError for a name that is missing or no positive whole number with its reasons */
function parseGovernanceLimits(text: string): GovernanceLimits {
  const document: unknown = parse(text);
  const entries = new Map(Object.entries(Object(document)));
  const limit = (name: LimitName): number => {
    const { value, rationale, source } = Object(entries.get(name)) as Record<string, unknown>;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && rationale && source) return value;
    throw new InvariantError(`policies/governance.yaml: ${name} lacks its value, rationale or source`);
  };
  return {
    interestDeclarationDays: limit('interestDeclarationDays'),
    interestRenewalMonths: limit('interestRenewalMonths'),
    decisionReviewMonthsMax: limit('decisionReviewMonthsMax'),
  };
}
