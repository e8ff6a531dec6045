import fc from 'fast-check';
import {
  attackerProblem,
  buildCells,
  buildHierarchy,
  flatHierarchy,
  protectJointly,
  protectTables,
  protectWithRollUp,
  subtotalEquations,
} from '../../../src/disclosureControl';
import type {
  ElementaryContribution,
  LinearProgramSolver,
  ProtectedRelease,
  ReleaseTask,
} from '../../../src/disclosureControl';
import { loadSolver } from './support/solver';
import { thresholds } from './support/thresholds';

let solver: LinearProgramSolver;
beforeAll(async () => {
  solver = await loadSolver();
});

const mineral = flatHierarchy('mineral', 'all', ['copper', 'cobalt', 'nickel']);
const place = buildHierarchy('place', {
  code: 'world',
  parts: [
    { code: 'africa', parts: [{ code: 'CD' }, { code: 'ZM' }] },
    { code: 'americas', parts: [{ code: 'CL' }, { code: 'PE' }] },
  ],
});
const universe = [mineral, place];
const table = [{ id: 'output', dimensions: ['mineral', 'place'] }];

function task(contributions: readonly ElementaryContribution[], more: Partial<ReleaseTask> = {}): ReleaseTask {
  return {
    universe,
    tables: table,
    contributions,
    nonNegative: true,
    readerMayContribute: true,
    colludingInsiders: 1,
    thresholds,
    solver,
    ...more,
  };
}

const minerals = ['copper', 'cobalt', 'nickel'];
const countries = ['CD', 'ZM', 'CL', 'PE'];

