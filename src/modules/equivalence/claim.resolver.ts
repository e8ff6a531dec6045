import { Arg, Args, Ctx, FieldResolver, ID, InputType, Field, Mutation, Query, Resolver, Root } from 'type-graphql';
import {
  CodeFilter,
  connectionOf,
  type Connection,
  listDisclosed,
  type ListDefinition,
  Operation,
  OrderDirection,
  PageArguments,
  rowById,
} from '../graph';
import { fileClaim, moveClaim } from './claim.service';
import { ClaimPayload, EquivalenceClaimView, FileClaimInput, MoveClaimInput } from './claim.view';

@InputType({ description: 'Which claims; all conditions must hold.' })
export class EquivalenceClaimFilter {
  @Field(() => CodeFilter, { nullable: true })
  state?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  fromStandard?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  toStandard?: CodeFilter;
}

const ClaimConnection = connectionOf('EquivalenceClaim', EquivalenceClaimView);
const claimList: ListDefinition<EquivalenceClaimView> = {
  view: EquivalenceClaimView,
  filters: { state: 'state', fromStandard: 'fromStandard', toStandard: 'toStandard' },
  orders: [],
  defaultOrder: [{ field: 'toStandard', direction: OrderDirection.ASC }],
};

@Resolver(() => EquivalenceClaimView)
export class ClaimResolver {
  @Query(() => ClaimConnection, { description: 'Claims of equivalence; public from their consultation on.' })
  equivalenceClaims(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => EquivalenceClaimFilter, { nullable: true }) where?: EquivalenceClaimFilter,
  ): Promise<Connection<EquivalenceClaimView>> {
    return listDisclosed(operation, claimList, { ...page, where });
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
