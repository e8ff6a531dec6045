import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf } from '../graph';

/** What everybody may know of a reader: its office, or whether it is a member. */
export enum ReaderAudience {
  MEMBER = 'MEMBER',
  OFFICE = 'OFFICE',
  PARTNER = 'PARTNER',
  POLICY_MAKER = 'POLICY_MAKER',
  OTHER = 'OTHER',
  PUBLIC = 'PUBLIC',
}
registerEnumType(ReaderAudience, {
  name: 'ReaderAudience',
  description:
    'Members; the offices of the alliance; partner alliances; policy makers; others; whoever reads as the public.',
});

@ObjectType({
  description:
    'Reads of your own data: by the day and by name where a reader is yourself, party to an agreement in force or end of a confirmed link of yours; by class and month else.',
})
export class DataRead {
  @Field(() => ID, { nullable: true, description: 'The member that read; null where it is not named.' })
  reader: string | null;

  @Field(() => String, { nullable: true })
  readerName: string | null;

  @Field(() => String, { nullable: true, description: 'Day of the reads of a named reader, ISO 8601, UTC.' })
  day: string | null;

  @Field(() => Int, { nullable: true, description: 'How often a named reader read on that day.' })
  reads: number | null;

  @Field(() => ReaderAudience, { nullable: true, description: 'Somebody of this class read in that month.' })
  audience: ReaderAudience | null;

  @Field(() => String, { description: 'Such as 2026-03; of readers without a name only months that are over.' })
  month: string;
}

export const DataReadConnection = connectionOf('DataRead', DataRead);

@ObjectType({ description: 'How many reads a class of readers made in a month that is over.' })
export class ReadCount {
  @Field(() => String)
  month: string;

  @Field(() => ReaderAudience)
  audience: ReaderAudience;

  @Field(() => Int)
  reads: number;
}
