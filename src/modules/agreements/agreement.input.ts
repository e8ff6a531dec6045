import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { AgreementView } from './agreement.view';

@InputType({ description: 'What is shared, for what, how long, and what becomes of it afterwards.' })
export class AgreementTermsInput {
  @Field(() => String, { description: 'A purpose of the closed list; a reader under this agreement states it.' })
  purpose: string;

  @Field(() => [String])
  dataClasses: string[];

  @Field(() => [String], { description: 'Such as Measurement.GHG_INT or Plan.*' })
  fields: string[];

  @Field(() => [ID], { nullable: true, description: "The provider's sites; left out: all of them." })
  sites?: string[];

  @Field(() => Boolean, { defaultValue: false })
  mutual: boolean;

  @Field(() => String)
  startsOn: string;

  @Field(() => String, { description: 'At most 24 months after the start.' })
  endsOn: string;

  @Field(() => String)
  deletionRule: string;
}

@InputType()
export class ProposeAgreementInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID, { description: 'Who will read; you provide.' })
  receiver: string;

  @Field(() => AgreementTermsInput)
  terms: AgreementTermsInput;
}

@InputType()
export class ChangeAgreementTermsInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  agreement: string;

  @Field(() => AgreementTermsInput)
  terms: AgreementTermsInput;
}

/** The steps that need no new terms; names as in reference/state-machines.csv. */
export enum AgreementAction {
  COUNSEL_CLEAR = 'counsel_clear',
  SIGN = 'sign',
  REFUSE = 'refuse',
  SUSPEND = 'suspend',
  RESUME = 'resume',
  TERMINATE = 'terminate',
  CONFIRM_DISPOSAL = 'confirm_disposal',
}
registerEnumType(AgreementAction, { name: 'AgreementAction' });

@InputType()
export class MoveAgreementInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  agreement: string;

  @Field(() => AgreementAction)
  action: AgreementAction;

  @Field(() => String, { nullable: true, description: 'Why; the signed statement when disposal is confirmed.' })
  reason?: string;
}

@ObjectType()
export class AgreementPayload {
  @Field(() => AgreementView, { nullable: true })
  agreement: AgreementView | null;
}
