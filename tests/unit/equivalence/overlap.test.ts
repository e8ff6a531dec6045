import { type AskedDemand, overlapsOf } from '../../../src/modules/equivalence/overlap';

const asked = (id: string, changes: Partial<AskedDemand> = {}): AskedDemand => ({
  id,
  topic: 'T24',
  indicator: null,
  standard: 'IRMA',
  levelPlace: 1,
  minerals: ['copper'],
  stages: ['MINING_LSM'],
  jurisdictions: [],
  ...changes,
});
const groups = (...demands: AskedDemand[]): string[][] => overlapsOf(demands, []).map((each) => [...each.demandIds]);

describe('two demands overlap when topic, mineral, stage and jurisdiction intersect', () => {
  test('and only then: each of the four alone keeps them apart', () => {
    expect(groups(asked('a'), asked('b'))).toEqual([['a', 'b']]);
    for (const other of [
      { topic: 'T01' },
      { minerals: ['cobalt'] },
      { stages: ['REFINING'] },
      { indicator: 'TRIR', standard: null },
    ]) {
      expect(groups(asked('a'), asked('b', other))).toEqual([]);
    }
    expect(groups(asked('a', { jurisdictions: ['CL'] }), asked('b', { jurisdictions: ['CD'] }))).toEqual([]);
  });

  test('naming none means any, and a third joins only what all of them have in common', () => {
    expect(groups(asked('a', { minerals: [] }), asked('b'), asked('c', { minerals: ['cobalt'] }))).toEqual([
      ['a', 'b'],
    ]);
    const [only] = overlapsOf([asked('a', { minerals: ['copper', 'cobalt'] }), asked('b', { stages: [] })], []);
    expect(only).toMatchObject({ minerals: ['copper'], stages: ['MINING_LSM'] });
  });
});

describe('what covers all of them', () => {
  test('is the highest level of one standard', () => {
    expect(overlapsOf([asked('low', { levelPlace: 0 }), asked('high', { levelPlace: 3 })], [])[0]?.harmonisedId).toBe(
      'high',
    );
  });

  test('or what an approved full equivalence leads from, in its direction only; else nothing', () => {
    const demands = [asked('a'), asked('b', { standard: 'TSM' })];
    expect(overlapsOf(demands, [])[0]?.harmonisedId).toBeNull();
    expect(overlapsOf(demands, [{ from: 'TSM', to: 'IRMA' }])[0]?.harmonisedId).toBe('b');
    expect(overlapsOf(demands, [{ from: 'IRMA', to: 'TSM' }])[0]?.harmonisedId).toBe('a');
  });
});
