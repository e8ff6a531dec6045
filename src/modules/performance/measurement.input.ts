import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { MeasurementView } from './measurement.view';

@InputType({ description: 'A half-open period: the first day, and the day after the last.' })
export class PeriodInput {
  @Field(() => String)
  start: string;

  @Field(() => String)
  end: string;
}

@InputType({ description: 'A document elsewhere, held to its SHA-256.' })
export class DocumentInput {
  @Field(() => String)
  url: string;

  @Field(() => String)
  sha256: string;
}

@InputType()
export class PublishMeasurementInput {
  @Field(() => String, { nullable: true, description: 'Your own name for this write; sent twice it is done once.' })
  clientKey?: string;

  @Field(() => ID, { nullable: true, description: 'The site; leave it out for a figure of the member as a whole.' })
  site?: string;

  @Field(() => String)
  indicator: string;

  @Field(() => PeriodInput)
  period: PeriodInput;

  @Field(() => String, { nullable: true, description: 'Decimal string with a dot; leave it out with an availability.' })
  value?: string;

  @Field(() => String, { nullable: true })
  unit?: string;

  @Field(() => String, { nullable: true, description: 'NOT_MATERIAL or NOT_AVAILABLE instead of a value.' })
  availability?: string;

  @Field(() => String, { nullable: true })
  mineral?: string;

  @Field(() => String, { nullable: true })
  product?: string;

  @Field(() => String, { nullable: true })
  basis?: string;

  @Field(() => String, { nullable: true })
  method?: string;

  @Field(() => String, { nullable: true })
  boundary?: string;

  @Field(() => String, { defaultValue: 'SELF_DECLARED' })
  verification: string;

  @Field(() => DocumentInput, { nullable: true, description: 'The verification statement.' })
  statement?: DocumentInput;

  @Field(() => String, { nullable: true, description: '+- %, 0 to 100.' })
  uncertaintyPercent?: string;

  @Field(() => String, { nullable: true, description: 'Who may read it; the indicator has a default.' })
  tier?: string;

  @Field(() => String, { nullable: true, description: 'Where you published the figure, free for everybody.' })
  sourceUrl?: string;

  @Field(() => String, { nullable: true })
  publishedAt?: string;

  @Field(() => ID, { nullable: true, description: 'The measurement that this one corrects.' })
  restatementOf?: string;

  @Field(() => String, { nullable: true })
  restatementReason?: string;
}

@ObjectType()
export class PublishMeasurementPayload {
  @Field(() => MeasurementView)
  measurement: MeasurementView;

  @Field(() => [String], { description: 'What was stored otherwise than asked, and why.' })
  warnings: string[];
}

@InputType()
export class WithdrawMeasurementInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  measurement: string;
}

@ObjectType()
export class WithdrawMeasurementPayload {
  @Field(() => MeasurementView)
  measurement: MeasurementView;
}
