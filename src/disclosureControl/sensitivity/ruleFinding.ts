export const sensitivityRules = ['MINIMUM_FREQUENCY', 'DOMINANCE', 'P_PERCENT', 'PQ'] as const;

export type SensitivityRule = (typeof sensitivityRules)[number];

/**
 * What one rule says of one cell. The protection levels say how far beyond the true value, above and below, the feasible
 * interval of the suppressed cell must reach (SDC Handbook 4.2, table of upper protection levels; below likewise, but
 * never below zero for a measure that cannot be negative).
 */
export interface RuleFinding {
  readonly rule: SensitivityRule;
  readonly sensitive: boolean;
  readonly protectionAbove: number;
  readonly protectionBelow: number;
}

/**
 * The finding of a rule that a cell does not violate.
 * Source: SDC Handbook 4.2. Guarantees: asks for no protection.
 */
export function safe(rule: SensitivityRule): RuleFinding {
  return { rule, sensitive: false, protectionAbove: 0, protectionBelow: 0 };
}

/**
 * A sensitive cell of value `total` that must reach `protection` on both sides.
 * Above: max(0, protection). Below: the same, no more than `total` where figures cannot be negative.
 * Source: SDC Handbook 4.2 (protection levels). Guarantees: what the rule asks for, as far as figures can go.
 */
export function sensitive(rule: SensitivityRule, protection: number, total: number, signed: boolean): RuleFinding {
  const above = Math.max(0, protection);
  return { rule, sensitive: true, protectionAbove: above, protectionBelow: signed ? above : Math.min(above, total) };
}
