import { randomUUID } from 'node:crypto';
import type { WriteSession } from '../../database/boundTransaction';
import { IssueList } from '../../kernel/issues';
import { compare } from '../../kernel/quantity';
import {
  DATA_CLASSES,
  disclosureClass,
  SENSITIVITIES,
  TIERS,
  type DataClass,
  type Sensitivity,
  type Tier,
} from '../../policy/cells';
import { insertFact, notFound, type Operation, pointedTo } from '../graph';
import { checkSite, type CheckedSite } from './checkSite';
import type { AddSiteInput } from './site.input';

/** From this share on an owner counts, and two of them make a site an ownership unit of its own (`domain.md` 0.2). */
const JOINT_PERCENT_MIN = '20';

interface Owner {
  id: string;
  name: string;
  group: string;
}

interface Holder {
  holder_id: string | null;
  holder_name: string;
  percent: string;
}

/**
 * Adds a site of the writer's own, with its owners, minerals, tailings facilities and capacity.
 * @throws DomainError VALIDATION with every fault; NOT_FOUND for an owner that the writer may not know of
 */
export function addSite(operation: Operation, input: AddSiteInput): Promise<{ id: string; warnings: string[] }> {
  const issues = new IssueList();
  const checked = checkSite(input, operation.services.catalogue, issues);
  issues.throwIfAny();
  return operation.write({ name: 'addSite', clientKey: input.clientKey ?? null, input }, async (session) => {
    const owner = await ownOrganisation(operation, session);
    const warnings = [...checked.warnings, ...(await sameIdentifier(session, operation, input))];
    const holders = await holdersOf(operation, session, input, owner);
    const id = randomUUID();
    const [unit] = await session.query<{ no: number }>('select policy.register_unit($1, $2) as no', [owner.id, id]);
    const about = (tier: Tier, sensitivity: Sensitivity, dataClass: DataClass): Record<string, unknown> => ({
      unit_no: unit?.no,
      owner_no: operation.viewer.organisationNo,
      contributor_no: operation.viewer.organisationNo,
      tier: TIERS.indexOf(tier),
      sensitivity: SENSITIVITIES.indexOf(sensitivity),
      data_class: DATA_CLASSES.indexOf(dataClass),
    });
    await insertFact(session, 'site', {
      id,
      ...about('PUBLIC', 'NONE', 'PUBLIC_CLAIM'),
      ...siteColumns(input, checked, owner, holders),
    });
    await storeParts(session, id, input, holders, about);
    return { id, warnings };
  });
}

async function ownOrganisation(operation: Operation, session: WriteSession): Promise<Owner> {
  const [own] = await session.query<Owner>(
    `select id, legal_name as name, ownership_group as "group" from vault.organisation where unit_no = $1 and is_member`,
    [operation.viewer.organisationNo],
  );
  if (own === undefined) throw notFound(['input']);
  return own;
}

/** One number names one smelter: a second site of one's own with it is a mistake, one of somebody else's is worth a look. */
async function sameIdentifier(
  session: WriteSession,
  operation: Operation,
  { rmiCid }: AddSiteInput,
): Promise<string[]> {
  if (!rmiCid) return [];
  const rows = await session.query<{ owner: number }>(
    'select owner_no as owner from disclosed.site where rmi_cid = $1',
    [rmiCid],
  );
  if (rows.some(({ owner }) => owner === operation.viewer.organisationNo)) {
    const issues = new IssueList();
    issues.add(['input', 'rmiCid'], 'TAKEN', 'another site of yours has this RMI id');
    issues.throwIfAny();
  }
  return rows.length === 0 ? [] : ['another site is known by this RMI id'];
}

async function holdersOf(
  operation: Operation,
  session: WriteSession,
  { owners }: AddSiteInput,
  own: Owner,
): Promise<Holder[]> {
  if (owners === undefined || owners === null || owners.length === 0) {
    return [{ holder_id: own.id, holder_name: own.name, percent: '100' }];
  }
  const holders: Holder[] = [];
  for (const [index, { member, name, percent }] of owners.entries()) {
    if (member === undefined || member === null) {
      holders.push({ holder_id: null, holder_name: name ?? '', percent });
      continue;
    }
    const [row] = await session.query<{ id: string; name: string }>(
      `select id, legal_name as name from ${pointedTo('disclosed.organisation', '$1')} v where id = $1`,
      [operation.decodeId(member, 'member')],
    );
    if (row === undefined) throw notFound(['input', 'owners', index, 'member']);
    holders.push({ holder_id: row.id, holder_name: row.name, percent });
  }
  return holders;
}

function siteColumns(
  input: AddSiteInput,
  checked: CheckedSite,
  owner: Owner,
  holders: readonly Holder[],
): Record<string, unknown> {
  const minerals = input.minerals ?? [];
  const primary = minerals.filter(({ role }) => role !== 'BY_PRODUCT').map(({ mineral }) => mineral);
  const isJoint = holders.filter(({ percent }) => compare(percent, JOINT_PERCENT_MIN) >= 0).length > 1;
  // The exact place of artisanal mining is read in the clean team only (`domain.md` 1.1).
  const place = checked.isArtisanal ? disclosureClass('CLEAN_TEAM', 'SECURITY') : disclosureClass('PUBLIC', 'NONE');
  return {
    organisation_id: owner.id,
    name: input.name.normalize('NFC').trim(),
    type: input.type,
    stages: checked.stages,
    rmi_cid: input.rmiCid ?? null,
    os_id: input.osId ?? null,
    country: input.country,
    subdivision: input.subdivision ?? null,
    latitude: checked.location?.latitude ?? null,
    longitude: checked.location?.longitude ?? null,
    public_latitude: checked.publicLocation?.latitude ?? null,
    public_longitude: checked.publicLocation?.longitude ?? null,
    location_class: place,
    status: input.status ?? 'OPERATING',
    main_mineral: primary[0] ?? minerals[0]?.mineral ?? null,
    minerals: primary,
    by_products: minerals.filter(({ role }) => role === 'BY_PRODUCT').map(({ mineral }) => mineral),
    joint_venture: isJoint,
    ownership_unit: isJoint ? randomUUID() : owner.group,
  };
}

async function storeParts(
  session: WriteSession,
  siteId: string,
  input: AddSiteInput,
  holders: readonly Holder[],
  about: (tier: Tier, sensitivity: Sensitivity, dataClass: DataClass) => Record<string, unknown>,
): Promise<void> {
  for (const holder of holders) {
    await insertFact(session, 'site_owner', {
      ...about('ALLIANCE', 'NONE', 'ALLIANCE_META'),
      site_id: siteId,
      ...holder,
    });
  }
  for (const each of input.tailingsFacilities ?? []) {
    await insertFact(session, 'tailings_facility', {
      ...about('PUBLIC', 'NONE', 'PUBLIC_CLAIM'),
      site_id: siteId,
      name: each.name,
      raising_method: each.raisingMethod,
      consequence_class: each.consequenceClass,
      volume_cubic_metres: each.volumeCubicMetres ?? null,
    });
  }
  if (input.nameplateCapacity === undefined || input.nameplateCapacity === null) return;
  await insertFact(session, 'capacity', {
    ...about('OWNER_ONLY', 'CAPACITY', 'CSI_CORE'),
    site_id: siteId,
    product: input.minerals?.[0]?.mineral ?? 'all products',
    nameplate: true,
    tonnes_per_year: input.nameplateCapacity,
  });
}
