import { Field, InputType } from 'type-graphql';
import { CodeFilter, connectionOf, IdFilter, IntFilter, type ListDefinition, OrderDirection } from '../graph';
import { PlanView, TargetView } from './plan.view';

@InputType({ description: 'Which plans; all conditions must hold.' })
export class PlanFilter {
  @Field(() => IdFilter, { nullable: true })
  site?: IdFilter;

  @Field(() => CodeFilter, { nullable: true })
  topic?: CodeFilter;
}
export const PlanConnection = connectionOf('Plan', PlanView);
export const planList: ListDefinition<PlanView> = {
  view: PlanView,
  filters: { site: 'siteId', topic: 'topic' },
  ids: { site: 'site' },
  orders: [],
  defaultOrder: [{ field: 'startsOn', direction: OrderDirection.DESC }],
};

@InputType({ description: 'Which targets; all conditions must hold.' })
export class TargetFilter {
  @Field(() => IdFilter, { nullable: true })
  site?: IdFilter;

  @Field(() => CodeFilter, { nullable: true })
  indicator?: CodeFilter;

  @Field(() => IntFilter, { nullable: true })
  targetYear?: IntFilter;
}
export const TargetConnection = connectionOf('Target', TargetView);
export const targetList: ListDefinition<TargetView> = {
  view: TargetView,
  filters: { site: 'siteId', indicator: 'indicator', targetYear: 'targetYear' },
  ids: { site: 'site' },
  orders: [],
  defaultOrder: [{ field: 'targetYear', direction: OrderDirection.ASC }],
};
