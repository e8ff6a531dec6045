import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import type { Explanation } from '../../policy/explain';
import { Operation } from '../graph';
import { explain } from './explain.service';

@ObjectType({ description: 'A rule of the law that decided, in one sentence, with its basis.' })
export class DecidingRule {
  @Field(() => String)
  id: string;

  @Field(() => String)
  reason: string;

  @Field(() => String)
  basis: string;
}

@ObjectType({ description: 'One of the three gates: the tier, the law, the phase.' })
export class ExplainedGateType {
  @Field(() => String)
  gate: string;

  @Field(() => String)
  question: string;

  @Field(() => [String], { description: 'Your grounds that open it.' })
  openedBy: string[];

  @Field(() => [String], { description: 'Your grounds that a rule keeps out.' })
  keptOut: string[];
}

@ObjectType({ description: 'Why a kind of field is open or closed to you; the same whether or not a value exists.' })
export class DisclosureExplanation {
  @Field(() => String, { description: 'ALLOW, REDACT, HIDE or AGGREGATE_ONLY.' })
  outcome: string;

  @Field(() => String, { nullable: true, description: 'The ground on which it is open.' })
  ground: string | null;

  @Field(() => String, { nullable: true })
  code: string | null;

  @Field(() => DecidingRule)
  rule: DecidingRule;

  @Field(() => [ExplainedGateType])
  gates: ExplainedGateType[];

  @Field(() => [String], { description: 'Where single rows open all the same.' })
  conditions: string[];

  @Field(() => [String], { description: 'The lawful ways on.' })
  waysOn: string[];
}

@Resolver()
export class ExplainResolver {
  @Query(() => DisclosureExplanation, { description: 'Why you may or may not read a kind of field of an owner.' })
  async explainDisclosure(
    @Ctx() operation: Operation,
    @Arg('owner', () => ID, { description: 'A member or a site.' }) owner: string,
    @Arg('type', () => String, { description: 'Such as Measurement, Site, Link.' }) type: string,
    @Arg('field', () => String, { nullable: true }) field?: string,
    @Arg('indicator', () => String, { nullable: true }) indicator?: string,
    @Arg('periodEnd', () => String, { nullable: true }) periodEnd?: string,
    @Arg('purpose', () => String, {
      nullable: true,
      description: 'A purpose of the closed list that you would state; left out: that of the header.',
    })
    purpose?: string,
  ): Promise<DisclosureExplanation> {
    const [which, figure, ended] = [field ?? null, indicator ?? null, periodEnd ?? null];
    const question = { owner, type, field: which, indicator: figure, periodEnd: ended, purpose: purpose ?? null };
    return shape(await explain(operation, question));
  }
}

function shape(explanation: Explanation): DisclosureExplanation {
  const { outcome, ground, code, rule, reason, basis, conditions } = explanation;
  return {
    outcome,
    ground,
    code,
    rule: { id: rule, reason, basis },
    gates: explanation.gates.map((gate) => ({
      gate: gate.gate,
      question: gate.words,
      openedBy: gate.opens.map((item) => item.words),
      keptOut: gate.closes.map((item) => item.words),
    })),
    conditions: [...conditions],
    waysOn: explanation.ways.map((way) => way.next),
  };
}
