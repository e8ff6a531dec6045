import { readFileSync } from 'node:fs';
import { InvariantError } from '../../../src/kernel/errors';
import { AGES, PHASES, TIERS, cellName, disclosureClass, everyCell } from '../../../src/policy/cells';
import {
  CLOSURE_GROUNDS,
  EVERY_GROUND,
  GRANT_GROUNDS,
  GROUNDS,
  GROUND_NAMES,
  PARTY_GROUNDS,
  ROLE_GROUNDS,
  groundMask,
  groundNames,
  isGroundName,
  plainGround,
  whileCompetitor,
} from '../../../src/policy/grounds';
import { cellMask, maskLookup, parseMasks } from '../../../src/policy/masks';
import { cellWords } from '../../../src/policy/words';
import { masks } from './world';

interface Document {
  lawHash: unknown;
  ageMonths: unknown;
  grounds: unknown;
  cells: Record<string, { mask: unknown; opens: Record<string, unknown>; closes: Record<string, unknown> }>;
  policies: Record<string, unknown>;
}

function document(): Document {
  const parsed: Document = JSON.parse(readFileSync('policies/build/masks.json', 'utf8'));
  return parsed;
}

describe('the compiled law', () => {
  it('has a mask for every cell of every gate', () => {
    expect(everyCell()).toHaveLength(9 + 15 * 4 + 8 * 13);
    expect([...masks.cells.keys()]).toEqual(everyCell().map(cellName));
    expect(new Set(masks.cells.keys()).size).toBe(173);
  });

  it('is looked up by cell', () => {
    const cell = { gate: 'tier', tier: 'OWNER_ONLY' } as const;
    expect(cellMask(masks, cell)).toBe(groundMask(['SELF', 'ASSESSOR']));
    expect(maskLookup(masks)(cell)).toBe(cellMask(masks, cell));
  });

  it('is closed at a cell it does not hold', () => {
    expect(cellMask({ ...masks, cells: new Map() }, { gate: 'tier', tier: 'PUBLIC' })).toBe(0);
  });

  it('is read with its hash, ages and policies', () => {
    expect(masks.lawHash).toMatch(/^[0-9a-f]{64}$/);
    expect(masks.ageMonths).toEqual({ threeMonths: 3, twelveMonths: 12 });
    expect(masks.policies.get('competitors.no-csi')).toEqual({
      effect: 'forbid',
      reason: expect.stringContaining('competitors never read'),
      basis: expect.stringContaining('TFEU art. 101'),
    });
    const cell = masks.cells.get('tier/BILATERAL');
    expect(cell?.opens.get('CUSTOMER')).toEqual(['tier.bilateral']);
    expect(cell?.closes.get('CUSTOMER_COMPETITOR')).toEqual(['competitors.no-bilateral']);
  });

  const faults: [string, (broken: Document) => void, string][] = [
    ['no hash', (broken) => (broken.lawHash = ''), 'lawHash: must be a text'],
    ['a hash that is no text', (broken) => (broken.lawHash = 7), 'lawHash: must be a text'],
    ['no ages', (broken) => (broken.ageMonths = null), 'ageMonths: must be an object'],
    ['a list of ages', (broken) => (broken.ageMonths = [3, 12]), 'ageMonths: must be an object'],
    ['a fraction of an age', (broken) => (broken.ageMonths = { threeMonths: 2.5, twelveMonths: 12 }), 'whole number'],
    ['a negative age', (broken) => (broken.ageMonths = { threeMonths: -1, twelveMonths: 12 }), 'whole number'],
    [
      'an age in words',
      (broken) => (broken.ageMonths = { threeMonths: 3, twelveMonths: '12' }),
      'twelveMonths: must be',
    ],
    [
      'ages that do not rise',
      (broken) => (broken.ageMonths = { threeMonths: 12, twelveMonths: 12 }),
      'ageMonths: must rise',
    ],
    [
      'the other age in words',
      (broken) => (broken.ageMonths = { threeMonths: '3', twelveMonths: 12 }),
      'ageMonths.threeMonths: must be a whole number',
    ],
    ['no grounds', (broken) => (broken.grounds = 'SELF'), 'grounds: must be a list'],
    ['fewer grounds', (broken) => (broken.grounds = GROUND_NAMES.slice(1)), 'grounds: were compiled for other grounds'],
    [
      'two grounds in each other’s place',
      (broken) => (broken.grounds = ['MEMBER', 'ANYONE', ...GROUND_NAMES.slice(2)]),
      'other grounds',
    ],
    ['grounds in another order', (broken) => (broken.grounds = [...GROUND_NAMES].reverse()), 'other grounds'],
    ['one ground more', (broken) => (broken.grounds = [...GROUND_NAMES, 'FRIEND']), 'other grounds'],
    ['no policies', (broken) => Object.assign(broken, { policies: [] }), 'policies: must be an object'],
    [
      'a policy without reason',
      (broken) => (broken.policies['tier.public'] = { effect: 'permit', basis: 'b' }),
      'tier.public: must be a text',
    ],
    [
      'a policy without basis',
      (broken) => (broken.policies['tier.public'] = { effect: 'permit', reason: 'b' }),
      'tier.public: must be a text',
    ],
    [
      'another effect',
      (broken) => (broken.policies['tier.public'] = { effect: 'allow', reason: 'a', basis: 'b' }),
      'permit or forbid',
    ],
    [
      'a policy that is a list',
      (broken) => (broken.policies['tier.public'] = ['permit']),
      'tier.public: must be an object',
    ],
    ['a missing cell', (broken) => delete broken.cells['tier/PUBLIC'], 'tier/PUBLIC: must be an object'],
    [
      'a cell more',
      (broken) => (broken.cells['tier/FRIENDS'] = { mask: 0, opens: {}, closes: {} }),
      'cells: there is a cell that no gate has',
    ],
    ['no cells', (broken) => Object.assign(broken, { cells: null }), 'cells: must be an object'],
    ['a mask of other bits', (broken) => (cell(broken).mask = 1), 'not that of the grounds'],
    ['a mask in words', (broken) => (cell(broken).mask = 'all'), 'must be a whole number'],
    ['a mask that opens nothing', (broken) => (cell(broken).mask = 0), 'not that of the grounds'],
    ['an unknown ground', (broken) => (cell(broken).opens['FRIEND'] = ['tier.public']), '`FRIEND` is no ground'],
    ['a ground without policy', (broken) => (cell(broken).opens['SELF'] = []), 'SELF names no policy'],
    ['a policy that is no list', (broken) => (cell(broken).opens['SELF'] = 'tier.public'), 'SELF names no policy'],
    ['a number for a policy', (broken) => (cell(broken).opens['SELF'] = [7]), 'must be a text'],
    ['an unknown policy', (broken) => (cell(broken).opens['SELF'] = ['tier.friends']), '`tier.friends` is no permit'],
    [
      'a forbid that opens',
      (broken) => (cell(broken).opens['SELF'] = ['tier.public', 'competitors.no-csi']),
      '`competitors.no-csi` is no permit',
    ],
    [
      'a permit that closes',
      (broken) => (cell(broken).closes['ANYONE'] = ['tier.public']),
      '`tier.public` is no forbid',
    ],
    [
      'a ground both open and forbidden',
      (broken) => (cell(broken).closes['SELF'] = ['competitors.no-csi']),
      'both open and forbidden',
    ],
    [
      'no map of what opens',
      (broken) => Object.assign(cell(broken), { opens: null }),
      'tier/OWNER_ONLY: must be an object',
    ],
    [
      'no map of what closes',
      (broken) => Object.assign(cell(broken), { closes: undefined }),
      'tier/OWNER_ONLY: must be an object',
    ],
  ];

  function cell(broken: Document): Document['cells'][string] {
    const found = broken.cells['tier/OWNER_ONLY'];
    if (found === undefined) throw new Error('no such cell');
    return found;
  }

  it.each(faults)('is refused with %s', (_what, breakIt, message) => {
    const broken = document();
    breakIt(broken);
    expect(() => parseMasks(broken)).toThrow(message);
    expect(() => parseMasks(broken)).toThrow(InvariantError);
    expect(() => parseMasks(broken)).toThrow(/^compiled law, /);
  });

  it.each([[null], [undefined], ['text'], [7], [[]]])('is refused when it is %p', (value) => {
    expect(() => parseMasks(value)).toThrow('compiled law, document: must be an object');
  });
});

