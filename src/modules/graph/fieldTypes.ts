import { Field, type FieldOptions } from 'type-graphql';
import { ViewColumn } from 'typeorm';

/** A decimal quantity as a string, so that no digit is lost on the way. */
export type DecimalString = string;
/** ISO 8601 date. */
export type DateString = string;

/**
 * A column of a disclosed view that is also a field of the API: what the view discloses is what the API shows. It is
 * always nullable unless it is structure, since a closed cell is NULL.
 */
export function Disclosed(
  column: string,
  type: () => unknown = () => String,
  options: FieldOptions = {},
): PropertyDecorator {
  return (target, property) => {
    ViewColumn({ name: column })(target, String(property));
    // type-graphql takes any type thunk; its own signature is narrower than what it accepts.
    Field(type as never, { nullable: true, ...options })(target, property as string);
  };
}

/** A column that resolvers need and the API does not show. */
export function Hidden(column: string): PropertyDecorator {
  return (target, property) => ViewColumn({ name: column })(target, String(property));
}
