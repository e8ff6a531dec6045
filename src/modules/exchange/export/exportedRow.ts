import type { QueryResultRow } from 'pg';
import type { EntityType } from '../../../kernel/opaqueId';
import { DISCLOSURE_CLASS_STRIDE, TIERS } from '../../../policy/cells';
import type { ClassifiedFact } from '../../../policy/classification';
import type { Actor } from '../commit/actor';

/** What an id column names; ids leave the hub in the form that the API gives this organisation. */
const NAMED_BY: Readonly<Record<string, EntityType>> = {
  organisation_id: 'member',
  holder_id: 'member',
  supplier_id: 'member',
  customer_id: 'member',
  issuer_id: 'member',
  recipient_id: 'member',
  partner_id: 'member',
  site_id: 'site',
  supplier_site_id: 'site',
  customer_site_id: 'site',
  assessment_id: 'assessment',
  finding_id: 'finding',
  link_id: 'link',
  plan_id: 'plan',
  demand_id: 'demand',
  cascaded_from: 'demand',
  superseded_by: 'demand',
  response_id: 'response',
  measurement_id: 'measurement',
  restatement_of: 'measurement',
  assessor_id: 'assessor',
  initiative_id: 'initiative',
  decision_id: 'decision',
  previous_claim_id: 'claim',
};
const ID_OF_FACT: Readonly<Record<string, EntityType>> = {
  organisation: 'member',
  site: 'site',
  measurement: 'measurement',
  plan: 'plan',
  plan_extract: 'extract',
  target: 'target',
  assessment: 'assessment',
  finding: 'finding',
  corrective_action: 'action',
  equivalence_claim: 'claim',
  link: 'link',
  link_evidence: 'evidence',
  demand: 'demand',
  demand_response: 'response',
  response_evidence: 'evidence',
  agreement: 'agreement',
};
const STABLE: readonly EntityType[] = ['member', 'site'];
/** Numbers of the hub's own, and what only explains the view. */
const INTERNAL = /(_no|_nos|_class)$|^(redacted|recipients|tier|ownership_group|onward_to|signed_by)$/;

/** The columns of an exported fact: its tier, then what the views give, then since when and until when it was known. */
export function columnsOfFact(fact: ClassifiedFact): string[] {
  const own = fact.columns.map(({ name }) => name).filter((column) => !INTERNAL.test(column));
  return ['tier', ...own, 'known_from', 'known_to'];
}

/** Every value as text; null stays null, lists and structures are JSON. */
export function exportedRow(
  { services, viewer }: Actor,
  fact: ClassifiedFact,
  columns: readonly string[],
  row: QueryResultRow,
): Record<string, string | null> {
  const cells = columns.map((column): [string, string | null] => {
    if (column === 'tier') return [column, tierOf(fact, row)];
    const value: unknown = row[column];
    const type = column === 'id' ? ID_OF_FACT[fact.table] : NAMED_BY[column];
    if (type !== undefined && typeof value === 'string') {
      return [column, services.ids.encode(type, value, STABLE.includes(type) ? null : viewer.idKey)];
    }
    // A part without an id of its own in the API keeps none that could be matched with another's.
    return [column, column === 'id' || value === undefined ? null : textOf(value)];
  });
  return Object.fromEntries(cells);
}

function tierOf(fact: ClassifiedFact, row: QueryResultRow): string {
  const stored: unknown = row.disclosure_class;
  if (typeof stored === 'number') return TIERS[Math.floor(stored / DISCLOSURE_CLASS_STRIDE)] ?? '';
  return fact.rowDefault.tier;
}

function textOf(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
