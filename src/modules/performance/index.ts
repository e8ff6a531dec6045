import { registerView } from '../graph';
import { MeasurementView } from './measurement.view';
import { PlanExtractResolver } from './planExtract.resolver';
import { PlanExtractView } from './planExtract.view';
import { PlanResolver, TargetResolver } from './plan.resolver';
import { PlanView, TargetView } from './plan.view';
import { MeasurementResolver, MemberMeasurementsResolver, SiteMeasurementsResolver } from './measurement.resolver';
import { MeasurementWritesResolver } from './measurementWrites.resolver';

export { checkMeasurement } from './checkMeasurement';
export { MeasurementView } from './measurement.view';
export { MeasurementConnection } from './lists';
export const resolvers = [
  MeasurementResolver,
  MeasurementWritesResolver,
  MemberMeasurementsResolver,
  PlanExtractResolver,
  PlanResolver,
  SiteMeasurementsResolver,
  TargetResolver,
] as const;

registerView('measurement', MeasurementView);
registerView('plan', PlanView);
registerView('extract', PlanExtractView);
registerView('target', TargetView);
