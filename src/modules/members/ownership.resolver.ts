import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { type Connection, listDisclosedOf, type ListRequest, Operation, rowById } from '../graph';
import { OrganisationView } from './organisation.view';
import { ownershipList, OwnershipView } from './ownership.view';
import { SiteOwnerView } from './siteFacts.view';

@Resolver(() => OrganisationView)
export class HoldersResolver {
  @FieldResolver(() => ownershipList.Connection, {
    description: 'Who holds shares of the organisation; shared within the alliance.',
  })
  holders(
    @Ctx() operation: Operation,
    @Root() { id }: OrganisationView,
    @Args(() => ownershipList.Arguments) asked: ListRequest,
  ): Promise<Connection<OwnershipView>> {
    return listDisclosedOf(operation, ownershipList, asked, { property: 'organisationId', id });
  }
}

@Resolver(() => OwnershipView)
export class OwnershipResolver {
  @FieldResolver(() => OrganisationView, { nullable: true, description: 'Null for one that has no entry here.' })
  holder(@Ctx() operation: Operation, @Root() { holderId }: OwnershipView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, holderId);
  }
}

@Resolver(() => SiteOwnerView)
export class SiteOwnerResolver {
  @FieldResolver(() => OrganisationView, { nullable: true, description: 'Null for one that has no entry here.' })
  holder(@Ctx() operation: Operation, @Root() { holderId }: SiteOwnerView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, holderId);
  }
}
