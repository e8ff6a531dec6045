import { ageAt } from '../../policy/age';
import { PHASES, TIERS } from '../../policy/cells';
import { GRANT_GROUNDS, PARTY_GROUNDS, ROLE_GROUNDS, groundMask, groundNames } from '../../policy/grounds';
import { cellMask } from '../../policy/masks';
import { groundWords } from '../../policy/words';
import type { Operation } from '../graph';
import { sensitivityOf } from '../reference';
import type { MeasurementView } from './measurement.view';

const SPOKEN_OF_ALREADY = PARTY_GROUNDS | ROLE_GROUNDS | groundMask(['SELF', 'MEMBER', 'MEMBER_COMPETITOR']);

/**
 * Who can read this value of one's own now, in the terms of `domain.md` 0.6: audience classes, and by name only the other
 * ends of one's own confirmed links and the receivers under one's own agreements.
 * @returns null for everybody but the owner
 */
export async function visibleTo(operation: Operation, measurement: MeasurementView): Promise<string[] | null> {
  const tier = measurement.tierNumber === null ? undefined : TIERS[measurement.tierNumber];
  const indicator = operation.services.catalogue.indicators.find((row) => row.indicatorId === measurement.indicator);
  if (tier === undefined || indicator === undefined) return null;
  if (measurement.withdrawnAt !== null) return [];
  const isPublished = measurement.sourceUrl !== null;
  const sensitivity = isPublished ? 'NONE' : sensitivityOf(indicator, operation.services.catalogueLaw);
  const dataClass = tier === 'PUBLIC' && sensitivity === 'NONE' ? 'PUBLIC_CLAIM' : indicator.dataClass;
  const { masks } = operation.services;
  const age = isPublished
    ? 'TWELVE_MONTHS'
    : ageAt(measurement.periodEnd ?? '', operation.services.today(), masks.ageMonths);
  const open =
    cellMask(masks, { gate: 'tier', tier }) &
    cellMask(masks, { gate: 'sensitivity', sensitivity, age }) &
    cellMask(masks, { gate: 'phase', phase: await standingPhase(operation), dataClass });
  if ((open & groundMask(['ANYONE'])) !== 0) return [groundWords('ANYONE')];
  const classes = groundNames(open & ~SPOKEN_OF_ALREADY & ~GRANT_GROUNDS).map(groundWords);
  return [...classes, ...(await namesOf(operation, measurement, open))];
}

async function standingPhase(operation: Operation): Promise<(typeof PHASES)[number]> {
  const [row] = await operation.rows<{ phase: string }>(
    'select phase from policy.initiatives() where standing limit 1',
  );
  return PHASES.find((phase) => phase === row?.phase) ?? 'CHAMPIONING';
}

/** Names that the owner knows anyway: whom its confirmed links and its live agreements name. */
async function namesOf(operation: Operation, measurement: MeasurementView, open: number): Promise<string[]> {
  const rows = await operation.rows<{ name: string }>(
    `select distinct o.legal_name as name from disclosed.link l join disclosed.organisation o on o.id = l.customer_id
       where $2 and l.unit_no = $1 and l.state in ('CONFIRMED', 'DISCLOSED') and ((select policy.grounds())[o.unit_no] & $4) = 0
     union
     select o.legal_name from disclosed.agreement a join disclosed.organisation o on o.id = a.partner_id
       where $3 and a.state = 'ACTIVE' and (a.unit_nos = '{}' or $1 = any(a.unit_nos))
         and a.fields && array['Measurement.*', 'Measurement.' || $5] order by 1`,
    [
      measurement.unitNo,
      (open & groundMask(['CUSTOMER'])) !== 0,
      (open & groundMask(['GRANT'])) !== 0,
      groundMask(['PARTY_COMPETITOR']),
      measurement.indicator,
    ],
  );
  return rows.map((row) => row.name);
}
