import type { WriteSession } from '../../database/boundTransaction';
import { checkText } from '../../kernel/identifiers/text';
import type { IssueList } from '../../kernel/issues';
import { checkDate } from '../../kernel/period';
import type { ReportAssessmentInput } from './assessment.input';

const RATINGS = ['FULLY', 'SUBSTANTIALLY', 'PARTIALLY', 'NOT_MET', 'NOT_APPLICABLE'];
const SEVERITIES = ['OBSERVATION', 'MINOR', 'MAJOR', 'CRITICAL'];

/** Every requirement of the standard that the catalogue knows is rated, and what is not applicable says why. */
export async function checkReport(
  session: WriteSession,
  standardId: string,
  input: ReportAssessmentInput,
  issues: IssueList,
): Promise<void> {
  const rows = await session.query<{ reference: string }>(
    `select distinct reference from reference.requirement where standard_id = $1 and reference is not null and coverage <> 'NONE' order by 1`,
    [standardId],
  );
  const known = rows.map((row) => row.reference);
  const rated = new Set<string>();
  input.criterionResults.forEach(({ requirement, rating, reason }, index) => {
    const path = ['input', 'criterionResults', index];
    if (!known.includes(requirement)) {
      issues.add([...path, 'requirement'], 'UNKNOWN', `${standardId} has no requirement of this reference`);
    }
    if (rated.has(requirement)) issues.add([...path, 'requirement'], 'DUPLICATE', 'this requirement is rated already');
    rated.add(requirement);
    if (!RATINGS.includes(rating)) issues.add([...path, 'rating'], 'UNKNOWN', `use one of ${RATINGS.join(', ')}`);
    if (rating === 'NOT_APPLICABLE' && !reason)
      issues.add([...path, 'reason'], 'REQUIRED', 'say why it is not applicable');
    if (reason) takeText(issues, [...path, 'reason'], reason);
  });
  const missing = known.filter((reference) => !rated.has(reference));
  if (missing.length > 0) {
    issues.add(['input', 'criterionResults'], 'UNRATED', `rate ${missing.join(', ')} as well`);
  }
  checkFindings(input, known, issues);
}

function checkFindings({ findings }: ReportAssessmentInput, known: readonly string[], issues: IssueList): void {
  (findings ?? []).forEach(({ requirement, severity, text, dueOn }, index) => {
    const path = ['input', 'findings', index];
    if (!known.includes(requirement))
      issues.add([...path, 'requirement'], 'UNKNOWN', 'use a requirement of the standard');
    if (!SEVERITIES.includes(severity))
      issues.add([...path, 'severity'], 'UNKNOWN', `use one of ${SEVERITIES.join(', ')}`);
    takeText(issues, [...path, 'text'], text);
    const date = dueOn ? checkDate(dueOn) : null;
    if (date !== null && !date.ok) issues.add([...path, 'dueOn'], date.error.code, date.error.hint);
  });
}

function takeText(issues: IssueList, path: (string | number)[], text: string): void {
  const checked = checkText(text, { multiline: true, charactersMax: 5000 });
  if (!checked.ok) issues.add(path, checked.error.code, checked.error.hint);
}
