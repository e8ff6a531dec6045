import { DomainError } from '../../kernel/errors';
import { insertFact, notFound, type Operation, recordStep, refuseInterested } from '../graph';
import { knownStandardsIn } from '../reference';
import type { CascadeDemandInput, DemandInput } from './demand.input';
import {
  checkWhole,
  DEMAND_MACHINE,
  demandRow,
  type DemandRow,
  issue,
  memberInGoodStanding,
  relatedRecipients,
} from './demand.service';
import { lockedResponse } from './responseRow';

/**
 * Forwards a demand one tier further under the forwarder's own name: its words and its issuer stay behind, and the issuer
 * learns per tier whether it is met, not by whom.
 */
export function cascadeDemand(operation: Operation, input: CascadeDemandInput): Promise<{ id: string }> {
  return operation.write({ name: 'cascadeDemand', clientKey: input.clientKey ?? null, input }, async (session) => {
    const response = await lockedResponse(operation, session, input.response);
    if (response.owner_no !== operation.viewer.organisationNo) throw notFound(['input', 'response']);
    const [asked] = await session.query<DemandRow & Record<string, unknown>>(
      'select * from disclosed.demand where id = $1 and state = $2',
      [response.demand_id, 'ISSUED'],
    );
    if (asked === undefined || asked.cascade !== 'BLIND') {
      throw new DomainError('STATE', 'this demand is not one to be cascaded', { rule: 'cascade' });
    }
    const own: DemandInput = {
      recipients: input.recipients,
      requirement: {
        standard: asked.standard_id ?? undefined,
        minLevel: asked.min_level ?? undefined,
        topic: asked.standard_id === null ? undefined : (asked.topic_id ?? undefined),
        indicator: asked.indicator_id ?? undefined,
        comparator: asked.comparator ?? undefined,
        threshold: asked.threshold ?? undefined,
        unit: asked.unit ?? undefined,
      },
      minAssurance: asked.min_assurance ?? undefined,
      acceptsEquivalents: asked.accepts_equivalents,
      legalBasis: asked.legal_basis,
      cascade: 'BLIND',
      deadline: input.deadline,
      minerals: asked.minerals,
      stages: [],
      jurisdictions: [],
    };
    checkWhole(operation, own, await knownStandardsIn(session));
    const issuer = await memberInGoodStanding(operation, session);
    const recipients = await relatedRecipients(operation, session, input.recipients);
    await refuseInterested(operation, session, recipients);
    const id = await insertFact(session, 'demand', {
      ...demandRow(operation, issuer, recipients, own),
      cascaded_from: response.id,
    });
    await recordStep(operation, session, {
      machine: DEMAND_MACHINE,
      subjectId: id,
      from: null,
      action: 'create',
      to: 'DRAFT',
    });
    await issue(operation, session, id);
    return { id };
  });
}
