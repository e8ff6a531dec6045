import { rightsAt } from '../../../src/identity/rights';
import { isHeldRole, ROLES } from '../../../src/identity/roles';
import { groundNames, SELF } from '../../../src/policy/grounds';
import { PUBLIC_GROUNDS, USUAL_RIGHTS } from '../../../src/policy/kinds';
import { affiliation, tenure } from './people';

const STANDINGS = ['GOOD', 'LATE', 'NONE', 'SUSPENDED', 'LEFT'] as const;

const OFFICES = ROLES.filter(isHeldRole);

test('what anybody with at most two offices may use is kept ready for the plain way of the law', () => {
  const reached = new Set<number>([PUBLIC_GROUNDS, SELF]);
  for (const standing of STANDINGS) {
    for (const one of OFFICES) {
      for (const other of [null, ...OFFICES]) {
        const tenures = [one, ...(other === null ? [] : [other])].map((role) => tenure(role));
        const { may } = rightsAt(affiliation({ standing }), tenures, null);
        expect([standing, one, other, USUAL_RIGHTS.includes(may)]).toEqual([standing, one, other, true]);
        reached.add(may);
      }
    }
    reached.add(rightsAt(affiliation({ standing }), [], null).may);
  }
  // and nothing is kept that nobody reaches
  expect(USUAL_RIGHTS.filter((may) => !reached.has(may)).map(groundNames)).toEqual([]);
  expect(new Set(USUAL_RIGHTS).size).toBe(USUAL_RIGHTS.length);
});

test('three offices are more: whoever holds them is decided by the whole law', () => {
  const { may } = rightsAt(affiliation(), [tenure('ANALYST'), tenure('SECRETARIAT'), tenure('ASSESSOR')], null);
  expect(USUAL_RIGHTS).not.toContain(may);
});
