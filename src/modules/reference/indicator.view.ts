import { Field, ID, ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

@ObjectType('Indicator', { implements: NodeInterface, description: 'What may be measured, with its unit and bounds.' })
@ViewEntity({ schema: 'reference', name: 'indicator', synchronize: false, expression: '' })
export class IndicatorView {
  @Hidden('id')
  id: string;

  @Disclosed('name')
  name: string;

  @Disclosed('meaning')
  meaning: string;

  @Disclosed('unit')
  unit: string;

  @Disclosed('value_type')
  valueType: string;

  @Disclosed('min_value', () => String, { description: 'Decimal string, inclusive.' })
  minimum: string | null;

  @Disclosed('max_value', () => String, { description: 'Decimal string, inclusive.' })
  maximum: string | null;

  @Disclosed('direction')
  direction: string;

  @Disclosed('levels', () => [String])
  levels: string[];

  @Disclosed('stages', () => [String], { description: 'Empty: all stages.' })
  stages: string[];

  @Disclosed('gri_ref')
  griReference: string | null;

  @Disclosed('sasb_ref')
  sasbReference: string | null;

  @Disclosed('other_ref')
  otherReference: string | null;

  @Hidden('default_tier')
  memberTier: number;

  @Hidden('site_default_tier')
  siteTier: number;

  @Hidden('sensitivity')
  sensitivityCode: number;

  @Disclosed('csi', () => String, { description: 'Whether it is competitively sensitive: YES, NO or CONDITIONAL.' })
  csi: string;

  @Disclosed('csi_reason')
  csiReason: string | null;

  @Disclosed('aggregation')
  aggregation: string;

  @Disclosed('derivation_family', () => String, { description: 'Figures of one family give each other away.' })
  derivationFamily: string | null;

  @Disclosed('certainty')
  certainty: string;
}

@ObjectType('Mineral', { implements: NodeInterface })
@ViewEntity({ schema: 'reference', name: 'mineral', synchronize: false, expression: '' })
export class MineralView {
  @Hidden('id')
  id: string;

  @Disclosed('name')
  name: string;

  @Disclosed('symbol')
  symbol: string | null;

  @Disclosed('sector')
  sector: string;
}

@ObjectType('MineralStage', { description: 'One product form of a mineral at a stage.' })
export class MineralStage {
  @Field(() => ID)
  id: string;

  @Field(() => String)
  stage: string;

  @Field(() => String)
  productForm: string;

  @Field(() => String, { nullable: true, description: 'Heading of the Harmonized System.' })
  hs6: string | null;

  @Field(() => String, { nullable: true, description: 'Year of the edition that the heading is of.' })
  hsEdition: string | null;

  @Field(() => String, { nullable: true, description: 'Survey template: CMRT, EMRT or AMRT.' })
  template: string | null;

  @Field(() => Boolean, { description: 'In scope of Regulation (EU) 2017/821.' })
  eu3tg: boolean;

  @Field(() => Boolean, { description: 'In scope of the due diligence of Regulation (EU) 2023/1542.' })
  euBattery: boolean;

  @Field(() => String, { nullable: true })
  note: string | null;

  @Field(() => String)
  certainty: string;
}

@ObjectType('Product', { description: 'A product form of a mineral at a stage, by its heading of the Harmonized System.' })
@ViewEntity({ schema: 'reference', name: 'mineral_stage', synchronize: false, expression: '' })
export class ProductView {
  @Hidden('id')
  id: string;

  @Hidden('mineral_id')
  mineralCode: string;

  @Disclosed('hs6', () => String, { description: 'Six digits, as links and measurements take them.' })
  hs6: string;

  @Disclosed('hs_edition', () => String, { description: 'Year of the edition that the heading is of.' })
  hsEdition: string;

  @Disclosed('stage')
  stage: string;

  @Disclosed('product_form')
  form: string;

  @Disclosed('template', () => String, { description: 'Survey template: CMRT, EMRT or AMRT.' })
  template: string | null;

  @Disclosed('eu_3tg', () => Boolean, { description: 'In scope of Regulation (EU) 2017/821.' })
  eu3tg: boolean;

  @Disclosed('eu_battery', () => Boolean, {
    description: 'In scope of the due diligence of Regulation (EU) 2023/1542.',
  })
  euBattery: boolean;

  @Disclosed('note')
  note: string | null;

  @Disclosed('certainty')
  certainty: string;
}

@ObjectType('GlossaryTerm', { description: 'One agreed text per term and language, and what groups often mean.' })
@ViewEntity({ schema: 'reference', name: 'glossary_term', synchronize: false, expression: '' })
export class GlossaryTermView {
  @Hidden('id')
  id: string;

  @Disclosed('term')
  term: string;

  @Disclosed('language', () => String, { description: 'BCP 47.' })
  language: string;

  @Disclosed('agreed_definition')
  agreedDefinition: string;

  @Disclosed('source')
  source: string | null;

  @Disclosed('companies_often_mean')
  companiesOftenMean: string | null;

  @Disclosed('communities_often_mean')
  communitiesOftenMean: string | null;

  @Disclosed('state')
  state: string;
}

@ObjectType('Jurisdiction', { description: 'A country by its ISO 3166-1 code; flags carry their list and date.' })
@ViewEntity({ schema: 'reference', name: 'jurisdiction', synchronize: false, expression: '' })
export class JurisdictionView {
  // The keyset of lists ends with the row's own id, which here is the code.
  @Hidden('code')
  id: string;

  @Disclosed('code')
  code: string;

  @Disclosed('name')
  name: string;

  @Disclosed('eiti_status')
  eitiStatus: string | null;

  @Disclosed('cahra', () => Boolean, { description: 'Conflict-affected or high-risk, by the list named.' })
  cahra: boolean | null;

  @Disclosed('cahra_list')
  cahraList: string | null;

  @Disclosed('cahra_list_date')
  cahraListDate: string | null;

  @Disclosed('government_member', () => Boolean)
  governmentMember: boolean;
}

@ObjectType('Alliance', { implements: NodeInterface })
@ViewEntity({ schema: 'reference', name: 'alliance', synchronize: false, expression: '' })
export class AllianceView {
  @Hidden('id')
  id: string;

  @Disclosed('name')
  name: string;

  @Disclosed('objective')
  objective: string;

  @Disclosed('review_date')
  reviewDate: string;

  @Disclosed('minerals', () => [String])
  minerals: string[];

  @Disclosed('jurisdictions', () => [String])
  jurisdictions: string[];

  @Disclosed('sectors', () => [String])
  sectors: string[];

  @Disclosed('antitrust_policy')
  antitrustPolicy: string | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean;
}
