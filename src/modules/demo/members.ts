import { DEMO_IDENTITIES, isOffice } from '../../identity';
import { groundMask, type GroundName } from '../../policy/grounds';
import type { CastMember, Trade } from './cast';
import { leiOf, Random, uuidOf } from './random';
import type { DemoStore, Row } from './store';

export const ALLIANCE = uuidOf('alliance');
export const INITIATIVE = uuidOf('standing initiative');

/** Stage at which each trade sells and the stages at which it buys. */
export const STAGES: Readonly<Record<Trade, { sells: string; buys: readonly string[] }>> = {
  MINER: { sells: 'MINING_LSM', buys: [] },
  REFINER: { sells: 'REFINING', buys: ['MINING_LSM'] },
  CATHODE: { sells: 'CHEMICAL_PROCESSING', buys: ['REFINING'] },
  CELL: { sells: 'COMPONENT_MANUFACTURING', buys: ['CHEMICAL_PROCESSING'] },
  MAKER: { sells: 'PRODUCT_MANUFACTURING', buys: ['COMPONENT_MANUFACTURING', 'CHEMICAL_PROCESSING'] },
  TRADER: { sells: 'METAL_TRADING', buys: ['REFINING'] },
  RECYCLER: { sells: 'RECYCLING', buys: ['PRODUCT_MANUFACTURING'] },
};

const KIND_OF_SERVICE: Readonly<Record<string, GroundName>> = {
  bureau: 'ANALYST',
  trustee: 'CLEAN_TEAM',
  chambers: 'COUNSEL',
  secretariat: 'SECRETARIAT',
  partner: 'PARTNER',
  ministry: 'POLICY_MAKER',
};
const JOINED_ON = '2022-03-01';

export async function storeMembers(store: DemoStore, cast: readonly CastMember[]): Promise<void> {
  await store.insert(
    'vault.organisation',
    cast.map((member, index) => organisation(store, member, index)),
  );
  await store.insert(
    'vault.activity',
    cast.flatMap((member) => activities(store, member)),
  );
  await store.insert(
    'policy.desk',
    cast.map(({ key }) => {
      const kind = KIND_OF_SERVICE[key];
      return {
        organisation_no: store.unit(key).unitNo,
        name: 'main',
        kinds: groundMask(kind === undefined ? [] : [kind]),
      };
    }),
  );
}

function organisation(store: DemoStore, member: CastMember, index: number): Row {
  const isMember = member.standing !== null;
  const sponsor = DEMO_IDENTITIES.find(({ organisationKey, machine }) => organisationKey === member.key && !machine);
  return {
    id: uuidOf(member.key),
    ...store.about(member.key, 'PUBLIC', 'NONE', 'PUBLIC_CLAIM'),
    legal_name: member.name,
    aliases: [],
    lei: member.isCompany ? leiOf(index) : null,
    other_ids: [],
    jurisdiction: member.jurisdiction,
    stakeholder_group: member.stakeholderGroup,
    is_company: member.isCompany,
    is_member: isMember,
    verified: true,
    critical: isMember ? member.sizeClass >= 3 || !member.isCompany : null,
    critical_reason: isMember && member.sizeClass >= 3 ? 'can act' : null,
    ownership_group: uuidOf(`group ${member.group}`),
    beneficial_owners: [],
    capacity: member.sizeClass === 1 ? 'LIMITED' : 'SUFFICIENT',
    senior_sponsor_id: isMember && sponsor !== undefined ? uuidOf(`person ${sponsor.name}`) : null,
    standing: member.standing,
    joined_on: isMember ? JOINED_ON : null,
    alliance_id: isMember ? ALLIANCE : null,
  };
}

function activities(store: DemoStore, member: CastMember): Row[] {
  const sides = member.trades.flatMap((trade) => [
    { stage: STAGES[trade].sells, side: 'SELL' },
    ...STAGES[trade].buys.map((stage) => ({ stage, side: 'BUY' })),
  ]);
  return member.minerals.flatMap((mineral) =>
    sides.map(({ stage, side }) => ({
      id: uuidOf(`activity ${member.key} ${mineral} ${stage} ${side}`),
      ...store.about(member.key, 'ALLIANCE', 'NONE', 'ALLIANCE_META'),
      organisation_id: uuidOf(member.key),
      mineral_id: mineral,
      stage,
      side,
      markets: member.markets,
    })),
  );
}

/** A person for each demo identity, at the desk of its organisation; terms count from the day of loading. */
export async function storePeople(store: DemoStore, today: string): Promise<void> {
  const { rows } = await store.client.query<{ no: number; organisation: number }>(
    `select desk_no as no, organisation_no as organisation from policy.desk where organisation_no is not null and name = 'main'`,
  );
  const deskOf = new Map(rows.map(({ no, organisation }) => [organisation, no]));
  const people = DEMO_IDENTITIES.map((identity) => ({ ...identity, id: uuidOf(`person ${identity.name}`) }));
  await store.insert(
    'identity.person',
    people.map(({ id, subject, displayName, machine, organisationKey }) => ({
      id,
      subject,
      display_name: displayName,
      locale: 'en',
      synthetic: true,
      machine,
      organisation_id: uuidOf(organisationKey),
    })),
  );
  await store.insert(
    'identity.affiliation',
    people.map(({ id, organisationKey }) => ({
      person_id: id,
      organisation_id: uuidOf(organisationKey),
      organisation_no: store.unit(organisationKey).unitNo,
      desk_no: deskOf.get(store.unit(organisationKey).unitNo),
      wall_attested: false,
      valid_from: JOINED_ON,
    })),
  );
  const roles = people.flatMap(({ id, organisationKey, roles: names, termMonths }) =>
    names.map((name) => ({
      person_id: id,
      name,
      organisation_id: isOffice(name) ? null : uuidOf(organisationKey),
      alliance_id: isOffice(name) ? ALLIANCE : null,
      valid_from: termMonths === null ? JOINED_ON : today,
      valid_to: termMonths === null ? null : monthsLater(today, termMonths),
    })),
  );
  await store.insert('identity.role', roles);
}

function monthsLater(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 10);
}

/** Exactly one seed, so that everybody's demo is the same. */
export function demoRandom(): Random {
  return new Random(20_260_101);
}
