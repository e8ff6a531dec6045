import { IssueList } from '../../kernel/issues';
import { checkText } from '../../kernel/identifiers/text';
import { addMonths, checkDate } from '../../kernel/period';
import { PHASES } from '../../policy/cells';
import { refuseCommercialText } from '../demands';
import { notFound, recordStep, type Operation } from '../graph';
import type { RecordDecisionInput, RiskEntry, ScoreRisksInput } from './decision.types';
import { governanceLimits } from './governanceLimits';
import { refuseInterestedInInitiative } from './initiativeInterest';
import { RISKS } from './risks';

const MAY = 'decisions and risks are read by competitors: they name no price, volume, term or future move of a member';

/** @throws DomainError VALIDATION with every fault, COMPETITOR_CSI, CONFLICT_OF_INTEREST, NOT_FOUND */
export async function recordDecision(operation: Operation, input: RecordDecisionInput): Promise<{ id: string }> {
  checkDecision(operation, input);
  const initiative = operation.decodeId(input.initiative, 'initiative');
  if (initiative === null) throw notFound(['input', 'initiative']);
  const { title, rationale, decidedOn, reviewOn, termsVersion = null } = input;
  return operation.write({ name: 'recordDecision', clientKey: input.clientKey ?? null, input }, async (session) => {
    await refuseInterestedInInitiative(operation, session, initiative);
    const values = [initiative, title, rationale, decidedOn, reviewOn, termsVersion];
    const sql = 'select vault.record_decision($1, $2, $3, $4, $5, $6) as id';
    const [row] = await session.query<{ id: string | null }>(sql, values);
    if (row === undefined || row.id === null) throw notFound(['input', 'initiative']);
    const step = { machine: 'DECISION', subjectId: row.id, from: null, action: 'publish', to: 'PUBLISHED' };
    await recordStep(operation, session, step);
    return { id: row.id };
  });
}

function checkDecision(operation: Operation, input: RecordDecisionInput): void {
  const issues = new IssueList();
  const text = (name: 'title' | 'rationale', charactersMax: number): void => {
    const checked = checkText(input[name], { charactersMax, multiline: name === 'rationale' });
    if (!checked.ok) issues.add(['input', name], checked.error.code, checked.error.hint);
  };
  text('title', 200);
  text('rationale', 10_000);
  if (input.termsVersion !== undefined && !/^[A-Za-z0-9.-]{1,20}$/.test(input.termsVersion)) {
    issues.add(['input', 'termsVersion'], 'FORM', 'a version is up to 20 letters, digits, dots and hyphens');
  }
  const today = operation.services.today();
  const [decided, review] = [checkDate(input.decidedOn), checkDate(input.reviewOn)];
  if (!decided.ok) issues.add(['input', 'decidedOn'], decided.error.code, decided.error.hint);
  else if (input.decidedOn > today) issues.add(['input', 'decidedOn'], 'AHEAD', 'record it once it is taken');
  if (!review.ok) issues.add(['input', 'reviewOn'], review.error.code, review.error.hint);
  else if (decided.ok && input.reviewOn <= input.decidedOn) {
    issues.add(['input', 'reviewOn'], 'ORDER', 'it is reviewed after it was taken');
  } else if (review.ok && input.reviewOn > addMonths(today, governanceLimits().decisionReviewMonthsMax)) {
    issues.add(['input', 'reviewOn'], 'LATE', `review it within ${governanceLimits().decisionReviewMonthsMax} months`);
  }
  issues.throwIfAny();
  refuseCommercialText(
    (['title', 'rationale'] as const).map((name) => ({ path: ['input', name], text: input[name] })),
    MAY,
  );
}

/** @throws DomainError VALIDATION unless each of the six risks is scored once; otherwise as `recordDecision` */
export async function scoreRisks(operation: Operation, input: ScoreRisksInput): Promise<RiskEntry[]> {
  checkScores(input);
  const initiative = operation.decodeId(input.initiative, 'initiative');
  if (initiative === null) throw notFound(['input', 'initiative']);
  await operation.write({ name: 'scoreRisks', clientKey: input.clientKey ?? null, input }, async (session) => {
    await refuseInterestedInInitiative(operation, session, initiative);
    const sql = 'select vault.score_risks($1, $2, $3) as scored';
    const values = [initiative, input.phase, JSON.stringify(input.scores)];
    const [row] = await session.query<{ scored: boolean }>(sql, values);
    if (row?.scored !== true) throw notFound(['input', 'initiative']);
    return { id: initiative };
  });
  return (await listRisks(operation, input.initiative)).filter(({ phase }) => phase === input.phase);
}

function checkScores({ phase, scores }: ScoreRisksInput): void {
  const issues = new IssueList();
  if (!PHASES.some((each) => each === phase))
    issues.add(['input', 'phase'], 'UNKNOWN', `use one of ${PHASES.join(', ')}`);
  for (const risk of RISKS) {
    if (scores.filter((score) => score.risk === risk).length !== 1)
      issues.add(['input', 'scores'], 'EACH_ONCE', `score ${risk} once`);
  }
  for (const [index, { risk, likelihood, impact, mitigation, owner }] of scores.entries()) {
    const at = (name: string): (string | number)[] => ['input', 'scores', index, name];
    if (!RISKS.some((each) => each === risk)) issues.add(at('risk'), 'UNKNOWN', `use one of ${RISKS.join(', ')}`);
    for (const [name, value] of Object.entries({ likelihood, impact })) {
      if (value < 1 || value > 5) issues.add(at(name), 'RANGE', 'score from 1 to 5');
    }
    for (const [name, text] of Object.entries({ mitigation, owner })) {
      const checked = checkText(text, { charactersMax: 2000, multiline: name === 'mitigation' });
      if (!checked.ok) issues.add(at(name), checked.error.code, checked.error.hint);
    }
  }
  issues.throwIfAny();
  refuseCommercialText(
    scores.map(({ mitigation }, index) => ({ path: ['input', 'scores', index, 'mitigation'], text: mitigation })),
    MAY,
  );
}

interface RiskRow {
  [column: string]: unknown;
  risk: string;
  likelihood: number;
  impact: number;
  mitigation: string;
  owner: string;
  phase: string;
  scored_on: string;
}

/** Of an initiative that does not exist there are none, as of one that nobody scored yet. */
export async function listRisks(operation: Operation, initiative: string): Promise<RiskEntry[]> {
  const id = operation.decodeId(initiative, 'initiative');
  const rows = await operation.rows<RiskRow>('select * from policy.risk_entries($1)', [id]);
  operation.touched('RiskEntry', []);
  return rows.map(({ scored_on: scoredOn, risk, phase, likelihood, impact, mitigation, owner }) => ({
    risk,
    phase,
    likelihood,
    impact,
    mitigation,
    owner,
    scoredOn,
  }));
}
