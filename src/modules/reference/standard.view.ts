import { Field, ID, Int, ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

/** The catalogue is public: these views lie over the tables of the schema `reference` themselves. */
@ObjectType('Standard', { implements: NodeInterface, description: 'A standard, guidance or regulation of the catalogue.' })
@ViewEntity({ schema: 'reference', name: 'standard', synchronize: false, expression: '' })
export class StandardView {
  @Hidden('id')
  id: string;

  @Disclosed('name')
  name: string;

  @Disclosed('owner')
  owner: string;

  @Disclosed('kind')
  kind: string;

  @Disclosed('unit_of_assessment')
  unitOfAssessment: string;

  @Disclosed('assurance', () => String, { description: 'What the standard asks for, not what an assessment had.' })
  assurance: string;

  @Disclosed('level_model', () => String, {
    description: 'Whether and how its levels compare; levels of different standards never do.',
  })
  levelModel: string;

  @Disclosed('validity_months_max', () => Int, { description: 'The longest term of a result; null: it does not expire.' })
  validityMonthsMax: number | null;

  @Disclosed('scope_minerals', () => [String], { description: 'Empty: any mineral.' })
  scopeMinerals: string[];

  @Disclosed('scope_stages', () => [String], { description: 'Empty: all stages.' })
  scopeStages: string[];

  @Disclosed('note')
  note: string | null;

  @Disclosed('certainty')
  certainty: string;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean;
}

/** One edition of a standard. */
@ObjectType('StandardVersion')
export class StandardVersion {
  @Field(() => ID, { description: 'As `standardVersion` of an assessment takes it, such as `IRMA/1.0`.' })
  id: string;

  @Field(() => String)
  label: string;

  @Field(() => String, { nullable: true, description: 'ISO date; null where the catalogue knows none.' })
  validFrom: string | null;

  @Field(() => String, { nullable: true, description: 'ISO date until which the version may still be used.' })
  transitionTo: string | null;

  @Field(() => String, { nullable: true, description: 'The label of the version before.' })
  supersedes: string | null;
}

@ObjectType('Requirement', { description: 'A topic as one standard covers it: reference and short title, no text.' })
@ViewEntity({ schema: 'reference', name: 'requirement', synchronize: false, expression: '' })
export class RequirementView {
  @Hidden('id')
  id: string;

  @Hidden('standard_id')
  standardCode: string;

  @Disclosed('topic_id')
  topic: string;

  @Disclosed('version')
  version: string;

  @Disclosed('reference')
  reference: string | null;

  @Disclosed('title')
  title: string | null;

  @Disclosed('coverage')
  coverage: string;

  @Disclosed('certainty')
  certainty: string;

  @Disclosed('note')
  note: string | null;
}

@ObjectType('Equivalence', {
  implements: NodeInterface,
  description: 'An approved or illustrative equivalence, one way: the reverse is another one.',
})
@ViewEntity({ schema: 'reference', name: 'equivalence', synchronize: false, expression: '' })
export class EquivalenceView {
  @Hidden('id')
  id: string;

  @Disclosed('from_standard')
  fromStandard: string;

  @Disclosed('from_version')
  fromVersion: string | null;

  @Disclosed('from_reference')
  fromReference: string;

  @Disclosed('to_standard')
  toStandard: string;

  @Disclosed('to_version')
  toVersion: string | null;

  @Disclosed('to_reference')
  toReference: string;

  @Disclosed('topic_id')
  topic: string | null;

  @Disclosed('degree')
  degree: string;

  @Disclosed('scope_note')
  scopeNote: string | null;

  @Disclosed('gaps', () => [String])
  gaps: string[];

  @Disclosed('valid_to')
  validTo: string | null;

  @Disclosed('state')
  state: string;

  @Disclosed('synthetic', () => Boolean, { description: 'Invented for the demo alliance.' })
  synthetic: boolean;
}
