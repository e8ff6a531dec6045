import { ApiKeyResolver } from './apiKey.resolver';
import { MeResolver } from './me.resolver';
import { NodeResolver } from './node.resolver';

export { PeopleDirectory } from './directory';
export const resolvers = [ApiKeyResolver, MeResolver, NodeResolver] as const;
