import { Field, InputType } from 'type-graphql';
import {
  CodeFilter,
  connectionOf,
  DateFilter,
  describeList,
  IdFilter,
  type ListDefinition,
  OrderDirection,
  orderInputOf,
  TextFilter,
} from '../graph';
import {
  AssessmentView,
  AssessorView,
  CorrectiveActionView,
  CriterionResultView,
  FindingView,
} from './assessment.view';
import { STATE_TODAY } from './stateToday';

@InputType({ description: 'Which assessments; all conditions must hold.' })
export class AssessmentFilter {
  @Field(() => CodeFilter, { nullable: true, description: 'Code of the standard, such as IRMA.' })
  standard?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true, description: 'As it is today: what ran out is EXPIRED.' })
  state?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  result?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  assurance?: CodeFilter;

  @Field(() => IdFilter, { nullable: true })
  site?: IdFilter;

  @Field(() => DateFilter, { nullable: true })
  validTo?: DateFilter;
}

export const AssessmentOrder = orderInputOf('Assessment', { validTo: 'validTo', standard: 'standard' } as const);
export const AssessmentConnection = connectionOf('Assessment', AssessmentView);

export const assessmentList: ListDefinition<AssessmentView> = {
  view: AssessmentView,
  filters: {
    standard: 'standard',
    state: 'storedState',
    result: 'level',
    assurance: 'assurance',
    site: 'siteId',
    validTo: 'validTo',
  },
  ids: { site: 'site' },
  orders: ['validTo', 'standard'],
  defaultOrder: [{ field: 'validTo', direction: OrderDirection.DESC }],
  computed: { state: STATE_TODAY },
};

export const criterionResultList: ListDefinition<CriterionResultView> = {
  view: CriterionResultView,
  filters: {},
  orders: [],
  defaultOrder: [{ field: 'requirement', direction: OrderDirection.ASC }],
};

export const findingList: ListDefinition<FindingView> = {
  view: FindingView,
  filters: {},
  orders: [],
  defaultOrder: [{ field: 'requirement', direction: OrderDirection.ASC }],
};

export const correctiveActionList: ListDefinition<CorrectiveActionView> = {
  view: CorrectiveActionView,
  filters: {},
  orders: [],
  defaultOrder: [{ field: 'dueOn', direction: OrderDirection.ASC }],
};

export const assessorList = describeList('Assessor', AssessorView, {
  ...{ plural: 'assessor firms', history: false },
  filters: {
    name: { by: TextFilter },
  },
  orders: ['name'],
  defaultOrder: [{ field: 'name', direction: OrderDirection.ASC }],
});
