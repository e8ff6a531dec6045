import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Outcome } from '../../src/policy/cells';
import { isGroundName, whileCompetitor, type GroundName } from '../../src/policy/grounds';

/** One question of a decision case, fully spelled out: what a test builds its world and its request from. */
export interface Scenario {
  readonly title: string;
  /** Grounds of the viewer towards the subject; exactly these, beside ANYONE. */
  readonly grounds: readonly GroundName[];
  /** Grounds towards who gave the fact; null where the subject's organisation gave it. */
  readonly contributor: readonly GroundName[] | null;
  /** Grounds towards the second subject of a link; null where it is judged by the first alone. */
  readonly otherEnd: readonly GroundName[] | null;
  readonly row: { readonly namesReader: boolean; readonly agreementCovers: boolean };
  readonly withdrawn: boolean;
  readonly fact: CaseFact;
  readonly phase: string;
  readonly expect: Outcome;
}

export interface CaseFact {
  readonly type: string;
  readonly field: string;
  readonly indicator?: string;
  readonly tier: string;
  readonly sensitivity: string;
  readonly age: string;
  readonly dataClass: string;
  /** Only for types that `policies/classification.yaml` does not hold. */
  readonly closed?: Outcome;
}

export interface DecisionCase {
  readonly file: string;
  readonly base: Scenario;
  /** The permits that open the base, gate by gate. */
  readonly by: readonly string[];
  readonly twin: Scenario;
  /** A forbid, `<gate>.no-permit`, `row.<what>`, or `grounds.one-for-all-gates`. */
  readonly because: string;
}

interface Viewer {
  ground?: string;
  grounds?: string[];
  competitor?: boolean;
}

interface Parts {
  viewer: Viewer;
  contributor?: Viewer;
  otherEnd?: Viewer;
  row?: { namesReader?: boolean; agreementCovers?: boolean };
  withdrawn?: boolean;
  fact: CaseFact;
  phase: string;
}

interface CaseText extends Parts {
  title: string;
  expect: Outcome;
  by: string[];
  twin: {
    title: string;
    changes: Partial<Omit<Parts, 'fact'>> & { fact?: Partial<CaseFact> };
    expect: Outcome;
    because: string;
  };
}

function groundsOf(viewer: Viewer): GroundName[] {
  const names = viewer.grounds ?? (viewer.ground === undefined ? [] : [viewer.ground]);
  if (names.length === 0) throw new Error('a viewer has no ground');
  return names.map((name) => {
    if (!isGroundName(name)) throw new Error(`\`${name}\` is no ground`);
    return viewer.competitor === true ? whileCompetitor(name) : name;
  });
}

function scenario(title: string, parts: Parts, expect: Outcome): Scenario {
  const grounds = groundsOf(parts.viewer);
  const holds = (plain: string): boolean => grounds.some((name) => name.startsWith(plain));
  return {
    title,
    grounds,
    contributor: parts.contributor === undefined ? null : groundsOf(parts.contributor),
    otherEnd: parts.otherEnd === undefined ? null : groundsOf(parts.otherEnd),
    // Unless a case says otherwise, a party is named by the row and an agreement covers it.
    row: {
      namesReader: parts.row?.namesReader ?? holds('PARTY'),
      agreementCovers: parts.row?.agreementCovers ?? holds('GRANT'),
    },
    withdrawn: parts.withdrawn ?? false,
    fact: parts.fact,
    phase: parts.phase,
    expect,
  };
}

function decisionCase(file: string, text: CaseText): DecisionCase {
  const { twin } = text;
  const changed: Parts = {
    ...text,
    ...twin.changes,
    row: { ...text.row, ...twin.changes.row },
    fact: { ...text.fact, ...twin.changes.fact },
  };
  return {
    file,
    base: scenario(text.title, text, text.expect),
    by: text.by,
    twin: scenario(`${text.title}; ${twin.title}`, changed, twin.expect),
    because: twin.because,
  };
}

/** Every case of `policies/cases`, in the order of files and lines. */
export function loadDecisionCases(root: string): DecisionCase[] {
  const folder = join(root, 'policies/cases');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((file) => {
      const texts: CaseText[] = parse(readFileSync(join(folder, file), 'utf8'));
      return texts.map((text) => decisionCase(file, text));
    });
}
