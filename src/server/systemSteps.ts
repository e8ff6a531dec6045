import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { parse } from 'yaml';
import { inTrusteeTransaction, type TrusteeQueries } from '../database/trusteeTransaction';
import { InvariantError } from '../kernel/errors';
import { tickAgreements } from '../modules/agreements';
import { tickDemands } from '../modules/demands';
import { tickClaims, tickClusters } from '../modules/equivalence';
import { tickEvents } from '../modules/events';
import { packageRoot } from '../modules/reference';
import { tickAssessments } from '../modules/standards';
import { tickLinks } from '../modules/valueChain';

/** One step of time: what it is called in the database, and what it does on a day (ISO date). */
export interface SystemStep {
  readonly name: string;
  run(trustee: TrusteeQueries, today: string): Promise<unknown>;
}

/** In this order: what demands rest on moves before them, and clusters freeze what then stands. */
export const systemSteps: readonly SystemStep[] = [
  { name: 'assessments', run: tickAssessments },
  { name: 'agreements', run: tickAgreements },
  { name: 'links', run: tickLinks },
  { name: 'demands', run: tickDemands },
  { name: 'claims', run: tickClaims },
  { name: 'clusters', run: tickClusters },
  { name: 'events', run: tickEvents },
  // what is judged beside an id that somebody asks for: the most closed rows of today
  { name: 'decoys', run: (trustee) => trustee.query('select vault.choose_decoys()') },
];

/** RAN; or NOT_DUE: another hub is at it, or it ran within the interval. */
export type StepOutcome = 'RAN' | 'NOT_DUE';

/**
 * Takes a step in one transaction with the row that says whose turn it is: all of it or nothing, and once at a time however
 * many hubs there are.
 * @param intervalSeconds no step that ran within it runs again; 0: now
 * @throws the errors of PostgreSQL: then nothing has moved and the step stays due
 */
export function takeStep(pool: Pool, step: SystemStep, today: string, intervalSeconds: number): Promise<StepOutcome> {
  return inTrusteeTransaction(pool, async (client) => {
    const { rows } = await client.query<{ mine: boolean | null }>(
      'select vault.take_system_step($1, make_interval(secs => $2)) as mine',
      [step.name, intervalSeconds],
    );
    const mine = rows[0]?.mine ?? null;
    if (mine === null) throw new InvariantError(`the database knows no step \`${step.name}\``);
    if (!mine) return 'NOT_DUE';
    await step.run(client, today);
    return 'RAN';
  });
}

/** Seconds between two runs of a step, of `policies/system-steps.yaml`. */
export function readSystemStepSeconds(root: string = packageRoot()): number {
  const content: unknown = parse(readFileSync(join(root, 'policies', 'system-steps.yaml'), 'utf8'));
  const entry: unknown = new Map(Object.entries(Object(content))).get('systemStepSeconds');
  const value: unknown = new Map(Object.entries(Object(entry))).get('value');
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new InvariantError('policies/system-steps.yaml: systemStepSeconds is no positive whole number');
}
