import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { DATA_CLASSES } from '../../policy/cells';
import { type Connection, listDisclosed, type ListRequest, Operation, requireRow } from '../graph';
import { FreezeInput, LiftFreezeInput } from './freeze.input';
import { freezeReads, liftFreeze, readAuditLog, type AuditRow } from './freeze.service';
import { freezeList, FreezeView } from './freeze.view';

@ObjectType({ description: 'One read on the record; it holds no value that was read.' })
export class AuditRecord {
  @Field(() => String)
  happenedAt: string;

  @Field(() => [String])
  roles: string[];

  @Field(() => String, { nullable: true })
  purpose: string | null;

  @Field(() => String, { nullable: true })
  operation: string | null;

  @Field(() => [String])
  types: string[];

  @Field(() => String)
  outcome: string;

  @Field(() => String, { nullable: true })
  rule: string | null;
}

@Resolver(() => FreezeView)
export class FreezeResolver {
  @Query(() => freezeList.Connection, { description: 'Freezes in force; for counsel also those lifted.' })
  freezes(
    @Ctx() operation: Operation,
    @Args(() => freezeList.Arguments) asked: ListRequest,
  ): Promise<Connection<FreezeView>> {
    return listDisclosed(operation, freezeList, asked);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() freeze: FreezeView): string {
    return operation.encodeId('freeze', freeze.id);
  }

  @FieldResolver(() => String, { nullable: true })
  dataClass(@Root() { dataClassNo }: FreezeView): string | null {
    return dataClassNo === null ? null : (DATA_CLASSES[dataClassNo] ?? null);
  }

  @Query(() => [AuditRecord], { description: 'The record of reads, newest first; counsel only.' })
  async auditLog(
    @Ctx() operation: Operation,
    @Arg('outcome', () => String, { nullable: true }) outcome?: string,
    @Arg('last', () => Int, { defaultValue: 100 }) last?: number,
  ): Promise<AuditRecord[]> {
    return (await readAuditLog(operation, outcome ?? null, last ?? 100)).map(recordOf);
  }

  @Mutation(() => FreezeView, {
    description:
      'Holds back a class of data at once, for everybody but its owners, or a question for everybody but counsel.',
  })
  async freeze(@Ctx() operation: Operation, @Arg('input', () => FreezeInput) input: FreezeInput): Promise<FreezeView> {
    return requireRow(operation, FreezeView, (await freezeReads(operation, input)).id);
  }

  @Mutation(() => FreezeView)
  async liftFreeze(
    @Ctx() operation: Operation,
    @Arg('input', () => LiftFreezeInput) input: LiftFreezeInput,
  ): Promise<FreezeView> {
    return requireRow(operation, FreezeView, (await liftFreeze(operation, input)).id);
  }
}

function recordOf(row: AuditRow): AuditRecord {
  const { roles, purpose, operation, types, outcome, rule } = row;
  return { happenedAt: row.happened_at, roles, purpose, operation, types, outcome, rule };
}
