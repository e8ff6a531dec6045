import { parse, validate } from 'graphql';
import { findDemoIdentity } from '../../../src/identity';
import { exampleOperations } from '../../../src/server/explorer/routes';
import { buildHubSchema } from '../../../src/server/schema';

describe('the operations that users start from', () => {
  test('fit the schema, say what they show, and name somebody of the demo', async () => {
    const schema = await buildHubSchema();
    const examples = exampleOperations();
    expect(examples.length).toBeGreaterThanOrEqual(5);
    for (const { about, as, query } of examples) {
      expect(validate(schema, parse(query))).toEqual([]);
      expect(about).toMatch(/^[A-Z].*[.?]$/);
      if (as !== null) expect(findDemoIdentity(as)).not.toBeNull();
    }
  });
});
