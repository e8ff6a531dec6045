import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';

/** One operator of a filter: its SQL, given the column and the number of its parameter. */
type OperatorSql = (column: string, parameter: string) => string;

/**
 * Every operator that a `where` input knows. Text, date and id comparisons are leakproof in PostgreSQL and reach the
 * index; whatever is masked is NULL before any of them looks at it, so a filter on it finds nothing.
 */
const operators: Readonly<Record<string, OperatorSql>> = {
  eq: (column, parameter) => `${column} = ${parameter}`,
  in: (column, parameter) => `${column} = any(${parameter})`,
  lt: (column, parameter) => `${column} < ${parameter}`,
  lte: (column, parameter) => `${column} <= ${parameter}`,
  gt: (column, parameter) => `${column} > ${parameter}`,
  gte: (column, parameter) => `${column} >= ${parameter}`,
  contains: (column, parameter) => `position(lower(${parameter}) in lower(${column})) > 0`,
  has: (column, parameter) => `${parameter} = any(${column})`,
};

export function operatorSql(name: string): OperatorSql | undefined {
  return operators[name];
}

@InputType({ description: 'Conditions on a text; all that are given must hold.' })
export class TextFilter {
  @Field(() => String, { nullable: true })
  eq?: string;

  @Field(() => [String], { nullable: true })
  in?: string[];

  @Field(() => String, { nullable: true, description: 'Contains, whatever the case.' })
  contains?: string;
}

@InputType({ description: 'Conditions on a code.' })
export class CodeFilter {
  @Field(() => String, { nullable: true })
  eq?: string;

  @Field(() => [String], { nullable: true })
  in?: string[];
}

@InputType({ description: 'Conditions on a list of codes.' })
export class CodeListFilter {
  @Field(() => String, { nullable: true })
  has?: string;
}

@InputType({ description: 'Conditions on a reference.' })
export class IdFilter {
  @Field(() => ID, { nullable: true })
  eq?: string;

  @Field(() => [ID], { nullable: true })
  in?: string[];
}

@InputType({ description: 'Conditions on a date, ISO 8601.' })
export class DateFilter {
  @Field(() => String, { nullable: true })
  eq?: string;

  @Field(() => String, { nullable: true })
  lt?: string;

  @Field(() => String, { nullable: true })
  lte?: string;

  @Field(() => String, { nullable: true })
  gt?: string;

  @Field(() => String, { nullable: true })
  gte?: string;
}

@InputType({ description: 'Conditions on a quantity, given as decimal strings in the stored unit.' })
export class DecimalFilter {
  @Field(() => String, { nullable: true })
  eq?: string;

  @Field(() => String, { nullable: true })
  lt?: string;

  @Field(() => String, { nullable: true })
  lte?: string;

  @Field(() => String, { nullable: true })
  gt?: string;

  @Field(() => String, { nullable: true })
  gte?: string;
}

@InputType({ description: 'Conditions on a whole number.' })
export class IntFilter {
  @Field(() => Int, { nullable: true })
  eq?: number;

  @Field(() => Int, { nullable: true })
  lte?: number;

  @Field(() => Int, { nullable: true })
  gte?: number;
}

@InputType({ description: 'Conditions on yes or no.' })
export class BooleanFilter {
  @Field(() => Boolean, { nullable: true })
  eq?: boolean;
}

export enum OrderDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}
registerEnumType(OrderDirection, { name: 'OrderDirection' });
