import * as agreements from './agreements';
import * as governance from './governance';
import * as members from './members';
import * as performance from './performance';

/** Every resolver of the hub; a module adds its own here. */
export const resolvers = [
  ...agreements.resolvers,
  ...governance.resolvers,
  ...members.resolvers,
  ...performance.resolvers,
] as const;
