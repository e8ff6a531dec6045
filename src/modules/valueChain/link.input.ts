import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { LinkView } from './link.view';

/** Stored by their place: narrower first. */
export enum LinkAudience {
  ENDS = 'ENDS',
  CHAIN = 'CHAIN',
  ALLIANCE = 'ALLIANCE',
  PUBLIC = 'PUBLIC',
}
registerEnumType(LinkAudience, {
  name: 'LinkAudience',
  description:
    'Who may learn of a link: its two ends, both their chains hop by hop, the alliance without competitors, everybody.',
});
export const AUDIENCES = Object.values(LinkAudience);

/** Stored by their place: fuller first. */
export enum LinkAnswerForm {
  FULL = 'FULL',
  NAMED = 'NAMED',
  DISTANCE = 'DISTANCE',
  NONE = 'NONE',
}
registerEnumType(LinkAnswerForm, {
  name: 'LinkAnswerForm',
  description: 'What they learn: all of it, the counterparty only, that it is one step of a distance, nothing.',
});
export const FORMS = Object.values(LinkAnswerForm);

@InputType()
export class LinkEndInput {
  @Field(() => ID, { nullable: true, description: 'The organisation as a whole; or name the site.' })
  member?: string;

  @Field(() => ID, { nullable: true })
  site?: string;
}

@InputType()
export class LinkEvidenceInput {
  @Field(() => String, { description: 'Such as CMRT_ROW, INVOICE, UNTP_EVENT, THIRD_PARTY_TRACE or AGREEMENT.' })
  type: string;

  @Field(() => String, { description: 'SHA-256 of the document, which stays with you; never a document with prices.' })
  sha256: string;

  @Field(() => String, { nullable: true })
  issuer?: string;
}

@InputType()
export class AssertLinkInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => LinkEndInput)
  supplier: LinkEndInput;

  @Field(() => LinkEndInput)
  customer: LinkEndInput;

  @Field(() => String)
  mineral: string;

  @Field(() => String, { nullable: true, description: 'Six digits of the Harmonized System.' })
  product?: string;

  @Field(() => String)
  supplierStage: string;

  @Field(() => String)
  customerStage: string;

  @Field(() => String, { nullable: true, description: 'What stands between, where the stages are not adjacent.' })
  via?: string;

  @Field(() => String)
  periodStart: string;

  @Field(() => String, { description: 'The first day not included; at most a year ahead.' })
  periodEnd: string;

  @Field(() => String, { defaultValue: 'NONE', description: 'ISO 22095.' })
  custodyModel: string;

  @Field(() => String, { nullable: true, description: 'LT_1, 1_10, 10_30 or GT_30 % of the need; kept by you.' })
  volumeBand?: string;

  @Field(() => String, { nullable: true, description: '0 to 0.4: one end alone claims it.' })
  confidence?: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Both ends belong to one ownership group.' })
  intraGroup: boolean;

  @Field(() => String, { nullable: true })
  purpose?: string;

  @Field(() => [LinkEvidenceInput])
  evidence: LinkEvidenceInput[];
}

@InputType()
export class LinkStepInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  link: string;

  @Field(() => String, { nullable: true, description: 'Required for a dispute.' })
  reason?: string;

  @Field(() => [LinkEvidenceInput], { nullable: true, description: 'Added by whoever confirms.' })
  evidence?: LinkEvidenceInput[];
}

@InputType()
export class EndLinkInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  link: string;

  @Field(() => String, { description: 'The last day of trade; today or earlier.' })
  endedOn: string;
}

@InputType()
export class ConsentLinkInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  link: string;

  @Field(() => LinkAudience, { description: 'Yours alone; the narrower of both ends holds.' })
  audience: LinkAudience;

  @Field(() => LinkAnswerForm)
  form: LinkAnswerForm;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Those whom your audience admits may learn that an intermediate exists, unnamed.',
  })
  opaque: boolean;

  @Field(() => String, { nullable: true, description: 'For PUBLIC: where you published this relation already.' })
  publicationUrl?: string;
}

@ObjectType({ description: 'The consent of one end.' })
export class LinkConsentState {
  @Field(() => LinkAudience)
  audience: LinkAudience;

  @Field(() => LinkAnswerForm)
  form: LinkAnswerForm;

  @Field(() => Boolean)
  opaque: boolean;
}

@ObjectType()
export class LinkPayload {
  @Field(() => LinkView, { nullable: true })
  link: LinkView | null;
}
