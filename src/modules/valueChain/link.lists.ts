import { Field, InputType, ObjectType } from 'type-graphql';
import {
  CodeFilter,
  connectionOf,
  DateFilter,
  IdFilter,
  type ListDefinition,
  OrderDirection,
  orderInputOf,
} from '../graph';
import { LinkEvidenceView, LinkView } from './link.view';

@InputType({ description: 'Which links; all conditions must hold.' })
export class LinkFilter {
  @Field(() => IdFilter, { nullable: true, description: 'A member.' })
  supplier?: IdFilter;

  @Field(() => IdFilter, { nullable: true, description: 'A member.' })
  customer?: IdFilter;

  @Field(() => IdFilter, { nullable: true })
  supplierSite?: IdFilter;

  @Field(() => IdFilter, { nullable: true })
  customerSite?: IdFilter;

  @Field(() => CodeFilter, { nullable: true })
  mineral?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  product?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  supplierStage?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  state?: CodeFilter;

  @Field(() => DateFilter, { nullable: true })
  periodEnd?: DateFilter;
}

export const LinkOrder = orderInputOf('Link', { mineral: 'mineral', supplierStage: 'supplierStage' } as const);
export const LinkConnection = connectionOf('Link', LinkView);

export const linkList: ListDefinition<LinkView> = {
  view: LinkView,
  filters: {
    supplier: 'supplierId',
    customer: 'customerId',
    supplierSite: 'supplierSiteId',
    customerSite: 'customerSiteId',
    mineral: 'mineral',
    product: 'product',
    supplierStage: 'supplierStage',
    state: 'state',
    periodEnd: 'periodEnd',
  },
  ids: { supplier: 'member', customer: 'member', supplierSite: 'site', customerSite: 'site' },
  ends: {
    openAt: 'policy.links_open_at',
    properties: ['supplierId', 'customerId', 'supplierSiteId', 'customerSiteId'],
  },
  orders: ['mineral', 'supplierStage'],
  defaultOrder: [{ field: 'mineral', direction: OrderDirection.ASC }],
};

export const evidenceList: ListDefinition<LinkEvidenceView> = {
  view: LinkEvidenceView,
  filters: {},
  orders: [],
  defaultOrder: [{ field: 'type', direction: OrderDirection.ASC }],
};

@ObjectType({ description: 'The other end of a link that is confirmed or disclosed.' })
export class TradePartner {
  @Field(() => LinkView)
  link: LinkView;

  /** which end of the link the partner is */
  side: 'supplier' | 'customer';
}
export const TradePartnerConnection = connectionOf('TradePartner', TradePartner);
