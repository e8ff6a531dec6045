import { Field, ID, InputType, ObjectType } from 'type-graphql';

@InputType({ description: 'Whose figures: attributes known to every member, never a value, a link or a text.' })
export class StatisticFilter {
  @Field(() => String, { nullable: true })
  mineral?: string | null;

  @Field(() => String, { nullable: true })
  stage?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2.' })
  country?: string | null;

  @Field(() => String, { nullable: true, description: 'A region of the world, as registered tables use them.' })
  region?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sites that show everybody a live certificate of this standard.',
  })
  standard?: string | null;
}

@InputType({ description: 'A question about the alliance as a whole.' })
export class StatisticInput {
  @Field(() => String, { nullable: true })
  indicator?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Instead of an indicator: sites with a live certificate of it are counted, or their share is told.',
  })
  standard?: string | null;

  @Field(() => String, { nullable: true, description: 'A level of the standard: sites at it or above.' })
  atLeast?: string | null;

  @Field(() => String, { description: 'SUM, COUNT, MEAN, WEIGHTED_MEAN or SHARE.' })
  function: string;

  @Field(() => StatisticFilter, { nullable: true })
  filter?: StatisticFilter | null;

  @Field(() => String, { description: 'A year, or YYYY-MM-DD/YYYY-MM-DD.' })
  period: string;

  @Field(() => String, { nullable: true, description: 'What the figure is for; required.' })
  purpose?: string | null;

  @Field(() => ID, { nullable: true, description: 'The initiative it serves; required.' })
  initiative?: string | null;
}

@ObjectType({ description: 'A statistic that gives nobody away; the same for everybody entitled to it.' })
export class Statistic {
  @Field(() => String, { description: 'Decimal string of three significant figures; a range for counts of sites.' })
  value: string;

  @Field(() => String)
  unit: string;

  @Field(() => String, { description: "Band of contributing groups, the reader's own left out." })
  n: string;

  @Field(() => ID, { nullable: true, description: 'The release it is a cell of; null for an answer of its own.' })
  releaseId: string | null;
}

@ObjectType({
  description: 'Why a statistic is not given: one shape for every reason, none of which looks at a value.',
})
export class StatisticRefusal {
  @Field(() => String, { description: 'SMALL_CELL, DIFFERENCING or DERIVATION.' })
  code: string;

  @Field(() => String, { nullable: true })
  rule: string | null;

  @Field(() => String, { nullable: true, description: 'The nearest table that can be had, or what to ask instead.' })
  next: string | null;
}

@ObjectType({ description: 'One cell of a question that was split by dimension.' })
export class StatisticCell {
  @Field(() => String, { nullable: true, description: 'Null where the question neither groups by nor fixes it.' })
  mineral: string | null;

  @Field(() => String, { nullable: true })
  stage: string | null;

  @Field(() => String, { nullable: true, description: 'A country or a region.' })
  place: string | null;

  @Field(() => String, { nullable: true, description: 'Of whose certificates are counted; null for an indicator.' })
  standard: string | null;

  @Field(() => String, { nullable: true, description: 'Sites at this level or above; null: any.' })
  level: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'As in `Statistic`; null where it is refused, or only asked about.',
  })
  value: string | null;

  @Field(() => String, { nullable: true })
  unit: string | null;

  @Field(() => String, { nullable: true, description: "Band of contributing groups, the reader's own left out." })
  n: string | null;

  @Field(() => ID, { nullable: true, description: 'The release it is a cell of; null for an answer of its own.' })
  releaseId: string | null;

  @Field(() => StatisticRefusal, { nullable: true, description: 'Null where the cell is answered.' })
  refusal: StatisticRefusal | null;
}

@ObjectType({
  description: 'A question split by dimension: the cells in which the alliance has sites, in one order for everybody.',
})
export class GroupedStatistics {
  @Field(() => [StatisticCell])
  cells: StatisticCell[];
}

@ObjectType({ description: 'Whether a statistic would be answered, told without looking at a value.' })
export class StatisticOutlook {
  @Field(() => Boolean)
  wouldAnswer: boolean;

  @Field(() => String, { nullable: true })
  code: string | null;

  @Field(() => String, { nullable: true })
  rule: string | null;

  @Field(() => String, { nullable: true })
  next: string | null;
}

@ObjectType({ description: 'A figure of your own.' })
export class OwnFigure {
  @Field(() => ID, { nullable: true })
  site: string | null;

  @Field(() => String, { nullable: true })
  value: string | null;
}

@ObjectType({ description: "A member's own figures beside a released mean of its peers." })
export class Benchmark {
  @Field(() => [OwnFigure])
  own: OwnFigure[];

  @Field(() => Statistic, { nullable: true, description: 'Null where no released cell covers the question.' })
  peers: Statistic | null;
}
