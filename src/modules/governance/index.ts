import { CharterResolver } from './charter.resolver';
import { DataReadResolver } from './dataRead.resolver';
import { ExplainResolver } from './explain.resolver';
import { FreezeResolver } from './freeze.resolver';
import { InitiativeResolver } from './initiative.resolver';
import { InterestResolver } from './interest.resolver';

export const resolvers = [
  CharterResolver,
  DataReadResolver,
  ExplainResolver,
  FreezeResolver,
  InitiativeResolver,
  InterestResolver,
] as const;
