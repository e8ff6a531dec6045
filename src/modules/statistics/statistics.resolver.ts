import { Arg, Args, Ctx, FieldResolver, ID, Query, registerEnumType, Resolver, Root } from 'type-graphql';
import { type Connection, Operation, pageOfAll, PageOfNow } from '../graph';
import { GROUPINGS, type Grouping } from './groupCells';
import { groupedOutlook, groupedStatistics } from './groupedStatistics';
import { alarmsForCounsel, cellsOf, findRelease, listReleases, trendOf } from './release.service';
import { LedgerAlarm, Release, ReleaseCell, ReleaseConnection, TrendPoint } from './release.types';
import { releaseCsv } from './releaseFile';
import { Benchmark, GroupedStatistics, Statistic, StatisticInput, StatisticOutlook } from './statistic.input';
import { benchmark, statistic, statisticOutlook } from './statistic.service';

/** The levels that a question may be split by, as the schema names them. */
const StatisticGrouping = Object.fromEntries(GROUPINGS.map((grouping) => [grouping, grouping]));
registerEnumType(StatisticGrouping, { name: 'StatisticGrouping', description: 'A level of a dimension.' });

@Resolver(() => Release)
export class ReleaseResolver {
  @Query(() => ReleaseConnection, {
    description: 'Released tables, newest period first, each with all of its vintages.',
  })
  async releases(
    @Ctx() operation: Operation,
    @Args(() => PageOfNow) page: PageOfNow,
    @Arg('table', () => String, { nullable: true }) table?: string,
    @Arg('indicator', () => String, { nullable: true }) indicator?: string,
  ): Promise<Connection<Release>> {
    const rows = await listReleases(operation, { table: table ?? null, indicator: indicator ?? null });
    const name = `releases ${JSON.stringify([table ?? null, indicator ?? null])}`;
    return pageOfAll(operation, { name, rows, key: ({ uuid }) => uuid }, page);
  }

  @Query(() => Release, { nullable: true })
  release(@Ctx() operation: Operation, @Arg('id', () => ID) id: string): Promise<Release | null> {
    return findRelease(operation, id);
  }

  @Query(() => String, { description: 'A release as CSV; a suppressed cell has no value and the codes Q and C.' })
  releaseCsv(@Ctx() operation: Operation, @Arg('id', () => ID) id: string): Promise<string> {
    return releaseCsv(operation, id);
  }

  @Query(() => [TrendPoint], {
    description: 'One cell of a table through its periods and vintages, oldest first; what is not named is a total.',
  })
  trend(
    @Ctx() operation: Operation,
    @Arg('table', () => String) table: string,
    @Arg('mineral', () => String, { nullable: true }) mineral?: string,
    @Arg('stage', () => String, { nullable: true }) stage?: string,
    @Arg('place', () => String, { nullable: true }) place?: string,
    @Arg('level', () => String, { nullable: true }) level?: string,
  ): Promise<TrendPoint[]> {
    return trendOf(operation, table, {
      ...(mineral ? { mineral } : {}),
      ...(stage ? { stage } : {}),
      ...(place ? { place } : {}),
      ...(level ? { level } : {}),
    });
  }

  @Query(() => [LedgerAlarm], { description: 'Alarms of the audit of statistics that nobody lifted; counsel only.' })
  ledgerAlarms(@Ctx() operation: Operation): Promise<LedgerAlarm[]> {
    return alarmsForCounsel(operation);
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

  @Query(() => GroupedStatistics, {
    description:
      'One question for every cell of up to three dimensions, judged in one order; refused cells stay in it.',
  })
  statistics(
    @Ctx() operation: Operation,
    @Arg('input', () => StatisticInput) input: StatisticInput,
    @Arg('groupBy', () => [StatisticGrouping]) groupBy: Grouping[],
  ): Promise<GroupedStatistics> {
    return groupedStatistics(operation, input, groupBy);
  }

  @Query(() => GroupedStatistics, { description: 'Which cells `statistics` would answer; asking costs nothing.' })
  wouldAnswerAll(
    @Ctx() operation: Operation,
    @Arg('input', () => StatisticInput) input: StatisticInput,
    @Arg('groupBy', () => [StatisticGrouping]) groupBy: Grouping[],
  ): Promise<GroupedStatistics> {
    return groupedOutlook(operation, input, groupBy);
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
