import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Operation } from '../graph';
import { FreezeInput, LiftFreezeInput } from './freeze.input';
import { freezeReads, liftFreeze, listFreezes, readAuditLog, type AuditRow, type FreezeRow } from './freeze.service';

@ObjectType({ description: "Counsel's hold on a class of data; everybody it concerns is told that, not why." })
export class Freeze {
  @Field(() => ID)
  id: string;

  @Field(() => String, { nullable: true })
  dataClass: string | null;

  @Field(() => String, { nullable: true, description: 'Counsel only.' })
  reason: string | null;

  @Field(() => String)
  frozenAt: string;

  @Field(() => String, { nullable: true })
  liftedAt: string | null;
}

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

@Resolver()
export class FreezeResolver {
  @Query(() => [Freeze], { description: 'Freezes in force; for counsel also those lifted.' })
  async freezes(@Ctx() operation: Operation): Promise<Freeze[]> {
    return (await listFreezes(operation)).map((row) => freezeOf(operation, row));
  }

  @Query(() => [AuditRecord], { description: 'The record of reads, newest first; counsel only.' })
  async auditLog(
    @Ctx() operation: Operation,
    @Arg('outcome', () => String, { nullable: true }) outcome?: string,
    @Arg('last', () => Int, { defaultValue: 100 }) last?: number,
  ): Promise<AuditRecord[]> {
    return (await readAuditLog(operation, outcome ?? null, last ?? 100)).map(recordOf);
  }

  @Mutation(() => Freeze, { description: 'Holds back a class of data at once, for everybody but its owners.' })
  async freeze(@Ctx() operation: Operation, @Arg('input', () => FreezeInput) input: FreezeInput): Promise<Freeze> {
    return freezeOf(operation, await freezeReads(operation, input));
  }

  @Mutation(() => Freeze)
  async liftFreeze(
    @Ctx() operation: Operation,
    @Arg('input', () => LiftFreezeInput) input: LiftFreezeInput,
  ): Promise<Freeze> {
    return freezeOf(operation, await liftFreeze(operation, input));
  }
}

function freezeOf(operation: Operation, row: FreezeRow): Freeze {
  const { id, reason, frozen_at: frozenAt, lifted_at: liftedAt } = row;
  return { id: operation.encodeId('freeze', id), dataClass: row.dataClassName, reason, frozenAt, liftedAt };
}

function recordOf(row: AuditRow): AuditRecord {
  const { roles, purpose, operation, types, outcome, rule } = row;
  return { happenedAt: row.happened_at, roles, purpose, operation, types, outcome, rule };
}
