import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import {
  type Connection,
  listDisclosed,
  listDisclosedOf,
  type ListRequest,
  Operation,
  type OrderTerm,
  PageArguments,
  rowById,
} from '../graph';
import { OrganisationView, SiteView } from '../members';
import { rowByCode, StandardView } from '../reference';
import {
  Accreditation,
  AssessmentView,
  AssessorView,
  CorrectiveActionView,
  CriterionResultView,
  FindingView,
} from './assessment.view';
import { accreditationsOf } from './assessors';
import {
  AssessmentConnection,
  AssessmentFilter,
  assessmentList,
  AssessmentOrder,
  assessorList,
  correctiveActionList,
  criterionResultList,
  findingList,
} from './lists';
import { stateOn } from './stateToday';

@Resolver(() => AssessmentView)
export class AssessmentResolver {
  @Query(() => AssessmentConnection, { description: 'Assessments that the reader may know of; expired ones say so.' })
  assessments(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => AssessmentFilter, { nullable: true }) where?: AssessmentFilter,
    @Arg('orderBy', () => [AssessmentOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<AssessmentView>> {
    return listDisclosed(operation, assessmentList, { ...page, where, orderBy });
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() assessment: AssessmentView): string {
    return operation.encodeId('assessment', assessment.id);
  }

  @FieldResolver(() => String, { description: 'As it is today: one past its last day is EXPIRED.' })
  state(@Ctx() operation: Operation, @Root() { storedState, validTo }: AssessmentView): string {
    return stateOn(operation.services.today(), storedState, validTo);
  }

  @FieldResolver(() => String, { description: 'Such as `IRMA/1.0`.' })
  standardVersion(@Root() { standard, versionLabel }: AssessmentView): string {
    return `${standard}/${versionLabel}`;
  }

  @FieldResolver(() => StandardView, { nullable: true })
  standardDetails(@Ctx() operation: Operation, @Root() assessment: AssessmentView): Promise<StandardView | null> {
    return rowByCode(operation, StandardView, assessment.standard);
  }

  @FieldResolver(() => SiteView, { nullable: true })
  site(@Ctx() operation: Operation, @Root() assessment: AssessmentView): Promise<SiteView | null> {
    return rowById(operation, SiteView, assessment.siteId);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  member(@Ctx() operation: Operation, @Root() assessment: AssessmentView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, assessment.organisationId);
  }

  @FieldResolver(() => AssessorView, { nullable: true })
  assessor(@Ctx() operation: Operation, @Root() assessment: AssessmentView): Promise<AssessorView | null> {
    return rowById(operation, AssessorView, assessment.assessorId);
  }

  @FieldResolver(() => [CriterionResultView], { description: 'Public where the scheme publishes them.' })
  async criterionResults(@Ctx() operation: Operation, @Root() { id }: AssessmentView): Promise<CriterionResultView[]> {
    const parent = { property: 'assessmentId', id } as const;
    return (await listDisclosedOf(operation, criterionResultList, { first: 100 }, parent)).nodes;
  }

  @FieldResolver(() => [FindingView], { description: 'For the parties of the assessment.' })
  async findings(@Ctx() operation: Operation, @Root() { id }: AssessmentView): Promise<FindingView[]> {
    return (await listDisclosedOf(operation, findingList, { first: 100 }, { property: 'assessmentId', id })).nodes;
  }
}

@Resolver(() => FindingView)
export class FindingResolver {
  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() finding: FindingView): string {
    return operation.encodeId('finding', finding.id);
  }

  @FieldResolver(() => [CorrectiveActionView])
  async correctiveActions(@Ctx() operation: Operation, @Root() { id }: FindingView): Promise<CorrectiveActionView[]> {
    return (await listDisclosedOf(operation, correctiveActionList, { first: 100 }, { property: 'findingId', id }))
      .nodes;
  }
}

@Resolver(() => CorrectiveActionView)
export class CorrectiveActionResolver {
  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() action: CorrectiveActionView): string {
    return operation.encodeId('action', action.id);
  }
}

@Resolver(() => AssessorView)
export class AssessorResolver {
  @Query(() => assessorList.Connection, { description: 'Assessor firms; public.' })
  assessors(
    @Ctx() operation: Operation,
    @Args(() => assessorList.Arguments) asked: ListRequest,
  ): Promise<Connection<AssessorView>> {
    return listDisclosed(operation, assessorList, asked);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() assessor: AssessorView): string {
    return operation.encodeId('assessor', assessor.id);
  }

  @FieldResolver(() => [Accreditation])
  accreditations(@Ctx() operation: Operation, @Root() assessor: AssessorView): Promise<Accreditation[]> {
    return accreditationsOf(operation, assessor.id);
  }
}

@Resolver(() => SiteView)
export class SiteAssessmentsResolver {
  @FieldResolver(() => AssessmentConnection)
  assessments(
    @Ctx() operation: Operation,
    @Root() site: SiteView,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => AssessmentFilter, { nullable: true }) where?: AssessmentFilter,
    @Arg('orderBy', () => [AssessmentOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<AssessmentView>> {
    const parent = { property: 'siteId', id: site.id } as const;
    return listDisclosedOf(operation, assessmentList, { ...page, where, orderBy }, parent);
  }
}

@Resolver(() => OrganisationView)
export class MemberAssessmentsResolver {
  @FieldResolver(() => AssessmentConnection, { description: 'Of the member as a whole and of its sites.' })
  assessments(
    @Ctx() operation: Operation,
    @Root() member: OrganisationView,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => AssessmentFilter, { nullable: true }) where?: AssessmentFilter,
    @Arg('orderBy', () => [AssessmentOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<AssessmentView>> {
    const parent = { property: 'organisationId', id: member.id } as const;
    return listDisclosedOf(operation, assessmentList, { ...page, where, orderBy }, parent);
  }
}
