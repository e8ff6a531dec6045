import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

/** What one member asks of others; each recipient reads it as if it were the only one. */
@ObjectType('Demand', {
  implements: NodeInterface,
  description: 'What an issuer asks for: responsible-sourcing requirements only.',
})
@ViewEntity({ schema: 'disclosed', name: 'demand', synchronize: false, expression: '' })
export class DemandView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('owner_no', ['myCoverage'])
  ownerNo: number;

  @Hidden('issuer_id', ['issuer'])
  issuerId: string;

  @Hidden('recipients', ['recipients'])
  recipientNos: number[] | null;

  @Hidden('superseded_by', ['supersededBy'])
  supersededById: string | null;

  @Disclosed('state')
  state: string;

  @Disclosed('title')
  title: string | null;

  @Disclosed('standard_id', () => String, { readBy: ['myCoverage'] })
  standard: string | null;

  @Disclosed('min_level', () => String, { readBy: ['myCoverage'] })
  minLevel: string | null;

  @Disclosed('indicator_id', () => String, { readBy: ['myCoverage'] })
  indicator: string | null;

  @Disclosed('comparator', () => String, { readBy: ['myCoverage'] })
  comparator: string | null;

  @Disclosed('threshold', () => String, { readBy: ['myCoverage'] })
  threshold: string | null;

  @Disclosed('unit', () => String, { readBy: ['myCoverage'] })
  unit: string | null;

  @Disclosed('topic_id', () => String, { readBy: ['myCoverage'] })
  topic: string | null;

  @Disclosed('min_assurance', () => String, { readBy: ['myCoverage'] })
  minAssurance: string | null;

  @Disclosed('accepts_equivalents', () => Boolean, { readBy: ['myCoverage'] })
  acceptsEquivalents: boolean | null;

  @Disclosed('legal_basis')
  legalBasis: string | null;

  @Disclosed('cascade')
  cascade: string | null;

  @Disclosed('deadline')
  deadline: string | null;

  @Disclosed('minerals', () => [String])
  minerals: string[] | null;

  @Disclosed('stages', () => [String])
  stages: string[] | null;

  @Disclosed('jurisdictions', () => [String])
  jurisdictions: string[] | null;

  @Disclosed('body')
  text: string | null;

  @Disclosed('issued_on')
  issuedOn: string | null;

  @Disclosed('reason', () => String, { description: 'Why it was withdrawn.' })
  reason: string | null;

  @Disclosed('terms_version', () => String, { description: 'Grows with each amendment.' })
  termsVersion: number | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;
}

/** The answer of one recipient; read by it and by the issuer, by nobody else. */
@ObjectType('DemandResponse', { implements: NodeInterface, description: 'The answer of one recipient to one demand.' })
@ViewEntity({ schema: 'disclosed', name: 'demand_response', synchronize: false, expression: '' })
export class DemandResponseView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('owner_no', [])
  ownerNo: number;

  @Hidden('issuer_no', [])
  issuerNo: number;

  @Hidden('demand_id', ['demand'])
  demandId: string;

  @Hidden('recipient_id', ['recipient'])
  recipientId: string;

  @Hidden('equivalence_id', ['equivalence'])
  equivalenceCode: string | null;

  @Hidden('alternative', ['alternative'])
  alternativeJson: Record<string, string> | null;

  @Hidden('agreed_terms', ['alternative'])
  agreedJson: Record<string, string> | null;

  @Hidden('deadline', ['deadline'])
  demandDeadline: string;

  @Hidden('agreed_deadline', ['deadline'])
  agreedDeadline: string | null;

  @Disclosed('state')
  state: string;

  @Disclosed('stale', () => Boolean, {
    description: 'It was met once: the proof ran out, or the terms became stricter.',
  })
  stale: boolean | null;

  @Disclosed('reason_code')
  reasonCode: string | null;

  @Disclosed('reason')
  reason: string | null;

  @Disclosed('gaps', () => [String])
  gaps: string[] | null;

  @Disclosed('offer')
  offer: string | null;

  @Disclosed('remediation_until')
  remediationUntil: string | null;

  @Disclosed('proof_valid_to')
  proofValidTo: string | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;
}

@ObjectType('ResponseEvidence', { description: 'What an answer rests on.' })
@ViewEntity({ schema: 'disclosed', name: 'response_evidence', synchronize: false, expression: '' })
export class ResponseEvidenceView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('response_id', [])
  responseId: string;

  @Hidden('assessment_id', ['assessment'])
  assessmentId: string | null;

  @Hidden('measurement_id', [])
  measurementId: string | null;

  @Disclosed('kind')
  kind: string | null;

  @Disclosed('equivalence_id')
  equivalence: string | null;

  @Disclosed('sha256')
  sha256: string | null;

  @Disclosed('note')
  note: string | null;

  @Disclosed('valid_to')
  validTo: string | null;
}
