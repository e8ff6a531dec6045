import { cellName, everyCell, type Cell } from './cells';
import { groundNames, type GroundName } from './grounds';
import { cellMask, type Masks, type PolicyText } from './masks';
import { cellWords, groundWords } from './words';

/** One ground that may pass, or may no longer pass, one cell. */
export interface CellChange {
  readonly change: 'OPENED' | 'CLOSED';
  readonly cell: string;
  readonly ground: GroundName;
  /** The permits that open it now, or the forbids that close it now; empty when nothing opens it any more. */
  readonly policies: readonly string[];
  readonly words: string;
}

/** A policy that was added, dropped, or says something else. */
export interface PolicyChange {
  readonly change: 'ADDED' | 'DROPPED' | 'REWORDED';
  readonly id: string;
}

export interface LawDifference {
  readonly cells: readonly CellChange[];
  readonly policies: readonly PolicyChange[];
  readonly agesMoved: boolean;
}

function cellChanges(before: Masks, after: Masks, cell: Cell): CellChange[] {
  const [old, now] = [cellMask(before, cell), cellMask(after, cell)];
  const compiled = after.cells.get(cellName(cell));
  return groundNames(old ^ now).map((ground): CellChange => {
    const opened = groundNames(now).includes(ground);
    const policies = (opened ? compiled?.opens : compiled?.closes)?.get(ground) ?? [];
    const by = policies.length === 0 ? 'nothing opens it any more' : policies.join(', ');
    const words = `${opened ? 'opened to' : 'closed to'} ${groundWords(ground)}: ${cellWords(cell)} (${by})`;
    return { change: opened ? 'OPENED' : 'CLOSED', cell: cellName(cell), ground, policies, words };
  });
}

function reworded(before: PolicyText, after: PolicyText): boolean {
  return before.effect !== after.effect || before.reason !== after.reason || before.basis !== after.basis;
}

function policyChanges(before: Masks, after: Masks): PolicyChange[] {
  const ids = [...new Set([...before.policies.keys(), ...after.policies.keys()])].sort();
  return ids.flatMap((id): PolicyChange[] => {
    const [old, now] = [before.policies.get(id), after.policies.get(id)];
    if (old === undefined) return [{ change: 'ADDED', id }];
    if (now === undefined) return [{ change: 'DROPPED', id }];
    return reworded(old, now) ? [{ change: 'REWORDED', id }] : [];
  });
}

/** What a change of law opens and closes. */
export function compareLaws(before: Masks, after: Masks): LawDifference {
  return {
    cells: everyCell().flatMap((cell) => cellChanges(before, after, cell)),
    policies: policyChanges(before, after),
    agesMoved:
      before.ageMonths.threeMonths !== after.ageMonths.threeMonths ||
      before.ageMonths.twelveMonths !== after.ageMonths.twelveMonths,
  };
}

/** The difference in plain words, what opened first; one line a change. */
export function differenceText(difference: LawDifference): string {
  const opened = difference.cells.filter((change) => change.change === 'OPENED');
  const closed = difference.cells.filter((change) => change.change === 'CLOSED');
  const lines = [
    `${opened.length} cells opened, ${closed.length} closed`,
    ...[...opened, ...closed].map((change) => change.words),
    ...difference.policies.map(({ change, id }) => `policy ${change.toLowerCase()}: ${id}`),
  ];
  if (difference.agesMoved) lines.push('the ages of a period begin at other months than before');
  return lines.join('\n');
}
