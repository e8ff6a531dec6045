import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Operation } from '../graph';
import { cellsOf, findRelease, listReleases, releaseCsv } from './release.service';
import { Release, ReleaseCell } from './release.types';
import { Benchmark, Statistic, StatisticInput, StatisticOutlook } from './statistic.input';
import { benchmark, statistic, statisticOutlook } from './statistic.service';

@Resolver(() => Release)
export class ReleaseResolver {
  @Query(() => [Release], { description: 'Released tables, newest period first, each with all of its vintages.' })
  releases(
    @Ctx() operation: Operation,
    @Arg('table', () => String, { nullable: true }) table?: string,
    @Arg('indicator', () => String, { nullable: true }) indicator?: string,
  ): Promise<Release[]> {
    return listReleases(operation, { table: table ?? null, indicator: indicator ?? null });
  }

  @Query(() => Release, { nullable: true })
  release(@Ctx() operation: Operation, @Arg('id', () => ID) id: string): Promise<Release | null> {
    return findRelease(operation, id);
  }

  @Query(() => String, { description: 'A release as CSV; a suppressed cell has no value and the codes Q and C.' })
  releaseCsv(@Ctx() operation: Operation, @Arg('id', () => ID) id: string): Promise<string> {
    return releaseCsv(operation, id);
  }

  @FieldResolver(() => [ReleaseCell])
  cells(@Ctx() operation: Operation, @Root() release: Release): Promise<ReleaseCell[]> {
    return cellsOf(operation, release);
  }
}

@Resolver()
export class StatisticResolver {
  @Query(() => Statistic, {
    nullable: true,
    description: 'A cell of a released table, or an answer that the ledger of everything answered admits.',
  })
  statistic(
    @Ctx() operation: Operation,
    @Arg('input', () => StatisticInput) input: StatisticInput,
  ): Promise<Statistic | null> {
    return statistic(operation, input);
  }

  @Query(() => StatisticOutlook, { description: 'Whether `statistic` would answer; asking costs nothing.' })
  wouldAnswer(
    @Ctx() operation: Operation,
    @Arg('input', () => StatisticInput) input: StatisticInput,
  ): Promise<StatisticOutlook> {
    return statisticOutlook(operation, input);
  }

  @Query(() => Benchmark, { description: 'Your own figures beside the released mean of your peers.' })
  benchmark(
    @Ctx() operation: Operation,
    @Arg('input', () => StatisticInput) input: StatisticInput,
  ): Promise<Benchmark> {
    return benchmark(operation, input);
  }
}
