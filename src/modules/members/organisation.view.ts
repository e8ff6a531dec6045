import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

/** An organisation as the viewer may see it; members and, from imports, organisations that are no members. */
@ObjectType('Member', {
  implements: NodeInterface,
  description: 'An organisation: a member of the alliance, or one named in imported open data.',
})
@ViewEntity({ schema: 'disclosed', name: 'organisation', synchronize: false, expression: '' })
export class OrganisationView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('redacted')
  redacted: number;

  @Disclosed('legal_name')
  legalName: string | null;

  @Disclosed('aliases', () => [String])
  aliases: string[] | null;

  @Disclosed('lei', () => String, { description: 'ISO 17442.' })
  lei: string | null;

  @Hidden('other_ids', ['otherIds'])
  otherIdsJson: { scheme: string; value: string }[] | null;

  @Disclosed('jurisdiction', () => String, { description: 'ISO 3166-1 alpha-2.' })
  jurisdiction: string | null;

  @Disclosed('stakeholder_group')
  stakeholderGroup: string | null;

  @Disclosed('is_member', () => Boolean)
  isMember: boolean | null;

  @Disclosed('verified', () => Boolean)
  verified: boolean | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;

  @Disclosed('critical', () => Boolean)
  critical: boolean | null;

  @Disclosed('critical_reason')
  criticalReason: string | null;

  @Hidden('ownership_group', ['ownershipGroup'])
  ownershipGroupId: string | null;

  @Hidden('beneficial_owners', ['beneficialOwners'])
  beneficialOwnersJson: { name: string; percent: string | number }[] | null;

  @Disclosed('capacity')
  capacity: string | null;

  @Disclosed('capacity_note')
  capacityNote: string | null;

  @Hidden('senior_sponsor_id', ['seniorSponsor'])
  seniorSponsorId: string | null;

  @Disclosed('standing')
  standing: string | null;

  @Disclosed('joined_on')
  joinedOn: string | null;

  @Disclosed('version', () => String, { description: 'Shown to the owner only.' })
  version: number | null;

  @Disclosed('created_at', () => String, { description: 'Shown to the owner only.' })
  createdAt: string | null;

  @Disclosed('updated_at', () => String, { description: 'Shown to the owner only.' })
  updatedAt: string | null;
}
