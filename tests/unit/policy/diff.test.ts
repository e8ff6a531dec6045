import { compareLaws, differenceText } from '../../../src/policy/diff';
import { groundMask, type GroundName } from '../../../src/policy/grounds';
import type { CompiledCell, Masks, PolicyText } from '../../../src/policy/masks';
import { masks } from './world';

const CELL = 'tier/BILATERAL';

/** The law with grounds moved in or out of one cell. */
function amend(opens: readonly GroundName[], shuts: readonly GroundName[], policies?: Masks['policies']): Masks {
  const old = masks.cells.get(CELL);
  if (old === undefined) throw new Error('no such cell');
  const cell: CompiledCell = {
    mask: (old.mask | groundMask(opens)) & ~groundMask(shuts),
    opens: new Map([...old.opens, ...opens.map((ground): [GroundName, string[]] => [ground, ['tier.bilateral']])]),
    closes: old.closes,
  };
  return { ...masks, policies: policies ?? masks.policies, cells: new Map(masks.cells).set(CELL, cell) };
}

function policiesWith(id: string, text: PolicyText | null): Masks['policies'] {
  const policies = new Map(masks.policies);
  if (text === null) policies.delete(id);
  else policies.set(id, text);
  return policies;
}

describe('the difference of two laws', () => {
  it('is nothing between a law and itself', () => {
    expect(compareLaws(masks, masks)).toEqual({ cells: [], policies: [], agesMoved: false });
    expect(differenceText(compareLaws(masks, masks))).toBe('0 cells opened, 0 closed');
  });

  it('names every ground that a cell opened to or closed to, and by which policies', () => {
    const after = amend(['CO_MEMBER'], ['CUSTOMER']);
    expect(compareLaws(masks, after).cells).toEqual([
      {
        change: 'CLOSED',
        cell: CELL,
        ground: 'CUSTOMER',
        policies: [],
        words: "closed to the owner's customers: tier BILATERAL (nothing opens it any more)",
      },
      {
        change: 'OPENED',
        cell: CELL,
        ground: 'CO_MEMBER',
        policies: ['tier.bilateral'],
        words: 'opened to members of the same alliance: tier BILATERAL (tier.bilateral)',
      },
    ]);
  });

  it('names the forbid that closed a cell', () => {
    const before = amend(['CUSTOMER_COMPETITOR'], []);
    expect(compareLaws(before, masks).cells).toEqual([
      expect.objectContaining({ change: 'CLOSED', policies: ['competitors.no-bilateral'] }),
    ]);
  });

  it('counts a cell that one law lacks as closed there', () => {
    const without = new Map(masks.cells);
    without.delete('tier/OWNER_ONLY');
    const found = compareLaws(masks, { ...masks, cells: without }).cells;
    expect(found.map((change) => [change.change, change.ground, change.policies])).toEqual([
      ['CLOSED', 'SELF', []],
      ['CLOSED', 'ASSESSOR', []],
    ]);
  });

  it('names policies that were added, dropped or reworded', () => {
    const id = 'tier.public';
    const text = masks.policies.get(id);
    if (text === undefined) throw new Error('no such policy');
    const compare = (changed: PolicyText | null): unknown =>
      compareLaws(masks, { ...masks, policies: policiesWith(id, changed) }).policies;
    expect(compare(null)).toEqual([{ change: 'DROPPED', id }]);
    expect(compare({ ...text })).toEqual([]);
    expect(compare({ ...text, reason: 'other' })).toEqual([{ change: 'REWORDED', id }]);
    expect(compare({ ...text, basis: 'other' })).toEqual([{ change: 'REWORDED', id }]);
    expect(compare({ ...text, effect: 'forbid' })).toEqual([{ change: 'REWORDED', id }]);
    const added = policiesWith('tier.a', text);
    expect(compareLaws(masks, { ...masks, policies: added }).policies).toEqual([{ change: 'ADDED', id: 'tier.a' }]);
    const several = new Map([...policiesWith('tier.public', null), ['aaa.first', text] as const]);
    expect(compareLaws(masks, { ...masks, policies: several }).policies.map((change) => change.id)).toEqual([
      'aaa.first',
      'tier.public',
    ]);
  });

  it('tells when ages begin at other months', () => {
    const three = { ...masks, ageMonths: { threeMonths: 6, twelveMonths: 12 } };
    const twelve = { ...masks, ageMonths: { threeMonths: 3, twelveMonths: 24 } };
    expect([compareLaws(masks, three).agesMoved, compareLaws(masks, twelve).agesMoved]).toEqual([true, true]);
    expect(differenceText(compareLaws(masks, three))).toBe(
      '0 cells opened, 0 closed\nthe ages of a period begin at other months than before',
    );
  });

  it('is told in plain words, what opened first', () => {
    const after = amend(['CO_MEMBER'], ['CUSTOMER'], policiesWith('tier.public', null));
    expect(differenceText(compareLaws(masks, after)).split('\n')).toEqual([
      '1 cells opened, 1 closed',
      'opened to members of the same alliance: tier BILATERAL (tier.bilateral)',
      "closed to the owner's customers: tier BILATERAL (nothing opens it any more)",
      'policy dropped: tier.public',
    ]);
  });
});
