/**
 * SQL of the ids that are judged where somebody asks for `ids`: them, and some closed rows of the view beside them, so that the law
 * looks up all that it would even where nothing has an id (`leaks.md` 33). To be asked with `in`: of `any` PostgreSQL 18 may make a
 * walk through the index of units of a small table, which takes the longer the farther a row stands from the first of its unit.
 */
export function judgedFor(ids: string, view: string): string {
  return `(select unnest(${ids} || policy.decoys('${view}')))`;
}
