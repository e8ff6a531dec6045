import type { WriteSession } from '../../database/boundTransaction';
import { IssueList } from '../../kernel/issues';
import { DATA_CLASSES, SENSITIVITIES, TIERS } from '../../policy/cells';
import { insertFact, notFound, type Operation, pointedTo, recordStep, refuseInterested } from '../graph';
import { checkEvidence, checkLink } from './checkLink';

import type { AssertLinkInput, LinkEndInput, LinkEvidenceInput } from './link.input';
import { valueChainSettings } from './settings';

export const LINK_MACHINE = 'LINK_CONSENT';

interface LinkEnd {
  unitNo: number;
  ownerNo: number;
  organisationId: string;
  siteId: string | null;
}

interface Ends {
  supplier: LinkEnd;
  customer: LinkEnd;
}

const FACT = {
  tier: TIERS.indexOf('ADDRESSED'),
  sensitivity: SENSITIVITIES.indexOf('COUNTERPARTY'),
  data_class: DATA_CLASSES.indexOf('LINK'),
};
const EVIDENCE = { ...FACT, sensitivity: SENSITIVITIES.indexOf('CONTRACT') };

/**
 * One end names the other. The other end sees the assertion and may confirm or dispute it; nobody else learns of it.
 * @throws DomainError VALIDATION with every fault; NOT_FOUND for an end that does not exist or is hidden
 */
export function assertLink(operation: Operation, input: AssertLinkInput): Promise<{ id: string }> {
  const { catalogue, today } = operation.services;
  const issues = new IssueList();
  checkLink(input, { catalogue, settings: valueChainSettings(), today: today() }, issues);
  issues.throwIfAny();
  return operation.write({ name: 'assertLink', clientKey: input.clientKey ?? null, input }, async (session) => {
    const ends = {
      supplier: await endOf(operation, session, input.supplier, 'supplier'),
      customer: await endOf(operation, session, input.customer, 'customer'),
    };
    await refuseInterested(operation, session, [ends.supplier.ownerNo, ends.customer.ownerNo]);
    await checkRelation(operation, session, ends, input);
    const id = await insertFact(session, 'link', linkRow(operation, ends, input));
    await addEvidence(operation, session, { id, ...numbersOf(ends) }, input.evidence);
    await recordStep(operation, session, {
      machine: LINK_MACHINE,
      subjectId: id,
      from: null,
      action: 'assert',
      to: 'ASSERTED',
    });
    return { id };
  });
}

export interface EvidencedLink {
  id: string;
  unit_no: number;
  owner_no: number;
  customer_owner_no: number;
}

/** Hashes of documents; an end adds its own. */
export async function addEvidence(
  operation: Operation,
  session: WriteSession,
  link: EvidencedLink,
  evidence: readonly LinkEvidenceInput[],
): Promise<void> {
  const issues = new IssueList();
  checkEvidence(evidence, issues);
  issues.throwIfAny();
  for (const { type, sha256, issuer } of evidence) {
    await insertFact(session, 'link_evidence', {
      unit_no: link.unit_no,
      owner_no: link.owner_no,
      contributor_no: operation.viewer.organisationNo,
      ...EVIDENCE,
      link_id: link.id,
      customer_owner_no: link.customer_owner_no,
      type,
      sha256,
      issuer: issuer ?? null,
    });
  }
}

function numbersOf({ supplier, customer }: Ends): Omit<EvidencedLink, 'id'> {
  return { unit_no: supplier.unitNo, owner_no: supplier.ownerNo, customer_owner_no: customer.ownerNo };
}

