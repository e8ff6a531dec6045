import { registerView } from '../graph';
import { MeasurementView } from './measurement.view';
import { MeasurementResolver, MemberMeasurementsResolver, SiteMeasurementsResolver } from './measurement.resolver';
import { MeasurementWritesResolver } from './measurementWrites.resolver';

export { MeasurementView } from './measurement.view';
export { MeasurementConnection } from './lists';
export const resolvers = [
  MeasurementResolver,
  MeasurementWritesResolver,
  MemberMeasurementsResolver,
  SiteMeasurementsResolver,
] as const;

registerView('measurement', MeasurementView);
