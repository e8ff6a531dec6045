import { ApolloArmor } from '@escape.tech/graphql-armor';
import type { ParseOptions, ValidationRule } from 'graphql';
import type { ServerLimits } from './thresholds';

/**
 * Limits on the shape of an operation, by graphql-armor. Two of its protections are not used: its token limit comes with a
 * plugin that sends the text of any unexpected error to the client (graphql-js counts tokens itself), and its cost limit
 * does not know how long lists are (`operationCost`).
 */
export function armour(limits: ServerLimits): { validationRules: ValidationRule[] } {
  const { validationRules } = new ApolloArmor({
    maxDepth: { n: limits.depthMax, exposeLimits: false, errorMessage: 'the operation is nested too deeply' },
    maxAliases: {
      n: limits.aliasesMax,
      allowList: [],
      exposeLimits: false,
      errorMessage: 'the operation has too many aliases',
    },
    maxDirectives: {
      n: limits.directivesMax,
      exposeLimits: false,
      errorMessage: 'the operation has too many directives',
    },
    maxTokens: { enabled: false },
    costLimit: { enabled: false },
    blockFieldSuggestion: { enabled: false },
  }).protect();
  return { validationRules };
}

export function parserLimits(limits: ServerLimits): ParseOptions {
  return { maxTokens: limits.tokensMax };
}
