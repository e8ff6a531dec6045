/**
 * Statistical disclosure control: which statistics over confidential figures may be published, so that no combination of
 * them gives one contributor away. Pure: no I/O, no clock, no randomness; the linear program solver, the time and the
 * thresholds are arguments.
 */
export { bandMiddle, priorDeviation, publicBand } from './bands';
export type { SizeBand } from './bands';
export { clusterFloor, clusterLimits } from './clusterFloor';
export type { ClusterAsk, ClusterDemand, ClusterLimits, ClusterParameters, ClusterView } from './clusterFloor';
export { contributionsByUnit, ownershipUnitOf, profileOf } from './contribution';
export type { Contribution, ContributionProfile, OwnerShare, OwnershipUnit, SiteFigure } from './contribution';
export { countedRange, countRange, figuresKnown } from './countBands';
export type { CountedFigures, CountRange, CountRules } from './countBands';
export { countsAsContributor, monthsBetween, oldEnough, retainedVarianceShare } from './eligibility';
export type { CalendarDate, MemberStanding } from './eligibility';
export { auditAnswers } from './independentAudit';
export type { AnswersAudit, AuditedFigure } from './independentAudit';
export { judgeCountedSet } from './ledger/disjointSets';
export type { CountedSetDecision } from './ledger/disjointSets';
export { ExactRowSpace } from './ledger/exactRank';
export { LeverageLedger, StaleDecisionError } from './ledger/leverageLedger';
export type { LedgerDecision, LedgerPolicy } from './ledger/leverageLedger';
export type { LedgerFigure, LedgerUnit } from './ledger/ledgerFrame';
export { canonicalFigureSet } from './ledger/figureSet';
export type { CanonicalFigureSet } from './ledger/figureSet';
export { protectJointly, protectTables, protectWithRollUp } from './release';
export type { CellStatus, ProtectedRelease, ReleasedCell, ReleaseTask } from './release';
export { contributorBand, contributorBands, roundSignificant } from './rounding';
export type { ContributorBand } from './rounding';
export { dominanceRule } from './sensitivity/dominance';
export { groupByHolding } from './sensitivity/holdings';
export { judgeCell } from './sensitivity/judgement';
export type { CellJudgement, JudgementContext } from './sensitivity/judgement';
export { minimumFrequencyRule } from './sensitivity/minimumFrequency';
export { pPercentRule } from './sensitivity/pPercent';
export { pqRule } from './sensitivity/pqRule';
export type { RuleFinding, SensitivityRule } from './sensitivity/ruleFinding';
export { highsSolver } from './solver/highsSolver';
export type { LinearProgram, LinearProgramSession, LinearProgramSolver } from './solver/linearProgramSolver';
export { suppressComplementary } from './suppression/complementarySuppression';
export { disclosureModel } from './suppression/disclosureModel';
export type { DisclosureModel, UnitBounds } from './suppression/disclosureModel';
export { attackerProblem, auditFeasibility } from './suppression/feasibilityAudit';
export type { AuditReport, FeasibleInterval } from './suppression/feasibilityAudit';
export { cellRequirements, unitRequirements } from './suppression/requirements';
export type { ProtectionRequirement } from './suppression/requirements';
export { buildCells, subtotalEquations } from './tables/cells';
export type { Cell, CellSystem, ElementaryContribution, TableDefinition } from './tables/cells';
export { buildHierarchy, cutHierarchy, flatHierarchy } from './tables/hierarchy';
export type { Hierarchy, HierarchyNode } from './tables/hierarchy';
export { thresholdsFrom } from './thresholds';
export type { Thresholds } from './thresholds';
export { judgeVintage } from './vintages';
export type { VintageCell, VintageJudgement, VintageRules } from './vintages';
