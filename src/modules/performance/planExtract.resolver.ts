import { Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { type Connection, listDisclosed, type ListRequest, Operation, rowById } from '../graph';
import { OrganisationView } from '../members';
import { PlanExtractView } from './planExtract.view';
import { planExtractList } from './planLists';

@Resolver(() => PlanExtractView)
export class PlanExtractResolver {
  @Query(() => planExtractList.Connection, {
    description: "Your own joint-planning extracts, and others' under an agreement that counsel cleared.",
  })
  planExtracts(
    @Ctx() operation: Operation,
    @Args(() => planExtractList.Arguments) asked: ListRequest,
  ): Promise<Connection<PlanExtractView>> {
    return listDisclosed(operation, planExtractList, asked);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() extract: PlanExtractView): string {
    return operation.encodeId('extract', extract.id);
  }

  @FieldResolver(() => [String])
  actions(@Root() extract: PlanExtractView): string[] {
    return (extract.actionList ?? []).map(({ action }) => action);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  member(@Ctx() operation: Operation, @Root() extract: PlanExtractView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, extract.organisationId);
  }
}
