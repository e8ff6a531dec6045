import { Field, type FieldOptions } from 'type-graphql';
import { ViewColumn } from 'typeorm';
import { noteReaders } from './viewRows';

/** A decimal quantity as a string, so that no digit is lost on the way. */
export type DecimalString = string;
/** ISO 8601 date. */
export type DateString = string;

interface DisclosedOptions extends FieldOptions {
  /** Names of other fields that read the property too. */
  readBy?: readonly string[];
}

/**
 * A column of a disclosed view that is also a field of the API: what the view discloses is what the API shows. It is
 * always nullable unless it is structure, since a closed cell is NULL. It is selected for its own field and those of `readBy`.
 */
export function Disclosed(
  column: string,
  type: () => unknown = () => String,
  { readBy = [], ...options }: DisclosedOptions = {},
): PropertyDecorator {
  return (target, property) => {
    ViewColumn({ name: column })(target, String(property));
    noteReaders(target, String(property), [options.name ?? String(property), ...readBy]);
    // type-graphql takes any type thunk; its own signature is narrower than what it accepts.
    Field(type as never, { nullable: true, ...options })(target, property as string);
  };
}

/**
 * A column that resolvers need and the API does not show.
 * @param readBy names of the fields that read it; left out: it is always selected; empty: it is only filtered or ordered by
 */
export function Hidden(column: string, readBy?: readonly string[]): PropertyDecorator {
  return (target, property) => {
    ViewColumn({ name: column })(target, String(property));
    if (readBy !== undefined) noteReaders(target, String(property), readBy);
  };
}
