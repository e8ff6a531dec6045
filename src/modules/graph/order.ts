import { Field, InputType, registerEnumType } from 'type-graphql';
import { OrderDirection } from './filters';

interface OrderInputClass<F> {
  new (): { field: F; direction: OrderDirection };
}

/** The `orderBy` input of a list: one enum of fields, one direction. */
export function orderInputOf<E extends Record<string, string>>(name: string, fields: E): OrderInputClass<E[keyof E]> {
  registerEnumType(fields, { name: `${name}OrderField` });

  @InputType(`${name}Order`)
  class OrderOfNode {
    @Field(() => fields)
    field: E[keyof E];

    @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC })
    direction: OrderDirection;
  }
  return OrderOfNode;
}