async function endOf(
  operation: Operation,
  session: WriteSession,
  input: LinkEndInput,
  side: 'supplier' | 'customer',
): Promise<LinkEnd> {
  const isSite = input.site != null;
  const [row] = await session.query<LinkEnd & Record<string, unknown>>(
    isSite
      ? `select unit_no as "unitNo", owner_no as "ownerNo", organisation_id as "organisationId", id as "siteId" from ${pointedTo('disclosed.site', '$1')} v where id = $1`
      : `select unit_no as "unitNo", owner_no as "ownerNo", id as "organisationId", null as "siteId" from ${pointedTo('disclosed.organisation', '$1')} v where id = $1`,
    [isSite ? operation.decodeId(input.site ?? '', 'site') : operation.decodeId(input.member ?? '', 'member')],
  );
  if (row === undefined) throw notFound(['input', side]);
  return row;
}

async function checkRelation(
  operation: Operation,
  session: WriteSession,
  ends: Ends,
  input: AssertLinkInput,
): Promise<void> {
  const issues = new IssueList();
  const me = operation.viewer.organisationNo;
  const others = [ends.supplier.ownerNo, ends.customer.ownerNo].filter((owner) => owner !== me);
  if (others.length === 2) issues.add(['input'], 'NOT_AN_END', 'one end of a link is your own organisation');
  if (ends.supplier.unitNo === ends.customer.unitNo) {
    issues.add(['input', 'customer'], 'LINK_TO_ITSELF', 'supplier and customer are the same');
  }
  issues.throwIfAny();
  const [group] = await session.query<{ same: boolean }>('select vault.in_my_group($1) as same', [others[0] ?? me]);
  if (group?.same === true && !input.intraGroup) {
    issues.add(['input', 'intraGroup'], 'SAME_GROUP', 'both ends belong to one ownership group: say so');
  }
  if (group?.same !== true && input.intraGroup) {
    issues.add(['input', 'intraGroup'], 'NOT_ONE_GROUP', 'the ends belong to different ownership groups');
  }
  await checkDuplicate(session, ends, input, issues);
  issues.throwIfAny();
}

async function checkDuplicate(
  session: WriteSession,
  ends: Ends,
  input: AssertLinkInput,
  issues: IssueList,
): Promise<void> {
  const found = await session.query(
    `select id from disclosed.link where unit_no = $1 and customer_unit_no = $2 and mineral_id = $3 and product_hs6 is not distinct from $4
       and state in ('ASSERTED', 'CONFIRMED', 'DISCLOSED', 'DISPUTED') and period_start < $6 and period_end > $5 limit 1`,
    [
      ends.supplier.unitNo,
      ends.customer.unitNo,
      input.mineral,
      input.product ?? null,
      input.periodStart,
      input.periodEnd,
    ],
  );
  if (found.length === 0) return;
  issues.add(['input'], 'DUPLICATE', 'this link is on record between you: confirm it, dispute it or end it');
}

function linkRow(operation: Operation, { supplier, customer }: Ends, input: AssertLinkInput): Record<string, unknown> {
  const { linkConfidenceAssertedMax } = valueChainSettings();
  return {
    unit_no: supplier.unitNo,
    owner_no: supplier.ownerNo,
    contributor_no: operation.viewer.organisationNo,
    ...FACT,
    customer_unit_no: customer.unitNo,
    customer_owner_no: customer.ownerNo,
    supplier_id: supplier.organisationId,
    customer_id: customer.organisationId,
    supplier_site_id: supplier.siteId,
    customer_site_id: customer.siteId,
    asserted_by_no: operation.viewer.organisationNo,
    mineral_id: input.mineral,
    product_hs6: input.product ?? null,
    supplier_stage: input.supplierStage,
    customer_stage: input.customerStage,
    via: input.via ?? null,
    period_start: input.periodStart,
    period_end: input.periodEnd,
    custody_model: input.custodyModel,
    volume_band: input.volumeBand ?? null,
    confidence: input.confidence ?? String(linkConfidenceAssertedMax),
    confidence_basis: 'ONE_SIDED',
    state: 'ASSERTED',
    intra_group: input.intraGroup,
    purpose: input.purpose ?? null,
  };
}
