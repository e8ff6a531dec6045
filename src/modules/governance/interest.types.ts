import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { connectionOf } from '../graph';

@ObjectType({ description: 'An entry of the register of interests in detail; for its own person and for counsel.' })
export class Interest {
  @Field(() => ID)
  id: string;

  @Field(() => String, { nullable: true, description: 'Whose interest it is.' })
  person: string | null;

  @Field(() => ID, { description: 'The organisation that the person declared it in.' })
  organisation: string;

  @Field(() => ID, { description: 'In whom.' })
  counterpart: string;

  @Field(() => String, { nullable: true })
  counterpartName: string | null;

  @Field(() => String)
  kind: string;

  @Field(() => String, { nullable: true })
  valueBand: string | null;

  @Field(() => String)
  from: string;

  @Field(() => String, { nullable: true, description: 'The first day on which it is over.' })
  to: string | null;

  @Field(() => Boolean, { description: 'Whether it blocks steps today.' })
  live: boolean;

  @Field(() => Boolean, { description: 'Declared later than it should have been.' })
  declaredLate: boolean;

  @Field(() => String, { description: 'Until when it is to be renewed; overdue it goes on to block.' })
  renewalDue: string;
}

@ObjectType({
  description: 'That people of an organisation have an interest of a kind; not who, in whom, or how much.',
})
export class InterestSummary {
  @Field(() => ID)
  organisation: string;

  @Field(() => String, { nullable: true })
  organisationName: string | null;

  @Field(() => String)
  kind: string;
}

export const InterestConnection = connectionOf('Interest', Interest);
export const InterestSummaryConnection = connectionOf('InterestSummary', InterestSummary);

@InputType({ description: 'An interest of your own.' })
export class DeclareInterestInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID, { description: 'The organisation that you have an interest in.' })
  counterpart: string;

  @Field(() => String, {
    description: 'SHARES, EMPLOYMENT, MANDATE, CONSULTING, LOAN, GIFT, FAMILY or OTHER.',
  })
  kind: string;

  @Field(() => String, {
    nullable: true,
    description: 'UP_TO_10_K, UP_TO_100_K, UP_TO_1_M or OVER_1_M, in euros; left out: it has no value in money.',
  })
  valueBand?: string;

  @Field(() => String, { description: 'ISO 8601 date.' })
  from: string;

  @Field(() => String, { nullable: true })
  to?: string;
}

@InputType()
export class EndInterestInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  interest: string;

  @Field(() => String, { nullable: true, description: 'The first day on which it is over; left out: today.' })
  on?: string;
}

@InputType()
export class RenewInterestInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  interest: string;
}
