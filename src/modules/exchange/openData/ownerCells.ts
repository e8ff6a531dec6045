import { checkText } from '../../../kernel/identifiers/text';
import { add, compare, subtract } from '../../../kernel/quantity';
import type { UnnamedHolder, WarningCode } from '../staging';

/**
 * Owner cells of the open data sets. The rules:
 *
 * - Blank and `--`: not stated. `unknown`, `small shareholder(s)`, `natural person(s)` and `other` are holders without
 *   a name: their share is kept, no organisation is made of them. So are names that could deceive (`checkText`).
 * - Global Energy Monitor writes `A [60.0%]; B [40.0%]`; an entry without a bracket has no known share.
 * - FINEPRINT writes `A (60%), B (40%)`, also with `and`, a full stop or nothing between entries, `(21.%)`, and once a
 *   bracket the wrong way round. Brackets after a name are a short name (`(MBM)`, an alias) or a note (dropped).
 *   `, sold on 31 December 2014` ends the share on that day. A cell without any `%` is one owner of unknown share. Any
 *   other form (`X plc, 63.9% subsidiary of Y`, `After 2007: X (100%)`) is not understood, and not guessed at.
 * - One share for two companies (`A Corporation and B Corporation (7.5%)`): both are named, the split is not known.
 * - A sum above 100 by no more than rounding can add (0.05 an entry) is corrected on the largest share. A sum further
 *   above 100 says that at least one share is wrong, so none is used.
 */

export interface OwnerShare {
  readonly holder: string | UnnamedHolder;
  readonly aliases: readonly string[];
  readonly percent: string | null;
  /** ISO date on which the share was sold. */
  readonly until: string | null;
}

export interface OwnerCell {
  readonly shares: readonly OwnerShare[];
  readonly warnings: readonly WarningCode[];
}

const unnamedHolders: ReadonlyMap<string, UnnamedHolder['label']> = new Map([
  ['unknown', 'UNKNOWN'],
  ['small shareholder(s)', 'SMALL_SHAREHOLDERS'],
  ['small shareholders', 'SMALL_SHAREHOLDERS'],
  ['natural person(s)', 'NATURAL_PERSONS'],
  ['natural persons', 'NATURAL_PERSONS'],
  ['other', 'OTHER'],
  ['others', 'OTHER'],
]);

export function isNotStated(cell: string): boolean {
  return cell === '' || /^-+$/.test(cell) || /^n\/?a$/i.test(cell);
}

/** Reads `A [60.0%]; B [40.0%]`. Shares above 100 come back as unknown, with the warning SHARES_EXCEED_100. */
export function parseBracketedOwners(cell: string): OwnerCell {
  if (isNotStated(cell)) return { shares: [], warnings: [] };
  const shares = cell
    .replace(/\s+/g, ' ')
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const parts = /^(.*?)\s*\[(\d+(?:\.\d*)?)\s*%\]$/.exec(entry);
      return share(parts?.[1] ?? entry, [], parts?.[2] ?? null);
    });
  return withinOneHundred(shares);
}

