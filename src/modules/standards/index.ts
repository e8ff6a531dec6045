import { registerView } from '../graph';
import {
  AssessmentResolver,
  AssessorResolver,
  CorrectiveActionResolver,
  FindingResolver,
  MemberAssessmentsResolver,
  SiteAssessmentsResolver,
} from './assessment.resolver';
import { AssessmentView, AssessorView, CorrectiveActionView, FindingView } from './assessment.view';
import { AssessmentWritesResolver } from './assessmentWrites.resolver';

export { assessmentLimits } from './assessmentLimits';
export { AssessmentView } from './assessment.view';
export { tickAssessments, type TickReport } from './tick';

registerView('assessment', AssessmentView);
registerView('assessor', AssessorView);
registerView('finding', FindingView);
registerView('action', CorrectiveActionView);

export const resolvers = [
  AssessmentResolver,
  AssessmentWritesResolver,
  AssessorResolver,
  CorrectiveActionResolver,
  FindingResolver,
  MemberAssessmentsResolver,
  SiteAssessmentsResolver,
] as const;
