import { groundMask, groundNames, NO_GROUND, type GroundName } from '../../policy/grounds';
import { TIERS } from '../../policy/cells';
import { cellMask } from '../../policy/masks';
import type { Operation } from '../graph';

export interface ReadingRights {
  readonly phase: string;
  readonly reasons: { ground: string; meaning: string; tiers: string[] }[];
  readonly sentences: string[];
}

/** What each ground means to who holds it. A twin tells what is left of it towards a competitor. */
const MEANINGS: Readonly<Record<GroundName, string>> = {
  ANYONE: 'everybody reads what is public',
  MEMBER: 'you act for a member in good standing',
  ANALYST: 'you are an independent analyst of the alliance',
  CLEAN_TEAM: 'you are in the clean team: you feed statistics and read no row',
  COUNSEL: 'you are competition counsel',
  SECRETARIAT: 'you work for the secretariat',
  PARTNER: 'you act for a partner alliance',
  POLICY_MAKER: 'you act for a policy maker',
  SELF: 'it is about your own organisation',
  AFFILIATE: 'it is about an organisation under the same control as yours',
  CUSTOMER: 'it is about a confirmed supplier of yours',
  SUPPLIER: 'it is about a confirmed customer of yours',
  DOWNSTREAM: 'it is about somebody further up your disclosed chain',
  UPSTREAM: 'it is about somebody further down your disclosed chain',
  CO_MEMBER: 'it is about a member of the same alliance',
  PARTY: 'it is addressed to you, or you are a party to it',
  GRANT: 'an agreement in force covers it',
  ASSESSOR: 'you assess the site, and the assessment is running',
  BODY: 'you sit in a governing body',
  MEMBER_COMPETITOR: 'you compete with the member it is about',
  CUSTOMER_COMPETITOR: 'it is about a supplier of yours that you compete with',
  SUPPLIER_COMPETITOR: 'it is about a customer of yours that you compete with',
  DOWNSTREAM_COMPETITOR: 'it is about a competitor further up your chain',
  UPSTREAM_COMPETITOR: 'it is about a competitor further down your chain',
  CO_MEMBER_COMPETITOR: 'it is about a competitor in the same alliance',
  PARTY_COMPETITOR: 'it is your own trade with a competitor',
  GRANT_COMPETITOR: 'an agreement with a competitor, cleared by counsel, covers it',
  BODY_COMPETITOR: 'you sit in a governing body and compete with whom it is about',
};

const TIER_WORDS: Readonly<Record<(typeof TIERS)[number], string>> = {
  PUBLIC: 'what is public',
  ALLIANCE: 'what is shared within the alliance',
  VALUE_CHAIN: 'what is shared along the chain',
  VALUE_CHAIN_DOWNSTREAM: 'what is shared down the chain',
  VALUE_CHAIN_UPSTREAM: 'what is shared up the chain',
  BILATERAL: 'what is shared with partners in trade',
  ADDRESSED: 'what is addressed to you',
  CLEAN_TEAM: 'what is kept for the clean team',
  OWNER_ONLY: 'what its owner keeps',
};

interface Held {
  grounds: number | null;
  phase: string | null;
}

/** Which grounds the bound viewer holds towards anybody, in this snapshot, and what they open; no unit is named or counted. */
export async function whatMayBeSeen(operation: Operation): Promise<ReadingRights> {
  const held = await operation
    .loader<string, Held>('me.held', async (keys) => {
      const [row] = await operation.rows<{ grounds: number | null }>(
        'select bit_or(g.mask) as grounds from unnest(policy.grounds()) as g(mask)',
      );
      const [initiative] = await operation.rows<{ phase: string }>('select policy.bound_phase() as phase');
      return keys.map(() => ({ grounds: row?.grounds ?? null, phase: initiative?.phase ?? null }));
    })
    .load('me');
  const mask = ((held?.grounds ?? NO_GROUND) | groundMask(['ANYONE'])) & operation.viewer.may;
  const reasons = groundNames(mask).map((ground) => reasonOf(operation, ground));
  const sentences = reasons.map(({ meaning, tiers }) => {
    const words = TIERS.filter((tier) => tiers.includes(tier)).map((tier) => TIER_WORDS[tier]);
    return words.length === 0 ? `${meaning}: nothing by itself` : `${meaning}: ${words.join(', ')}`;
  });
  return { phase: held?.phase ?? 'CHAMPIONING', reasons, sentences };
}

function reasonOf(operation: Operation, ground: GroundName): ReadingRights['reasons'][number] {
  const bit = groundMask([ground]);
  const tiers = TIERS.filter(
    (tier) => (cellMask(operation.services.masks, { gate: 'tier', tier }) & bit) !== NO_GROUND,
  );
  return { ground, meaning: MEANINGS[ground], tiers: [...tiers] };
}

export function ownName(operation: Operation): Promise<string | null> {
  return displayNameOf(operation, operation.viewer.personId);
}

/** The name of somebody whose id the viewer was shown; one statement for all asked for at once. */
export async function displayNameOf(operation: Operation, personId: string | null): Promise<string | null> {
  if (personId === null) return null;
  return operation
    .loader<string, string>('identity.display_name', async (ids) => {
      const rows = await operation.rows<{ id: string; name: string | null }>(
        'select p.id, identity.display_name(p.id) as name from unnest($1::uuid[]) as p(id)',
        [ids],
      );
      const byId = new Map(rows.map(({ id, name }) => [id, name]));
      return ids.map((id) => byId.get(id) ?? null);
    })
    .load(personId);
}

export function organisationUuid(operation: Operation): string | null {
  return operation.viewer.organisationId;
}
