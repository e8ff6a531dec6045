import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden } from '../graph';

/** A data-sharing agreement; seen by its parties, and by counsel where it needs clearance. */
@ObjectType('Agreement', { description: 'A data-sharing agreement between two organisations.' })
@ViewEntity({ schema: 'disclosed', name: 'agreement', synchronize: false, expression: '' })
export class AgreementView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('owner_no', ['provider'])
  ownerNo: number;

  @Hidden('partner_no', [])
  partnerNo: number;

  @Hidden('partner_id', ['receiver'])
  partnerId: string;

  @Hidden('proposer_no', [])
  proposerNo: number;

  @Hidden('signed_by', [])
  signedByNos: number[];

  @Disclosed('state')
  state: string | null;

  @Disclosed('purpose')
  purpose: string | null;

  @Disclosed('data_classes', () => [String])
  dataClasses: string[] | null;

  @Disclosed('fields', () => [String], { description: 'Such as Measurement.GHG_INT or Plan.*' })
  fields: string[] | null;

  @Disclosed('mutual', () => Boolean, {
    description: 'Both give; otherwise the provider gives and the receiver reads.',
  })
  mutual: boolean | null;

  @Disclosed('starts_on')
  startsOn: string | null;

  @Disclosed('ends_on')
  endsOn: string | null;

  @Disclosed('onward')
  onward: string | null;

  @Disclosed('deletion_rule')
  deletionRule: string | null;

  @Disclosed('needs_clearance', () => Boolean)
  needsClearance: boolean | null;

  @Disclosed('cleared', () => Boolean)
  cleared: boolean | null;

  @Disclosed('terms_version', () => String)
  termsVersion: number | null;

  @Disclosed('synthetic', () => Boolean)
  synthetic: boolean | null;
}
