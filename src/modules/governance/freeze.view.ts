import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { DateFilter, describeList, Disclosed, Hidden, NodeInterface, OrderDirection } from '../graph';

/** What the allow-listed function of this name shows: the reason to counsel alone, and what is lifted as well. */
@ObjectType('Freeze', {
  implements: NodeInterface,
  description: "Counsel's hold on a class of data or on a question; everybody it concerns is told that, not why.",
})
@ViewEntity({ schema: 'policy', name: 'freezes()', synchronize: false, expression: '' })
export class FreezeView {
  @Hidden('id')
  id: string;

  @Hidden('data_class')
  dataClassNo: number | null;

  @Disclosed('question', () => String, { description: 'A field of Query that is held back whatever it stands on.' })
  question: string | null;

  @Disclosed('reason', () => String, { description: 'Counsel only.' })
  reason: string | null;

  @Disclosed('frozen_at', () => String, { nullable: false })
  frozenAt: string;

  @Disclosed('lifted_at')
  liftedAt: string | null;
}

export const freezeList = describeList('Freeze', FreezeView, {
  ...{ plural: 'freezes', history: false },
  filters: { frozenAt: { by: DateFilter }, liftedAt: { by: DateFilter } },
  orders: ['frozenAt', 'liftedAt'],
  defaultOrder: [{ field: 'frozenAt', direction: OrderDirection.DESC }],
});
