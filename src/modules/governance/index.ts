import { registerView } from '../graph';
import { CharterResolver } from './charter.resolver';
import { DataReadResolver } from './dataRead.resolver';
import { DecisionWritesResolver } from './decision.resolver';
import { ExplainResolver } from './explain.resolver';
import { FreezeResolver } from './freeze.resolver';
import { FreezeView } from './freeze.view';
import { DecisionResolver, InitiativeResolver } from './initiative.resolver';
import { DecisionView, InitiativeView } from './initiative.view';
import { InterestResolver } from './interest.resolver';

registerView('decision', DecisionView);
registerView('freeze', FreezeView);
registerView('initiative', InitiativeView);

export { charterInForce } from './charterInForce';

export const resolvers = [
  CharterResolver,
  DataReadResolver,
  DecisionResolver,
  DecisionWritesResolver,
  ExplainResolver,
  FreezeResolver,
  InitiativeResolver,
  InterestResolver,
] as const;
