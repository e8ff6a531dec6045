import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import {
  BooleanFilter,
  CodeFilter,
  DateFilter,
  describeList,
  Disclosed,
  Hidden,
  NodeInterface,
  OrderDirection,
  TextFilter,
} from '../graph';

const { ASC, DESC } = OrderDirection;

/** What the allow-listed function of this name shows; no facts about a unit, so no disclosed view. */
@ObjectType('Initiative', {
  implements: NodeInterface,
  description: 'A common undertaking; its phase decides how far data is shared in its name.',
})
@ViewEntity({ schema: 'policy', name: 'initiatives()', synchronize: false, expression: '' })
export class InitiativeView {
  @Hidden('id')
  id: string;

  @Disclosed('name', () => String, { nullable: false })
  name: string;

  @Disclosed('aim', () => String, { nullable: false })
  aim: string;

  @Disclosed('kind', () => String, { nullable: false })
  kind: string;

  @Disclosed('phase', () => String, { nullable: false })
  phase: string;

  @Disclosed('entered_at', () => String, { nullable: false })
  enteredAt: string;

  @Disclosed('standing', () => Boolean, {
    nullable: false,
    description: 'The context of reads that name no initiative.',
  })
  standing: boolean;

  @Disclosed('terms_version', () => String, { description: 'The version of the terms of engagement in force.' })
  termsVersion: string | null;

  @Disclosed('synthetic', () => Boolean, { nullable: false })
  synthetic: boolean;
}

export const initiativeList = describeList('Initiative', InitiativeView, {
  ...{ plural: 'initiatives', history: false },
  filters: {
    name: { by: TextFilter },
    kind: { by: CodeFilter },
    phase: { by: CodeFilter },
    standing: { by: BooleanFilter },
  },
  orders: ['name', 'phase', 'enteredAt'],
  // the standing one first
  defaultOrder: [
    { field: 'standing', direction: DESC },
    { field: 'name', direction: ASC },
  ],
});

@ObjectType('Decision', {
  implements: NodeInterface,
  description: 'A published decision of the governing body, with its rationale.',
})
@ViewEntity({ schema: 'policy', name: 'decisions()', synchronize: false, expression: '' })
export class DecisionView {
  @Hidden('id')
  id: string;

  @Disclosed('title', () => String, { nullable: false })
  title: string;

  @Disclosed('rationale', () => String, { nullable: false })
  rationale: string;

  @Disclosed('state', () => String, { nullable: false })
  state: string;

  @Disclosed('decided_on')
  decidedOn: string | null;

  @Disclosed('review_on')
  reviewOn: string | null;
}

export const decisionList = describeList('Decision', DecisionView, {
  ...{ plural: 'decisions', history: false },
  filters: {
    title: { by: TextFilter },
    state: { by: CodeFilter },
    decidedOn: { by: DateFilter },
    reviewOn: { by: DateFilter },
  },
  orders: ['decidedOn', 'reviewOn', 'title'],
  defaultOrder: [{ field: 'decidedOn', direction: DESC }],
});
