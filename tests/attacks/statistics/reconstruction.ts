import type { Highs } from 'highs';
import type { Answer } from './hubs';
import type { World } from './world';

/**
 * Reconstruction by linear programming: all answers as equations, public bands as bounds, the insiders' own figures known.
 * Talks to the solver directly and shares no code with the audit it attacks.
 *
 * @returns for every unit the insiders do not know (the first `unitsMax` of them), the width of what its total can be as a share of the total
 */
export function intervalWidths(
  highs: Highs,
  world: World,
  answers: readonly Answer[],
  insiders: readonly string[],
  unitsMax = Infinity,
): readonly number[] {
  const known = (unit: string): boolean => (world.knownTo.get(unit) ?? []).some((group) => insiders.includes(group));
  const scale = Math.max(...world.figures.map((figure) => figure.value));
  const distinct = [...new Map(answers.map((answer) => [answer.members.join(), answer])).values()];
  const sums = distinct.map((answer) => answer.value / scale);
  const count = world.figures.length;
  const starts = [0];
  const indices: number[] = [];
  for (const answer of distinct) {
    indices.push(...answer.members);
    starts.push(indices.length);
  }
  const bounds = world.figures.map(({ unit, value, band }) =>
    known(unit) ? [value / scale, value / scale] : [band.lower / scale, band.upper / scale],
  );
  return highs.withModel(
    {
      numCols: count,
      numRows: distinct.length,
      colCost: new Float64Array(count),
      colLower: bounds.map(([lower]) => lower ?? 0),
      colUpper: bounds.map(([, upper]) => upper ?? 0),
      rowLower: sums,
      rowUpper: sums,
      matrix: {
        format: 'csr',
        numRows: distinct.length,
        numCols: count,
        starts,
        indices,
        values: indices.map(() => 1),
      },
    },
    (model) => {
      model.options.set('output_flag', false);
      const range = { kind: 'range' as const, from: 0, to: count - 1 };
      const extreme = (figures: readonly number[], direction: number): number => {
        const cost = new Float64Array(count);
        for (const figure of figures) cost[figure] = direction;
        model.changeColsCost(range, cost);
        const { modelStatus } = model.run();
        if (modelStatus !== highs.constants.modelStatus.optimal) throw new Error(`attack not solved: ${modelStatus}`);
        return direction * model.getObjectiveValue();
      };
      return world.units
        .filter((unit) => !known(unit.id))
        .slice(0, unitsMax)
        .map((unit) => {
          const own = world.figures.flatMap((figure, position) => (figure.unit === unit.id ? [position] : []));
          const truth = own.reduce((sum, position) => sum + (world.figures[position]?.value ?? 0), 0) / scale;
          return (extreme(own, -1) - extreme(own, 1)) / truth;
        });
    },
  );
}

/** Groups by what they know, the largest first: the best informed competitors. */
export function largestGroups(world: World): readonly string[] {
  const sizeOf = new Map<string, number>();
  for (const figure of world.figures) {
    for (const group of world.knownTo.get(figure.unit) ?? []) {
      sizeOf.set(group, (sizeOf.get(group) ?? 0) + figure.value);
    }
  }
  return [...sizeOf].sort(([, a], [, b]) => b - a).map(([group]) => group);
}
