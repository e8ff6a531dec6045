import { registerView } from '../graph';
import { OrganisationView } from './organisation.view';
import { SiteView } from './site.view';
import { MemberResolver } from './member.resolver';
import { MemberWritesResolver } from './memberWrites.resolver';
import { HoldersResolver, OwnershipResolver, SiteOwnerResolver } from './ownership.resolver';
import { SiteResolver } from './site.resolver';

export { checkMember, isCompanyGroup } from './checkMember';
export { checkSite, type CheckedSite } from './checkSite';
export { OrganisationView } from './organisation.view';
export { SiteView } from './site.view';
export { MemberConnection, SiteConnection } from './lists';
export const resolvers = [
  HoldersResolver,
  MemberResolver,
  MemberWritesResolver,
  OwnershipResolver,
  SiteOwnerResolver,
  SiteResolver,
] as const;

registerView('member', OrganisationView);
registerView('site', SiteView);
