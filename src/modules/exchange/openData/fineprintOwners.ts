import { normaliseOrganisationName } from '../matching';
import { readRows, type CsvRow, type HeaderRule, type SourceFile } from '../csv/readRows';
import { stageRows } from '../csv/stageRows';
import type { RowOutcome } from '../rowOutcome';
import type { SiteReference, StagedEvent } from '../staging';
import type { OrganisationRegister } from './organisationRegister';
import { exceedsOneHundred, parseListedOwners, takeNotes, type OwnerCell, type OwnerShare } from './ownerCells';
import { loadShares } from './ownershipShares';
import type { SiteRegister } from './siteRegister';
import { readYear } from './years';

/**
 * `fineprint-owners.csv`: one row a site and year, sometimes several. The rules:
 *
 * - A row yields a share (DIRECT) for each owner, and the operator where one is named. Forms of the cell: see
 *   `ownerCells.ts`; a form that is not understood rejects the row (OWNER_NOT_UNDERSTOOD), blank too (MISSING_OWNER).
 * - Several rows for one site and year add up where they name different owners (two partners' reports). A row that says
 *   what an earlier one said is a DUPLICATE. Where two rows give one owner different shares, none of the rows of that
 *   site and year is loaded (CONFLICTING_SHARES): which one holds is not ours to guess. The same when they sum to more
 *   than 100 (SHARES_EXCEED_100). The file is therefore read twice.
 * - Shares below 100 are taken as they are: the rest is not known.
 */
const header: HeaderRule = {
  required: ['site', 'owners', 'year'],
  optional: ['operators', 'source'],
  unknownColumns: 'IGNORE',
};

export async function* stageOwners(
  file: SourceFile,
  sites: SiteRegister,
  organisations: OrganisationRegister,
): AsyncGenerator<StagedEvent> {
  const statements = new OwnerStatements();
  for await (const row of readRows(file, header)) {
    if (row.kind === 'row') statements.note(row);
  }
  const loaded = new Set<string>();
  yield* stageRows(file, header, (row, outcome) =>
    readOwnersRow(row, outcome, { sites, organisations, statements, loaded }),
  );
}

interface OwnersContext {
  readonly sites: SiteRegister;
  readonly organisations: OrganisationRegister;
  readonly statements: OwnerStatements;
  readonly loaded: Set<string>;
}

function readOwnersRow(row: CsvRow, outcome: RowOutcome, context: OwnersContext): void {
  const site = context.sites.require(row.cell('site'), 'site', outcome);
  const year = readYear(row.cell('year'), 'year', null, outcome);
  const cell = readOwnersCell(row.cell('owners'), outcome);
  if (outcome.isRejected || site === null || year === null || cell === null) return;

  const fault = context.statements.faultOf(row);
  if (fault !== null) {
    outcome.reject(fault.code, 'owners', row.cell('owners'), fault.hint);
    return;
  }
  const statement = `${site.key}|${year}|${cell.shares.map(shareText).sort().join('|')}`;
  if (context.loaded.has(statement)) {
    outcome.reject('DUPLICATE', 'owners', row.cell('owners'), 'an earlier row says the same of this site and year');
    return;
  }
  context.loaded.add(statement);
  const of = { subject: site, level: 'DIRECT', fromYear: year, column: 'owners', ids: [] } as const;
  loadShares(cell, of, context.organisations, outcome);
  loadOperator(row.cell('operators'), site, year, context.organisations, outcome);
}

function readOwnersCell(text: string, outcome: RowOutcome): OwnerCell | null {
  const cell = parseListedOwners(text);
  if (cell === null) {
    outcome.reject('OWNER_NOT_UNDERSTOOD', 'owners', text, 'write `Owner (60%), Other owner (40%)`');
  } else if (cell.shares.length === 0) {
    outcome.reject('MISSING_OWNER', 'owners', text, 'name the owner');
  } else if (cell.warnings.includes('SHARES_EXCEED_100')) {
    outcome.reject('SHARES_EXCEED_100', 'owners', text, 'the shares add up to more than 100 %');
  } else {
    return cell;
  }
  return null;
}

function loadOperator(
  text: string,
  site: SiteReference,
  fromYear: number,
  organisations: OrganisationRegister,
  outcome: RowOutcome,
): void {
  if (text === '') return;
  if (/[%:]/.test(text)) {
    outcome.warn('OPERATOR_NOT_UNDERSTOOD', 'operators', text, 'owners loaded without an operator');
    return;
  }
  const { name, aliases } = takeNotes(text);
  const organisation = organisations.refer(name, { aliases, externalId: null, column: 'operators' }, outcome);
  outcome.load({ kind: 'operator', site, organisation, fromYear });
}

/** What all rows together say of each site and year. */
class OwnerStatements {
  private readonly sharesByOwner = new Map<string, Map<string, string | null>>();
  private readonly conflicting = new Set<string>();

  note(row: CsvRow): void {
    const cell = parseListedOwners(row.cell('owners'));
    if (cell === null || cell.warnings.includes('SHARES_EXCEED_100')) return;
    const subject = subjectOf(row);
    const known = this.sharesByOwner.get(subject) ?? new Map<string, string | null>();
    this.sharesByOwner.set(subject, known);
    for (const share of cell.shares) {
      const owner = ownerOf(share);
      if (known.has(owner) && known.get(owner) !== share.percent) this.conflicting.add(subject);
      known.set(owner, share.percent);
    }
  }

  faultOf(row: CsvRow): { readonly code: 'CONFLICTING_SHARES' | 'SHARES_EXCEED_100'; readonly hint: string } | null {
    const subject = subjectOf(row);
    if (this.conflicting.has(subject)) {
      return { code: 'CONFLICTING_SHARES', hint: 'rows of this site and year give one owner different shares' };
    }
    const shares = [...(this.sharesByOwner.get(subject)?.values() ?? [])].map((percent) => ({ percent }));
    if (!exceedsOneHundred(shares)) return null;
    return { code: 'SHARES_EXCEED_100', hint: 'the rows of this site and year add up to more than 100 %' };
  }
}

function subjectOf(row: CsvRow): string {
  return `${row.cell('site')}|${row.cell('year')}`;
}

function ownerOf({ holder }: OwnerShare): string {
  return typeof holder === 'string' ? normaliseOrganisationName(holder) : holder.label;
}

function shareText(share: OwnerShare): string {
  return `${ownerOf(share)}=${share.percent ?? '?'}`;
}
