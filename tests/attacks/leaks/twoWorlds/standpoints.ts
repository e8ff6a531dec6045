import { reasons } from '../../../support/referenceModel/law';
import type { Random } from '../../../support/seededRandom';

/** Somebody who reads over HTTP: where it acts, what it is appointed to, and what its desk has towards others. */
export interface Standpoint {
  key: string;
  /** number of its organisation; null: the public */
  organisation: number | null;
  desk: number;
  standing: 'GOOD' | 'SUSPENDED';
  /** roles given by the alliance count as offices, others are given by its organisation */
  roles: string[];
  /** purpose stated by header */
  purpose: string | null;
  /** reasons towards every unit, and further ones with their share of the units */
  always: string[];
  often: [share: number, reasons: string[]][];
}

const TRADE = ['UPSTREAM_PUBLISHER', 'DOWNSTREAM_USER', 'SITE_OWNER'];
const OF_MEMBERS = ['ANYONE', 'MEMBER', 'CO_MEMBER', 'PARTY', 'GRANT'];
const OF_RIVALS = ['ANYONE', 'MEMBER_COMPETITOR', 'CO_MEMBER_COMPETITOR', 'PARTY_COMPETITOR', 'GRANT_COMPETITOR'];

function standpoint(key: string, organisation: number | null, desk: number, rest: Partial<Standpoint>): Standpoint {
  return {
    key,
    organisation,
    desk,
    standing: 'GOOD',
    roles: TRADE,
    purpose: null,
    always: OF_MEMBERS,
    often: [],
    ...rest,
  };
}

/** Desk 1 is the public's. Eight organisations carry all of them; two at one organisation sit at two desks. */
export const standpoints: readonly Standpoint[] = [
  standpoint('member', 2, 2, { purpose: 'DUE_DILIGENCE' }),
  standpoint('public', null, 1, { roles: [], always: ['ANYONE'] }),
  standpoint('customer', 3, 3, {
    purpose: 'DUE_DILIGENCE',
    often: [
      [0.5, ['CUSTOMER']],
      [0.3, ['DOWNSTREAM']],
      [0.2, ['SUPPLIER']],
      [0.2, ['UPSTREAM']],
    ],
  }),
  standpoint('competitor', 4, 4, { always: OF_RIVALS, often: [[0.3, ['CUSTOMER_COMPETITOR', 'SUPPLIER_COMPETITOR']]] }),
  standpoint('counsel', 5, 5, {
    roles: ['COMPETITION_COUNSEL'],
    purpose: 'LEGAL_REVIEW',
    always: [...OF_MEMBERS, 'COUNSEL'],
  }),
  standpoint('analyst', 5, 6, { roles: ['ANALYST'], purpose: 'RESEARCH', always: [...OF_MEMBERS, 'ANALYST'] }),
  standpoint('cleanTeam', 5, 7, { roles: ['CLEAN_TEAM'], always: [...OF_MEMBERS, 'CLEAN_TEAM'] }),
  standpoint('secretariat', 6, 8, { roles: ['SECRETARIAT'], always: [...OF_MEMBERS, 'SECRETARIAT'] }),
  standpoint('suspended', 7, 9, { standing: 'SUSPENDED', always: ['ANYONE'] }),
  standpoint('assessor', 8, 10, { roles: ['ASSESSOR'], often: [[0.4, ['ASSESSOR']]] }),
  standpoint('partner', 1, 11, { roles: ['PARTNER_ALLIANCE'], always: [...OF_MEMBERS, 'PARTNER'] }),
  // no trade brings such a desk about: any reason may stand beside any other, so that every cell of the law is met
  standpoint('mixed', 2, 12, { often: reasons.map((reason): [number, string[]] => [0.15, [reason]]) }),
];

/** Masks of a desk towards each unit, in the order of the units. */
export function groundsOf(
  { organisation, always, often }: Standpoint,
  owners: readonly number[],
  random: Random,
): number[] {
  const maskOf = (names: readonly string[]): number => names.reduce((mask, name) => mask | bitOf(name), 0);
  return owners.map((owner) => {
    const own = owner === organisation ? maskOf(['SELF']) : 0;
    const drawn = often.reduce((mask, [share, names]) => (random.chance(share) ? mask | maskOf(names) : mask), 0);
    return maskOf(always) | own | drawn;
  });
}

function bitOf(reason: string): number {
  const place = reasons.indexOf(reason);
  if (place < 0) throw new Error(`no reason ${reason}`);
  return 1 << place;
}
