import type { ContributionProfile } from '../contribution';
import type { Thresholds } from '../thresholds';
import { dominanceRule } from './dominance';
import { minimumFrequencyRule } from './minimumFrequency';
import { pPercentRule } from './pPercent';
import { pqRule } from './pqRule';
import type { RuleFinding } from './ruleFinding';

/** Who reads the cell and whose figures in it need no protection. */
export interface JudgementContext {
  readonly readerMayContribute: boolean;
  readonly colludingInsiders: number;
  /** Units that are insiders by standing, or whose figures are public. */
  readonly unprotected?: ReadonlySet<string>;
  /** Groups that know a unit's figures as their own, by unit. */
  readonly knownTo?: ReadonlyMap<string, readonly string[]>;
}

export interface CellJudgement {
  readonly sensitive: boolean;
  readonly findings: readonly RuleFinding[];
  /** Largest level any violated rule asks for, above and below the true value. */
  readonly protectionAbove: number;
  readonly protectionBelow: number;
}

/**
 * All rules together (`domain.md` A1, A2): a cell is sensitive as soon as one rule says so, and must then be protected to
 * the widest level that any violated rule asks for. Runs only while a registered table is built, never on an ad-hoc
 * query, since a refusal that looks at values tells something of them.
 * Guarantees: sensitive if any rule finds it so, with the widest protection that any of them asks for.
 */
export function judgeCell(cell: ContributionProfile, thresholds: Thresholds, context: JudgementContext): CellJudgement {
  const waived = context.unprotected === undefined ? {} : { waived: context.unprotected };
  const estimation = { pPercent: thresholds.pPercent, colludingInsiders: context.colludingInsiders, ...waived };
  const findings = [
    minimumFrequencyRule(cell, {
      minimumContributors: thresholds.minimumContributors,
      colludingInsiders: context.colludingInsiders,
      readerMayContribute: context.readerMayContribute,
      ...(context.unprotected === undefined ? {} : { notCounted: context.unprotected }),
      ...(context.knownTo === undefined ? {} : { knownTo: context.knownTo }),
    }),
    dominanceRule(cell, { contributors: thresholds.dominanceContributors, percent: thresholds.dominancePercent }),
    pPercentRule(cell, estimation),
    pqRule(cell, { ...estimation, qPercent: thresholds.qPercent }),
  ];
  const protecting = findings.filter(
    (finding) => finding.rule !== 'DOMINANCE' || thresholds.dominanceProtectsInterval !== 0,
  );
  return {
    sensitive: findings.some((finding) => finding.sensitive),
    findings,
    protectionAbove: Math.max(...protecting.map((finding) => finding.protectionAbove)),
    protectionBelow: Math.max(...protecting.map((finding) => finding.protectionBelow)),
  };
}
