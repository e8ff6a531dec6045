import type { RowOutcome } from '../rowOutcome';
import type { ExternalId, OrganisationReference, OwnershipShareRecord, SiteReference, WarningCode } from '../staging';
import type { OrganisationRegister } from './organisationRegister';
import type { OwnerCell } from './ownerCells';

export interface SharesOf {
  readonly subject: SiteReference | OrganisationReference;
  readonly level: OwnershipShareRecord['level'];
  readonly fromYear: number | null;
  readonly column: string;
  /** The source's ids of the holders, by position; empty where there are none or positions are not certain. */
  readonly ids: readonly (ExternalId | null)[];
}

const hints: Partial<Record<WarningCode, string>> = {
  SHARES_EXCEED_100: 'the shares add up to more than 100 %; owners loaded without shares',
  SHARES_ROUNDED: 'the shares add up to a little over 100 %; the excess was taken off the largest',
  JOINT_SHARE_NOT_SPLIT: 'one share is given for two companies; both loaded without it',
};

/** Loads the holders of a cell and their shares, and tells what is missing. */
export function loadShares(
  cell: OwnerCell,
  of: SharesOf,
  organisations: OrganisationRegister,
  outcome: RowOutcome,
): void {
  const written = cell.shares.map(({ holder }) => (typeof holder === 'string' ? holder : holder.label)).join('; ');
  for (const code of cell.warnings) outcome.warn(code, of.column, written, hints[code] ?? '');
  const isOneOwner = cell.shares.length === 1;
  for (const [position, { holder, aliases, percent, until }] of cell.shares.entries()) {
    const { subject, level, fromYear, column } = of;
    if (typeof holder !== 'string') {
      outcome.warn('OWNER_UNNAMED', column, holder.label, 'the share is loaded without a holder');
      outcome.load({ kind: 'ownershipShare', subject, holder, level, percent, fromYear, until });
      continue;
    }
    if (percent === null && cell.warnings.length === 0) {
      const hint = isOneOwner ? 'the share is not given; not taken as 100 %' : 'the share is not given';
      outcome.warn('SHARE_MISSING', column, holder, hint);
    }
    const organisation = organisations.refer(
      holder,
      { aliases, externalId: of.ids[position] ?? null, column },
      outcome,
    );
    outcome.load({ kind: 'ownershipShare', subject, holder: organisation, level, percent, fromYear, until });
  }
}
