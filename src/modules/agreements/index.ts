import { AgreementResolver } from './agreement.resolver';

export { AgreementView } from './agreement.view';
export { tickAgreements } from './tick';
export const resolvers = [AgreementResolver] as const;
