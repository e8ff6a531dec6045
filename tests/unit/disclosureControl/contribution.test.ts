import { contributionsByUnit, ownershipUnitOf } from '../../../src/disclosureControl/contribution';

const figure = (site: string, value: number | null, ...owners: [string, number][]) => ({
  site,
  value,
  coordinates: ['copper', 'CL'],
  owners: owners.map(([group, percent]) => ({ group, percent })),
});

describe('contributions by ownership unit', () => {
  it('gives a site to the group that holds it', () => {
    expect(ownershipUnitOf('s', [{ group: 'A', percent: 85 }], 20)).toEqual({ id: 'group:A', knownTo: ['A'] });
    const small = [
      { group: 'A', percent: 15 },
      { group: 'B', percent: 10 },
    ];
    expect(ownershipUnitOf('s', small, 20).id).toBe('group:A');
    expect(ownershipUnitOf('s', [], 20)).toEqual({ id: 'site:s', knownTo: [] });
  });

  it('makes a site with two owners of at least 20 % a unit of its own that both partners know', () => {
    const owners = [
      { group: 'A', percent: 60 },
      { group: 'B', percent: 20 },
      { group: 'C', percent: 19 },
    ];
    expect(ownershipUnitOf('mine', owners, 20)).toEqual({ id: 'venture:mine', knownTo: ['A', 'B'] });
  });

  it('adds up the stakes one group holds through several owners', () => {
    const owners = [
      { group: 'A', percent: 12 },
      { group: 'A', percent: 12 },
      { group: 'B', percent: 30 },
    ];
    expect(ownershipUnitOf('mine', owners, 20).id).toBe('venture:mine');
  });

  it('refuses stakes above 100 %', () => {
    const owners = [
      { group: 'A', percent: 60 },
      { group: 'B', percent: 60 },
    ];
    expect(() => ownershipUnitOf('mine', owners, 20)).toThrow(/exceed/);
  });

  it('sums all sites of a unit, keeps zeros and leaves out what is missing', () => {
    const summed = contributionsByUnit(
      [
        figure('s1', 10, ['A', 100]),
        figure('s2', 5, ['A', 100]),
        figure('s3', 0, ['B', 100]),
        figure('s4', null, ['C', 100]),
        figure('s5', 7, ['A', 50], ['B', 50]),
      ],
      20,
    );
    expect(summed.map(({ unit, value }) => [unit, value])).toEqual([
      ['group:A', 15],
      ['group:B', 0],
      ['venture:s5', 7],
    ]);
  });
});
