import { MeResolver } from './me.resolver';
import { NodeResolver } from './node.resolver';

export { PeopleDirectory } from './directory';
export const resolvers = [MeResolver, NodeResolver] as const;
