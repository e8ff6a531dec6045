import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import {
  type Connection,
  listDisclosed,
  listDisclosedOf,
  Operation,
  type OrderTerm,
  PageArguments,
  rowById,
} from '../graph';
import { OrganisationView, SiteView } from '../members';
import {
  AssertLinkInput,
  AUDIENCES,
  ConsentLinkInput,
  EndLinkInput,
  FORMS,
  LinkAnswerForm,
  LinkAudience,
  LinkConsentState,
  LinkPayload,
  LinkStepInput,
} from './link.input';
import {
  evidenceList,
  LinkConnection,
  LinkFilter,
  linkList,
  LinkOrder,
  TradePartner,
  TradePartnerConnection,
} from './link.lists';
import { assertLink } from './link.service';
import { LinkEvidenceView, LinkView } from './link.view';
import { confirmLink, consentLink, disputeLink, endLink, narrowLink, retractLink, settleLink } from './linkSteps';
import { tradePartners } from './tradePartners';

@Resolver(() => LinkView)
export class LinkResolver {
  @Query(() => LinkConnection, { description: 'Your own links and those that both ends disclosed to you.' })
  links(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => LinkFilter, { nullable: true }) where?: LinkFilter,
    @Arg('orderBy', () => [LinkOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<LinkView>> {
    return listDisclosed(operation, linkList, { ...page, where, orderBy });
  }

  @Query(() => TradePartnerConnection, {
    description: 'Who supplies you, or another member as far as it is disclosed.',
  })
  suppliers(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('of', () => ID, { nullable: true, description: 'A member; left out: you.' }) of?: string,
    @Arg('mineral', () => String, { nullable: true }) mineral?: string,
    @Arg('tier', () => Int, { defaultValue: 1, description: 'Direct ones only; further up, ask valueChain.' }) tier = 1,
  ): Promise<Connection<TradePartner>> {
    return tradePartners(operation, 'supplier', { page, of, mineral, tier });
  }

  @Query(() => TradePartnerConnection, { description: 'Whom you supply, or another member as far as it is disclosed.' })
  customers(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('of', () => ID, { nullable: true, description: 'A member; left out: you.' }) of?: string,
    @Arg('mineral', () => String, { nullable: true }) mineral?: string,
    @Arg('tier', () => Int, { defaultValue: 1, description: 'Direct ones only; further down, ask valueChain.' })
    tier = 1,
  ): Promise<Connection<TradePartner>> {
    return tradePartners(operation, 'customer', { page, of, mineral, tier });
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() link: LinkView): string {
    return operation.encodeId('link', link.id);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  supplier(@Ctx() operation: Operation, @Root() link: LinkView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, link.supplierId);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  customer(@Ctx() operation: Operation, @Root() link: LinkView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, link.customerId);
  }

  @FieldResolver(() => SiteView, { nullable: true })
  supplierSite(@Ctx() operation: Operation, @Root() link: LinkView): Promise<SiteView | null> {
    return rowById(operation, SiteView, link.supplierSiteId);
  }

  @FieldResolver(() => SiteView, { nullable: true })
  customerSite(@Ctx() operation: Operation, @Root() link: LinkView): Promise<SiteView | null> {
    return rowById(operation, SiteView, link.customerSiteId);
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Your organisation asserted it; null where you are no end.',
  })
  assertedByMe(@Ctx() operation: Operation, @Root() link: LinkView): boolean | null {
    return link.assertedByNo === null ? null : link.assertedByNo === operation.viewer.organisationNo;
  }

  @FieldResolver(() => LinkConsentState, {
    nullable: true,
    description: 'What you consented to, where you are an end.',
  })
  myConsent(@Ctx() operation: Operation, @Root() link: LinkView): LinkConsentState | null {
    const me = operation.viewer.organisationNo;
    if (me === link.supplierNo) {
      return consentState(
        link.supplierDistanceCode ?? link.supplierAudienceCode,
        link.supplierFormCode,
        link.supplierOpaque,
      );
    }
    if (me !== link.customerNo) return null;
    return consentState(
      link.customerDistanceCode ?? link.customerAudienceCode,
      link.customerFormCode,
      link.customerOpaque,
    );
  }

  @FieldResolver(() => [LinkEvidenceView], { description: 'For its two ends only.' })
  async evidence(@Ctx() operation: Operation, @Root() link: LinkView): Promise<LinkEvidenceView[]> {
    return (await listDisclosedOf(operation, evidenceList, { first: 100 }, { property: 'linkId', id: link.id })).nodes;
  }

  @Mutation(() => LinkPayload, { description: 'One end names the other; the other confirms or disputes.' })
  async assertLink(
    @Ctx() operation: Operation,
    @Arg('input', () => AssertLinkInput) input: AssertLinkInput,
  ): Promise<LinkPayload> {
    return payload(operation, await assertLink(operation, input));
  }

  @Mutation(() => LinkPayload)
  async confirmLink(
    @Ctx() operation: Operation,
    @Arg('input', () => LinkStepInput) input: LinkStepInput,
  ): Promise<LinkPayload> {
    return payload(operation, await confirmLink(operation, input));
  }

  @Mutation(() => LinkPayload)
  async disputeLink(
    @Ctx() operation: Operation,
    @Arg('input', () => LinkStepInput) input: LinkStepInput,
  ): Promise<LinkPayload> {
    return payload(operation, await disputeLink(operation, input));
  }

  @Mutation(() => LinkPayload, { description: 'Settled once both ends said so.' })
  async settleLink(
    @Ctx() operation: Operation,
    @Arg('input', () => LinkStepInput) input: LinkStepInput,
  ): Promise<LinkPayload> {
    return payload(operation, await settleLink(operation, input));
  }

  @Mutation(() => LinkPayload, { description: 'Takes back an assertion.' })
  async retractLink(
    @Ctx() operation: Operation,
    @Arg('input', () => LinkStepInput) input: LinkStepInput,
  ): Promise<LinkPayload> {
    return payload(operation, await retractLink(operation, input));
  }

  @Mutation(() => LinkPayload, {
    description: 'Your consent; disclosed once both ends consent, as far as the narrower of them.',
  })
  async consentLink(
    @Ctx() operation: Operation,
    @Arg('input', () => ConsentLinkInput) input: ConsentLinkInput,
  ): Promise<LinkPayload> {
    return payload(operation, await consentLink(operation, input));
  }

  @Mutation(() => LinkPayload, { description: 'Takes consent back, for every read from now on.' })
  async narrowLink(
    @Ctx() operation: Operation,
    @Arg('input', () => ConsentLinkInput) input: ConsentLinkInput,
  ): Promise<LinkPayload> {
    return payload(operation, await narrowLink(operation, input));
  }

  @Mutation(() => LinkPayload)
  async endLink(
    @Ctx() operation: Operation,
    @Arg('input', () => EndLinkInput) input: EndLinkInput,
  ): Promise<LinkPayload> {
    return payload(operation, await endLink(operation, input));
  }
}

@Resolver(() => TradePartner)
export class TradePartnerResolver {
  @FieldResolver(() => OrganisationView, { nullable: true })
  member(@Ctx() operation: Operation, @Root() { link, side }: TradePartner): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, side === 'supplier' ? link.supplierId : link.customerId);
  }

  @FieldResolver(() => SiteView, {
    nullable: true,
    description: 'Null where the link names the organisation as a whole.',
  })
  site(@Ctx() operation: Operation, @Root() { link, side }: TradePartner): Promise<SiteView | null> {
    return rowById(operation, SiteView, side === 'supplier' ? link.supplierSiteId : link.customerSiteId);
  }
}

function consentState(audience: number | null, form: number | null, opaque: boolean | null): LinkConsentState {
  return {
    audience: AUDIENCES[audience ?? 0] ?? LinkAudience.ENDS,
    form: FORMS[form ?? 0] ?? LinkAnswerForm.FULL,
    opaque: opaque ?? false,
  };
}

async function payload(operation: Operation, stored: { id: string }): Promise<LinkPayload> {
  return { link: await rowById(operation, LinkView, stored.id) };
}
