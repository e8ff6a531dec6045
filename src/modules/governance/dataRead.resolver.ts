import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { type Connection, Operation } from '../graph';
import { countReads, readsOfMyData } from './dataRead.service';
import { type DataRead, DataReadConnection, ReadCount } from './dataRead.types';

@Resolver()
export class DataReadResolver {
  @Query(() => DataReadConnection, { description: 'Who read the data of your organisation, newest first.' })
  readsOfMyData(
    @Ctx() operation: Operation,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true }) after?: string,
  ): Promise<Connection<DataRead>> {
    return readsOfMyData(operation, { first, after: after ?? null });
  }

  @Query(() => [ReadCount], { description: 'How much is read, for the secretariat; no readers, no owners.' })
  readCounts(
    @Ctx() operation: Operation,
    @Arg('months', () => Int, { defaultValue: 12, description: '1 to 24.' }) months: number,
  ): Promise<ReadCount[]> {
    return countReads(operation, months);
  }
}
