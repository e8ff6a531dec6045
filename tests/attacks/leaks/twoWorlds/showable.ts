import type { Row } from '../../../support/referenceModel/policy';
import { dayAfter } from '../../../support/randomWorld';
import type { Random } from '../../../support/seededRandom';

/** Codes that the catalogue knows, so that what hangs on them is reached. */
export interface Codes {
  indicators: string[];
  standards: string[];
  minerals: string[];
  topics: string[];
}

const STATES: Readonly<Record<string, string[]>> = {
  link: ['DISCLOSED', 'CONFIRMED', 'ASSERTED', 'DISPUTED'],
  assessment: ['CONFORMANT', 'CONFORMANT_WITH_CAP', 'CLAIMED', 'UNDER_REVIEW'],
  demand: ['ISSUED', 'DRAFT', 'WITHDRAWN', 'CLOSED'],
  demand_response: ['PENDING', 'MET', 'NOT_MET', 'DECLINED'],
  finding: ['OPEN', 'CLOSED'],
  corrective_action: ['OPEN', 'DONE', 'VERIFIED'],
  equivalence_claim: ['FILED', 'SCREENED', 'CONSULTATION', 'APPROVED_FULL'],
  agreement: ['ACTIVE', 'SUSPENDED', 'PROPOSED'],
};

/**
 * What the catalogue and the types of the API ask of a value; every other text stays a token that no two rows share. A row
 * that keeps its `state` keeps what decides about it.
 */
export function showable(random: Random, table: string, row: Row, codes: Codes): Row {
  const token = (column: string): string => `${table}.${column}#${random.token()}`;
  const values: Readonly<Record<string, () => unknown>> = {
    indicator_id: () => random.pick(codes.indicators),
    standard_id: () => random.pick(codes.standards),
    from_standard: () => random.pick(codes.standards),
    to_standard: () => random.pick(codes.standards),
    mineral_id: () => random.pick(codes.minerals),
    topic_id: () => random.pick(codes.topics),
    state: () => random.pick(STATES[table] ?? ['ACTIVE']),
    level: () => (table === 'site_owner' ? random.pick(['DIRECT', 'ULTIMATE']) : token('level')),
    standing: () => random.pick(['GOOD', 'LATE']),
    other_ids: () => [{ scheme: 'ISIN', value: token('other_ids') }],
    beneficial_owners: () => [{ name: token('beneficial_owners'), percent: '30' }],
    actions: () => [{ action: token('actions') }],
    alternative: () => ({ standard: random.pick(codes.standards), minLevel: token('alternative') }),
    agreed_terms: () => ({ standard: random.pick(codes.standards), minLevel: token('agreed_terms') }),
    valid_to: () => dayAfter('2026-12-01', random.below(400)),
    fields: () => [token('fields')],
    data_classes: () => [token('data_classes')],
  };
  const shown = Object.entries(values).filter(([column]) => column in row && row[column] !== null);
  return { ...row, ...Object.fromEntries(shown.map(([column, make]) => [column, make()])) };
}
