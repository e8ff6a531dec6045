import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

/** One figure of one subject, indicator and period. */
@ObjectType('Measurement', {
  implements: NodeInterface,
  description: 'A figure of a site or member for one indicator and period.',
})
@ViewEntity({ schema: 'disclosed', name: 'measurement', synchronize: false, expression: '' })
export class MeasurementView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('site_id', ['site'])
  siteId: string | null;

  @Hidden('organisation_id', ['member'])
  organisationId: string;

  @Hidden('restatement_of', ['restatementOf'])
  restatementOfId: string | null;

  @Disclosed('indicator_id', () => String, { readBy: ['visibleTo'] })
  indicator: string | null;

  @Disclosed('mineral_id')
  mineral: string | null;

  @Disclosed('product')
  product: string | null;

  @Disclosed('basis', () => String, { description: 'ORE, CONCENTRATE, CONTAINED_METAL or PRODUCT.' })
  basis: string | null;

  @Disclosed('period_start', () => String, { description: 'ISO date, the first day.' })
  periodStart: string | null;

  @Disclosed('period_end', () => String, { readBy: ['visibleTo'], description: 'ISO date, the day after the last.' })
  periodEnd: string | null;

  @Disclosed('availability')
  availability: string | null;

  @Hidden('value', ['value', 'unit'])
  storedValue: string | null;

  @Hidden('value_code', ['value', 'unit'])
  valueCode: string | null;

  @Hidden('unit', ['value', 'unit'])
  storedUnit: string | null;

  @Disclosed('original_value', () => String, { description: 'As given, before conversion.' })
  originalValue: string | null;

  @Disclosed('original_unit')
  originalUnit: string | null;

  @Disclosed('method')
  method: string | null;

  @Disclosed('boundary')
  boundary: string | null;

  @Disclosed('verification')
  verification: string | null;

  @Disclosed('statement_url')
  statementUrl: string | null;

  @Disclosed('uncertainty_percent', () => String, { description: '+- %' })
  uncertaintyPercent: string | null;

  @Disclosed('restatement_reason')
  restatementReason: string | null;

  @Hidden('current', [])
  current: boolean;

  @Disclosed('source_url', () => String, {
    readBy: ['visibleTo'],
    description: 'Where the owner published the figure.',
  })
  sourceUrl: string | null;

  @Disclosed('published_at')
  publishedAt: string | null;

  @Disclosed('source')
  source: string | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;

  @Hidden('tier', ['visibleTo'])
  tierNumber: number | null;

  @Disclosed('withdrawn_at', () => String, { readBy: ['visibleTo'], description: 'Shown to the owner only.' })
  withdrawnAt: string | null;

  @Disclosed('version', () => String, { description: 'Shown to the owner only.' })
  version: number | null;

  @Disclosed('created_at', () => String, { description: 'Shown to the owner only.' })
  createdAt: string | null;

  @Disclosed('updated_at', () => String, { description: 'Shown to the owner only.' })
  updatedAt: string | null;
}
