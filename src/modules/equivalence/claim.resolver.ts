import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import {
  CodeFilter,
  type Connection,
  describeList,
  listDisclosed,
  type ListRequest,
  Operation,
  OrderDirection,
  rowById,
} from '../graph';
import { fileClaim, moveClaim } from './claim.service';
import { ClaimPayload, EquivalenceClaimView, FileClaimInput, MoveClaimInput } from './claim.view';

const claimList = describeList('EquivalenceClaim', EquivalenceClaimView, {
  ...{ plural: 'claims', history: true },
  filters: {
    state: { by: CodeFilter },
    topic: { by: CodeFilter },
    degree: { by: CodeFilter },
    fromStandard: { by: CodeFilter },
    toStandard: { by: CodeFilter },
  },
  orders: ['toStandard', 'fromStandard', 'state'],
  defaultOrder: [{ field: 'toStandard', direction: OrderDirection.ASC }],
});

@Resolver(() => EquivalenceClaimView)
export class ClaimResolver {
  @Query(() => claimList.Connection, { description: 'Claims of equivalence; public from their consultation on.' })
  equivalenceClaims(
    @Ctx() operation: Operation,
    @Args(() => claimList.Arguments) asked: ListRequest,
  ): Promise<Connection<EquivalenceClaimView>> {
    return listDisclosed(operation, claimList, asked);
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() claim: EquivalenceClaimView): string {
    return operation.encodeId('claim', claim.id);
  }

  @Mutation(() => ClaimPayload, { description: 'Proposes that one standard covers a requirement of another, one way.' })
  async fileEquivalenceClaim(
    @Ctx() operation: Operation,
    @Arg('input', () => FileClaimInput) input: FileClaimInput,
  ): Promise<ClaimPayload> {
    return payload(operation, await fileClaim(operation, input));
  }

  @Mutation(() => ClaimPayload, { description: 'The next step of a claim; approved by decision only.' })
  async moveEquivalenceClaim(
    @Ctx() operation: Operation,
    @Arg('input', () => MoveClaimInput) input: MoveClaimInput,
  ): Promise<ClaimPayload> {
    return payload(operation, await moveClaim(operation, input));
  }
}

async function payload(operation: Operation, stored: { id: string }): Promise<ClaimPayload> {
  return { claim: await rowById(operation, EquivalenceClaimView, stored.id) };
}
