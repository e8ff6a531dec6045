import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { OtherIdentifierInput } from './otherIdentifier';
import { OrganisationView } from './organisation.view';

@InputType({ description: 'What a member does; it decides with whom it competes.' })
export class ActivityInput {
  @Field(() => String)
  mineral: string;

  @Field(() => String)
  stage: string;

  @Field(() => String, { description: 'SELL or BUY.' })
  side: string;

  @Field(() => [String], { nullable: true, description: 'Country codes or EU; leave it out for worldwide.' })
  markets?: string[];
}

@InputType({ description: 'Whoever holds 25 % or more in the end.' })
export class BeneficialOwnerInput {
  @Field(() => String)
  name: string;

  @Field(() => String, { description: 'Decimal string, %.' })
  percent: string;
}

@InputType()
export class RegisterMemberInput {
  @Field(() => String, { nullable: true, description: 'Your own name for this write; sent twice it is done once.' })
  clientKey?: string;

  @Field(() => String, { description: 'As in the register of its LEI.' })
  legalName: string;

  @Field(() => [String], { nullable: true })
  aliases?: string[];

  @Field(() => String, { nullable: true, description: 'ISO 17442; every company has one.' })
  lei?: string;

  @Field(() => [OtherIdentifierInput], { nullable: true })
  otherIds?: OtherIdentifierInput[];

  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  jurisdiction: string;

  @Field(() => String, { description: 'Exactly one voting group.' })
  stakeholderGroup: string;

  @Field(() => [ActivityInput], { nullable: true, description: 'Companies declare at least one, others none.' })
  activities?: ActivityInput[];

  @Field(() => ID, { nullable: true, description: 'The member that controls it by more than 50 %.' })
  controlledBy?: string;

  @Field(() => [BeneficialOwnerInput], { nullable: true })
  beneficialOwners?: BeneficialOwnerInput[];

  @Field(() => String, { nullable: true, description: 'LIMITED where funding, translation or time is needed.' })
  capacity?: string;

  @Field(() => String, { nullable: true })
  capacityNote?: string;
}

@ObjectType()
export class MemberPayload {
  @Field(() => OrganisationView)
  member: OrganisationView;

  @Field(() => [String])
  warnings: string[];
}

@InputType()
export class DeclareActivitiesInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => [ActivityInput], { description: 'All of them: what is left out is withdrawn.' })
  activities: ActivityInput[];
}

@InputType()
export class SetStandingInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  member: string;

  @Field(() => String, { description: 'GOOD, LATE, SUSPENDED or LEFT.' })
  standing: string;

  @Field(() => String)
  reason: string;
}
