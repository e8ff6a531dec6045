import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import {
  type Connection,
  listDisclosed,
  listDisclosedOf,
  Operation,
  type OrderTerm,
  PageArguments,
  rowById,
} from '../graph';
import { OrganisationView, SiteView } from '../members';
import { MeasurementConnection, MeasurementFilter, measurementList, MeasurementOrder } from './lists';
import { MeasurementView } from './measurement.view';
import { pointToStatistics } from './pointToStatistics';
import { valueIn } from './valueIn';
import { visibleTo } from './visibleTo';

@Resolver(() => MeasurementView)
export class MeasurementResolver {
  @Query(() => MeasurementConnection, { description: 'Measurements that their owners share with the reader.' })
  measurements(
    @Ctx() operation: Operation,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => MeasurementFilter, { nullable: true }) where?: MeasurementFilter,
    @Arg('orderBy', () => [MeasurementOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<MeasurementView>> {
    return listDisclosed(operation, measurementList, { ...page, where, orderBy });
  }

  @FieldResolver(() => ID)
  id(@Ctx() operation: Operation, @Root() measurement: MeasurementView): string {
    return operation.encodeId('measurement', measurement.id);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Decimal string, converted when a unit is asked for.' })
  value(
    @Root() measurement: MeasurementView,
    @Arg('unit', () => String, { nullable: true }) unit?: string,
  ): string | null {
    return valueIn(measurement, unit).value;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Unit of `value`; name the same unit on both to convert.',
  })
  unit(
    @Root() measurement: MeasurementView,
    @Arg('unit', () => String, { nullable: true }) unit?: string,
  ): string | null {
    return valueIn(measurement, unit).unit;
  }

  @FieldResolver(() => SiteView, { nullable: true })
  site(@Ctx() operation: Operation, @Root() measurement: MeasurementView): Promise<SiteView | null> {
    return rowById(operation, SiteView, measurement.siteId);
  }

  @FieldResolver(() => OrganisationView, { nullable: true })
  member(@Ctx() operation: Operation, @Root() measurement: MeasurementView): Promise<OrganisationView | null> {
    return rowById(operation, OrganisationView, measurement.organisationId);
  }

  @FieldResolver(() => [String], { nullable: true, description: 'Your own values only: who can see it now.' })
  visibleTo(@Ctx() operation: Operation, @Root() measurement: MeasurementView): Promise<string[] | null> {
    return visibleTo(operation, measurement);
  }

  @FieldResolver(() => ID, { nullable: true, description: 'The measurement that this one corrects.' })
  restatementOf(@Ctx() operation: Operation, @Root() measurement: MeasurementView): string | null {
    const { restatementOfId } = measurement;
    return restatementOfId === null ? null : operation.encodeId('measurement', restatementOfId);
  }
}

@Resolver(() => SiteView)
export class SiteMeasurementsResolver {
  @FieldResolver(() => MeasurementConnection)
  async measurements(
    @Ctx() operation: Operation,
    @Root() site: SiteView,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => MeasurementFilter, { nullable: true }) where?: MeasurementFilter,
    @Arg('orderBy', () => [MeasurementOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<MeasurementView>> {
    await pointToStatistics(operation, site, where?.indicator);
    return listDisclosedOf(
      operation,
      measurementList,
      { ...page, where, orderBy },
      { property: 'siteId', id: site.id },
    );
  }
}

@Resolver(() => OrganisationView)
export class MemberMeasurementsResolver {
  @FieldResolver(() => MeasurementConnection, { description: 'Of the member as a whole and of its sites.' })
  measurements(
    @Ctx() operation: Operation,
    @Root() member: OrganisationView,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('where', () => MeasurementFilter, { nullable: true }) where?: MeasurementFilter,
    @Arg('orderBy', () => [MeasurementOrder], { nullable: true }) orderBy?: OrderTerm[],
  ): Promise<Connection<MeasurementView>> {
    const parent = { property: 'organisationId', id: member.id } as const;
    return listDisclosedOf(operation, measurementList, { ...page, where, orderBy }, parent);
  }
}
