const base = require('./jest.config.js');

// Only what judges the pure law; the enumeration over the whole law is left out, since it takes seconds for each mutant
// and the other tests must kill without it.
module.exports = {
  ...base,
  globalSetup: undefined,
  globalTeardown: undefined,
  testMatch: ['<rootDir>/tests/unit/policy/**/*.test.ts'],
  testPathIgnorePatterns: ['mixedGrounds'],
};