describe('grounds', () => {
  it('fit one positive integer of 31 bits, each with a bit of its own', () => {
    expect(GROUND_NAMES).toHaveLength(28);
    expect(GROUND_NAMES.map((name) => GROUNDS.get(name))).toEqual(GROUND_NAMES.map((_name, index) => index));
    expect(EVERY_GROUND).toBe(2 ** 28 - 1);
    expect(groundMask(['ANYONE'])).toBe(1);
    expect(groundMask(['BODY_COMPETITOR'])).toBe(2 ** 27);
    expect(groundMask([])).toBe(0);
  });

  it('are named back from a mask', () => {
    expect(groundNames(groundMask(['PARTY', 'SELF']))).toEqual(['SELF', 'PARTY']);
    expect(groundNames(0)).toEqual([]);
    expect(groundNames(EVERY_GROUND)).toEqual([...GROUND_NAMES]);
  });

  it('have a twin where competition makes a difference', () => {
    const twins = GROUND_NAMES.filter((name) => whileCompetitor(name) !== name);
    expect(twins).toEqual([
      'MEMBER',
      'CUSTOMER',
      'SUPPLIER',
      'DOWNSTREAM',
      'UPSTREAM',
      'CO_MEMBER',
      'PARTY',
      'GRANT',
      'BODY',
    ]);
    expect(whileCompetitor('CUSTOMER')).toBe('CUSTOMER_COMPETITOR');
    expect(plainGround('CUSTOMER_COMPETITOR')).toEqual({ ground: 'CUSTOMER', competitor: true });
    expect(plainGround('SELF')).toEqual({ ground: 'SELF', competitor: false });
  });

  it('are known by name only', () => {
    expect(isGroundName('GRANT')).toBe(true);
    expect([isGroundName('grant'), isGroundName(''), isGroundName('toString')]).toEqual([false, false, false]);
  });

  it('carry conditions by kind', () => {
    expect(groundNames(PARTY_GROUNDS)).toEqual(['PARTY', 'PARTY_COMPETITOR']);
    expect(groundNames(GRANT_GROUNDS)).toEqual(['GRANT', 'GRANT_COMPETITOR']);
    expect(groundNames(CLOSURE_GROUNDS)).toEqual([
      'DOWNSTREAM',
      'UPSTREAM',
      'DOWNSTREAM_COMPETITOR',
      'UPSTREAM_COMPETITOR',
    ]);
    expect(groundNames(ROLE_GROUNDS)).toEqual([
      ...['ANALYST', 'CLEAN_TEAM', 'COUNSEL', 'SECRETARIAT', 'PARTNER', 'POLICY_MAKER', 'ASSESSOR', 'BODY'],
      'BODY_COMPETITOR',
    ]);
  });
});

