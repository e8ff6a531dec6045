import { MemberResolver } from './member.resolver';
import { SiteResolver } from './site.resolver';

export { OrganisationView } from './organisation.view';
export { SiteView } from './site.view';
export { MemberConnection, SiteConnection } from './lists';
export const resolvers = [MemberResolver, SiteResolver] as const;
