import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../graph';

@ObjectType({ description: 'One cell of a released table.' })
export class ReleaseCell {
  @Field(() => String, {
    nullable: true,
    description: 'Null where the table does not cross minerals; ALL is the total.',
  })
  mineral: string | null;

  @Field(() => String, { nullable: true })
  stage: string | null;

  @Field(() => String, { nullable: true, description: 'A country, a region, or WORLD.' })
  place: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of the standard: sites at this level or above are counted; ALL is any level.',
  })
  level: string | null;

  @Field(() => String, { nullable: true, description: 'Null where it is suppressed.' })
  value: string | null;

  @Field(() => String, { nullable: true, description: 'Band of contributing groups, one of them left out.' })
  n: string | null;

  @Field(() => Boolean)
  suppressed: boolean;

  @Field(() => String, { description: 'SDMX observation status: A, or Q for a suppressed value.' })
  obsStatus: string;

  @Field(() => String, {
    description: 'SDMX confidentiality status: F, or C; why a cell is confidential is never told.',
  })
  confStatus: string;
}

@ObjectType({
  description: 'A registered table of one period, protected as a whole and the same for everybody entitled.',
})
export class Release {
  /** UUID, for the cells. */
  readonly uuid: string;

  @Field(() => ID)
  id: string;

  @Field(() => String)
  table: string;

  @Field(() => String)
  title: string;

  @Field(() => String, { nullable: true })
  indicator: string | null;

  @Field(() => String, { nullable: true })
  standard: string | null;

  @Field(() => String, { nullable: true })
  level: string | null;

  @Field(() => String)
  function: string;

  @Field(() => String)
  unit: string;

  @Field(() => [String])
  dimensions: string[];

  @Field(() => String)
  period: string;

  @Field(() => Int, { description: 'A correction, a joiner or a leaver shows in a later vintage only.' })
  vintage: number;

  @Field(() => String, { description: 'ALLIANCE or PUBLIC.' })
  audience: string;

  @Field(() => String, { nullable: true, description: 'The day after which contributors may no longer object.' })
  publicFrom: string | null;

  @Field(() => String)
  inputsAsOf: string;

  @Field(() => String, { description: 'SHA-256 of who stands behind the figures.' })
  memberSetHash: string;

  @Field(() => String, { description: 'Law and statistical rules in force.' })
  ruleVersion: string;

  @Field(() => String)
  publishedAt: string;

  @Field(() => Boolean)
  synthetic: boolean;
}

export const ReleaseConnection = connectionOf('Release', Release);

@ObjectType({
  description: 'What the independent audit of everything answered found; its family answers nothing more.',
})
export class LedgerAlarm {
  @Field(() => ID, { description: 'As `release lift` takes it.' })
  id: string;

  @Field(() => String, { description: 'Measures, and the period, whose answers were audited together.' })
  family: string;

  @Field(() => String)
  ranAt: string;

  @Field(() => Int, { description: 'How many units lie in too narrow an interval; which ones is told to nobody.' })
  exposedUnits: number;
}

@ObjectType({ description: 'One cell of a table in one period and vintage.' })
export class TrendPoint {
  @Field(() => Release)
  release: Release;

  @Field(() => ReleaseCell)
  cell: ReleaseCell;
}
