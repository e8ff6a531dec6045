import { Field, ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

/** One assessment of a site or member against one version of a standard. */
@ObjectType('Assessment', {
  implements: NodeInterface,
  description: 'An assessment against a standard. Until its owner decided, it is a claim with the label SELF_DECLARED.',
})
@ViewEntity({ schema: 'disclosed', name: 'assessment', synchronize: false, expression: '' })
export class AssessmentView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('owner_no', [])
  ownerNo: number;

  @Hidden('site_id', ['site'])
  siteId: string | null;

  @Hidden('organisation_id', ['member'])
  organisationId: string;

  @Hidden('assessor_id', ['assessor'])
  assessorId: string | null;

  @Disclosed('standard_id', () => String, {
    readBy: ['standardVersion', 'standardDetails'],
    description: 'Code of the standard, such as IRMA.',
  })
  standard: string;

  @Hidden('version_label', ['standardVersion'])
  versionLabel: string;

  @Disclosed('unit_of_assessment')
  unitOfAssessment: string | null;

  @Disclosed('level', () => String, {
    name: 'result',
    description: 'The level reached; before the decision the level claimed, for the parties alone.',
  })
  level: string | null;

  @Disclosed('assurance')
  assurance: string | null;

  @Hidden('state', ['state'])
  storedState: string;

  @Disclosed('label', () => String, { description: 'SELF_DECLARED until decided, then the decision.' })
  label: string | null;

  @Disclosed('valid_from', () => String, { description: 'ISO date.' })
  validFrom: string | null;

  @Disclosed('valid_to', () => String, {
    readBy: ['state'],
    description: 'ISO date, the first day on which it is no longer valid.',
  })
  validTo: string | null;

  @Disclosed('report_url')
  reportUrl: string | null;

  @Disclosed('report_sha256')
  reportSha256: string | null;

  @Disclosed('decided_at')
  decidedAt: string | null;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean | null;
}

@ObjectType('CriterionResult')
@ViewEntity({ schema: 'disclosed', name: 'criterion_result', synchronize: false, expression: '' })
export class CriterionResultView {
  @Hidden('id')
  id: string;

  @Hidden('assessment_id')
  assessmentId: string;

  @Disclosed('requirement_ref')
  requirement: string | null;

  @Disclosed('rating')
  rating: string | null;

  @Disclosed('reason')
  reason: string | null;
}

@ObjectType('Finding', { implements: NodeInterface, description: 'What an assessor found; for the parties.' })
@ViewEntity({ schema: 'disclosed', name: 'finding', synchronize: false, expression: '' })
export class FindingView {
  @Hidden('id')
  id: string;

  @Hidden('assessment_id')
  assessmentId: string;

  @Disclosed('requirement_ref')
  requirement: string | null;

  @Disclosed('severity')
  severity: string | null;

  @Disclosed('text')
  text: string | null;

  @Disclosed('due_on')
  dueOn: string | null;

  @Disclosed('state')
  state: string | null;
}

@ObjectType('CorrectiveAction', { implements: NodeInterface })
@ViewEntity({ schema: 'disclosed', name: 'corrective_action', synchronize: false, expression: '' })
export class CorrectiveActionView {
  @Hidden('id')
  id: string;

  @Hidden('finding_id')
  findingId: string;

  @Disclosed('action')
  action: string | null;

  @Disclosed('responsible')
  responsible: string | null;

  @Disclosed('due_on')
  dueOn: string | null;

  @Disclosed('state')
  state: string | null;
}

/** Public: who may assess what. */
@ObjectType('Assessor', { implements: NodeInterface, description: 'An assessor firm and its accreditations.' })
@ViewEntity({ schema: 'reference', name: 'assessor_firm', synchronize: false, expression: '' })
export class AssessorView {
  @Hidden('id')
  id: string;

  @Disclosed('name')
  name: string;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean;
}

@ObjectType()
export class Accreditation {
  @Field(() => String)
  standard: string;

  @Field(() => String, { description: 'As `standardVersion` of an assessment takes it.' })
  standardVersion: string;

  @Field(() => String)
  validFrom: string;

  @Field(() => String)
  validTo: string;
}
