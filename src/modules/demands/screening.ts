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

/** @throws DomainError COMPETITOR_CSI naming the rules that the text breaks, never what it said */
export function refuseCommercialText(texts: readonly { path: Path; text: string | null | undefined }[]): void {
  for (const { path, text } of texts) {
    const broken = text == null ? [] : screenText(text, screeningRules());
    if (broken.length === 0) continue;
    throw new DomainError('COMPETITOR_CSI', 'a demand may state responsible-sourcing requirements only', {
      rule: broken.join(','),
      path,
      next: 'remove commercial terms',
    });
  }
}
