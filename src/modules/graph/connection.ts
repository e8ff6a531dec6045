import 'reflect-metadata';
import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';

/** Where a page ends. */
@ObjectType({ description: 'Relay page information; counts rows that the reader may see.' })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage: boolean;

  @Field(() => Boolean)
  hasPreviousPage: boolean;

  @Field(() => String, { nullable: true })
  startCursor: string | null;

  @Field(() => String, { nullable: true })
  endCursor: string | null;
}

/** The arguments of every list: a bounded page forward or backward from a cursor. */
@ArgsType()
export class PageOfNow {
  @Field(() => Int, { nullable: true, description: 'Rows from the start or after a cursor: 1 to 100, 20 by default.' })
  first?: number;

  @Field(() => String, { nullable: true })
  after?: string;

  @Field(() => Int, { nullable: true, description: 'Rows before a cursor or at the end.' })
  last?: number;

  @Field(() => String, { nullable: true })
  before?: string;
}

/** Of what has a history. */
@ArgsType()
export class PageArguments extends PageOfNow {
  @Field(() => String, { nullable: true, description: 'Reads history as it was known at this time (ISO 8601).' })
  asOf?: string;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  edges: Edge<T>[];
  nodes: T[];
  pageInfo: PageInfo;
  /** Counted by a statement of its own, and only when asked for. */
  countRows: () => Promise<number>;
}

export interface ConnectionClass<T extends object> {
  new (): Connection<T>;
}

/** The Relay connection and edge types of a node class, with the `nodes` shortcut. */
export function connectionOf<T extends object>(name: string, nodeClass: ClassType<T>): ConnectionClass<T> {
  @ObjectType(`${name}Edge`)
  class EdgeOfNode {
    @Field(() => String)
    cursor: string;

    @Field(() => nodeClass)
    node: T;
  }

  @ObjectType(`${name}Connection`)
  class ConnectionOfNode implements Connection<T> {
    @Field(() => [EdgeOfNode])
    edges: EdgeOfNode[];

    @Field(() => [nodeClass])
    nodes: T[];

    @Field(() => PageInfo)
    pageInfo: PageInfo;

    countRows: () => Promise<number>;

    @Field(() => Int, { description: 'Rows that the reader may see, over all pages.' })
    totalCount(): Promise<number> {
      return this.countRows();
    }
  }
  return ConnectionOfNode;
}
