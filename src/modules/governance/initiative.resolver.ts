import { Arg, Ctx, Field, ID, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Operation } from '../graph';
import { MoveInitiativeInput } from './initiative.input';
import {
  listDecisions,
  listInitiatives,
  moveInitiative,
  type DecisionRow,
  type InitiativeRow,
} from './initiative.service';

@ObjectType({ description: 'A common undertaking; its phase decides how far data is shared in its name.' })
export class Initiative {
  @Field(() => ID, { description: 'For the header Sluice-Initiative.' })
  id: string;

  @Field(() => String)
  name: string;

  @Field(() => String)
  aim: string;

  @Field(() => String)
  kind: string;

  @Field(() => String)
  phase: string;

  @Field(() => String)
  enteredAt: string;

  @Field(() => Boolean, { description: 'The context of reads that name no initiative.' })
  standing: boolean;

  @Field(() => Boolean)
  synthetic: boolean;
}

@ObjectType({ description: 'A published decision of the governing body, with its rationale.' })
export class Decision {
  @Field(() => ID)
  id: string;

  @Field(() => String)
  title: string;

  @Field(() => String)
  rationale: string;

  @Field(() => String)
  state: string;

  @Field(() => String, { nullable: true })
  decidedOn: string | null;

  @Field(() => String, { nullable: true })
  reviewOn: string | null;
}

@Resolver()
export class InitiativeResolver {
  @Query(() => [Initiative])
  async initiatives(@Ctx() operation: Operation): Promise<Initiative[]> {
    return (await listInitiatives(operation)).map((row) => initiativeOf(operation, row));
  }

  @Query(() => [Decision], { description: 'Published decisions, readable without login.' })
  async decisions(@Ctx() operation: Operation): Promise<Decision[]> {
    return (await listDecisions(operation)).map((row) => decisionOf(operation, row));
  }

  @Mutation(() => Initiative, {
    description: 'Moves an initiative one phase on, back to an earlier one, or to its close.',
  })
  async moveInitiative(
    @Ctx() operation: Operation,
    @Arg('input', () => MoveInitiativeInput) input: MoveInitiativeInput,
  ): Promise<Initiative> {
    return initiativeOf(operation, await moveInitiative(operation, input));
  }
}

function initiativeOf(operation: Operation, row: InitiativeRow): Initiative {
  const { name, aim, kind, phase, standing, synthetic } = row;
  const id = operation.encodeId('initiative', row.id);
  return { id, name, aim, kind, phase, enteredAt: row.entered_at, standing, synthetic };
}

function decisionOf(operation: Operation, row: DecisionRow): Decision {
  const { title, rationale, state } = row;
  const id = operation.encodeId('decision', row.id);
  return { id, title, rationale, state, decidedOn: row.decided_on, reviewOn: row.review_on };
}
