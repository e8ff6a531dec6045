import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { RISKS } from './risks';

@InputType({ description: 'A decision that the governing body took. It is public at once.' })
export class RecordDecisionInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID, { description: 'The initiative that it is about.' })
  initiative: string;

  @Field(() => String)
  title: string;

  @Field(() => String, { description: 'Why, and what was weighed against what.' })
  rationale: string;

  @Field(() => String, { description: 'ISO 8601 date, not ahead.' })
  decidedOn: string;

  @Field(() => String, { description: 'ISO 8601 date on which it is looked at again.' })
  reviewOn: string;

  @Field(() => String, { nullable: true, description: 'The version of the terms of engagement that it agrees.' })
  termsVersion?: string;
}

@InputType()
export class RiskScoreInput {
  @Field(() => String, { description: RISKS.join(', ') })
  risk: string;

  @Field(() => Int, { description: '1 to 5' })
  likelihood: number;

  @Field(() => Int, { description: '1 to 5' })
  impact: number;

  @Field(() => String)
  mitigation: string;

  @Field(() => String, { description: 'The office that answers for it.' })
  owner: string;
}

@InputType({ description: 'All six risks at once, for the phase to come.' })
export class ScoreRisksInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  initiative: string;

  @Field(() => String, { description: 'The phase that they are scored for.' })
  phase: string;

  @Field(() => [RiskScoreInput])
  scores: RiskScoreInput[];
}

@ObjectType({ description: 'A risk of an initiative as it was last scored for a phase.' })
export class RiskEntry {
  @Field(() => String)
  risk: string;

  @Field(() => String)
  phase: string;

  @Field(() => Int)
  likelihood: number;

  @Field(() => Int)
  impact: number;

  @Field(() => String)
  mitigation: string;

  @Field(() => String)
  owner: string;

  @Field(() => String)
  scoredOn: string;
}
