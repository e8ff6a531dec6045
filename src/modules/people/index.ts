import { registerView } from '../graph';
import { ApiKeyResolver } from './apiKey.resolver';
import { MeResolver } from './me.resolver';
import { NodeResolver } from './node.resolver';
import { PersonResolver, SeniorSponsorResolver } from './person.resolver';
import { PersonView } from './person.view';

export { PeopleDirectory } from './directory';
export const resolvers = [ApiKeyResolver, MeResolver, NodeResolver, PersonResolver, SeniorSponsorResolver] as const;

registerView('person', PersonView);
