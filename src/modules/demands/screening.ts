import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DomainError, InvariantError } from '../../kernel/errors';
import type { Path } from '../../kernel/issues';
import { screenText, type ScreeningRule } from '../../policy/screening';
import { packageRoot } from '../reference';

let read: readonly ScreeningRule[] | null = null;

/** The patterns of `policies/screening.yaml`, read once. */
export function screeningRules(): readonly ScreeningRule[] {
  read ??= parseScreeningRules(readFileSync(join(packageRoot(), 'policies', 'screening.yaml'), 'utf8'));
  return read;
}

/** @throws InvariantError when the file holds no rules; SyntaxError for a pattern that is none */
export function parseScreeningRules(yaml: string): ScreeningRule[] {
  const content: unknown = parse(yaml);
  const rules = typeof content === 'object' && content !== null && 'rules' in content ? content.rules : null;
  if (typeof rules !== 'object' || rules === null) throw new InvariantError('policies/screening.yaml has no rules');
  return Object.entries(rules).map(([name, patterns]) => {
    if (!Array.isArray(patterns) || patterns.length === 0)
      throw new InvariantError(`screening rule ${name} has no pattern`);
    return { name, patterns: patterns.map((pattern) => new RegExp(String(pattern), 'u')) };
  });
}

interface ScreenedText {
  readonly path: Path;
  readonly text: string | null | undefined;
}

/**
 * @param may what such a text may say instead
 * @param allowed names of rules that do not hold for it, such as FUTURE_INTENT for a plan
 * @throws DomainError COMPETITOR_CSI naming the rules that the text breaks, never what it said
 */
export function refuseCommercialText(
  texts: readonly ScreenedText[],
  may = 'a demand may state responsible-sourcing requirements only',
  allowed: readonly string[] = [],
): void {
  const rules = screeningRules().filter((rule) => !allowed.includes(rule.name));
  for (const { path, text } of texts) {
    const broken = text == null ? [] : screenText(text, rules);
    if (broken.length === 0) continue;
    throw new DomainError('COMPETITOR_CSI', may, {
      rule: broken.join(','),
      path,
      next: 'remove commercial terms',
    });
  }
}
