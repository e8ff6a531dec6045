import { Field, InputType } from 'type-graphql';
import {
  BooleanFilter,
  CodeFilter,
  CodeListFilter,
  connectionOf,
  DateFilter,
  IdFilter,
  type ListDefinition,
  OrderDirection,
  orderInputOf,
} from '../graph';
import { valueChainSettings } from '../valueChain';
import { DemandResponseView, DemandView, ResponseEvidenceView } from './demand.view';

@InputType({ description: 'Which demands; all conditions must hold.' })
export class DemandFilter {
  @Field(() => CodeFilter, { nullable: true })
  state?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  standard?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  indicator?: CodeFilter;

  @Field(() => CodeListFilter, { nullable: true })
  minerals?: CodeListFilter;

  @Field(() => DateFilter, { nullable: true })
  deadline?: DateFilter;
}

@InputType({ description: 'Which answers; all conditions must hold.' })
export class ResponseFilter {
  @Field(() => CodeFilter, { nullable: true })
  state?: CodeFilter;

  @Field(() => IdFilter, { nullable: true })
  demand?: IdFilter;

  @Field(() => IdFilter, { nullable: true, description: 'The member that asks.' })
  issuer?: IdFilter;

  @Field(() => IdFilter, { nullable: true, description: 'The member that is asked.' })
  recipient?: IdFilter;

  @Field(() => CodeFilter, { nullable: true })
  standard?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  indicator?: CodeFilter;

  @Field(() => CodeFilter, { nullable: true })
  topic?: CodeFilter;

  @Field(() => CodeListFilter, { nullable: true, description: 'Minerals that the demand names.' })
  minerals?: CodeListFilter;

  @Field(() => DateFilter, { nullable: true, description: 'The deadline that was agreed, else the one of the demand.' })
  deadline?: DateFilter;

  @Field(() => BooleanFilter, { nullable: true, description: 'Open past its deadline.' })
  overdue?: BooleanFilter;

  @Field(() => BooleanFilter, {
    nullable: true,
    description: 'A proof runs out, or the deadline comes, within 30 days.',
  })
  expiring?: BooleanFilter;

  @Field(() => BooleanFilter, { nullable: true })
  stale?: BooleanFilter;
}

export const DemandOrder = orderInputOf('Demand', { deadline: 'deadline', issuedOn: 'issuedOn' } as const);
export const ResponseOrder = orderInputOf('DemandResponse', { deadline: 'demandDeadline', state: 'state' } as const);
export const DemandConnection = connectionOf('Demand', DemandView);
export const ResponseConnection = connectionOf('DemandResponse', DemandResponseView);

export const demandList: ListDefinition<DemandView> = {
  view: DemandView,
  filters: { state: 'state', standard: 'standard', indicator: 'indicator', minerals: 'minerals', deadline: 'deadline' },
  orders: ['deadline', 'issuedOn'],
  defaultOrder: [{ field: 'deadline', direction: OrderDirection.ASC }],
};

/** States of an answer in which something is still to be done. */
export const OPEN_STATES = [
  'RECEIVED',
  'ACKNOWLEDGED',
  'COUNTER_PROPOSED',
  'EQUIVALENCE_CLAIMED',
  'ACCEPTED',
  'EVIDENCE_SUBMITTED',
  'PARTIALLY_MET',
];
const IS_OPEN = `v.state in (${OPEN_STATES.map((state) => `'${state}'`).join(', ')})`;
const DEADLINE = 'coalesce(v.agreed_deadline, v.deadline)';
/** A column of the demand that is answered, as the reader may read it. */
const ofDemand = (column: string): string => `(select d.${column} from disclosed.demand d where d.id = v.demand_id)`;

/** @param today ISO date, checked where the hub takes its settings */
export function responseList(today: string): ListDefinition<DemandResponseView> {
  const day = `date '${today}'`;
  const soon = `${day} + ${valueChainSettings().expiringDays}`;
  return {
    view: DemandResponseView,
    filters: {
      state: 'state',
      demand: 'demandId',
      issuer: 'demandId',
      recipient: 'recipientId',
      standard: 'demandId',
      indicator: 'demandId',
      topic: 'demandId',
      minerals: 'demandId',
      deadline: 'demandDeadline',
      overdue: 'state',
      expiring: 'state',
      stale: 'stale',
    },
    ids: { demand: 'demand', issuer: 'member', recipient: 'member' },
    computed: {
      issuer: ofDemand('issuer_id'),
      standard: ofDemand('standard_id'),
      indicator: ofDemand('indicator_id'),
      topic: ofDemand('topic_id'),
      // in coalesce, since any((select ...)) would ask for rows
      minerals: `coalesce(${ofDemand('minerals')}, '{}')`,
      deadline: DEADLINE,
      overdue: `(${IS_OPEN} and ${DEADLINE} < ${day})`,
      expiring: `(coalesce(v.proof_valid_to between ${day} and ${soon}, false) or ${IS_OPEN} and ${DEADLINE} between ${day} and ${soon})`,
    },
    orders: ['demandDeadline', 'state'],
    defaultOrder: [{ field: 'demandDeadline', direction: OrderDirection.ASC }],
  };
}

export const responseEvidenceList: ListDefinition<ResponseEvidenceView> = {
  view: ResponseEvidenceView,
  filters: {},
  orders: [],
  defaultOrder: [{ field: 'kind', direction: OrderDirection.ASC }],
};
