import {
  parseBracketedOwners,
  parseListedOwners,
  type OwnerCell,
} from '../../../src/modules/exchange/openData/ownerCells';

const told = (cell: OwnerCell | null): string[] | null =>
  cell === null
    ? null
    : cell.shares.map(({ holder, percent, aliases }) =>
        [typeof holder === 'string' ? holder : holder.label, percent ?? '?', ...aliases].join(' | '),
      );

describe('owners in brackets: `A [60.0%]; B [40.0%]`', () => {
  test.each([
    ['Heron PLC [60.0%]; Teal SA [40.0%]', ['Heron PLC | 60', 'Teal SA | 40']],
    ['Heron PLC', ['Heron PLC | ?']],
    ['Heron PLC [50.0%]; unknown', ['Heron PLC | 50', 'UNKNOWN | ?']],
    ['small shareholder(s) [1.5%]; natural person(s)', ['SMALL_SHAREHOLDERS | 1.5', 'NATURAL_PERSONS | ?']],
    ['Heron (Namibia) Pty Ltd [100.0%]', ['Heron (Namibia) Pty Ltd | 100']],
    ['<script>alert(1)</script> [50.0%]', ['OTHER | 50']],
    ['--', []],
    ['', []],
  ])('%s', (cell, shares) => {
    expect(told(parseBracketedOwners(cell))).toEqual(shares);
  });

  test('a sum within rounding is corrected, a sum beyond it leaves no share standing', () => {
    const rounded = parseBracketedOwners('A [62.5%]; B [36.4%]; C [1.2%]');
    expect([told(rounded), rounded.warnings]).toEqual([['A | 62.4', 'B | 36.4', 'C | 1.2'], ['SHARES_ROUNDED']]);
    const wrong = parseBracketedOwners('A [79.4%]; unknown [21.6%]');
    expect([told(wrong), wrong.warnings]).toEqual([['A | ?', 'UNKNOWN | ?'], ['SHARES_EXCEED_100']]);
  });
});

describe('owners in a list: `A (60%), B (40%)`', () => {
  test.each([
    ['Heron (50%), Teal (50%)', ['Heron | 50', 'Teal | 50']],
    ['Heron Mining Arizona, Inc. (15%), Teal, Inc. (13%)', ['Heron Mining Arizona, Inc. | 15', 'Teal, Inc. | 13']],
    ['Heron (9.5%) and Teal & Ruff Corporation (5%)', ['Heron | 9.5', 'Teal & Ruff Corporation | 5']],
    ['Heron (55%), Teal (15%) Ruff Y Ruff S.A. (30%)', ['Heron | 55', 'Teal | 15', 'Ruff Y Ruff S.A. | 30']],
    ['Heron (50%), Teal (50%(', ['Heron | 50', 'Teal | 50']],
    ['Heron (53.56%), Teal B.V. (21.%)', ['Heron | 53.56', 'Teal B.V. | 21']],
    ['Heron (51%), Teal Pty Ltd. (49%).', ['Heron | 51', 'Teal Pty Ltd. | 49']],
    ['Garza S.A. (MGM) (wholly-owned subsidiary of Heron) (100%)', ['Garza S.A. | 100 | MGM']],
    ['Heron (45%), Société Teal (SOK IMO)(10%)', ['Heron | 45', 'Société Teal | 10 | SOK IMO']],
    ['Heron and Co (20%)', ['Heron and Co | 20']],
    ['Heron Metals Co., Ltd and Teal Corporation (20%)', ['Heron Metals Co., Ltd | ?', 'Teal Corporation | ?']],
    ['Heron Copper Corporation', ['Heron Copper Corporation | ?']],
    ['', []],
  ])('%s', (cell, shares) => {
    expect(told(parseListedOwners(cell))).toEqual(shares);
  });

  test.each([
    'Heron plc, 63.9% subsidiary of Teal Corporation',
    'After 2007: Heron (100%), Until 2007: Teal (31.93%)',
    'PT Heron (Teal Limited 75%)',
    'Heron (50%), and so on',
  ])('not understood: %s', (cell) => {
    expect(parseListedOwners(cell)).toBeNull();
  });

  test('a sale ends the share', () => {
    expect(parseListedOwners('Heron (80%), sold their interest on 1 December 2013')?.shares).toEqual([
      { holder: 'Heron', aliases: [], percent: '80', until: '2013-12-01' },
    ]);
  });
});