/** Reads `A (60%), B (40%)`; null when the form is not understood. */
export function parseListedOwners(cell: string): OwnerCell | null {
  if (isNotStated(cell)) return { shares: [], warnings: [] };
  const { text, until } = takeSaleDate(cell.replace(/\s+/g, ' '));
  if (!text.includes('%')) return withinOneHundred([share(text, [], null, until)]);
  const entry = /\s*(.+?)\s*\(\s*(\d+(?:\.\d*)?)\s*%\s*[()]\s*[.,;]?\s*(?:and\s+)?/gy;
  const shares: OwnerShare[] = [];
  let end = 0;
  for (const match of text.matchAll(entry)) {
    const [whole, written = '', percent = ''] = match;
    if (written.includes('%') || written.includes(':')) return null;
    shares.push(...splitJointShare(written, percent, until));
    end = match.index + whole.length;
  }
  if (shares.length === 0 || text.slice(end).trim() !== '') return null;
  const cellRead = withinOneHundred(shares);
  const joint = shares.some(({ percent }) => percent === null);
  return joint ? { ...cellRead, warnings: [...cellRead.warnings, 'JOINT_SHARE_NOT_SPLIT'] } : cellRead;
}

/** The sum of the known shares, as decimal text. */
export function sumOfShares(shares: readonly { readonly percent: string | null }[]): string {
  return shares.reduce((sum, { percent }) => (percent === null ? sum : add(sum, percent)), '0');
}

/** True when shares sum above 100 by more than their rounding to one place can add. */
export function exceedsOneHundred(shares: readonly { readonly percent: string | null }[]): boolean {
  const roundingMax = shares.reduce((sum) => add(sum, roundingPerShareMax), '100');
  return compare(sumOfShares(shares), roundingMax) > 0;
}

/** Shares are published to one decimal place, so each is off by at most half of that. */
const roundingPerShareMax = '0.05';

function withinOneHundred(shares: readonly OwnerShare[]): OwnerCell {
  const excess = subtract(sumOfShares(shares), '100');
  if (compare(excess, '0') <= 0) return { shares, warnings: [] };
  if (exceedsOneHundred(shares)) {
    return { shares: shares.map((entry) => ({ ...entry, percent: null })), warnings: ['SHARES_EXCEED_100'] };
  }
  const largest = shares.reduce((best, entry) => (isLarger(entry, best) ? entry : best));
  return {
    shares: shares.map((entry) =>
      entry === largest ? { ...entry, percent: subtract(entry.percent ?? '0', excess) } : entry,
    ),
    warnings: ['SHARES_ROUNDED'],
  };
}

function isLarger(a: OwnerShare, b: OwnerShare): boolean {
  return a.percent !== null && (b.percent === null || compare(a.percent, b.percent) > 0);
}

function share(
  written: string,
  aliases: readonly string[],
  percent: string | null,
  until: string | null = null,
): OwnerShare {
  const name = checkText(written);
  const label = unnamedHolders.get(written.trim().toLowerCase()) ?? (name.ok ? undefined : 'OTHER');
  const holder: OwnerShare['holder'] = label === undefined ? written.trim() : { kind: 'UNNAMED', label };
  return { holder, aliases, percent: percent === null ? null : canonicalPercent(percent), until };
}

/** `21.` and `60.0` become `21` and `60`. */
function canonicalPercent(percent: string): string {
  return add(percent.replace(/\.$/, ''), '0');
}

/** `A Ltd and B Ltd`: only where the left part ends like a company's name, so that `Mitsui and Co` stays whole. */
function splitJointShare(written: string, percent: string, until: string | null): OwnerShare[] {
  const parts = /^(.+?(?:\bLtd\.?|\bLimited|\bCorporation|\bCorp\.?|\bInc\.?|\bplc|\)))\s+and\s+(.+)$/i.exec(written);
  const [, first, second] = parts ?? [];
  if (first !== undefined && second !== undefined) {
    return [first, second].map((name) => {
      const { name: bare, aliases } = takeNotes(name);
      return share(bare, aliases, null, until);
    });
  }
  const { name, aliases } = takeNotes(written);
  return [share(name, aliases, percent, until)];
}

/** Takes trailing brackets off a name: a short name is an alias, a note is dropped. */
export function takeNotes(written: string): { name: string; aliases: string[] } {
  const aliases: string[] = [];
  let name = written.trim();
  for (let parts = /^(.+?)\s*\(([^()]+)\)$/.exec(name); parts !== null; parts = /^(.+?)\s*\(([^()]+)\)$/.exec(name)) {
    name = parts[1] ?? name;
    const note = parts[2] ?? '';
    if (/^(?=.*\p{Lu}{2})[\p{L}\p{N} .&-]{2,20}$/u.test(note)) aliases.push(note);
  }
  return { name, aliases };
}

const months = 'january february march april may june july august september october november december'.split(' ');

function takeSaleDate(cell: string): { text: string; until: string | null } {
  const parts = /^(.*?),?\s*sold(?: their interest)? on (\d{1,2}) (\p{L}+) (\d{4})\.?$/u.exec(cell);
  const month = months.indexOf((parts?.[3] ?? '').toLowerCase()) + 1;
  if (parts === null || month === 0) return { text: cell, until: null };
  const [, text = '', day = '', , year = ''] = parts;
  return { text, until: `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}` };
}
