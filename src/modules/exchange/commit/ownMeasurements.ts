import { IssueList } from '../../../kernel/issues';
import { checkMeasurement } from '../../performance';
import type { MeasurementRecord } from '../staging';
import type { Actor } from './actor';
import type { CheckedRow } from './checkedRow';
import type { PortionCheck } from './ownChecks';
import { References, resolvedOf } from './references';

/** `measurements`: as `publishMeasurement`, about the importer's own sites or itself; restating stays a mutation. */
export const measurementCheck: PortionCheck = async (actor, records) => {
  const subjects = records.flatMap((record) =>
    record.kind === 'measurement' && record.subject.kind === 'REFERENCE' ? [record.subject.text] : [],
  );
  const references = await References.of(actor, subjects);
  return (row, [record]) => (record?.kind === 'measurement' ? checkOne(actor, references, row, record) : []);
};

function checkOne(
  { services, viewer }: Actor,
  references: References,
  row: CheckedRow,
  record: MeasurementRecord,
): readonly MeasurementRecord[] {
  if (record.subject.kind !== 'REFERENCE') return [];
  const unit = row.ownUnitOf(references, record.subject.text, 'subject', viewer.organisationNo);
  if (unit === null) return [];
  const issues = new IssueList();
  const { quantity, publication } = record;
  const checked = checkMeasurement(
    {
      site: unit.siteId ?? undefined,
      indicator: record.indicator,
      period: record.period,
      value: quantity?.originalValue,
      unit: quantity?.originalUnit,
      availability: record.absence ?? undefined,
      mineral: record.mineral ?? undefined,
      product: record.product ?? undefined,
      basis: record.basis ?? undefined,
      method: record.method ?? undefined,
      boundary: record.boundary ?? undefined,
      verification: record.verification ?? 'SELF_DECLARED',
      uncertaintyPercent: record.uncertainty ?? undefined,
      sourceUrl: publication?.sourceUrl ?? undefined,
      publishedAt: publication?.publishedAt,
    },
    services.catalogue,
    services.catalogueLaw,
    services.today(),
    issues,
  );
  row.rejectIssues(issues);
  if (checked === null) return [];
  row.warn(checked.warnings);
  return [{ ...record, tier: checked.tier, resolved: resolvedOf(unit) }];
}
