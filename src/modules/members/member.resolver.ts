import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import {
  type Connection,
  listDisclosed,
  listDisclosedOf,
  Operation,
  type OrderTerm,
  PageArguments,
  rowAskedFor,
} from '../graph';
import {
  activityList,
  MemberConnection,
  MemberFilter,
  memberList,
  MemberOrder,
  SiteConnection,
  SiteFilter,
  siteList,
  SiteOrder,
} from './lists';
import { BeneficialOwner, OtherIdentifier } from './otherIdentifier';
import { OrganisationView } from './organisation.view';
import type { SiteView } from './site.view';
import { ActivityView } from './siteFacts.view';

@Resolver(() => OrganisationView)
export class MemberResolver {
  @Query(() => MemberConnection, { description: 'Members and other organisations that the reader may know of.' })
  members(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => MemberFilter, { nullable: true }) where?: MemberFilter,
    @Arg('orderBy', () => [MemberOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<OrganisationView>> {
    return listDisclosed(operation, memberList, { ...page, where, orderBy });
  }

  @Query(() => OrganisationView, { nullable: true })
  member(@Ctx() operation: Operation, @Arg('id', () => ID) id: string): Promise<OrganisationView | null> {
    return rowAskedFor(operation, OrganisationView, operation.decodeId(id, 'member'));
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() member: OrganisationView): string {
    return operation.encodeId('member', member.id);
  }

  @FieldResolver(() => [OtherIdentifier], { description: 'DUNS, GLN, BPN, national registers.' })
  otherIds(@Root() member: OrganisationView): OtherIdentifier[] {
    return member.otherIdsJson ?? [];
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'The same for all members under one control of more than 50 %.',
  })
  ownershipGroup(@Ctx() operation: Operation, @Root() member: OrganisationView): string | null {
    return member.ownershipGroupId === null ? null : operation.encodeId('member', member.ownershipGroupId);
  }

  @FieldResolver(() => [BeneficialOwner], {
    nullable: true,
    description: 'Who holds 25 % or more in the end, shared within the alliance.',
  })
  beneficialOwners(@Root() member: OrganisationView): BeneficialOwner[] | null {
    const owners = member.beneficialOwnersJson;
    return owners === null ? null : owners.map(({ name, percent }) => ({ name, percent: String(percent) }));
  }

  @FieldResolver(() => [ActivityView], { description: 'Declared activities, shared within the alliance.' })
  async activities(@Ctx() operation: Operation, @Root() member: OrganisationView): Promise<ActivityView[]> {
    const parent = { property: 'organisationId', id: member.id } as const;
    return (await listDisclosedOf(operation, activityList, { first: 100 }, parent)).nodes;
  }

  @FieldResolver(() => SiteConnection)
  sites(
    @Ctx() operation: Operation,
    @Root() member: OrganisationView,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => SiteFilter, { nullable: true }) where?: SiteFilter,
    @Arg('orderBy', () => [SiteOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<SiteView>> {
    return listDisclosedOf(
      operation,
      siteList,
      { ...page, where, orderBy },
      { property: 'organisationId', id: member.id },
    );
  }
}
