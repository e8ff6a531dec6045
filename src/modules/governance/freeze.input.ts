import { Field, ID, InputType } from 'type-graphql';

@InputType({
  description: 'A class of data, an initiative, a class within an initiative, or else a question as a whole.',
})
export class FreezeInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => String, { nullable: true })
  dataClass?: string;

  @Field(() => ID, { nullable: true })
  initiative?: string;

  @Field(() => String, { nullable: true, description: 'A field of Query, such as statistics; stands alone.' })
  question?: string;

  @Field(() => String)
  reason: string;
}

@InputType()
export class LiftFreezeInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  freeze: string;
}
