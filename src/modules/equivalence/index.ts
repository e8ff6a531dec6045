import { ClusterResolver } from './clusters.resolver';

export { tickClusters } from './clusters.service';
export const resolvers = [ClusterResolver] as const;
