import { buildSchema, getOperationAST, parse } from 'graphql';
import { operationCost } from '../../../src/server/limits/operationCost';

const schema = buildSchema(`
  type Query { members(first: Int, last: Int, after: String): MemberConnection, member: Member, tags: [Tag!]!, node: Node, log(last: Int! = 50): [Tag!]! }
  type MemberConnection { nodes: [Member!]!, edges: [MemberEdge!]!, totalCount: Int }
  type MemberEdge { cursor: String, node: Member }
  interface Node { id: ID }
  type Member implements Node { id: ID, name: String, tags: [Tag!]!, sites(first: Int): MemberConnection }
  type Tag { name: String }
`);
const limits = { listLengthAssumed: 20, listLengthMax: 100, costMax: 50_000 };

function cost(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return operationCost({ schema, document, operation, variables }, limits);
}

describe('the cost of an operation', () => {
  test('is its fields, times the length of the list they lie in', () => {
    expect(cost('{ member { name } }')).toBe(2);
    expect(cost('{ members(first: 10) { nodes { name } } }')).toBe(1 + 10 * (1 + 1));
    expect(cost('{ members(first: 10) { edges { node { name } } } }')).toBe(1 + 10 * 3);
    expect(cost('{ members(last: 3) { totalCount } }')).toBe(1 + 3);
  });

  test('multiplies nested lists, and counts the page of a connection once', () => {
    expect(cost('{ members(first: 10) { nodes { sites(first: 5) { nodes { name } } } } }')).toBe(
      1 + 10 * (1 + 1 + 5 * 2),
    );
    expect(cost('{ members(first: 10) { nodes { tags { name } } } }')).toBe(1 + 10 * (1 + 1 + 20));
  });

  test('takes the default page where nothing is said, and the longest page for nonsense', () => {
    expect(cost('{ members { nodes { name } } }')).toBe(cost('{ members(first: 20) { nodes { name } } }'));
    for (const length of ['100000', '-5', '2147483647']) {
      expect(cost(`{ members(first: ${length}) { nodes { name } } }`)).toBe(
        cost('{ members(first: 100) { nodes { name } } }'),
      );
    }
  });

  test('takes the length that the schema gives by default', () => {
    expect(cost('{ log { name } }')).toBe(1 + 50);
    expect(cost('{ log(last: 2) { name } }')).toBe(1 + 2);
  });

  test('reads variables and their defaults', () => {
    const query = 'query Q($n: Int = 7) { members(first: $n) { nodes { name } } }';
    expect(cost(query, { n: 50 })).toBe(cost('{ members(first: 50) { nodes { name } } }'));
    expect(cost(query)).toBe(cost('{ members(first: 7) { nodes { name } } }'));
  });

  test('counts fragments where they are spread, on interfaces too', () => {
    const spread =
      '{ members(first: 10) { ...Page } } fragment Page on MemberConnection { nodes { ...Name } } fragment Name on Node { id }';
    expect(cost(spread)).toBe(cost('{ members(first: 10) { nodes { id } } }'));
    expect(cost('{ node { ... on Member { tags { name } } } }')).toBe(1 + 1 + 20);
  });

  test('ends at once for fragments that double each other', () => {
    const depth = 40;
    const fragments = Array.from(
      { length: depth },
      (_item, index) =>
        `fragment F${index} on Member { sites(first: 2) { nodes { ...F${index + 1} } } ...F${index + 1} }`,
    );
    // walked as often as they multiply, these would take longer than any test run
    expect(cost(`{ member { ...F0 } } ${fragments.join(' ')} fragment F${depth} on Member { name }`)).toBeGreaterThan(
      50_000,
    );
  });
});
