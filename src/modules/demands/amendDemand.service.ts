import { IssueList } from '../../kernel/issues';
import { type Operation, recordStep, refuseInterested, stepOf } from '../graph';
import { knownStandardsIn } from '../reference';
import { checkDemand, checkTexts, type DemandContext, isStricter } from './checkDemand';
import type { AmendDemandInput } from './demand.input';
import { DEMAND_MACHINE, deadlineContext, type DemandRow, ISSUER, lockedDemand, move } from './demand.service';
import { refuseCommercialText } from './screening';

/** Changes the terms of an issued demand; stricter ones give time anew and void what was met by the older terms. */
export function amendDemand(operation: Operation, input: AmendDemandInput): Promise<{ id: string }> {
  const { clientKey, demand, text, ...changes } = input;
  const issues = new IssueList();
  checkTexts(
    [
      [['input', 'title'], input.title],
      [['input', 'text'], text],
    ],
    issues,
  );
  issues.throwIfAny();
  refuseCommercialText([
    { path: ['input', 'title'], text: input.title },
    { path: ['input', 'text'], text },
  ]);
  return operation.write({ name: 'amendDemand', clientKey: clientKey ?? null, input }, async (session) => {
    const row = await lockedDemand(session, operation.decodeId(demand, 'demand'), 'demand');
    await refuseInterested(operation, session, row.recipients);
    const { to } = stepOf(operation, DEMAND_MACHINE, row.state, 'amend', [ISSUER]);
    const now: DemandRow = {
      ...row,
      min_level: changes.minLevel ?? row.min_level,
      threshold: changes.threshold ?? row.threshold,
      min_assurance: changes.minAssurance ?? row.min_assurance,
      deadline: changes.deadline ?? row.deadline,
    };
    const known = await knownStandardsIn(session);
    const tightened = isStricter(now, row, known);
    checkAmended(
      { ...deadlineContext(operation), catalogue: operation.services.catalogue, known },
      now,
      tightened || changes.deadline != null,
    );
    await move(session, row.id, {
      terms_version: row.terms_version + 1,
      min_level: now.min_level,
      threshold: now.threshold,
      min_assurance: now.min_assurance,
      deadline: now.deadline,
      title: input.title ?? row.title,
      ...(text == null ? {} : { body: text }),
    });
    await session.query('select vault.apply_terms($1, $2)', [row.id, tightened]);
    await recordStep(operation, session, {
      machine: DEMAND_MACHINE,
      subjectId: row.id,
      from: row.state,
      action: 'amend',
      to,
    });
    return { id: row.id };
  });
}

function checkAmended(context: DemandContext, row: DemandRow, needsTime: boolean): void {
  const issues = new IssueList();
  const input = {
    recipients: ['unchanged'],
    requirement: {
      standard: row.standard_id ?? undefined,
      minLevel: row.min_level ?? undefined,
      indicator: row.indicator_id ?? undefined,
      comparator: row.comparator ?? undefined,
      threshold: row.threshold ?? undefined,
    },
    minAssurance: row.min_assurance ?? undefined,
    acceptsEquivalents: row.accepts_equivalents,
    legalBasis: row.legal_basis,
    cascade: row.cascade,
    deadline: row.deadline,
    minerals: row.minerals,
    stages: row.stages,
    jurisdictions: row.jurisdictions,
  };
  checkDemand(input, needsTime ? context : { ...context, today: '1970-01-01' }, issues);
  issues.throwIfAny();
}