/** Figures of `groups` groups, each in one to three places. */
const worlds = (groups: number): fc.Arbitrary<readonly ElementaryContribution[]> =>
  fc
    .array(
      fc.array(
        fc.tuple(fc.constantFrom(...minerals), fc.constantFrom(...countries), fc.integer({ min: 0, max: 5000 })),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
      { minLength: groups, maxLength: groups },
    )
    .map((holdings) =>
      holdings.flatMap((places, group) =>
        places.map(([code, country, value]) => ({ unit: `g${group}`, coordinates: [code, country], value })),
      ),
    );

/** Narrowest interval, as a share of the figure, an outsider or one of five insiders gets for any group's part of any cell. */
function narrowestInterval(release: ProtectedRelease, suppressed: ReadonlySet<number>): number {
  const { model } = release;
  let narrowest = Infinity;
  for (const insider of [undefined, ...model.insiders.slice(0, 5)]) {
    const attacker = attackerProblem(model, suppressed, insider?.variables ?? new Set(), solver);
    for (const cell of model.cells) {
      for (const unit of new Set(cell.terms.map(([variable]) => model.units[variable]))) {
        const part = cell.terms.filter(([variable]) => model.units[variable] === unit);
        if (part.some(([variable]) => insider?.variables.has(variable) === true)) continue;
        const figure = part.reduce((sum, [variable]) => sum + (model.values[variable] ?? 0), 0);
        if (figure === 0) continue;
        const { lower, upper } = attacker.interval(part);
        narrowest = Math.min(narrowest, (upper - lower) / figure);
      }
    }
    attacker.dispose();
  }
  return narrowest;
}

describe('release of linked tables', () => {
  it('leaves every attacker, brute force, an interval of at least 2p percent for every figure', () => {
    let published = 0;
    fc.assert(
      fc.property(worlds(14), (contributions) => {
        const release = protectTables(task(contributions));
        expect(release.audit.passed).toBe(true);
        published += release.cells.length - release.suppressed.size;
        expect(narrowestInterval(release, release.suppressed)).toBeGreaterThanOrEqual(
          (2 * thresholds.pPercent) / 100 - 1e-4,
        );
      }),
      { numRuns: 4, seed: 20261123 },
    );
    expect(published).toBeGreaterThan(0);
  });

  it('would leave less with primary suppression alone: the attack finds the broken twin', () => {
    let exposed = 0;
    fc.assert(
      fc.property(worlds(14), (contributions) => {
        const release = protectTables(task(contributions));
        const sensitive = release.cells.flatMap((cell, position) => (cell.judgement.sensitive ? [position] : []));
        if (narrowestInterval(release, new Set(sensitive)) < (2 * thresholds.pPercent) / 100 - 1e-4) exposed += 1;
      }),
      { numRuns: 4, seed: 20261123 },
    );
    expect(exposed).toBeGreaterThan(0);
  });

  it('never suppresses what no requirement needs: a table of even contributions is published whole', () => {
    const contributions = minerals.flatMap((code) =>
      countries.flatMap((country) =>
        Array.from({ length: 8 }, (_, group) => ({
          unit: `${code}${country}${group}`,
          coordinates: [code, country],
          value: 100 + group,
        })),
      ),
    );
    const release = protectTables(task(contributions));
    expect(release.publishedShare).toBe(1);
    expect(release.audit.passed).toBe(true);
  });

  it('protects two tables that share a margin together', () => {
    const standard = flatHierarchy('standard', 'any', ['IRMA', 'RMAP']);
    const contributions = Array.from({ length: 24 }, (_, group) => ({
      unit: `g${group}`,
      coordinates: [minerals[group % 3] ?? '', countries[group % 4] ?? '', group % 5 === 0 ? 'IRMA' : 'RMAP'],
      value: 100 + 17 * (group % 7) + (group === 0 ? 90 : 0),
    }));
    const linked = [
      { id: 'by mineral', dimensions: ['mineral', 'standard'] },
      { id: 'by place', dimensions: ['place', 'standard'] },
    ];
    const release = protectTables(task(contributions, { universe: [mineral, place, standard], tables: linked }));
    const shared = release.cells.filter((cell) => cell.tables.length === 2).map((cell) => cell.key);
    expect(shared).toEqual(['all|world|IRMA', 'all|world|RMAP', 'all|world|any']);
    expect(release.audit.passed).toBe(true);
    expect(narrowestInterval(release, release.suppressed)).toBeGreaterThanOrEqual(0.2 - 1e-4);
  });

  it('holds against two insiders where two are assumed', () => {
    const contributions = Array.from({ length: 18 }, (_, group) => ({
      unit: `g${group}`,
      coordinates: [minerals[group % 3] ?? '', countries[group % 4] ?? ''],
      value: 50 + 31 * (group % 5),
    }));
    const release = protectTables(task(contributions, { colludingInsiders: 2 }));
    expect(release.audit.passed).toBe(true);
    const { model } = release;
    for (const first of model.insiders.slice(0, 3)) {
      for (const second of model.insiders.slice(6, 9)) {
        const known = new Set([...first.variables, ...second.variables]);
        const attacker = attackerProblem(model, release.suppressed, known, solver);
        model.values.forEach((value, variable) => {
          if (known.has(variable)) return;
          const { lower, upper } = attacker.interval([[variable, 1]]);
          expect((upper - lower) / value).toBeGreaterThanOrEqual(0.2 - 1e-4);
        });
        attacker.dispose();
      }
    }
  });

  it('protects a zero as it protects a figure', () => {
    const contributions = [
      ...Array.from({ length: 7 }, (_, group) => ({ unit: `g${group}`, coordinates: ['copper', 'CL'], value: 100 })),
      ...Array.from({ length: 7 }, (_, group) => ({ unit: `h${group}`, coordinates: ['copper', 'PE'], value: 0 })),
    ];
    const release = protectTables(task(contributions));
    const attacker = attackerProblem(release.model, release.suppressed, new Set(), solver);
    release.model.values.forEach((value, variable) => {
      if (value === 0) expect(attacker.interval([[variable, 1]]).upper).toBeGreaterThan(9);
    });
    attacker.dispose();
  });

  it('rolls a hierarchy up where too little survives, in the registered order', () => {
    const contributions = Array.from({ length: 16 }, (_, group) => ({
      unit: `g${group}`,
      coordinates: [minerals[group % 3] ?? '', countries[group % 4] ?? ''],
      value: 100 + 7 * group,
    }));
    const fine = protectTables(task(contributions));
    const release = protectWithRollUp(task(contributions), ['place', 'mineral', 'place']);
    expect(fine.publishedShare).toBeLessThan(thresholds.publishedCellShareMin);
    expect(release.cuts).toBeGreaterThan(0);
    expect(release.publishedShare).toBeGreaterThanOrEqual(thresholds.publishedCellShareMin);
    expect(release.audit.passed).toBe(true);
  });

  it('opens and closes the numerator and the denominator of a mean together', () => {
    const groups = Array.from({ length: 21 }, (_, group) => group);
    const place = (group: number): string[] => [minerals[group % 3] ?? '', countries[group % 4] ?? ''];
    const numerator = groups.map((g) => ({ unit: `g${g}`, coordinates: place(g), value: g === 4 ? 5000 : 100 }));
    const denominator = groups.map((g) => ({ unit: `g${g}`, coordinates: place(g), value: g === 7 ? 400 : 10 }));
    const [first, second] = protectJointly([task(numerator), task(denominator)]);
    expect([...(first?.suppressed ?? [])].sort()).toEqual([...(second?.suppressed ?? [])].sort());
    expect(first?.audit.passed === true && second?.audit.passed === true).toBe(true);
  });

  it('gives the same release for the same input', () => {
    const contributions = fc.sample(worlds(20), { numRuns: 1, seed: 7 })[0] ?? [];
    const [first, second] = [protectTables(task(contributions)), protectTables(task([...contributions].reverse()))];
    expect(second.cells).toEqual(first.cells);
  });
});

describe('cells of linked tables', () => {
  it('lists the equations a reader sees and leaves out cells without contributors', () => {
    const system = buildCells(universe, table, [
      { unit: 'a', coordinates: ['copper', 'CL'], value: 3 },
      { unit: 'a', coordinates: ['copper', 'CL'], value: 1 },
      { unit: 'b', coordinates: ['nickel', 'PE'], value: 2 },
    ]);
    expect(system.contributions).toHaveLength(2);
    expect(system.cells.map((cell) => cell.key)).not.toContain('cobalt|world');
    const values = system.cells.map((cell) =>
      cell.members.reduce((sum, member) => sum + (system.contributions[member]?.value ?? 0), 0),
    );
    const equations = subtotalEquations(system);
    expect(equations.length).toBeGreaterThan(4);
    for (const { total, parts } of equations) {
      expect(parts.reduce((sum, part) => sum + (values[part] ?? 0), 0)).toBe(values[total]);
    }
  });

  it('refuses a code outside its dimension and a repeated one', () => {
    const stray = [{ unit: 'a', coordinates: ['gold', 'CL'], value: 3 }];
    expect(() => buildCells(universe, table, stray)).toThrow(/`gold` is not in dimension/);
    expect(() => flatHierarchy('x', 'all', ['a', 'a'])).toThrow(/repeated/);
  });
});
