import { InvariantError } from '../kernel/errors';
import { cellName, everyCell, type Cell } from './cells';
import { GROUND_NAMES, NO_GROUND, groundMask, isGroundName, type GroundMask, type GroundName } from './grounds';

/** Policy ids that decided about a ground in a cell. */
export type DeterminingPolicies = ReadonlyMap<GroundName, readonly string[]>;

/** One cell of the compiled law. A ground in neither map met no permit and no forbid: closed by default. */
export interface CompiledCell {
  /** The grounds that open the cell: exactly the keys of `opens`. */
  readonly mask: GroundMask;
  /** The permits by which each ground opens it. */
  readonly opens: DeterminingPolicies;
  /** The forbids by which each ground is kept out. */
  readonly closes: DeterminingPolicies;
}

/** What a policy says to a member (`reason`) and where it comes from (`basis`). */
export interface PolicyText {
  readonly effect: 'permit' | 'forbid';
  readonly reason: string;
  readonly basis: string;
}

/** Where the ages of a period begin, in whole months after its end. */
export interface AgeMonths {
  readonly threeMonths: number;
  readonly twelveMonths: number;
}

/** The compiled law, `policies/build/masks.json`. */
export interface Masks {
  /** SHA-256 of everything the law was compiled from, in lower-case hex. */
  readonly lawHash: string;
  readonly ageMonths: AgeMonths;
  /** By `cellName`; every cell of every gate stands here. */
  readonly cells: ReadonlyMap<string, CompiledCell>;
  /** By policy id. */
  readonly policies: ReadonlyMap<string, PolicyText>;
}

/** The grounds that open the cell of that name; a cell that is not in the law is open to nobody. */
export function namedCellMask(masks: Masks, name: string): GroundMask {
  return masks.cells.get(name)?.mask ?? NO_GROUND;
}

/** The grounds that open a cell. */
export function cellMask(masks: Masks, cell: Cell): GroundMask {
  return namedCellMask(masks, cellName(cell));
}

/** `cellMask` with the law bound, the form that the boundary generator takes. */
export function maskLookup(masks: Masks): (cell: Cell) => GroundMask {
  return (cell) => cellMask(masks, cell);
}

type Json = Record<string, unknown>;

function refuse(place: string, problem: string): never {
  throw new InvariantError(`compiled law, ${place}: ${problem}`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown, place: string): Json {
  return isObject(value) ? value : refuse(place, 'must be an object');
}

function text(value: unknown, place: string): string {
  return typeof value === 'string' && value !== '' ? value : refuse(place, 'must be a text');
}

function wholeNumber(value: unknown, place: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(place, 'must be a whole number');
}

function policyText(value: unknown, place: string): PolicyText {
  const { effect, reason, basis } = object(value, place);
  if (effect !== 'permit' && effect !== 'forbid') refuse(place, 'effect must be permit or forbid');
  return { effect, reason: text(reason, place), basis: text(basis, place) };
}

function determining(
  value: unknown,
  effect: PolicyText['effect'],
  policies: Masks['policies'],
  place: string,
): DeterminingPolicies {
  const found = new Map<GroundName, readonly string[]>();
  for (const [ground, ids] of Object.entries(object(value, place))) {
    if (!isGroundName(ground)) refuse(place, `\`${ground}\` is no ground`);
    if (!Array.isArray(ids) || ids.length === 0) refuse(place, `${ground} names no policy`);
    const named = ids.map((id) => text(id, place));
    const foreign = named.find((id) => policies.get(id)?.effect !== effect);
    if (foreign !== undefined) refuse(place, `\`${foreign}\` is no ${effect} of this law`);
    found.set(ground, named);
  }
  return found;
}

/** INVARIANT mask-is-opens: what the database tests is what counsel reads. */
function compiledCell(value: unknown, policies: Masks['policies'], place: string): CompiledCell {
  const spec = object(value, place);
  const opens = determining(spec.opens, 'permit', policies, place);
  const closes = determining(spec.closes, 'forbid', policies, place);
  const mask = wholeNumber(spec.mask, place);
  if (mask !== groundMask([...opens.keys()])) refuse(place, 'the mask is not that of the grounds that open it');
  if ([...closes.keys()].some((ground) => opens.has(ground))) refuse(place, 'a ground is both open and forbidden');
  return { mask, opens, closes };
}

function ageMonths(value: unknown): AgeMonths {
  const spec = object(value, 'ageMonths');
  const threeMonths = wholeNumber(spec.threeMonths, 'ageMonths.threeMonths');
  const twelveMonths = wholeNumber(spec.twelveMonths, 'ageMonths.twelveMonths');
  if (threeMonths >= twelveMonths) refuse('ageMonths', 'must rise');
  return { threeMonths, twelveMonths };
}

/**
 * Reads a parsed `masks.json`.
 * @throws InvariantError naming the place, when anything is missing, unknown or inconsistent: a hub does not start on it.
 */
export function parseMasks(document: unknown): Masks {
  const spec = object(document, 'document');
  const grounds = Array.isArray(spec.grounds) ? spec.grounds : refuse('grounds', 'must be a list');
  if (grounds.length !== GROUND_NAMES.length || GROUND_NAMES.some((name, index) => grounds[index] !== name)) {
    refuse('grounds', 'were compiled for other grounds');
  }
  const policies = new Map(
    Object.entries(object(spec.policies, 'policies')).map(([id, value]) => [id, policyText(value, id)]),
  );
  const written = new Map(Object.entries(object(spec.cells, 'cells')));
  const cells = new Map(
    everyCell().map((cell) => {
      const name = cellName(cell);
      return [name, compiledCell(written.get(name), policies, name)];
    }),
  );
  if (written.size !== cells.size) refuse('cells', 'there is a cell that no gate has');
  return { lawHash: text(spec.lawHash, 'lawHash'), ageMonths: ageMonths(spec.ageMonths), cells, policies };
}
