import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Operation, requireRow } from '../graph';
import {
  PublishMeasurementInput,
  PublishMeasurementPayload,
  WithdrawMeasurementInput,
  WithdrawMeasurementPayload,
} from './measurement.input';
import { MeasurementView } from './measurement.view';
import { publishMeasurement, withdrawMeasurement } from './publishMeasurement.service';

@Resolver()
export class MeasurementWritesResolver {
  @Mutation(() => PublishMeasurementPayload, { description: 'Publishes or restates a figure of your own.' })
  async publishMeasurement(
    @Ctx() operation: Operation,
    @Arg('input', () => PublishMeasurementInput) input: PublishMeasurementInput,
  ): Promise<PublishMeasurementPayload> {
    const { id, warnings } = await publishMeasurement(operation, input);
    return { measurement: await requireRow(operation, MeasurementView, id), warnings };
  }

  @Mutation(() => WithdrawMeasurementPayload, { description: 'Withdraws a figure of your own; only you see it then.' })
  async withdrawMeasurement(
    @Ctx() operation: Operation,
    @Arg('input', () => WithdrawMeasurementInput) input: WithdrawMeasurementInput,
  ): Promise<WithdrawMeasurementPayload> {
    const { id } = await withdrawMeasurement(operation, input);
    return { measurement: await requireRow(operation, MeasurementView, id) };
  }
}
