import { loadCatalogue, reachOf } from '../../../src/modules/reference';
import type { FullEquivalence } from '../../../src/modules/equivalence/covers';
import { type AskedDemand, type Overlap, overlapsOf } from '../../../src/modules/equivalence/overlap';

const { requirements } = loadCatalogue();
const overlaps = (demands: AskedDemand[], equivalences: FullEquivalence[] = []): Overlap[] =>
  overlapsOf(demands, { equivalences, requirements });

const asked = (id: string, changes: Partial<AskedDemand> = {}): AskedDemand => ({
  id,
  topic: 'T24',
  subjects: ['T24'],
  indicator: null,
  standard: 'IRMA',
  levelPlace: 1,
  minerals: ['copper'],
  stages: ['MINING_LSM'],
  jurisdictions: [],
  ...changes,
});
const groups = (...demands: AskedDemand[]): string[][] => overlaps(demands).map((each) => [...each.demandIds]);

describe('two demands overlap when topic, mineral, stage and jurisdiction intersect', () => {
  test('and only then: each of the four alone keeps them apart', () => {
    expect(groups(asked('a'), asked('b'))).toEqual([['a', 'b']]);
    for (const other of [
      { topic: 'T01', subjects: ['T01'] },
      { minerals: ['cobalt'] },
      { stages: ['REFINING'] },
      { indicator: 'TRIR', standard: null, subjects: [] },
    ]) {
      expect(groups(asked('a'), asked('b', other))).toEqual([]);
    }
    expect(groups(asked('a', { jurisdictions: ['CL'] }), asked('b', { jurisdictions: ['CD'] }))).toEqual([]);
  });

  test('naming none means any, and a third joins only what all of them have in common', () => {
    expect(groups(asked('a', { minerals: [] }), asked('b'), asked('c', { minerals: ['cobalt'] }))).toEqual([
      ['a', 'b'],
    ]);
    const [only] = overlaps([asked('a', { minerals: ['copper', 'cobalt'] }), asked('b', { stages: [] })]);
    expect(only).toMatchObject({ minerals: ['copper'], stages: ['MINING_LSM'] });
  });
});

describe('what covers all of them', () => {
  test('is the highest level of one standard', () => {
    expect(overlaps([asked('low', { levelPlace: 0 }), asked('high', { levelPlace: 3 })])[0]?.harmonisedId).toBe('high');
  });

  test('or what an approved full equivalence leads from, in its direction only; else nothing', () => {
    const demands = [asked('a'), asked('b', { standard: 'TSM' })];
    const reach = new Set(['T24']);
    expect(overlaps(demands)[0]?.harmonisedId).toBeNull();
    expect(overlaps(demands, [{ from: 'TSM', to: 'IRMA', reach }])[0]?.harmonisedId).toBe('b');
    expect(overlaps(demands, [{ from: 'IRMA', to: 'TSM', reach }])[0]?.harmonisedId).toBe('a');
  });

  test('an equivalence of another topic leads nowhere, and a topic never covers the whole standard', () => {
    const demands = [asked('a'), asked('b', { standard: 'TSM' })];
    expect(overlaps(demands, [{ from: 'TSM', to: 'IRMA', reach: new Set(['T01']) }])[0]?.harmonisedId).toBeNull();
    const whole = asked('whole', { topic: null, subjects: ['T01', 'T24'], levelPlace: 0 });
    expect(overlaps([asked('a', { levelPlace: 3 }), whole])[0]?.harmonisedId).toBeNull();
    expect(overlaps([asked('a', { levelPlace: 0 }), whole])[0]?.harmonisedId).toBe('whole');
  });
});

describe('how much of a standard an equivalence reaches', () => {
  const reach = (toStandard: string, toReference: string, topic: string | null): unknown =>
    reachOf({ toStandard, toReference, topic }, requirements);

  test('one requirement reaches its topic; the whole only by name, by the catalogue, or where nothing is split', () => {
    expect(reach('IRMA', '4.2', 'T24')).toEqual(new Set(['T24']));
    expect(reach('IRMA', '4.2', null)).toEqual(new Set(['T24']));
    expect(reach('RMAP', 'gold', 'T29')).toBe('WHOLE');
    expect(reach('IRMA', 'whole standard', null)).toBe('WHOLE');
    expect(reach('ISO_14001', 'CERTIFIED', 'T07')).toBe('WHOLE');
  });

  test('and what names nothing that is known reaches nothing', () => {
    expect(reach('IRMA', 'chapter four', null)).toEqual(new Set());
    expect(reach('IRMA', '4.2', 'T99')).toEqual(new Set());
  });
});
