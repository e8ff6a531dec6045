import { Int, ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

@ObjectType('Plan', {
  implements: NodeInterface,
  description: 'A plan of improvement: future intent, kept by its owner.',
})
@ViewEntity({ schema: 'disclosed', name: 'plan', synchronize: false, expression: '' })
export class PlanView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('site_id', ['site'])
  siteId: string | null;

  @Hidden('organisation_id', ['member'])
  organisationId: string;

  @Disclosed('topic_id')
  topic: string | null;

  @Disclosed('title')
  title: string | null;

  @Hidden('actions', ['actions'])
  actionList: { action: string }[] | null;

  @Disclosed('budget_band', () => String, { description: 'Kept by the owner.' })
  budgetBand: string | null;

  @Disclosed('starts_on')
  startsOn: string | null;

  @Disclosed('ends_on')
  endsOn: string | null;

  @Disclosed('board_approved_on')
  boardApprovedOn: string | null;

  @Disclosed('withdrawn_at', () => String, { description: 'Shown to the owner only.' })
  withdrawnAt: string | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;
}

@ObjectType('Target', {
  implements: NodeInterface,
  description: 'What an owner wants to reach; public once published.',
})
@ViewEntity({ schema: 'disclosed', name: 'target', synchronize: false, expression: '' })
export class TargetView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('site_id', ['site'])
  siteId: string | null;

  @Hidden('organisation_id', ['member'])
  organisationId: string;

  @Hidden('plan_id', [])
  planId: string | null;

  @Disclosed('indicator_id', () => String, { readBy: ['progress'] })
  indicator: string | null;

  @Disclosed('scope')
  scope: string | null;

  @Disclosed('baseline_year', () => Int)
  baselineYear: number | null;

  @Disclosed('baseline_value', () => String, { readBy: ['progress'], description: 'Decimal string.' })
  baselineValue: string | null;

  @Disclosed('target_year', () => Int)
  targetYear: number | null;

  @Disclosed('target_value', () => String, { readBy: ['progress'], description: 'Decimal string.' })
  targetValue: string | null;

  @Disclosed('unit')
  unit: string | null;

  @Disclosed('published_at')
  publishedAt: string | null;

  @Disclosed('source_url', () => String, { description: 'Where the owner published it.' })
  sourceUrl: string | null;

  @Disclosed('withdrawn_at', () => String, { description: 'Shown to the owner only.' })
  withdrawnAt: string | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;
}
