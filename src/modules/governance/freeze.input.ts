import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'A class of data, an initiative, or a class within an initiative.' })
export class FreezeInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => String, { nullable: true })
  dataClass?: string;

  @Field(() => ID, { nullable: true })
  initiative?: string;

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
