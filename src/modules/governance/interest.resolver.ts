import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { type Connection, Operation, pageOfAll, PageOfNow } from '../graph';
import { declareInterest, endInterest, listInterests, renewInterest, summariseInterests } from './interest.service';
import {
  DeclareInterestInput,
  EndInterestInput,
  Interest,
  InterestConnection,
  InterestSummary,
  InterestSummaryConnection,
  RenewInterestInput,
} from './interest.types';

@Resolver()
export class InterestResolver {
  @Query(() => InterestConnection, { description: 'Your own entries of the register of interests, newest first.' })
  async interests(@Ctx() operation: Operation, @Args(() => PageOfNow) page: PageOfNow): Promise<Connection<Interest>> {
    const rows = await listInterests(operation, false);
    return pageOfAll(operation, { name: 'interests', rows, key: ({ id }) => id }, page);
  }

  @Query(() => InterestConnection, { description: 'The whole register in detail, newest first; counsel only.' })
  async interestRegister(
    @Ctx() operation: Operation,
    @Args(() => PageOfNow) page: PageOfNow,
  ): Promise<Connection<Interest>> {
    const rows = await listInterests(operation, true);
    return pageOfAll(operation, { name: 'interestRegister', rows, key: ({ id }) => id }, page);
  }

  @Query(() => InterestSummaryConnection, { description: 'The register in summary, readable without login.' })
  async interestSummary(
    @Ctx() operation: Operation,
    @Args(() => PageOfNow) page: PageOfNow,
  ): Promise<Connection<InterestSummary>> {
    const rows = await summariseInterests(operation);
    const key = ({ organisation, kind }: InterestSummary): string => `${organisation} ${kind}`;
    return pageOfAll(operation, { name: 'interestSummary', rows, key }, page);
  }

  @Mutation(() => Interest, { description: 'Declares an interest of your own; it then stands against your steps.' })
  declareInterest(
    @Ctx() operation: Operation,
    @Arg('input', () => DeclareInterestInput) input: DeclareInterestInput,
  ): Promise<Interest> {
    return declareInterest(operation, input);
  }

  @Mutation(() => Interest, { description: 'The yearly renewal of an entry of your own.' })
  renewInterest(
    @Ctx() operation: Operation,
    @Arg('input', () => RenewInterestInput) input: RenewInterestInput,
  ): Promise<Interest> {
    return renewInterest(operation, input);
  }

  @Mutation(() => Interest)
  endInterest(
    @Ctx() operation: Operation,
    @Arg('input', () => EndInterestInput) input: EndInterestInput,
  ): Promise<Interest> {
    return endInterest(operation, input);
  }
}
