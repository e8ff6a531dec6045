import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Operation } from '../graph';
import { declareInterest, endInterest, listInterests, renewInterest, summariseInterests } from './interest.service';
import {
  DeclareInterestInput,
  EndInterestInput,
  Interest,
  InterestSummary,
  RenewInterestInput,
} from './interest.types';

@Resolver()
export class InterestResolver {
  @Query(() => [Interest], { description: 'Your own entries of the register of interests.' })
  interests(@Ctx() operation: Operation): Promise<Interest[]> {
    return listInterests(operation, false);
  }

  @Query(() => [Interest], { description: 'The whole register in detail; counsel only.' })
  interestRegister(@Ctx() operation: Operation): Promise<Interest[]> {
    return listInterests(operation, true);
  }

  @Query(() => [InterestSummary], { description: 'The register in summary, readable without login.' })
  interestSummary(@Ctx() operation: Operation): Promise<InterestSummary[]> {
    return summariseInterests(operation);
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
