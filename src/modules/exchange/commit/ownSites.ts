import { IssueList } from '../../../kernel/issues';
import { disclosureClass } from '../../../policy/cells';
import { checkSite } from '../../members';
import type { OwnershipShareRecord, SiteRecord, StagedRecord } from '../staging';
import type { Actor } from './actor';
import type { CheckedRow } from './checkedRow';
import type { PortionCheck } from './ownChecks';
import { References } from './references';

/** `sites`: as `addSite`, of the importer itself. Owners are members by exact name or LEI, and else names. */
export const siteCheck: PortionCheck = async (actor, records) => {
  const references = await References.of(
    actor,
    records.flatMap((record) => {
      if (record.kind === 'site' && record.own !== null) return [record.own.member.text];
      return record.kind === 'ownershipShare' && record.holder.kind === 'REFERENCE' ? [record.holder.text] : [];
    }),
  );
  return (row, rowRecords) => checkOne(actor, references, row, rowRecords);
};

function checkOne(
  actor: Actor,
  references: References,
  row: CheckedRow,
  records: readonly StagedRecord[],
): readonly StagedRecord[] {
  const site = records.find((record): record is SiteRecord => record.kind === 'site');
  if (site?.own == null) return [];
  const member = row.ownUnitOf(references, site.own.member.text, 'member', actor.viewer.organisationNo);
  if (member !== null && member.siteId !== null) {
    row.reject('NOT_YOURS', 'member', site.own.member.text, 'name your organisation, not a site');
  }
  const shares = records.filter((record): record is OwnershipShareRecord => record.kind === 'ownershipShare');
  const issues = new IssueList();
  const checked = checkSite(inputOf(site, shares), actor.services.catalogue, issues);
  row.rejectIssues(issues);
  row.warn(checked.warnings);
  const { stages, isArtisanal, publicLocation } = checked;
  return records.map((record) => {
    if (record.kind === 'site') {
      const place = isArtisanal ? disclosureClass('CLEAN_TEAM', 'SECURITY') : disclosureClass('PUBLIC', 'NONE');
      return { ...record, stages, publicLocation, locationClass: place, status: record.status ?? 'OPERATING' };
    }
    if (record.kind === 'capacity') return { ...record, product: site.minerals[0]?.mineral ?? null };
    return record.kind === 'ownershipShare' ? withHolder(record, references) : record;
  });
}

function inputOf(site: SiteRecord, shares: readonly OwnershipShareRecord[]): Parameters<typeof checkSite>[0] {
  const owners = shares.flatMap(({ holder, percent }) =>
    percent === null ? [] : [{ name: holder.kind === 'REFERENCE' ? holder.text : 'unnamed', percent }],
  );
  return {
    name: site.name,
    type: site.type ?? '',
    rmiCid: site.own?.rmiCid ?? undefined,
    osId: site.own?.osId ?? undefined,
    country: site.country,
    subdivision: site.subdivision ?? undefined,
    location: site.location ?? undefined,
    status: site.status ?? undefined,
    minerals: site.minerals.map(({ mineral, role }) => ({ mineral, role: role ?? undefined })),
    owners,
  };
}

function withHolder(share: OwnershipShareRecord, references: References): OwnershipShareRecord {
  if (share.holder.kind !== 'REFERENCE') return share;
  const { text } = share.holder;
  const [known, ...others] = references.all(text).filter(({ siteId }) => siteId === null);
  const isKnown = known !== undefined && others.length === 0;
  const resolved = isKnown
    ? { holderId: known.organisationId, holderName: known.name }
    : { holderId: null, holderName: text };
  return { ...share, resolved };
}
