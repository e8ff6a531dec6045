import { registerView } from '../graph';
import { ClaimResolver } from './claim.resolver';
import { EquivalenceClaimView } from './claim.view';
import { ClusterResolver } from './clusters.resolver';

export { tickClaims } from './tick';
export { tickClusters } from './clusters.service';
export const resolvers = [ClaimResolver, ClusterResolver] as const;

registerView('claim', EquivalenceClaimView);
