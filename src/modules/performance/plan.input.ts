import { Field, ID, InputType, Int } from 'type-graphql';
import { PeriodInput } from './measurement.input';

@InputType()
export class PublishPlanInput {
  @Field(() => String, { nullable: true, description: 'Your own name for this write; sent twice it is done once.' })
  clientKey?: string;

  @Field(() => ID, { nullable: true, description: 'The site; leave it out for the member as a whole.' })
  site?: string;

  @Field(() => String, { description: 'Topic of the crosswalk, such as T24.' })
  topic: string;

  @Field(() => String)
  title: string;

  @Field(() => [String], { description: 'What will be done, step by step.' })
  actions: string[];

  @Field(() => PeriodInput)
  period: PeriodInput;

  @Field(() => String, { nullable: true, description: 'UP_TO_1_M, UP_TO_10_M or ABOVE_10_M; nobody else reads it.' })
  budgetBand?: string;

  @Field(() => String, { nullable: true, description: 'ISO date; required to share it.' })
  boardApprovedOn?: string;

  @Field(() => String, {
    nullable: true,
    description:
      'OWNER_ONLY, or BILATERAL: whom an agreement names that counsel cleared, from coordination on, no competitor.',
  })
  tier?: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Also keep an extract for joint planning, for whom an agreement on PlanExtract names that counsel cleared, competitors included: topic, actions and years, so that actions may name neither the site nor a finer date.',
  })
  jointPlanning?: boolean;
}

@InputType()
export class PublishTargetInput {
  @Field(() => String, { nullable: true, description: 'Your own name for this write; sent twice it is done once.' })
  clientKey?: string;

  @Field(() => ID, { nullable: true, description: 'The site; leave it out for the member as a whole.' })
  site?: string;

  @Field(() => String)
  indicator: string;

  @Field(() => Int)
  baselineYear: number;

  @Field(() => String)
  baselineValue: string;

  @Field(() => Int)
  targetYear: number;

  @Field(() => String)
  targetValue: string;

  @Field(() => String, { nullable: true, description: 'Unit of both values; the unit of the indicator when left out.' })
  unit?: string;

  @Field(() => String, { nullable: true })
  scope?: string;

  @Field(() => String, {
    nullable: true,
    description: 'OWNER_ONLY or BILATERAL, as for a plan; unless it is published.',
  })
  tier?: string;

  @Field(() => String, { nullable: true, description: 'Where everybody can read it: the target is public then.' })
  sourceUrl?: string;

  @Field(() => String, { nullable: true, description: 'ISO date.' })
  publishedAt?: string;
}

@InputType()
export class WithdrawPlanInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  plan: string;
}

@InputType()
export class WithdrawTargetInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  target: string;
}
