import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { AssessmentView } from './assessment.view';

@InputType({ description: 'The report, held to its SHA-256.' })
export class ReportInput {
  @Field(() => String)
  url: string;

  @Field(() => String)
  sha256: string;
}

@InputType()
export class PublishAssessmentInput {
  @Field(() => String, { nullable: true, description: 'Your own name for this write; sent twice it is done once.' })
  clientKey?: string;

  @Field(() => ID, { nullable: true, description: 'The site; leave it out for the member as a whole.' })
  site?: string;

  @Field(() => String, { description: 'Such as `IRMA/1.0`.' })
  standardVersion: string;

  @Field(() => String)
  level: string;

  @Field(() => String, { description: 'ISO date.' })
  validFrom: string;

  @Field(() => String, { description: 'ISO date, the first day on which it is no longer valid.' })
  validTo: string;

  @Field(() => ReportInput)
  report: ReportInput;

  @Field(() => ID, { nullable: true, description: 'The assessor firm, where there was one.' })
  assessor?: string;

  @Field(() => String, { nullable: true, description: 'What the assessment had; SELF_DECLARED when left out.' })
  assurance?: string;
}

@InputType()
export class PlanAssessmentInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID, { nullable: true })
  site?: string;

  @Field(() => String)
  standardVersion: string;

  @Field(() => ID)
  assessor: string;
}

@InputType()
export class CriterionResultInput {
  @Field(() => String, { description: 'Reference of the requirement, such as 4.2.' })
  requirement: string;

  @Field(() => String, { description: 'FULLY, SUBSTANTIALLY, PARTIALLY, NOT_MET or NOT_APPLICABLE.' })
  rating: string;

  @Field(() => String, { nullable: true, description: 'Required where it is not applicable.' })
  reason?: string;
}

@InputType()
export class FindingInput {
  @Field(() => String)
  requirement: string;

  @Field(() => String, { description: 'OBSERVATION, MINOR, MAJOR or CRITICAL.' })
  severity: string;

  @Field(() => String)
  text: string;

  @Field(() => String, { nullable: true, description: 'ISO date.' })
  dueOn?: string;
}

@InputType()
export class ReportAssessmentInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  assessment: string;

  @Field(() => String)
  level: string;

  @Field(() => String, { description: 'SECOND_PARTY or above.' })
  assurance: string;

  @Field(() => [CriterionResultInput])
  criterionResults: CriterionResultInput[];

  @Field(() => [FindingInput], { nullable: true })
  findings?: FindingInput[];
}

@InputType()
export class DecideAssessmentInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  assessment: string;

  @Field(() => String, { description: 'CONFORMANT, CONFORMANT_WITH_CAP or NON_CONFORMANT.' })
  decision: string;

  @Field(() => String, { nullable: true, description: 'The level decided, where it is another than the one claimed.' })
  level?: string;

  @Field(() => String, { nullable: true })
  validFrom?: string;

  @Field(() => String, { nullable: true })
  validTo?: string;

  @Field(() => String, { nullable: true })
  reason?: string;
}

@InputType()
export class MoveAssessmentInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  assessment: string;

  @Field(() => String, {
    description: 'start, return, suspend, reinstate, withdraw, appeal, uphold, overturn, cancel or close_cap.',
  })
  action: string;

  @Field(() => String, { nullable: true, description: 'Required to return, suspend, withdraw and appeal.' })
  reason?: string;
}

@InputType()
export class PlanCorrectiveActionInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  finding: string;

  @Field(() => String)
  action: string;

  @Field(() => String, { nullable: true })
  responsible?: string;

  @Field(() => String, { description: 'ISO date.' })
  dueOn: string;
}

@InputType()
export class MoveCorrectiveActionInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  correctiveAction: string;

  @Field(() => String, { description: 'DONE, by the owner of the site; VERIFIED, by the assessor.' })
  state: string;
}

@ObjectType()
export class AssessmentPayload {
  @Field(() => AssessmentView)
  assessment: AssessmentView;

  @Field(() => [String])
  warnings: string[];
}
