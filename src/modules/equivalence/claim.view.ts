import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { Disclosed, Hidden, NodeInterface } from '../graph';

@ObjectType('EquivalenceClaim', {
  implements: NodeInterface,
  description: 'That one standard covers a requirement of another, one way.',
})
@ViewEntity({ schema: 'disclosed', name: 'equivalence_claim', synchronize: false, expression: '' })
export class EquivalenceClaimView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Disclosed('from_standard')
  fromStandard: string;

  @Disclosed('from_version')
  fromVersion: string | null;

  @Disclosed('from_reference')
  fromReference: string | null;

  @Disclosed('to_standard')
  toStandard: string;

  @Disclosed('to_version')
  toVersion: string | null;

  @Disclosed('to_reference')
  toReference: string | null;

  @Disclosed('topic_id')
  topic: string | null;

  @Disclosed('degree')
  degree: string | null;

  @Disclosed('scope_note')
  scope: string | null;

  @Disclosed('gaps', () => [String])
  gaps: string[] | null;

  @Disclosed('state')
  state: string;

  @Disclosed('equivalence_id', () => String, { description: 'Code of the approved equivalence.' })
  equivalence: string | null;
}

export enum ClaimAction {
  SCREEN = 'screen',
  RETURN = 'return',
  REFILE = 'refile',
  RECOMMEND = 'recommend',
  APPROVE_FULL = 'approve_full',
  APPROVE_PARTIAL = 'approve_partial',
  REJECT = 'reject',
  CHALLENGE = 'challenge',
  CONFIRM = 'confirm',
  REVOKE = 'revoke',
  WITHDRAW = 'withdraw',
}
registerEnumType(ClaimAction, { name: 'EquivalenceClaimAction' });

@InputType()
export class FileClaimInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => String, { description: 'Such as TSM/protocols.' })
  fromVersion: string;

  @Field(() => String)
  fromReference: string;

  @Field(() => String)
  toVersion: string;

  @Field(() => String)
  toReference: string;

  @Field(() => String, { nullable: true })
  topic?: string;

  @Field(() => String, { description: 'FULL or PARTIAL.' })
  degree: string;

  @Field(() => [String], { defaultValue: [] })
  gaps: string[];

  @Field(() => String)
  scope: string;

  @Field(() => [String], { description: 'SHA-256 of what shows it.' })
  evidence: string[];

  @Field(() => ID, { nullable: true, description: 'An outdated claim that this one follows.' })
  previousClaim?: string;
}

@InputType()
export class MoveClaimInput {
  @Field(() => String, { nullable: true })
  clientKey?: string;

  @Field(() => ID)
  claim: string;

  @Field(() => ClaimAction)
  action: ClaimAction;

  @Field(() => [String], { nullable: true })
  gaps?: string[];

  @Field(() => ID, { nullable: true, description: 'The decision that approves or rejects.' })
  decision?: string;

  @Field(() => String, { nullable: true, description: 'Missing items, new evidence, or why.' })
  reason?: string;
}

@ObjectType()
export class ClaimPayload {
  @Field(() => EquivalenceClaimView, { nullable: true })
  claim: EquivalenceClaimView | null;
}
