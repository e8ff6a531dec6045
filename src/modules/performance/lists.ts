import { Field, InputType } from 'type-graphql';
import {
  CodeFilter,
  connectionOf,
  DateFilter,
  DecimalFilter,
  IdFilter,
  type ListDefinition,
  OrderDirection,
  orderInputOf,
} from '../graph';
import { MeasurementView } from './measurement.view';

@InputType({
  description: 'Which measurements; all conditions must hold. A value that is closed to the reader matches nothing.',
})
export class MeasurementFilter {
  @Field(() => CodeFilter, { nullable: true })
  indicator?: CodeFilter;

  @Field(() => IdFilter, { nullable: true })
  site?: IdFilter;

  @Field(() => CodeFilter, { nullable: true })
  mineral?: CodeFilter;

  @Field(() => DateFilter, { nullable: true })
  periodStart?: DateFilter;

  @Field(() => DateFilter, { nullable: true })
  periodEnd?: DateFilter;

  @Field(() => CodeFilter, { nullable: true })
  verification?: CodeFilter;

  @Field(() => DecimalFilter, { nullable: true })
  value?: DecimalFilter;
}

export const MeasurementOrder = orderInputOf('Measurement', {
  periodEnd: 'periodEnd',
  indicator: 'indicator',
  value: 'storedValue',
} as const);
export const MeasurementConnection = connectionOf('Measurement', MeasurementView);

export const measurementList: ListDefinition<MeasurementView> = {
  view: MeasurementView,
  filters: {
    indicator: 'indicator',
    site: 'siteId',
    mineral: 'mineral',
    periodStart: 'periodStart',
    periodEnd: 'periodEnd',
    verification: 'verification',
    value: 'storedValue',
  },
  ids: { site: 'site' },
  orders: ['periodEnd', 'indicator', 'storedValue'],
  defaultOrder: [{ field: 'periodEnd', direction: OrderDirection.DESC }],
  always: 'v.current',
  siteProperty: 'siteId',
};
