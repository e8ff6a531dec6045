import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Operation, requireRow } from '../graph';
import {
  AssessmentPayload,
  DecideAssessmentInput,
  MoveAssessmentInput,
  MoveCorrectiveActionInput,
  PlanAssessmentInput,
  PlanCorrectiveActionInput,
  PublishAssessmentInput,
  ReportAssessmentInput,
} from './assessment.input';
import { AssessmentView, CorrectiveActionView } from './assessment.view';
import { moveCorrectiveAction, planCorrectiveAction } from './correctiveAction.service';
import { decideAssessment, moveAssessment, reportAssessment } from './moveAssessment.service';
import { planAssessment, publishAssessment, type WrittenAssessment } from './publishAssessment.service';

@Resolver()
export class AssessmentWritesResolver {
  @Mutation(() => AssessmentPayload, { description: 'Records an assessment of your own site; a claim until decided.' })
  async publishAssessment(
    @Ctx() operation: Operation,
    @Arg('input', () => PublishAssessmentInput) input: PublishAssessmentInput,
  ): Promise<AssessmentPayload> {
    return payloadOf(operation, await publishAssessment(operation, input));
  }

  @Mutation(() => AssessmentPayload, { description: 'Plans an assessment of your own site with an assessor.' })
  async planAssessment(
    @Ctx() operation: Operation,
    @Arg('input', () => PlanAssessmentInput) input: PlanAssessmentInput,
  ): Promise<AssessmentPayload> {
    return payloadOf(operation, await planAssessment(operation, input));
  }

  @Mutation(() => AssessmentPayload, { description: 'Reports ratings and findings; by the assessor.' })
  async reportAssessment(
    @Ctx() operation: Operation,
    @Arg('input', () => ReportAssessmentInput) input: ReportAssessmentInput,
  ): Promise<AssessmentPayload> {
    return payloadOf(operation, await reportAssessment(operation, input));
  }

  @Mutation(() => AssessmentPayload, { description: 'Decides; by the owner of the standard.' })
  async decideAssessment(
    @Ctx() operation: Operation,
    @Arg('input', () => DecideAssessmentInput) input: DecideAssessmentInput,
  ): Promise<AssessmentPayload> {
    return payloadOf(operation, await decideAssessment(operation, input));
  }

  @Mutation(() => AssessmentPayload, { description: 'Any other step of an assessment, by the party whose step it is.' })
  async moveAssessment(
    @Ctx() operation: Operation,
    @Arg('input', () => MoveAssessmentInput) input: MoveAssessmentInput,
  ): Promise<AssessmentPayload> {
    return payloadOf(operation, await moveAssessment(operation, input));
  }

  @Mutation(() => CorrectiveActionView, { description: 'Proposes a corrective action for a finding about your site.' })
  async planCorrectiveAction(
    @Ctx() operation: Operation,
    @Arg('input', () => PlanCorrectiveActionInput) input: PlanCorrectiveActionInput,
  ): Promise<CorrectiveActionView> {
    return requireRow(operation, CorrectiveActionView, (await planCorrectiveAction(operation, input)).id);
  }

  @Mutation(() => CorrectiveActionView, { description: 'Done, by the owner of the site; verified, by the assessor.' })
  async moveCorrectiveAction(
    @Ctx() operation: Operation,
    @Arg('input', () => MoveCorrectiveActionInput) input: MoveCorrectiveActionInput,
  ): Promise<CorrectiveActionView> {
    return requireRow(operation, CorrectiveActionView, (await moveCorrectiveAction(operation, input)).id);
  }
}

async function payloadOf(operation: Operation, { id, warnings }: WrittenAssessment): Promise<AssessmentPayload> {
  return { assessment: await requireRow(operation, AssessmentView, id), warnings };
}
