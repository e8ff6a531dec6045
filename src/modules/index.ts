import * as agreements from './agreements';
import * as demands from './demands';
import * as equivalence from './equivalence';
import * as events from './events';
import * as governance from './governance';
import * as members from './members';
import * as people from './people';
import * as performance from './performance';
import * as reference from './reference';
import * as standards from './standards';
import * as statistics from './statistics';
import * as valueChain from './valueChain';

/** Every resolver of the hub; a module adds its own here. */
export const resolvers = [
  ...agreements.resolvers,
  ...demands.resolvers,
  ...equivalence.resolvers,
  ...events.resolvers,
  ...governance.resolvers,
  ...members.resolvers,
  ...people.resolvers,
  ...performance.resolvers,
  ...reference.resolvers,
  ...standards.resolvers,
  ...statistics.resolvers,
  ...valueChain.resolvers,
] as const;
