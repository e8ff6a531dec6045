import type { WriteSession } from '../../database/boundTransaction';
import { IssueList } from '../../kernel/issues';
import { DATA_CLASSES, SENSITIVITIES, TIERS } from '../../policy/cells';
import { insertFact, isOwnRow, notFound, type Operation } from '../graph';
import { checkMeasurement, type CheckedMeasurement } from './checkMeasurement';
import type { PublishMeasurementInput, WithdrawMeasurementInput } from './measurement.input';

/** Whom a measurement is about: a site of the writer, or the writer as a whole. */
interface Subject {
  unitNo: number;
  siteId: string | null;
  organisationId: string;
}

export interface PublishedMeasurement {
  id: string;
  warnings: string[];
}

/**
 * Publishes one measurement of the writer's own, or restates one.
 * @throws DomainError VALIDATION with every fault; NOT_FOUND for a site or measurement that is not the writer's
 */
export function publishMeasurement(
  operation: Operation,
  input: PublishMeasurementInput,
): Promise<PublishedMeasurement> {
  const { catalogue, catalogueLaw, today } = operation.services;
  const issues = new IssueList();
  const checked = checkMeasurement(input, catalogue, catalogueLaw, today(), issues);
  issues.throwIfAny();
  return operation.write({ name: 'publishMeasurement', clientKey: input.clientKey ?? null, input }, async (session) => {
    if (checked === null) throw notFound(['input']);
    const subject = await ownSubject(operation, session, input.site);
    const restated = await restatedMeasurement(operation, session, input);
    await refuseSecondFigure(session, subject, checked, input, restated);
    if (restated !== null)
      await session.query('update vault.measurement set current = false where id = $1', [restated]);
    return { id: await store(session, operation, subject, checked, input, restated), warnings: checked.warnings };
  });
}

/** Withdraws the writer's own measurement: from the next read on it is shown to nobody else. */
export function withdrawMeasurement(operation: Operation, input: WithdrawMeasurementInput): Promise<{ id: string }> {
  const id = operation.decodeId(input.measurement, 'measurement');
  return operation.write(
    { name: 'withdrawMeasurement', clientKey: input.clientKey ?? null, input },
    async (session) => {
      const [row] = await session.query<{ id: string }>(
        `update vault.measurement set withdrawn_at = now() where ${isOwnRow('measurement', '$1')} and owner_no = contributor_no and withdrawn_at is null returning id`,
        [id],
      );
      if (row === undefined) throw notFound(['input', 'measurement']);
      return row;
    },
  );
}

async function ownSubject(operation: Operation, session: WriteSession, site: string | undefined): Promise<Subject> {
  const owner = operation.viewer.organisationNo;
  if (site === undefined || site === null) {
    const [member] = await session.query<Subject>(
      'select unit_no as "unitNo", null as "siteId", id as "organisationId" from disclosed.organisation where unit_no = $1 and is_member',
      [owner],
    );
    if (member === undefined) throw notFound(['input']);
    return member;
  }
  // Another member's site and a site that does not exist are the same to a writer.
  const [row] = await session.query<Subject>(
    'select unit_no as "unitNo", id as "siteId", organisation_id as "organisationId" from disclosed.site where id = $1 and owner_no = $2',
    [operation.decodeId(site, 'site'), owner],
  );
  if (row === undefined) throw notFound(['input', 'site']);
  return row;
}

async function restatedMeasurement(
  operation: Operation,
  session: WriteSession,
  input: PublishMeasurementInput,
): Promise<string | null> {
  if (input.restatementOf === undefined || input.restatementOf === null) return null;
  const [row] = await session.query<{ id: string }>(
    `select id from vault.measurement where ${isOwnRow('measurement', '$1')} and current and withdrawn_at is null and indicator_id = $2 for update`,
    [operation.decodeId(input.restatementOf, 'measurement'), input.indicator],
  );
  if (row === undefined) throw notFound(['input', 'restatementOf']);
  return row.id;
}

/** One current figure per indicator, subject, mineral, product, basis, method and time; another one restates it. */
async function refuseSecondFigure(
  session: WriteSession,
  subject: Subject,
  checked: CheckedMeasurement,
  input: PublishMeasurementInput,
  restated: string | null,
): Promise<void> {
  const found = await session.query(
    `select id from vault.measurement where unit_no = $1 and indicator_id = $2 and mineral_id is not distinct from $3 and product is not distinct from $4
       and basis is not distinct from $5 and method is not distinct from $6 and period_start < $8 and period_end > $7
       and current and withdrawn_at is null and id is distinct from $9 limit 1`,
    [
      subject.unitNo,
      input.indicator,
      input.mineral ?? null,
      input.product ?? null,
      input.basis ?? null,
      input.method ?? null,
      checked.period.start,
      checked.period.end,
      restated,
    ],
  );
  if (found.length === 0) return;
  const issues = new IssueList();
  issues.add(
    ['input', 'period'],
    'OVERLAP',
    'a figure for this time is published already: name it as restatementOf, with a reason',
  );
  issues.throwIfAny();
}

async function store(
  session: WriteSession,
  operation: Operation,
  subject: Subject,
  checked: CheckedMeasurement,
  input: PublishMeasurementInput,
  restated: string | null,
): Promise<string> {
  const owner = operation.viewer.organisationNo;
  const row = {
    unit_no: subject.unitNo,
    owner_no: owner,
    contributor_no: owner,
    tier: TIERS.indexOf(checked.tier),
    sensitivity: SENSITIVITIES.indexOf(checked.sensitivity),
    data_class: DATA_CLASSES.indexOf(checked.dataClass),
    site_id: subject.siteId,
    organisation_id: subject.organisationId,
    indicator_id: checked.indicator.indicatorId,
    mineral_id: input.mineral ?? null,
    product: input.product ?? null,
    basis: input.basis ?? null,
    period_start: checked.period.start,
    period_end: checked.period.end,
    availability: input.availability ?? 'REPORTED',
    value: checked.value,
    value_code: checked.valueCode,
    unit: checked.indicator.unit,
    original_value: input.value ?? null,
    original_unit: input.unit ?? null,
    method: input.method ?? null,
    boundary: input.boundary ?? null,
    verification: input.verification,
    statement_url: input.statement?.url ?? null,
    statement_sha256: input.statement?.sha256 ?? null,
    uncertainty_percent: input.uncertaintyPercent ?? null,
    restatement_of: restated,
    restatement_reason: input.restatementReason ?? null,
    source_url: input.sourceUrl ?? null,
    published_at: input.publishedAt ?? null,
  };
  return insertFact(session, 'measurement', row);
}
