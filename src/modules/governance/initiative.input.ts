import { Field, ID, InputType } from 'type-graphql';

@InputType()
export class MoveInitiativeInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  initiative: string;

  @Field(() => String, { description: 'The phase to go to.' })
  to: string;

  @Field(() => ID, { nullable: true, description: 'The decision that it rests on.' })
  decision?: string;

  @Field(() => String, { description: 'Public.' })
  reason: string;
}
