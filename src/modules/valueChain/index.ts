import { registerView } from '../graph';
import { ChainResolver } from './chain.resolver';
import { LinkResolver, TradePartnerResolver } from './link.resolver';
import { LinkView } from './link.view';

export { LinkView } from './link.view';
export { tickLinks } from './tick';
export { valueChainSettings, type ValueChainSettings } from './settings';
export const resolvers = [ChainResolver, LinkResolver, TradePartnerResolver] as const;

registerView('link', LinkView);
