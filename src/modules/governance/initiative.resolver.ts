import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, listDisclosed, type ListRequest, Operation, requireRow } from '../graph';
import { MoveInitiativeInput } from './initiative.input';
import { moveInitiative } from './initiative.service';
import { decisionList, DecisionView, initiativeList, InitiativeView } from './initiative.view';

@Resolver(() => InitiativeView)
export class InitiativeResolver {
  @Query(() => initiativeList.Connection, { description: 'The initiatives of the alliance, the standing one first.' })
  initiatives(
    @Ctx() operation: Operation,
    @Args(() => initiativeList.Arguments) asked: ListRequest,
  ): Promise<Connection<InitiativeView>> {
    return listDisclosed(operation, initiativeList, asked);
  }

  @FieldResolver(() => ID, { description: 'For the header Sluice-Initiative.' })
  id(@Ctx() operation: Operation, @Root() initiative: InitiativeView): string {
    return operation.encodeId('initiative', initiative.id);
  }

  @Mutation(() => InitiativeView, {
    description: 'Moves an initiative one phase on, back to an earlier one, or to its close.',
  })
  async moveInitiative(
    @Ctx() operation: Operation,
    @Arg('input', () => MoveInitiativeInput) input: MoveInitiativeInput,
  ): Promise<InitiativeView> {
    return requireRow(operation, InitiativeView, (await moveInitiative(operation, input)).id);
  }
}

@Resolver(() => DecisionView)
export class DecisionResolver {
  @Query(() => decisionList.Connection, { description: 'Published decisions, readable without login.' })
  decisions(
    @Ctx() operation: Operation,
    @Args(() => decisionList.Arguments) asked: ListRequest,
  ): Promise<Connection<DecisionView>> {
    return listDisclosed(operation, decisionList, asked);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() decision: DecisionView): string {
    return operation.encodeId('decision', decision.id);
  }
}
