import { Field, InputType, ObjectType } from 'type-graphql';

/** An identifier of another scheme than LEI. */
@ObjectType('OtherIdentifier')
export class OtherIdentifier {
  @Field(() => String)
  scheme: string;

  @Field(() => String)
  value: string;
}

@InputType('OtherIdentifierInput')
export class OtherIdentifierInput {
  @Field(() => String)
  scheme: string;

  @Field(() => String)
  value: string;
}
