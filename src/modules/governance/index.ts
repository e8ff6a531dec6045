import { CharterResolver } from './charter.resolver';
import { ExplainResolver } from './explain.resolver';
import { FreezeResolver } from './freeze.resolver';
import { InitiativeResolver } from './initiative.resolver';

export const resolvers = [CharterResolver, ExplainResolver, FreezeResolver, InitiativeResolver] as const;
