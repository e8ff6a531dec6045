import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { DemandResponseView, DemandView } from './demand.view';

@InputType({ description: 'A standard with its lowest level, or an indicator with its threshold.' })
export class DemandRequirementInput {
  @Field(() => String, { nullable: true })
  standard?: string;

  @Field(() => String, { nullable: true })
  minLevel?: string;

  @Field(() => String, {
    nullable: true,
    description: 'A topic that the standard addresses, such as T24; left out: the standard as a whole.',
  })
  topic?: string;

  @Field(() => String, { nullable: true })
  indicator?: string;

  @Field(() => String, { nullable: true, description: 'LE, GE, EQ or REPORTED.' })
  comparator?: string;

  @Field(() => String, { nullable: true, description: 'A decimal.' })
  threshold?: string;

  @Field(() => String, { nullable: true })
  unit?: string;
}

@InputType()
export class DemandInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => [ID], { description: 'Members whom you trade with; none of them learns of another.' })
  recipients: string[];

  @Field(() => DemandRequirementInput)
  requirement: DemandRequirementInput;

  @Field(() => String, { nullable: true })
  title?: string;

  @Field(() => String, { nullable: true, description: 'No prices, volumes, terms or future moves.' })
  text?: string;

  @Field(() => String, { nullable: true })
  minAssurance?: string;

  @Field(() => Boolean, { defaultValue: true })
  acceptsEquivalents: boolean;

  @Field(() => String, { defaultValue: 'NONE', description: 'A regulation of the catalogue, or NONE.' })
  legalBasis: string;

  @Field(() => String, {
    defaultValue: 'NONE',
    description: 'BLIND: each tier may ask the next one under its own name.',
  })
  cascade: string;

  @Field(() => String, { description: 'At least 30 days ahead.' })
  deadline: string;

  @Field(() => [String], { defaultValue: [] })
  minerals: string[];

  @Field(() => [String], { defaultValue: [] })
  stages: string[];

  @Field(() => [String], { defaultValue: [], description: 'ISO 3166-1.' })
  jurisdictions: string[];
}

/** What may change while a demand is out; whom it asks and what about stays. */
@InputType()
export class AmendDemandInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  demand: string;

  @Field(() => String, { nullable: true })
  minLevel?: string;

  @Field(() => String, { nullable: true })
  threshold?: string;

  @Field(() => String, { nullable: true })
  minAssurance?: string;

  @Field(() => String, { nullable: true })
  deadline?: string;

  @Field(() => String, { nullable: true })
  title?: string;

  @Field(() => String, { nullable: true })
  text?: string;
}

export enum DemandAction {
  ISSUE = 'issue',
  DELETE = 'delete',
  WITHDRAW = 'withdraw',
  SUPERSEDE = 'supersede',
  CLOSE = 'close',
}
registerEnumType(DemandAction, { name: 'DemandAction' });

@InputType()
export class MoveDemandInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  demand: string;

  @Field(() => DemandAction)
  action: DemandAction;

  @Field(() => String, { nullable: true, description: 'Required to withdraw.' })
  reason?: string;

  @Field(() => ID, { nullable: true, description: 'The demand of yours that takes its place.' })
  successor?: string;
}

@InputType()
export class CascadeDemandInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID, { description: 'Your answer to a demand that may be cascaded.' })
  response: string;

  @Field(() => [ID])
  recipients: string[];

  @Field(() => String)
  deadline: string;
}

export enum ResponseAction {
  ACKNOWLEDGE = 'acknowledge',
  ACCEPT = 'accept',
  PROPOSE_ALTERNATIVE = 'propose_alternative',
  DECLINE = 'decline',
  AGREE = 'agree',
  REFUSE = 'refuse',
  SUBMIT_EVIDENCE = 'submit_evidence',
  ASSESS_MET = 'assess_met',
  ASSESS_PARTIAL = 'assess_partial',
  ASSESS_NOT_MET = 'assess_not_met',
  ASK_MORE = 'ask_more',
}
registerEnumType(ResponseAction, { name: 'ResponseAction' });

@InputType({ description: 'Another standard, indicator or deadline than the one asked for.' })
export class AlternativeInput {
  @Field(() => String, { nullable: true })
  standard?: string;

  @Field(() => String, { nullable: true })
  minLevel?: string;

  @Field(() => String, { nullable: true })
  indicator?: string;

  @Field(() => String, { nullable: true })
  deadline?: string;

  @Field(() => String, { nullable: true })
  note?: string;
}

@InputType({ description: 'An assessment or measurement of yours, or the hash of a document.' })
export class ResponseEvidenceInput {
  @Field(() => ID, { nullable: true })
  assessment?: string;

  @Field(() => ID, { nullable: true })
  measurement?: string;

  @Field(() => String, { nullable: true })
  sha256?: string;

  @Field(() => String, { nullable: true })
  note?: string;

  @Field(() => String, { nullable: true, description: 'Of a document: the first day on which it no longer holds.' })
  validTo?: string;
}

@InputType()
export class MoveResponseInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  response: string;

  @Field(() => ResponseAction)
  action: ResponseAction;

  @Field(() => String, {
    nullable: true,
    description: 'To decline: NOT_APPLICABLE, CONFIDENTIAL, RESOURCES, DISPUTED or LEGAL_BAR.',
  })
  reasonCode?: string;

  @Field(() => String, { nullable: true, description: 'A reason, or the question when more is asked for.' })
  reason?: string;

  @Field(() => AlternativeInput, { nullable: true })
  alternative?: AlternativeInput;

  @Field(() => [ResponseEvidenceInput], { nullable: true })
  evidence?: ResponseEvidenceInput[];

  @Field(() => [String], { nullable: true, description: 'What is missing, where it is met in part.' })
  gaps?: string[];

  @Field(() => String, { nullable: true, description: 'By when the gaps are closed.' })
  remediationUntil?: string;

  @Field(() => String, { nullable: true })
  offer?: string;
}

@InputType()
export class ClaimEquivalenceInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  response: string;

  @Field(() => ID, { description: 'An approved equivalence that leads to the standard asked for.' })
  equivalence: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Your certificate against the standard it leads from; what was met by it lapses when it ends.',
  })
  assessment?: string;

  @Field(() => [ResponseEvidenceInput], { nullable: true, description: 'For a partial one: proof for each gap.' })
  gapEvidence?: ResponseEvidenceInput[];
}

@ObjectType()
export class DemandPayload {
  @Field(() => DemandView, { nullable: true })
  demand: DemandView | null;
}

@ObjectType()
export class ResponsePayload {
  @Field(() => DemandResponseView, { nullable: true })
  response: DemandResponseView | null;
}
