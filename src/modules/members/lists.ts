import { Field, InputType } from 'type-graphql';
import {
  BooleanFilter,
  CodeFilter,
  CodeListFilter,
  connectionOf,
  type ListDefinition,
  OrderDirection,
  orderInputOf,
  TextFilter,
} from '../graph';
import { OrganisationView } from './organisation.view';
import { SiteView } from './site.view';
import { ActivityView, CapacityView, SiteOwnerView, TailingsFacilityView } from './siteFacts.view';

@InputType({ description: 'Which members; all conditions must hold.' })
export class MemberFilter {
  @Field(() => TextFilter, { nullable: true })
  legalName?: TextFilter;

  @Field(() => CodeFilter, { nullable: true })
  lei?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  jurisdiction?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  stakeholderGroup?: CodeFilter;

  @Field(() => BooleanFilter, { nullable: true })
  isMember?: BooleanFilter;

  @Field(() => CodeFilter, { nullable: true })
  standing?: CodeFilter;
}

export const MemberOrder = orderInputOf('Member', { legalName: 'legalName', jurisdiction: 'jurisdiction' } as const);
export const MemberConnection = connectionOf('Member', OrganisationView);

export const memberList: ListDefinition<OrganisationView> = {
  view: OrganisationView,
  filters: {
    legalName: 'legalName',
    lei: 'lei',
    jurisdiction: 'jurisdiction',
    stakeholderGroup: 'stakeholderGroup',
    isMember: 'isMember',
    standing: 'standing',
  },
  orders: ['legalName', 'jurisdiction'],
  defaultOrder: [{ field: 'legalName', direction: OrderDirection.ASC }],
};

@InputType({ description: 'Which sites; all conditions must hold.' })
export class SiteFilter {
  @Field(() => TextFilter, { nullable: true })
  name?: TextFilter;

  @Field(() => CodeFilter, { nullable: true })
  type?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  country?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  status?: CodeFilter;

  @Field(() => CodeListFilter, { nullable: true })
  minerals?: CodeListFilter;

  @Field(() => CodeListFilter, { nullable: true })
  stages?: CodeListFilter;
}

export const SiteOrder = orderInputOf('Site', { name: 'name', country: 'country' } as const);
export const SiteConnection = connectionOf('Site', SiteView);

export const siteList: ListDefinition<SiteView> = {
  view: SiteView,
  filters: { name: 'name', type: 'type', country: 'country', status: 'status', minerals: 'minerals', stages: 'stages' },
  orders: ['name', 'country'],
  defaultOrder: [{ field: 'name', direction: OrderDirection.ASC }],
};

export const activityList: ListDefinition<ActivityView> = {
  view: ActivityView,
  filters: {},
  orders: [],
  defaultOrder: [{ field: 'mineral', direction: OrderDirection.ASC }],
  always: 'v.withdrawn_at is null',
};

@InputType({ description: 'Which owners of a site.' })
export class SiteOwnerFilter {
  @Field(() => CodeFilter, { nullable: true })
  level?: CodeFilter;
}

export const siteOwnerList: ListDefinition<SiteOwnerView> = {
  view: SiteOwnerView,
  filters: { level: 'level' },
  orders: [],
  // DIRECT before ULTIMATE
  defaultOrder: [
    { field: 'level', direction: OrderDirection.ASC },
    { field: 'name', direction: OrderDirection.ASC },
  ],
};

export const capacityList: ListDefinition<CapacityView> = {
  view: CapacityView,
  filters: {},
  orders: [],
  defaultOrder: [{ field: 'product', direction: OrderDirection.ASC }],
};

export const tailingsFacilityList: ListDefinition<TailingsFacilityView> = {
  view: TailingsFacilityView,
  filters: {},
  orders: [],
  defaultOrder: [{ field: 'name', direction: OrderDirection.ASC }],
};
