const base = require('./jest.config.js');

// Only what judges the pure code, of src/policy or of the folder that is named; the enumeration over the whole law is left
// out, since it takes seconds for each mutant and the other tests must kill without it.
module.exports = {
  ...base,
  globalSetup: undefined,
  globalTeardown: undefined,
  testMatch: [`<rootDir>/tests/unit/${process.env.SLUICE_MUTATED ?? 'policy'}/**/*.test.ts`],
  testPathIgnorePatterns: ['mixedGrounds'],
};