describe('cells', () => {
  it('are named by gate and codes', () => {
    expect(cellName({ gate: 'tier', tier: 'PUBLIC' })).toBe('tier/PUBLIC');
    expect(cellName({ gate: 'sensitivity', sensitivity: 'COST', age: 'RECENT' })).toBe('sensitivity/COST/RECENT');
    expect(cellName({ gate: 'phase', phase: 'DISCOVERY', dataClass: 'LINK' })).toBe('phase/DISCOVERY/LINK');
  });

  it('are said in words, with the age of the period', () => {
    const words = AGES.map((age) => cellWords({ gate: 'sensitivity', sensitivity: 'COST', age }));
    expect(words).toEqual([
      'sensitivity COST, period ended under three months ago',
      'sensitivity COST, period ended three to twelve months ago',
      'sensitivity COST, period ended twelve months ago or more, or has no period',
      'sensitivity COST, period not yet ended',
    ]);
    expect(cellWords({ gate: 'tier', tier: 'PUBLIC' })).toBe('tier PUBLIC');
    expect(cellWords({ gate: 'phase', phase: 'DISCOVERY', dataClass: 'LINK' })).toBe('LINK in phase DISCOVERY');
  });

  it('keep the order under which databases store them', () => {
    expect(TIERS).toEqual([
      ...[
        'PUBLIC',
        'ALLIANCE',
        'VALUE_CHAIN',
        'VALUE_CHAIN_DOWNSTREAM',
        'VALUE_CHAIN_UPSTREAM',
        'BILATERAL',
        'ADDRESSED',
      ],
      ...['CLEAN_TEAM', 'OWNER_ONLY'],
    ]);
    expect(AGES).toEqual(['RECENT', 'THREE_MONTHS', 'TWELVE_MONTHS', 'FUTURE']);
    expect(PHASES[0]).toBe('CHAMPIONING');
    expect(disclosureClass('PUBLIC', 'NONE')).toBe(0);
    expect(disclosureClass('ALLIANCE', 'PRICE')).toBe(17);
    expect(disclosureClass('OWNER_ONLY', 'INTENSITY')).toBe(142);
  });
});
