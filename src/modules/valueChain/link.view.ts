import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

/** A supply relation as the viewer may know it: its own, and whatever both ends disclosed to it. */
@ObjectType('Link', { implements: NodeInterface, description: 'Who supplies whom with a mineral or a product of it.' })
@ViewEntity({ schema: 'disclosed', name: 'link', synchronize: false, expression: '' })
export class LinkView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('owner_no', ['myConsent'])
  supplierNo: number;

  @Hidden('customer_unit_no', [])
  customerUnitNo: number;

  @Hidden('customer_owner_no', ['myConsent'])
  customerNo: number;

  @Hidden('supplier_id', ['supplier', 'member'])
  supplierId: string;

  @Hidden('customer_id', ['customer', 'member'])
  customerId: string;

  @Hidden('supplier_site_id', ['supplierSite', 'site'])
  supplierSiteId: string | null;

  @Hidden('customer_site_id', ['customerSite', 'site'])
  customerSiteId: string | null;

  @Hidden('asserted_by_no', ['assertedByMe'])
  assertedByNo: number | null;

  @Hidden('supplier_audience', ['myConsent'])
  supplierAudienceCode: number | null;

  @Hidden('customer_audience', ['myConsent'])
  customerAudienceCode: number | null;

  @Hidden('supplier_distance', ['myConsent'])
  supplierDistanceCode: number | null;

  @Hidden('customer_distance', ['myConsent'])
  customerDistanceCode: number | null;

  @Hidden('supplier_form', ['myConsent'])
  supplierFormCode: number | null;

  @Hidden('customer_form', ['myConsent'])
  customerFormCode: number | null;

  @Hidden('supplier_opaque', ['myConsent'])
  supplierOpaque: boolean | null;

  @Hidden('customer_opaque', ['myConsent'])
  customerOpaque: boolean | null;

  @Disclosed('mineral_id')
  mineral: string | null;

  @Disclosed('product_hs6', () => String, { description: 'Six digits of the Harmonized System.' })
  product: string | null;

  @Disclosed('supplier_stage')
  supplierStage: string | null;

  @Disclosed('customer_stage')
  customerStage: string | null;

  @Disclosed('via', () => String, { description: 'What stands between two stages that are not adjacent.' })
  via: string | null;

  @Disclosed('period_start')
  periodStart: string | null;

  @Disclosed('period_end', () => String, { description: 'The first day not included.' })
  periodEnd: string | null;

  @Disclosed('custody_model', () => String, { description: 'ISO 22095.' })
  custodyModel: string | null;

  @Disclosed('volume_band', () => String, { description: 'Kept by whoever asserted the link.' })
  volumeBand: string | null;

  @Disclosed('confidence', () => String, { description: '0 to 1.' })
  confidence: string | null;

  @Disclosed('confidence_basis')
  confidenceBasis: string | null;

  @Disclosed('state')
  state: string | null;

  @Disclosed('intra_group', () => Boolean)
  intraGroup: boolean | null;

  @Disclosed('purpose', () => String, { description: 'For its two ends only.' })
  purpose: string | null;

  @Disclosed('reason', () => String, { description: 'Why it was disputed; for its two ends only.' })
  reason: string | null;

  @Disclosed('ended_on')
  endedOn: string | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;
}

@ObjectType('LinkEvidence', { description: 'What a link rests on: a hash, never the document.' })
@ViewEntity({ schema: 'disclosed', name: 'link_evidence', synchronize: false, expression: '' })
export class LinkEvidenceView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('link_id')
  linkId: string;

  @Disclosed('type')
  type: string | null;

  @Disclosed('sha256')
  sha256: string | null;

  @Disclosed('issuer')
  issuer: string | null;
}
