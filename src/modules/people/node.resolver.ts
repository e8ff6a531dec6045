import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { findNode, NodeInterface, Operation } from '../graph';

@Resolver()
export class NodeResolver {
  @Query(() => NodeInterface, {
    nullable: true,
    description: 'Whatever an id names; hidden and missing are both null.',
  })
  node(@Ctx() operation: Operation, @Arg('id', () => ID) id: string): Promise<object | null> {
    return findNode(operation, id);
  }
}
