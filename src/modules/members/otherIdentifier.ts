import { Field, InputType, ObjectType } from 'type-graphql';

/** An identifier of another scheme than LEI. */
@ObjectType('OtherIdentifier')
export class OtherIdentifier {
  @Field(() => String)
  scheme: string;

  @Field(() => String)
  value: string;
}

/** Who holds a part of an organisation in the end. */
@ObjectType('BeneficialOwner')
export class BeneficialOwner {
  @Field(() => String)
  name: string;

  @Field(() => String, { description: 'Decimal string, %.' })
  percent: string;
}

@InputType('OtherIdentifierInput')
export class OtherIdentifierInput {
  @Field(() => String)
  scheme: string;

  @Field(() => String)
  value: string;
}
