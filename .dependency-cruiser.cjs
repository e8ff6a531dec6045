'use strict';

/** The arrows of ARCHITECTURE.md: server, cli -> modules -> identity, audit, database -> policy, disclosureControl -> kernel. */
const outside = (...allowed) => `^src/(?!(${allowed.join('|')})/)`;

/** What a folder of src may import beside itself. */
const layers = {
  kernel: [],
  policy: ['kernel'],
  disclosureControl: ['kernel'],
  lawCompiler: ['policy', 'kernel'],
  identity: ['policy', 'kernel'],
  audit: ['policy', 'kernel'],
  database: ['policy', 'kernel'],
  modules: ['identity', 'audit', 'database', 'policy', 'disclosureControl', 'kernel'],
};

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `${layer}-imports-${allowed.length === 0 ? 'nothing' : 'downwards'}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: outside(layer, ...allowed) },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'a cycle of types alone is gone once compiled',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'modules-meet-at-their-index',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/([^/]+)/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] },
    },
    {
      name: 'outsiders-use-the-index-of-a-module',
      severity: 'error',
      from: { path: '^src/(?!modules/)' },
      to: { path: '^src/modules/', pathNot: ['^src/modules/index\\.ts$', '^src/modules/[^/]+/index\\.ts$'] },
    },
    {
      name: 'pure-folders-do-no-io',
      severity: 'error',
      comment: 'the decision is a function of its arguments',
      from: { path: '^src/(policy|disclosureControl)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-folders-use-pure-packages',
      severity: 'error',
      from: { path: '^src/(policy|disclosureControl)/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional'], pathNot: 'node_modules/(decimal\\.js|highs)/' },
    },
    {
      name: 'cedar-only-where-the-law-is-compiled',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/lawCompiler/' },
      to: { path: 'node_modules/@cedar-policy/' },
    },
    {
      name: 'only-named-packages',
      severity: 'error',
      comment: 'a package must stand in package.json, and not among those for development',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
