/** What every coalition of up to `size` groups knows together, the coalition of nobody first. */
export function* coalitionsOf(knowledge: readonly (readonly number[])[], size: number): Generator<readonly number[]> {
  yield [];
  yield* extended([], 0, knowledge, size);
}

function* extended(
  known: readonly number[],
  from: number,
  knowledge: readonly (readonly number[])[],
  size: number,
): Generator<readonly number[]> {
  if (size <= 0) return;
  for (let group = from; group < knowledge.length; group += 1) {
    const more = (knowledge[group] ?? []).filter((unit) => !known.includes(unit));
    const together = known.length === 0 ? more : [...known, ...more];
    yield together;
    yield* extended(together, group + 1, knowledge, size - 1);
  }
}
