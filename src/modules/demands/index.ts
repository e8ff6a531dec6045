import { registerView } from '../graph';
import { DemandResolver, DemandResponseResolver, ResponseEvidenceResolver } from './demand.resolver';
import { DemandResponseView, DemandView } from './demand.view';

export { ASSURANCES } from './checkDemand';
export { DemandResponseView, DemandView } from './demand.view';
export { OPEN_STATES } from './lists';
export { submitEvidence } from './response.service';
export { parseScreeningRules, refuseCommercialText } from './screening';
export { tickDemands } from './tick';
export const resolvers = [DemandResolver, DemandResponseResolver, ResponseEvidenceResolver] as const;

registerView('demand', DemandView);
registerView('response', DemandResponseView);
