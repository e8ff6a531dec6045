import { ExactAttacker } from './exactAttacker';
import type { Answer } from './hubs';
import type { World } from './world';

function figuresOf(world: World, unit: string): number[] {
  return world.figures.flatMap((figure, position) => (figure.unit === unit ? [position] : []));
}

function attackerWith(world: World, answers: readonly Answer[]): ExactAttacker {
  const attacker = new ExactAttacker(world.figures.length);
  for (const members of new Map(answers.map((answer) => [answer.members.join(), answer.members])).values()) {
    attacker.learn(members);
  }
  return attacker;
}

/** Units whose total, or any single figure, follows exactly from the answers and the insiders' own figures. */
export function unitsRecovered(world: World, answers: readonly Answer[], insiders: readonly string[] = []): number {
  const known = world.units.filter((unit) => unit.knownTo.some((group) => insiders.includes(group)));
  const attacker = attackerWith(world, answers).withInsider(known.flatMap((unit) => figuresOf(world, unit.id)));
  return world.units.filter((unit) => {
    if (known.includes(unit)) return false;
    const own = figuresOf(world, unit.id);
    return own.length > 0 && (attacker.knows(own) || own.some((figure) => attacker.knows([figure])));
  }).length;
}
