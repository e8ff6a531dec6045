import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Mutation,
  ID,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { DemandResponseView, DemandView } from '../demands';
import { Operation, rowById } from '../graph';
import { MeasurementView } from '../performance';
import { AssessmentView } from '../standards';
import { answerOnce } from './answerOnce.service';
import { demandClusters } from './clusters.service';
import { ownCoverage } from './coverage';
import { measuredCoverage } from './measuredCoverage';
import { demandOverlaps, type OverlapFound } from './overlap.service';

@ObjectType({ description: 'How far your own valid assessments answer this; computed from your own data only.' })
export class CoveredByMyAssessments {
  @Field(() => String, { description: 'FULL, PARTIAL or NONE.' })
  state: string;

  @Field(() => [String])
  gaps: string[];
}

@ObjectType({ description: 'What several issuers ask for; a proposal that binds nobody, without names.' })
export class DemandCluster {
  @Field(() => String, { description: 'The topic, or: whole standard.' })
  topic: string;

  @Field(() => String, { nullable: true, description: 'Null where equivalences join several.' })
  standard: string | null;

  @Field(() => [String], {
    description: 'Standards that approved full equivalences of the quarter join in this topic, asked for or not.',
  })
  standards: readonly string[];

  @Field(() => String, { description: 'How many groups ask, without those you know of: 5-9, 10-19, 20-49 or 50+.' })
  issuerBand: string;

  @Field(() => String, { nullable: true, description: 'The lowest level that enough groups ask for.' })
  floor: string | null;

  @Field(() => String, { nullable: true, description: 'What would cover the others; each buyer adopts it alone.' })
  harmonised: string | null;

  @Field(() => String, { nullable: true, description: 'The highest level that enough groups ask for.' })
  ceiling: string | null;

  @Field(() => CoveredByMyAssessments)
  coveredByMyAssessments: CoveredByMyAssessments;

  @Field(() => String, { nullable: true, description: 'Why nothing harmonised can be told, where enough groups ask.' })
  gap: string | null;
}

@ObjectType({ description: 'Which of your certificates answer a demand, and what they leave open.' })
export class DemandCoverage extends CoveredByMyAssessments {
  @Field(() => [AssessmentView])
  assessments: AssessmentView[];

  @Field(() => [MeasurementView], { description: 'Where an indicator is asked for.' })
  measurements: MeasurementView[];

  @Field(() => [String], { description: 'Codes of the equivalences that they rest on.' })
  equivalences: string[];
}

@ObjectType({ description: 'Open demands of your inbox whose topic, mineral, stage and jurisdiction intersect.' })
export class DemandOverlap {
  @Field(() => String, { nullable: true, description: 'The one topic that all of them ask about.' })
  topic: string | null;

  @Field(() => [String], { description: 'The topics that all of them ask about; a whole standard has many.' })
  topics: readonly string[];

  @Field(() => String, { nullable: true })
  indicator: string | null;

  @Field(() => [String], { nullable: true, description: 'What all of them ask about; null: any mineral.' })
  minerals: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Null: any stage.' })
  stages: readonly string[] | null;

  @Field(() => [DemandResponseView], { description: 'Your answers to them.' })
  responses: DemandResponseView[];

  @Field(() => DemandView, {
    nullable: true,
    description: 'The one whose answer covers the others, by level or approved full equivalence; null: a gap stays.',
  })
  harmonised: DemandView | null;
}

@InputType()
export class AnswerOnceInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID, { description: 'Your assessment.' })
  assessment: string;

  @Field(() => [ID], { description: 'Accepted answers of yours; each issuer decides alone.' })
  responses: string[];
}

@ObjectType()
export class AnswerOncePayload {
  @Field(() => [DemandResponseView])
  responses: DemandResponseView[];
}

@Resolver(() => DemandView)
export class ClusterResolver {
  @Query(() => [DemandCluster], { description: 'What is asked for in your part of the chain, frozen per quarter.' })
  demandClusters(
    @Ctx() operation: Operation,
    @Arg('mineral', () => String) mineral: string,
    @Arg('stage', () => String, { nullable: true }) stage?: string,
    @Arg('jurisdiction', () => String, { nullable: true }) jurisdiction?: string,
  ): Promise<DemandCluster[]> {
    return demandClusters(operation, { mineral, stage, jurisdiction });
  }

  @FieldResolver(() => DemandCoverage, {
    nullable: true,
    description: 'For its recipient: which of your certificates answer it.',
  })
  async myCoverage(@Ctx() operation: Operation, @Root() demand: DemandView): Promise<DemandCoverage | null> {
    return demand.ownerNo === operation.viewer.organisationNo ? null : coverageOf(operation, demand);
  }

  @Query(() => [DemandOverlap], {
    description: 'Open demands of your inbox that ask for the same; from your own inbox only.',
  })
  async demandOverlaps(@Ctx() operation: Operation): Promise<DemandOverlap[]> {
    return Promise.all((await demandOverlaps(operation)).map((found) => overlapOf(operation, found)));
  }

  @Mutation(() => AnswerOncePayload, { description: 'Offers one assessment to every demand it answers.' })
  async answerOnce(
    @Ctx() operation: Operation,
    @Arg('input', () => AnswerOnceInput) input: AnswerOnceInput,
  ): Promise<AnswerOncePayload> {
    const { ids } = await answerOnce(operation, input);
    const found = await Promise.all(ids.map((id) => rowById(operation, DemandResponseView, id)));
    return { responses: found.filter((row) => row !== null) };
  }
}

async function coverageOf(operation: Operation, demand: DemandView): Promise<DemandCoverage | null> {
  const { minAssurance } = demand;
  if (demand.standard !== null) {
    const { standard, topic, minLevel } = demand;
    const acceptsEquivalents = demand.acceptsEquivalents ?? false;
    const { assessmentIds, ...coverage } = await ownCoverage(operation, {
      standard,
      topic,
      minLevel,
      minAssurance,
      acceptsEquivalents,
    });
    const found = await Promise.all(assessmentIds.map((id) => rowById(operation, AssessmentView, id)));
    return { ...coverage, assessments: found.filter((row) => row !== null), measurements: [] };
  }
  if (demand.indicator === null) return null;
  const { indicator, comparator, threshold, unit } = demand;
  const { measurementIds, ...coverage } = await measuredCoverage(operation, {
    indicator,
    comparator,
    threshold,
    unit,
    minAssurance,
  });
  const found = await Promise.all(measurementIds.map((id) => rowById(operation, MeasurementView, id)));
  return { ...coverage, assessments: [], measurements: found.filter((row) => row !== null), equivalences: [] };
}

async function overlapOf(operation: Operation, { overlap, responseIds }: OverlapFound): Promise<DemandOverlap> {
  const { topics, indicator, minerals, stages, harmonisedId } = overlap;
  const topic = topics.length === 1 ? (topics[0] ?? null) : null;
  const [harmonised, ...responses] = await Promise.all([
    rowById(operation, DemandView, harmonisedId),
    ...responseIds.map((id) => rowById(operation, DemandResponseView, id)),
  ]);
  return { topic, topics, indicator, minerals, stages, harmonised, responses: responses.filter((row) => row !== null) };
}
