import { GROUND_NAMES } from '../policy/grounds';
import type { CompiledCell, DeterminingPolicies, Masks } from '../policy/masks';

function determining(policies: DeterminingPolicies): Record<string, readonly string[]> {
  return Object.fromEntries(
    GROUND_NAMES.flatMap((ground) => {
      const ids = policies.get(ground);
      return ids === undefined ? [] : [[ground, ids]];
    }),
  );
}

function cellLine(name: string, cell: CompiledCell): string {
  const value = { mask: cell.mask, opens: determining(cell.opens), closes: determining(cell.closes) };
  return `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`;
}

/**
 * The compiled law as JSON text: the same bytes for the same law, one cell and one policy a line, so that a change of law
 * shows in review as the cells that opened or closed.
 */
export function formatMasks(masks: Masks): string {
  return [
    '{',
    `  "lawHash": ${JSON.stringify(masks.lawHash)},`,
    `  "ageMonths": ${JSON.stringify(masks.ageMonths)},`,
    `  "grounds": ${JSON.stringify(GROUND_NAMES)},`,
    '  "cells": {',
    [...masks.cells].map(([name, cell]) => cellLine(name, cell)).join(',\n'),
    '  },',
    '  "policies": {',
    [...masks.policies].map(([id, policy]) => `    ${JSON.stringify(id)}: ${JSON.stringify(policy)}`).join(',\n'),
    '  }',
    '}',
    '',
  ].join('\n');
}
