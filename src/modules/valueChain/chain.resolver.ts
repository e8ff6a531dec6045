import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Query, Resolver, Root } from 'type-graphql';
import { Operation, rowById, rowByUnit } from '../graph';
import { OrganisationView, SiteView } from '../members';
import { valueChain } from './chain.service';
import { ChainCoverage, ChainDirection, ChainNode, Exposure, ValueChain } from './chain.types';
import { chainCoverage, exposure } from './exposure.service';

@InputType({ description: 'One of these.' })
export class ExposureTargetInput {
  @Field(() => ID, { nullable: true })
  member?: string;

  @Field(() => ID, { nullable: true })
  site?: string;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1.' })
  jurisdiction?: string;

  @Field(() => String, {
    nullable: true,
    description: 'A standard: the nearest named place without a valid assessment.',
  })
  standardGap?: string;
}

@Resolver(() => ChainNode)
export class ChainResolver {
  @Query(() => ValueChain, {
    nullable: true,
    description: 'The chain of a mineral, flat, as far as both ends of each hop disclosed it to you.',
  })
  valueChain(
    @Ctx() operation: Operation,
    @Arg('mineral', () => String) mineral: string,
    @Arg('root', () => ID, { nullable: true, description: 'A member or a site; left out: you.' }) root?: string,
    @Arg('product', () => String, { nullable: true, description: 'Six digits of the Harmonized System.' })
    product?: string,
    @Arg('direction', () => ChainDirection, { defaultValue: ChainDirection.UPSTREAM })
    direction = ChainDirection.UPSTREAM,
    @Arg('depth', () => Int, { nullable: true, description: '1 to 12; 6 when left out.' }) depth?: number,
    @Arg('asOf', () => String, { nullable: true, description: 'As it was known then (ISO 8601).' }) asOf?: string,
  ): Promise<ValueChain | null> {
    return valueChain(operation, { root, mineral, product, direction, depth, asOf });
  }

  @Query(() => Exposure, { description: 'Whether something is in your own chain, and how far away.' })
  exposure(
    @Ctx() operation: Operation,
    @Arg('mineral', () => String) mineral: string,
    @Arg('target', () => ExposureTargetInput) target: ExposureTargetInput,
    @Arg('direction', () => ChainDirection, { defaultValue: ChainDirection.UPSTREAM })
    direction = ChainDirection.UPSTREAM,
    @Arg('depth', () => Int, { nullable: true }) depth?: number,
  ): Promise<Exposure> {
    return exposure(operation, target, { mineral, direction, depth });
  }

  @Query(() => ChainCoverage, { description: 'How far your own chain, as shown to you, holds a standard.' })
  chainCoverage(
    @Ctx() operation: Operation,
    @Arg('mineral', () => String) mineral: string,
    @Arg('standard', () => String) standard: string,
    @Arg('direction', () => ChainDirection, { defaultValue: ChainDirection.UPSTREAM })
    direction = ChainDirection.UPSTREAM,
    @Arg('depth', () => Int, { nullable: true }) depth?: number,
  ): Promise<ChainCoverage> {
    return chainCoverage(operation, standard, { mineral, direction, depth });
  }

  @FieldResolver(() => SiteView, {
    nullable: true,
    description: 'Null where the organisation as a whole is named, or nobody.',
  })
  site(@Ctx() operation: Operation, @Root() node: ChainNode): Promise<SiteView | null> {
    return node.unitNo === null ? Promise.resolve(null) : rowByUnit(operation, SiteView, node.unitNo);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  async member(@Ctx() operation: Operation, @Root() node: ChainNode): Promise<OrganisationView | null> {
    const site = await this.site(operation, node);
    if (site !== null) return rowById(operation, OrganisationView, site.organisationId);
    return node.unitNo === null ? null : rowByUnit(operation, OrganisationView, node.unitNo);
  }
}
