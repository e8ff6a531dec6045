import { Field, ObjectType } from 'type-graphql';
import { ViewEntity } from 'typeorm';
import {
  BooleanFilter,
  CodeFilter,
  describeList,
  Disclosed,
  Hidden,
  NodeInterface,
  OrderDirection,
  TextFilter,
} from '../graph';

@ObjectType({ description: 'A role that a person holds today.' })
export class PersonRole {
  @Field(() => String)
  name: string;

  @Field(() => String, { nullable: true, description: 'What it is held for, such as copper SELL.' })
  activity: string | null;

  @Field(() => String, { description: 'ISO date.' })
  from: string;

  @Field(() => String, { nullable: true, description: 'ISO date, the first day on which it is over.' })
  to: string | null;
}

/** What the allow-listed function of this name shows: the people of the bound organisation, to that organisation alone. */
@ObjectType('Person', {
  implements: NodeInterface,
  description: 'Somebody of your own organisation; shown to it alone.',
})
@ViewEntity({ schema: 'identity', name: 'own_people()', synchronize: false, expression: '' })
export class PersonView {
  @Hidden('id')
  id: string;

  @Disclosed('display_name', () => String, { nullable: false })
  displayName: string;

  @Disclosed('email')
  email: string | null;

  @Disclosed('locale', () => String, { nullable: false, description: 'BCP 47.' })
  locale: string;

  @Disclosed('machine', () => Boolean, { nullable: false, description: 'A client of your own, not a person.' })
  machine: boolean;

  @Disclosed('active', () => Boolean, { nullable: false })
  active: boolean;

  @Disclosed('desks', () => [String], {
    nullable: false,
    description: 'The walled activities that the person works at.',
  })
  desks: string[];

  @Disclosed('roles', () => [PersonRole], { nullable: false })
  roles: PersonRole[];
}

export const personList = describeList('Person', PersonView, {
  ...{ plural: 'people', history: false },
  filters: {
    displayName: { by: TextFilter },
    email: { by: CodeFilter },
    machine: { by: BooleanFilter },
    active: { by: BooleanFilter },
  },
  orders: ['displayName', 'locale'],
  defaultOrder: [{ field: 'displayName', direction: OrderDirection.ASC }],
});
