import type { WriteSession } from '../../database/boundTransaction';
import { IssueList } from '../../kernel/issues';
import { addDays } from '../../kernel/period';
import { DATA_CLASSES, SENSITIVITIES, TIERS, type DataClass, type Sensitivity, type Tier } from '../../policy/cells';
import { insertFact, isOwnRow, notFound, type Operation } from '../graph';
import { refuseCommercialText } from '../demands';
import { checkExtract, checkPlan, checkTarget, PLAN_TIERS } from './checkPlan';
import type { PublishPlanInput, PublishTargetInput, WithdrawPlanInput, WithdrawTargetInput } from './plan.input';

function tierOf(asked: string | undefined): (typeof PLAN_TIERS)[number] {
  return PLAN_TIERS.find((tier) => tier === asked) ?? 'OWNER_ONLY';
}

const actionText = (text: string, index: number): [string, string] => [`actions.${index}`, text];

/** What others will read speaks of responsible sourcing, not of output, investment or trade; that it looks ahead is its point. */
function refuseTradeText(texts: readonly [string, string | undefined][]): void {
  refuseCommercialText(
    texts.map(([field, text]) => ({ path: ['input', ...field.split('.')], text })),
    'a plan that is shared may speak of responsible sourcing only',
    ['FUTURE_INTENT'],
  );
}

/** Stores a plan of the writer's own, for the writer alone unless it says BILATERAL: then under an agreement that counsel cleared. */
export function publishPlan(operation: Operation, input: PublishPlanInput): Promise<{ id: string }> {
  const issues = new IssueList();
  const { catalogue, today } = operation.services;
  checkPlan(input, catalogue, today(), issues);
  issues.throwIfAny();
  const tier = tierOf(input.tier);
  const isShared = tier !== 'OWNER_ONLY' || input.jointPlanning === true;
  if (isShared) refuseTradeText([['title', input.title], ...input.actions.map(actionText)]);
  return operation.write({ name: 'publishPlan', clientKey: input.clientKey ?? null, input }, async (session) => {
    const about = await ownFact(operation, session, input.site, tier, 'FUTURE_INTENT', 'PLAN');
    const id = await insertFact(session, 'plan', {
      ...about,
      topic_id: input.topic,
      title: input.title,
      actions: JSON.stringify(input.actions.map((action) => ({ action }))),
      budget_band: input.budgetBand ?? null,
      starts_on: input.period.start,
      ends_on: input.period.end,
      board_approved_on: input.boardApprovedOn ?? null,
    });
    if (input.jointPlanning === true) await storeExtract(operation, session, id, input, String(about.unit_no));
    return { id };
  });
}

/** Topic, actions and years of a plan, about its owner as a whole: what competitors that plan together may read. */
async function storeExtract(
  operation: Operation,
  session: WriteSession,
  planId: string,
  input: PublishPlanInput,
  unitNo: string,
): Promise<void> {
  const [site] = await session.query<{ name: string }>('select name from disclosed.site where unit_no = $1', [unitNo]);
  const issues = new IssueList();
  checkExtract(input, site?.name ?? null, issues);
  issues.throwIfAny();
  const about = await ownFact(operation, session, undefined, 'BILATERAL', 'NONE', 'PLAN_EXTRACT');
  delete about.site_id;
  await insertFact(session, 'plan_extract', {
    ...about,
    plan_id: planId,
    topic_id: input.topic,
    actions: JSON.stringify(input.actions.map((action) => ({ action }))),
    from_year: yearOf(input.period.start),
    until_year: yearOf(addDays(input.period.end, -1)),
  });
}

function yearOf(date: string): number {
  return Number(date.slice(0, 4));
}

/** Stores a target: the writer's alone until it is published, then everybody's (`domain.md` 1.4). */
export function publishTarget(operation: Operation, input: PublishTargetInput): Promise<{ id: string }> {
  const issues = new IssueList();
  const checked = checkTarget(input, operation.services.catalogue, issues);
  issues.throwIfAny();
  const tier = tierOf(input.tier);
  if (checked?.isPublished || tier !== 'OWNER_ONLY') refuseTradeText([['scope', input.scope]]);
  return operation.write({ name: 'publishTarget', clientKey: input.clientKey ?? null, input }, async (session) => {
    if (checked === null) throw notFound(['input']);
    const about = checked.isPublished
      ? await ownFact(operation, session, input.site, 'PUBLIC', 'NONE', 'PUBLIC_CLAIM')
      : await ownFact(operation, session, input.site, tier, 'FUTURE_INTENT', 'PLAN');
    const id = await insertFact(session, 'target', {
      ...about,
      indicator_id: checked.indicator.indicatorId,
      scope: input.scope ?? null,
      baseline_year: input.baselineYear,
      baseline_value: checked.baselineValue,
      target_year: input.targetYear,
      target_value: checked.targetValue,
      unit: checked.indicator.unit,
      published_at: input.publishedAt ?? null,
      source_url: input.sourceUrl ?? null,
    });
    return { id };
  });
}

export function withdrawPlan(operation: Operation, input: WithdrawPlanInput): Promise<{ id: string }> {
  const write = { name: 'withdrawPlan', clientKey: input.clientKey ?? null, input };
  return operation.write(write, async (session) => {
    const row = await withdraw(session, 'plan', operation.decodeId(input.plan, 'plan'), ['input', 'plan']);
    await session.query('update vault.plan_extract set withdrawn_at = now() where plan_id = $1', [row.id]);
    return row;
  });
}

export function withdrawTarget(operation: Operation, input: WithdrawTargetInput): Promise<{ id: string }> {
  const write = { name: 'withdrawTarget', clientKey: input.clientKey ?? null, input };
  return operation.write(write, (session) =>
    withdraw(session, 'target', operation.decodeId(input.target, 'target'), ['input', 'target']),
  );
}

/** From the next read on it is its owner's alone. */
async function withdraw(
  session: WriteSession,
  table: 'plan' | 'target',
  id: string | null,
  path: string[],
): Promise<{ id: string }> {
  const [row] = await session.query<{ id: string }>(
    `update vault.${table} set withdrawn_at = now() where ${isOwnRow(table, '$1')} and withdrawn_at is null returning id`,
    [id],
  );
  if (row === undefined) throw notFound(path);
  return row;
}

async function ownFact(
  operation: Operation,
  session: WriteSession,
  site: string | undefined,
  tier: Tier,
  sensitivity: Sensitivity,
  dataClass: DataClass,
): Promise<Record<string, unknown>> {
  const owner = operation.viewer.organisationNo;
  const [subject] = site
    ? await session.query<{ unit_no: number; site_id: string | null; organisation_id: string }>(
        'select unit_no, id as site_id, organisation_id from disclosed.site where id = $1 and owner_no = $2',
        [operation.decodeId(site, 'site'), owner],
      )
    : await session.query<{ unit_no: number; site_id: string | null; organisation_id: string }>(
        'select unit_no, null as site_id, id as organisation_id from disclosed.organisation where unit_no = $1 and is_member',
        [owner],
      );
  if (subject === undefined) throw notFound(site ? ['input', 'site'] : ['input']);
  return {
    ...subject,
    owner_no: owner,
    contributor_no: owner,
    tier: TIERS.indexOf(tier),
    sensitivity: SENSITIVITIES.indexOf(sensitivity),
    data_class: DATA_CLASSES.indexOf(dataClass),
  };
}
