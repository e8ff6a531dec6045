import { CodeFilter, DateFilter, describeList, IdFilter, IntFilter, OrderDirection, TextFilter } from '../graph';
import { PlanView, TargetView } from './plan.view';
import { PlanExtractView } from './planExtract.view';

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
  siteProperty: 'siteId',
});

export const planExtractList = describeList('PlanExtract', PlanExtractView, {
  ...{ plural: 'plan extracts', history: true },
  filters: {
    member: { by: IdFilter, on: 'organisationId', id: 'member' },
    topic: { by: CodeFilter },
    fromYear: { by: IntFilter },
    untilYear: { by: IntFilter },
  },
  orders: ['fromYear', 'untilYear', 'topic'],
  defaultOrder: [{ field: 'fromYear', direction: DESC }],
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
  siteProperty: 'siteId',
});
