import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Operation, requireRow } from '../graph';
import { listRisks, recordDecision, scoreRisks } from './decision.service';
import { RecordDecisionInput, RiskEntry, ScoreRisksInput } from './decision.types';
import { DecisionView } from './initiative.view';

@Resolver()
export class DecisionWritesResolver {
  @Query(() => [RiskEntry], {
    description: 'The six risks of an initiative as last scored for each phase; for members.',
  })
  risks(@Ctx() operation: Operation, @Arg('initiative', () => ID) initiative: string): Promise<RiskEntry[]> {
    return listRisks(operation, initiative);
  }

  @Mutation(() => DecisionView, {
    description: 'Records a decision of the governing body with its rationale, public at once.',
  })
  async recordDecision(
    @Ctx() operation: Operation,
    @Arg('input', () => RecordDecisionInput) input: RecordDecisionInput,
  ): Promise<DecisionView> {
    return requireRow(operation, DecisionView, (await recordDecision(operation, input)).id);
  }

  @Mutation(() => [RiskEntry], { description: 'Scores all six risks of an initiative for the phase to come.' })
  scoreRisks(
    @Ctx() operation: Operation,
    @Arg('input', () => ScoreRisksInput) input: ScoreRisksInput,
  ): Promise<RiskEntry[]> {
    return scoreRisks(operation, input);
  }
}
