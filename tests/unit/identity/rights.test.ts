import { rightsAt } from '../../../src/identity/rights';
import { isHeldRole, ROLES } from '../../../src/identity/roles';
import { groundNames } from '../../../src/policy/grounds';
import { PUBLIC_GROUNDS, USUAL_RIGHTS } from '../../../src/policy/kinds';
import { affiliation, tenure } from './people';

const STANDINGS = ['GOOD', 'LATE', 'NONE', 'SUSPENDED', 'LEFT'] as const;

test('what anybody with at most one office may use is kept ready for the plain way of the law', () => {
  const reached = new Set<number>([PUBLIC_GROUNDS]);
  for (const standing of STANDINGS) {
    for (const role of [null, ...ROLES.filter(isHeldRole)]) {
      const { may } = rightsAt(affiliation({ standing }), role === null ? [] : [tenure(role)], null);
      expect({ standing, role, isKept: USUAL_RIGHTS.includes(may) }).toEqual({ standing, role, isKept: true });
      reached.add(may);
    }
  }
  // and nothing is kept that nobody reaches
  expect(USUAL_RIGHTS.filter((may) => !reached.has(may)).map(groundNames)).toEqual([]);
});

test('two offices are more than one: whoever holds both is decided by the whole law', () => {
  const { may } = rightsAt(affiliation(), [tenure('ANALYST'), tenure('SECRETARIAT')], null);
  expect(USUAL_RIGHTS).not.toContain(may);
});
