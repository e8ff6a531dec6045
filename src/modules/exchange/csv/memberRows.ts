import { checkCountry } from '../../../kernel/identifiers/country';
import { checkLei } from '../../../kernel/identifiers/lei';
import { checkOtherId, otherIdSchemes } from '../../../kernel/identifiers/otherIds';
import { checkText } from '../../../kernel/identifiers/text';
import { stages } from '../../../kernel/vocabulary';
import { normaliseOrganisationName } from '../matching';
import type { ExternalId, MemberActivity, MemberRecord } from '../staging';
import type { Cells } from './cells';
import type { OwnKindContext } from './ownKinds';

/**
 * `members`: `domain.md` 1.1. Lists are separated by `|`: `aliases`, `otherIds` as `GLN:4012345000009`, `activities` as
 * `copper/REFINING/SELL/EU+CN` (mineral, stage, side, markets; no markets: worldwide), or `NONE` for who is no company.
 * A legal name or LEI that an earlier row has is a DUPLICATE.
 */
export const memberColumns = {
  required: ['legalName', 'jurisdiction', 'stakeholderGroup', 'activities'],
  optional: ['lei', 'otherIds', 'aliases', 'ownershipGroup', 'standing'],
} as const;

const stakeholderGroups = [
  'UPSTREAM_INDUSTRY',
  'MIDSTREAM',
  'DOWNSTREAM_INDUSTRY',
  'CIVIL_SOCIETY',
  'COMMUNITY',
  'INDIGENOUS',
  'LABOUR',
  'GOVERNMENT',
  'ACADEMIA',
  'FINANCE',
  'STANDARD_OWNER',
] as const;
const standings = ['GOOD', 'LATE', 'SUSPENDED', 'LEFT'] as const;

export function readMember(cells: Cells, { catalogue, seen }: OwnKindContext): MemberRecord | null {
  const legalName = cells.checked('legalName', 'INVALID_TEXT', checkText, cells.required('legalName'));
  const jurisdiction = cells.checked('jurisdiction', 'UNKNOWN_COUNTRY', checkCountry, cells.required('jurisdiction'));
  const group = cells.oneOf('stakeholderGroup', stakeholderGroups, cells.required('stakeholderGroup'));
  const lei = cells.checked('lei', 'INVALID_IDENTIFIER', checkLei);
  const otherIds = cells.list('otherIds').flatMap((entry) => readOtherId(entry, cells));
  const activities = readActivities(cells, catalogue.minerals);
  const standing = cells.oneOf('standing', standings);
  if (cells.outcome.isRejected || legalName === null || jurisdiction === null || group === null) return null;

  const identities = [`name ${normaliseOrganisationName(legalName)}`, ...(lei === null ? [] : [`lei ${lei}`])];
  if (identities.filter((identity) => !seen.take(identity)).length > 0) {
    cells.outcome.reject('DUPLICATE', 'legalName', legalName, 'an earlier row has this name or LEI');
    return null;
  }
  return {
    kind: 'member',
    legalName,
    aliases: cells.list('aliases'),
    lei,
    otherIds,
    jurisdiction,
    stakeholderGroup: group,
    ownershipGroup: cells.optional('ownershipGroup'),
    activities,
    standing,
  };
}

function readOtherId(entry: string, cells: Cells): ExternalId[] {
  const separator = entry.indexOf(':');
  const scheme = cells.oneOf('otherIds', otherIdSchemes, entry.slice(0, Math.max(separator, 0)) || entry);
  if (scheme === null) return [];
  const value = cells.checked(
    'otherIds',
    'INVALID_IDENTIFIER',
    (text) => checkOtherId(scheme, text),
    entry.slice(separator + 1),
  );
  return value === null ? [] : [{ scheme, value }];
}

function readActivities(cells: Cells, minerals: ReadonlySet<string>): MemberActivity[] {
  const text = cells.required('activities');
  if (text === 'NONE' || text === '') return [];
  return cells.list('activities').flatMap((entry) => {
    const [mineral = '', stage = '', side = '', markets = '', ...rest] = entry.split('/');
    if (!minerals.has(mineral)) {
      cells.outcome.reject('UNKNOWN_MINERAL', 'activities', entry, 'write mineral/STAGE/SELL or BUY/markets');
    }
    const knownStage = cells.oneOf('activities', stages, stage || entry);
    const knownSide = cells.oneOf('activities', ['SELL', 'BUY'] as const, side || entry);
    if (knownStage === null || knownSide === null || rest.length > 0) return [];
    return [
      { mineral, stage: knownStage, side: knownSide, markets: markets.split('+').filter((market) => market !== '') },
    ];
  });
}
