import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import {
  type Connection,
  listDisclosed,
  listDisclosedOf,
  Operation,
  type OrderTerm,
  PageArguments,
  rowAskedFor,
  rowById,
} from '../graph';
import {
  capacityList,
  SiteConnection,
  SiteFilter,
  siteList,
  SiteOrder,
  SiteOwnerFilter,
  siteOwnerList,
  tailingsFacilityList,
} from './lists';
import { OrganisationView } from './organisation.view';
import { SiteView } from './site.view';
import { CapacityView, SiteOwnerView, TailingsFacilityView } from './siteFacts.view';

@Resolver(() => SiteView)
export class SiteResolver {
  @Query(() => SiteConnection, { description: 'Sites that the reader may know of.' })
  sites(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => SiteFilter, { nullable: true }) where?: SiteFilter,
    @Arg('orderBy', () => [SiteOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<SiteView>> {
    return listDisclosed(operation, siteList, { ...page, where, orderBy });
  }

  @Query(() => SiteView, { nullable: true })
  site(@Ctx() operation: Operation, @Arg('id', () => ID) id: string): Promise<SiteView | null> {
    return rowAskedFor(operation, SiteView, operation.decodeId(id, 'site'));
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() site: SiteView): string {
    return operation.encodeId('site', site.id);
  }

  @FieldResolver(() => OrganisationView, { nullable: true, description: 'Who operates the site.' })
  operator(@Ctx() operation: Operation, @Root() site: SiteView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, site.organisationId);
  }

  @FieldResolver(() => [SiteOwnerView], {
    description: 'Owners with their shares, owners of record before parents; shared within the alliance.',
  })
  async owners(
    @Ctx() operation: Operation,
    @Root() site: SiteView,
    @Arg('where', () => SiteOwnerFilter, { nullable: true }) where?: SiteOwnerFilter,
  ): Promise<SiteOwnerView[]> {
    const parent = { property: 'siteId', id: site.id } as const;
    return (await listDisclosedOf(operation, siteOwnerList, { first: 100, where }, parent)).nodes;
  }

  @FieldResolver(() => [CapacityView])
  async capacities(@Ctx() operation: Operation, @Root() site: SiteView): Promise<CapacityView[]> {
    return (await listDisclosedOf(operation, capacityList, { first: 100 }, { property: 'siteId', id: site.id })).nodes;
  }

  @FieldResolver(() => String, { nullable: true, description: 't/a; kept by the owner, so null for everybody else.' })
  async nameplateCapacity(@Ctx() operation: Operation, @Root() site: SiteView): Promise<string | null> {
    const capacities = await this.capacities(operation, site);
    return capacities.find((capacity) => capacity.nameplate)?.tonnesPerYear ?? null;
  }

  @FieldResolver(() => [TailingsFacilityView])
  async tailingsFacilities(@Ctx() operation: Operation, @Root() site: SiteView): Promise<TailingsFacilityView[]> {
    const parent = { property: 'siteId', id: site.id } as const;
    return (await listDisclosedOf(operation, tailingsFacilityList, { first: 100 }, parent)).nodes;
  }
}
