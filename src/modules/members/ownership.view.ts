import { ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import { DateFilter, describeList, Disclosed, Hidden, IdFilter, OrderDirection, TextFilter } from '../graph';

/** Who holds shares of an organisation; holders without an entry of their own are named by what the source calls them. */
@ObjectType('Ownership', { description: 'A share of an organisation and who holds it; shared within the alliance.' })
@ViewEntity({ schema: 'disclosed', name: 'ownership', synchronize: false, expression: '' })
export class OwnershipView {
  @Hidden('id')
  id: string;

  @Hidden('unit_no')
  unitNo: number;

  @Hidden('organisation_id')
  organisationId: string;

  @Hidden('holder_id')
  holderId: string | null;

  @Disclosed('holder_name')
  name: string | null;

  @Disclosed('percent', () => String, { description: 'Decimal string; null where the source states none.' })
  percent: string | null;

  @Disclosed('valid_from', () => String, { description: 'ISO date.' })
  validFrom: string | null;

  @Disclosed('valid_to', () => String, { description: 'ISO date, the first day on which it is no longer held.' })
  validTo: string | null;
}

export const ownershipList = describeList('Ownership', OwnershipView, {
  ...{ plural: 'shares', history: true },
  filters: {
    name: { by: TextFilter },
    holder: { by: IdFilter, on: 'holderId', id: 'member' },
    validFrom: { by: DateFilter },
    validTo: { by: DateFilter },
  },
  orders: ['name', 'validFrom', 'validTo'],
  defaultOrder: [{ field: 'name', direction: OrderDirection.ASC }],
});
