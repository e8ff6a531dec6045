import { CharterResolver } from './charter.resolver';
import { DataReadResolver } from './dataRead.resolver';
import { ExplainResolver } from './explain.resolver';
import { FreezeResolver } from './freeze.resolver';
import { InitiativeResolver } from './initiative.resolver';

export const resolvers = [
  CharterResolver,
  DataReadResolver,
  ExplainResolver,
  FreezeResolver,
  InitiativeResolver,
] as const;
