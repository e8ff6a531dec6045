import { AgreementResolver } from './agreement.resolver';

export { AgreementView } from './agreement.view';
export const resolvers = [AgreementResolver] as const;
