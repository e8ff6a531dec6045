import { CodeFilter, DateFilter, describeList, IdFilter, IntFilter, OrderDirection, TextFilter } from '../graph';
import { PlanView, TargetView } from './plan.view';

const { ASC, DESC } = OrderDirection;

export const planList = describeList('Plan', PlanView, {
  ...{ plural: 'plans', history: true },
  filters: {
    site: { by: IdFilter, on: 'siteId', id: 'site' },
    member: { by: IdFilter, on: 'organisationId', id: 'member' },
    topic: { by: CodeFilter },
    title: { by: TextFilter },
    startsOn: { by: DateFilter },
    endsOn: { by: DateFilter },
  },
  orders: ['startsOn', 'endsOn', 'topic', 'title'],
  defaultOrder: [{ field: 'startsOn', direction: DESC }],
});

export const targetList = describeList('Target', TargetView, {
  ...{ plural: 'targets', history: true },
  filters: {
    site: { by: IdFilter, on: 'siteId', id: 'site' },
    member: { by: IdFilter, on: 'organisationId', id: 'member' },
    indicator: { by: CodeFilter },
    targetYear: { by: IntFilter },
    publishedAt: { by: DateFilter },
  },
  orders: ['targetYear', 'baselineYear', 'indicator', 'publishedAt'],
  defaultOrder: [{ field: 'targetYear', direction: ASC }],
});
