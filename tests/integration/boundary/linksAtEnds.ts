import type { RandomWorld } from '../../support/randomWorld';
import type { Reader, Row } from '../../support/referenceModel/policy';
import type { TestDatabase } from '../../support/database';
import { EVERY_GROUND } from '../../../src/policy/grounds';
import { openAs, type Held } from './compare';

/** One way to ask for links by their ends: members or sites at either, NULL where any will do. */
interface Ends {
  suppliers: string[] | null;
  customers: string[] | null;
  supplierSites: string[] | null;
  customerSites: string[] | null;
}

/** What `policy.links_open_at` is, and what a careless change would make of it. */
export const brokenLinksAtEnds: readonly (readonly [string, string, string])[] = [
  ['the other end is not asked', '(held[l.customer_unit_no] & l.mask) <> 0', 'true'],
  ['the contributor is not asked', 'l.contributor_no = l.owner_no or', 'true or'],
  ['withdrawn links are given', 'l.withdrawn_at is null or', 'true or'],
  ['PARTY without being named', 'case when me in (n.owner_no, n.customer_owner_no) then', 'case when true then'],
  ['the phase is not asked', '& gates[n.data_class + 1]', ''],
  ['who gave a link does not know it', 'or (held[l.contributor_no] & l.mask & 256) <> 0', ''],
];

export const LINKS_OPEN_AT = 'policy.links_open_at(uuid[],uuid[],uuid[],uuid[])';

/**
 * For every reader, what the function opens at some ends against what the view discloses of links with these ends.
 * @returns how many links were given, and `reader: what differs`
 */
export async function compareLinksAtEnds(
  database: TestDatabase,
  world: RandomWorld,
  held: Held,
): Promise<{ given: number; differences: string[] }> {
  const links = held.facts.get('link') ?? [];
  const result = { given: 0, differences: new Array<string>() };
  for (const reader of [...world.readers, ...atEveryDesk(world)]) {
    const session = openAs(database, reader);
    try {
      const open = new Set((await session.query<{ id: string }>('select id from disclosed.link')).map(({ id }) => id));
      for (const ends of someEnds(world)) {
        const { suppliers, customers, supplierSites, customerSites } = ends;
        const [row] = await session.query<{ ids: string[] }>(
          'select policy.links_open_at($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) as ids',
          [suppliers, customers, supplierSites, customerSites],
        );
        const expected = links
          .filter((link) => open.has(String(link.id)) && isAt(world, link, ends))
          .map(({ id }) => id);
        const given = row?.ids ?? [];
        result.given += given.length;
        if (JSON.stringify([...given].sort()) === JSON.stringify([...expected].sort())) continue;
        result.differences.push(`${JSON.stringify(reader)}: ${given.length} links given, ${expected.length} disclosed`);
      }
    } finally {
      await session.close();
    }
  }
  return result;
}

/** Whoever may use every reason, within some initiatives: few random readers meet each ground in a phase that opens links. */
function atEveryDesk({ standing }: RandomWorld): Reader[] {
  return standing.desks.flatMap(({ no }) =>
    [null, 1 + (no % 5)].map((initiative) => {
      return { desks: [no], organisation: no, may: EVERY_GROUND, purpose: '', initiative };
    }),
  );
}

const NOTHING = '12345678-0000-4000-8000-000000000000';

/** Each end by itself, a member and its site together, both ends at once, and what is nowhere. */
function someEnds({ units }: RandomWorld): Ends[] {
  const members = units.filter(({ siteId }) => siteId === null).map(({ organisationId }) => organisationId);
  const sites = units.flatMap(({ siteId }) => (siteId === null ? [] : [siteId]));
  const none: Ends = { suppliers: null, customers: null, supplierSites: null, customerSites: null };
  const half = members.filter((_id, place) => place % 2 === 0);
  return [
    { ...none, suppliers: [...members, NOTHING] },
    { ...none, customers: members },
    { ...none, supplierSites: [...sites, NOTHING] },
    { ...none, customerSites: sites },
    { ...none, suppliers: half, customers: half },
    { ...none, suppliers: half, supplierSites: sites },
    { ...none, customers: half, supplierSites: sites },
    { ...none, suppliers: [NOTHING], customers: members },
    { ...none, supplierSites: [], customers: members },
  ];
}

function isAt(world: RandomWorld, link: Row, { suppliers, customers, supplierSites, customerSites }: Ends): boolean {
  const isAmong = (unitNo: unknown, owners: string[] | null, sites: string[] | null): boolean => {
    const unit = world.units.find(({ no }) => no === unitNo);
    const isOfOwner = owners === null || owners.includes(unit?.organisationId ?? '');
    return isOfOwner && (sites === null || sites.includes(unit?.siteId ?? ''));
  };
  return isAmong(link.unit_no, suppliers, supplierSites) && isAmong(link.customer_unit_no, customers, customerSites);
}
