import { DomainError } from '../../../kernel/errors';
import type { LoadedRow, StagedRecord, StagedRow } from '../staging';
import type { Actor } from './actor';
import { CheckedRow } from './checkedRow';
import { assessmentCheck } from './ownAssessments';
import { linkCheck } from './ownLinks';
import { measurementCheck } from './ownMeasurements';
import { memberCheck } from './ownMembers';
import { siteCheck } from './ownSites';

/** Looks at a portion of rows and gives as many back, with what only the hub knows added, or rejected for it. */
export type RowCheck = (rows: readonly StagedRow[]) => Promise<readonly StagedRow[]>;

/** Made for one portion: what its rows need of the hub is asked at once. */
export type PortionCheck = (
  actor: Actor,
  records: readonly StagedRecord[],
) => Promise<(row: CheckedRow, records: readonly StagedRecord[]) => readonly StagedRecord[]>;

const CHECKS: Readonly<Record<string, PortionCheck>> = {
  members: memberCheck,
  sites: siteCheck,
  links: linkCheck,
  measurements: measurementCheck,
  assessments: assessmentCheck,
};

/**
 * The checks that a row of an own CSV kind passes as a mutation would; open data is about others, and has none.
 * @throws DomainError POLICY_DENIED for members, which the secretariat enters
 */
export function ownChecksOf(actor: Actor, format: string): RowCheck {
  const check = CHECKS[format];
  if (check === undefined) return (rows) => Promise.resolve(rows);
  if (format === 'members' && !actor.viewer.roles.includes('SECRETARIAT')) {
    throw new DomainError('POLICY_DENIED', 'this is not open to your role', {
      rule: 'SHIELD.ROLE',
      next: 'members are entered by the secretariat',
    });
  }
  return async (rows) => {
    const loaded = rows.filter((row): row is LoadedRow => row.kind === 'loaded');
    const checkRow = await check(
      actor,
      loaded.flatMap(({ records }) => records),
    );
    return rows.map((row) => {
      if (row.kind === 'rejected') return row;
      const checked = new CheckedRow(row);
      return checked.finish(checkRow(checked, row.records));
    });
  };
}
