import { assertNever } from '../kernel/errors';
import type { Age, Cell } from './cells';
import { plainGround, type GroundName } from './grounds';

const WORDS: Readonly<Record<GroundName, string>> = {
  ANYONE: 'everyone, without login',
  MEMBER: 'any member',
  ANALYST: "the alliance's analyst",
  CLEAN_TEAM: 'the clean team',
  COUNSEL: 'competition counsel',
  SECRETARIAT: 'the secretariat',
  PARTNER: 'partner alliances',
  POLICY_MAKER: 'policy makers',
  SELF: 'the owner itself',
  AFFILIATE: "the owner's group",
  CUSTOMER: "the owner's customers",
  SUPPLIER: "the owner's suppliers",
  DOWNSTREAM: 'those downstream of the owner',
  UPSTREAM: 'those upstream of the owner',
  CO_MEMBER: 'members of the same alliance',
  PARTY: 'those the row names',
  GRANT: 'those an agreement covers',
  ASSESSOR: 'the engaged assessor',
  BODY: 'the governing body',
  MEMBER_COMPETITOR: 'any member, while competitor',
  CUSTOMER_COMPETITOR: "the owner's customers, while competitors",
  SUPPLIER_COMPETITOR: "the owner's suppliers, while competitors",
  DOWNSTREAM_COMPETITOR: 'those downstream of the owner, while competitors',
  UPSTREAM_COMPETITOR: 'those upstream of the owner, while competitors',
  CO_MEMBER_COMPETITOR: 'members of the same alliance, while competitors',
  PARTY_COMPETITOR: 'those the row names, while competitors',
  GRANT_COMPETITOR: 'those an agreement covers, while competitors',
  BODY_COMPETITOR: 'the governing body, while competitor',
};

/** A ground as a reader of the law would say it. */
export function groundWords(ground: GroundName): string {
  return WORDS[ground];
}

/** The same without saying whether the reader competes. */
export function groundWordsWithoutCompetition(ground: GroundName): string {
  return WORDS[plainGround(ground).ground];
}

const AGE_WORDS: Readonly<Record<Age, string>> = {
  RECENT: 'ended under three months ago',
  THREE_MONTHS: 'ended three to twelve months ago',
  TWELVE_MONTHS: 'ended twelve months ago or more, or has no period',
  FUTURE: 'not yet ended',
};

/** A cell as a reader of the law would say it. */
export function cellWords(cell: Cell): string {
  switch (cell.gate) {
    case 'tier':
      return `tier ${cell.tier}`;
    case 'sensitivity':
      return `sensitivity ${cell.sensitivity}, period ${AGE_WORDS[cell.age]}`;
    case 'phase':
      return `${cell.dataClass} in phase ${cell.phase}`;
    default:
      return assertNever(cell);
  }
}
