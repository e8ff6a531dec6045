import { Int, ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

@ObjectType('PlanExtract', {
  implements: NodeInterface,
  description:
    'What of a plan is left for joint planning among competitors: no site, no budget, no date finer than a year.',
})
@ViewEntity({ schema: 'disclosed', name: 'plan_extract', synchronize: false, expression: '' })
export class PlanExtractView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('organisation_id', ['member'])
  organisationId: string;

  @Disclosed('topic_id')
  topic: string | null;

  @Hidden('actions', ['actions'])
  actionList: { action: string }[] | null;

  @Disclosed('from_year', () => Int)
  fromYear: number | null;

  @Disclosed('until_year', () => Int, { description: 'The last year of the plan.' })
  untilYear: number | null;

  @Disclosed('withdrawn_at', () => String, { description: 'Shown to the owner only.' })
  withdrawnAt: string | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;
}
