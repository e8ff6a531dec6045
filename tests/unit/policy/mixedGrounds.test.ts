import {
  AGES,
  DATA_CLASSES,
  PHASES,
  SENSITIVITIES,
  TIERS,
  cellName,
  type Age,
  type DataClass,
  type Phase,
  type Sensitivity,
  type Tier,
} from '../../../src/policy/cells';
import { decide, soundPair } from '../../../src/policy/decide';
import { GROUND_NAMES, NO_GROUND, groundMask, type GroundMask, type GroundName } from '../../../src/policy/grounds';
import { cellMask } from '../../../src/policy/masks';
import { masks, waterRequest } from './world';

/** One combination of cells: a mask for each gate. */
interface Combination {
  readonly tier: Tier;
  readonly sensitivity: Sensitivity;
  readonly age: Age;
  readonly phase: Phase;
  readonly dataClass: DataClass;
  readonly gates: readonly [GroundMask, GroundMask, GroundMask];
}

/** Every combination of tier x sensitivity x age x phase x class: 51,840. */
function* combinations(): Generator<Combination> {
  for (const tier of TIERS) {
    const first = cellMask(masks, { gate: 'tier', tier });
    for (const sensitivity of SENSITIVITIES) {
      for (const age of AGES) {
        const second = cellMask(masks, { gate: 'sensitivity', sensitivity, age });
        for (const phase of PHASES) {
          for (const dataClass of DATA_CLASSES) {
            const third = cellMask(masks, { gate: 'phase', phase, dataClass });
            yield { tier, sensitivity, age, phase, dataClass, gates: [first, second, third] };
          }
        }
      }
    }
  }
}

type Rule = (pair: GroundMask, gates: Combination['gates']) => boolean;

/** As the hub decides: one and the same ground opens every gate. */
const oneGround: Rule = (pair, [tier, sensitivity, phase]) => (pair & tier & sensitivity & phase) !== NO_GROUND;
/** The broken twin: gates judged on the set of grounds, as if reasons to read added up. */
const setOfGrounds: Rule = (pair, [tier, sensitivity, phase]) =>
  (pair & tier) !== NO_GROUND && (pair & sensitivity) !== NO_GROUND && (pair & phase) !== NO_GROUND;

const pairs: [GroundName, GroundName][] = GROUND_NAMES.flatMap((first, index) =>
  GROUND_NAMES.slice(index + 1).map((second): [GroundName, GroundName] => [first, second]),
);

/** What Cedar said of one ground alone at a cell, by the policies that opened it; not by the masks. */
const openedBy = new Map(
  [...masks.cells].map(([name, cell]) => [name, new Set(GROUND_NAMES.filter((ground) => cell.opens.has(ground)))]),
);

/** The grounds that open every gate of a combination, each by itself. */
function alone(item: Combination): GroundName[] {
  const [tier, sensitivity, phase] = [
    cellName({ gate: 'tier', tier: item.tier }),
    cellName({ gate: 'sensitivity', sensitivity: item.sensitivity, age: item.age }),
    cellName({ gate: 'phase', phase: item.phase, dataClass: item.dataClass }),
  ].map((name) => openedBy.get(name));
  return [...(tier ?? [])].filter((ground) => sensitivity?.has(ground) === true && phase?.has(ground) === true);
}

interface Count {
  opened: number;
  mixed: number;
}

/** Counts, over the whole law and every pair of grounds, what a rule opens that neither ground opens alone. */
function countMixed(rule: Rule): Count {
  const masksOfPairs = pairs.map(([first, second]) => groundMask([first, second]));
  const count = { opened: 0, mixed: 0 };
  for (const item of combinations()) {
    const single = groundMask(alone(item));
    for (const pair of masksOfPairs) {
      if (!rule(pair, item.gates)) continue;
      count.opened += 1;
      if ((pair & single) === NO_GROUND) count.mixed += 1;
    }
  }
  return count;
}

describe('mixed grounds', () => {
  it('open nothing: every pair of grounds, over every combination of the whole law', () => {
    const count = countMixed(oneGround);
    expect(count.mixed).toBe(0);
    expect(count.opened).toBeGreaterThan(100_000);
  });

  it('would open a great deal if gates were judged on sets of grounds, and this test would see it', () => {
    expect(countMixed(setOfGrounds).mixed).toBeGreaterThan(1_000);
  });

  it('open nothing in the decision itself, row conditions included', () => {
    let asked = 0;
    for (const item of combinations()) {
      // A sample is enough here: the rule itself has been enumerated above.
      asked += 1;
      if (asked % 97 !== 0) continue;
      const single = alone(item).filter((ground) => !/^(PARTY|GRANT)/.test(ground));
      for (const names of pairs) {
        const pair = groundMask(names);
        if (!setOfGrounds(pair, item.gates) || soundPair(pair) !== pair) continue;
        const allowed = names.some((ground) => single.includes(ground));
        const { tier, sensitivity, age, phase, dataClass } = item;
        const decision = decide(masks, { ...waterRequest, tier, sensitivity, age, phase, dataClass, subjects: [pair] });
        if ((decision.outcome === 'ALLOW') !== allowed)
          throw new Error(`${names.join('+')} at ${JSON.stringify(item)}`);
      }
    }
    expect(asked).toBe(56_160);
  });
});
