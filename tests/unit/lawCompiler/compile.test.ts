import { readFileSync } from 'node:fs';
import { MASKS_PATH, compileSources, formatMasks, readLawSources, readMasks } from '../../../src/lawCompiler';
import { judgeEntity } from '../../../src/lawCompiler/judge';
import { groundEntity, groundUid } from '../../../src/lawCompiler/entities';
import { prepareLaw } from '../../../src/lawCompiler/build';
import { AGES, DATA_CLASSES, PHASES, SENSITIVITIES, TIERS, everyCell, type Cell } from '../../../src/policy/cells';
import { GROUND_NAMES, groundMask, groundNames, isGroundName, type GroundName } from '../../../src/policy/grounds';
import { cellMask, parseMasks } from '../../../src/policy/masks';

const COMPILE_MILLISECONDS_MAX = 10_000;

const masks = readMasks('.');
const sources = readLawSources('.');

/** Reads `SELF PARTY+C`: `+C` adds the ground while competitor. */
function grounds(text: string): GroundName[] {
  const names = text.split(' ').flatMap((word) => {
    const plain = word.replace('+C', '');
    return word === plain ? [plain] : [plain, `${plain}_COMPETITOR`];
  });
  return names.map((name) => {
    if (!isGroundName(name)) throw new Error(`\`${name}\` is no ground`);
    return name;
  });
}

function opens(cell: Cell): GroundName[] {
  return groundNames(cellMask(masks, cell));
}

function same(text: string): GroundName[] {
  return groundNames(groundMask(grounds(text)));
}

const EVERYONE = GROUND_NAMES.join(' ');
const COUNTERPARTS = 'SELF AFFILIATE CUSTOMER SUPPLIER PARTY GRANT ASSESSOR';
const TIES = `${COUNTERPARTS} ANALYST CLEAN_TEAM COUNSEL SECRETARIAT DOWNSTREAM UPSTREAM CO_MEMBER BODY`;

describe('the compiled law, against tables written down by hand', () => {
  it.each([
    ['PUBLIC', EVERYONE],
    [
      'ALLIANCE',
      'SELF AFFILIATE CO_MEMBER+C CUSTOMER+C SUPPLIER+C PARTY+C GRANT+C BODY+C ASSESSOR ANALYST COUNSEL SECRETARIAT',
    ],
    ['VALUE_CHAIN', 'SELF AFFILIATE CUSTOMER SUPPLIER DOWNSTREAM UPSTREAM PARTY+C GRANT ASSESSOR'],
    ['VALUE_CHAIN_DOWNSTREAM', 'SELF AFFILIATE CUSTOMER DOWNSTREAM PARTY+C GRANT ASSESSOR'],
    ['VALUE_CHAIN_UPSTREAM', 'SELF AFFILIATE SUPPLIER UPSTREAM PARTY+C GRANT ASSESSOR'],
    ['BILATERAL', 'SELF CUSTOMER SUPPLIER PARTY+C GRANT+C ASSESSOR'],
    ['ADDRESSED', 'SELF PARTY+C GRANT+C ASSESSOR COUNSEL'],
    ['CLEAN_TEAM', 'SELF ASSESSOR CLEAN_TEAM'],
    ['OWNER_ONLY', 'SELF ASSESSOR'],
  ])('tier %s', (code, expected) => {
    const tier = TIERS.find((item) => item === code);
    expect(tier === undefined ? [] : opens({ gate: 'tier', tier })).toEqual(same(expected));
  });

  it.each([
    ['NONE', 'RECENT FUTURE', 'SELF AFFILIATE CUSTOMER SUPPLIER PARTY+C GRANT+C ASSESSOR'],
    ['NONE', 'THREE_MONTHS TWELVE_MONTHS', EVERYONE],
    ...['PRICE', 'COST', 'VOLUME', 'CAPACITY', 'TECHNOLOGY'].map((code) => [code, AGES.join(' '), COUNTERPARTS]),
    ['FUTURE_INTENT', AGES.join(' '), `${COUNTERPARTS} PARTY+C`],
    ['CONTRACT', AGES.join(' '), `${COUNTERPARTS} PARTY+C COUNSEL`],
    ['COUNTERPARTY', AGES.join(' '), `${COUNTERPARTS} PARTY+C COUNSEL DOWNSTREAM UPSTREAM CO_MEMBER`],
    ['DERIVED', 'RECENT FUTURE', COUNTERPARTS],
    ['DERIVED', 'THREE_MONTHS TWELVE_MONTHS', TIES],
    ['INTENSITY', AGES.join(' '), 'SELF ASSESSOR GRANT'],
    ...['PERSONAL', 'SECURITY', 'INDIGENOUS'].map((code) => [code, AGES.join(' '), 'SELF PARTY GRANT ASSESSOR']),
    ['LEGAL', AGES.join(' '), 'SELF PARTY+C ASSESSOR'],
  ])('sensitivity %s, %s', (code, ages, expected) => {
    const sensitivity = SENSITIVITIES.find((item) => item === code);
    for (const age of AGES.filter((item) => ages?.split(' ').includes(item))) {
      const found = sensitivity === undefined ? [] : opens({ gate: 'sensitivity', sensitivity, age });
      expect([age, found]).toEqual([age, same(expected ?? '')]);
    }
  });

  const MEMBERS =
    'SELF AFFILIATE CO_MEMBER+C CUSTOMER+C SUPPLIER+C DOWNSTREAM+C UPSTREAM+C PARTY+C BODY+C ANALYST COUNSEL SECRETARIAT';
  const RELEASED = 'SELF ANYONE CO_MEMBER+C BODY+C ANALYST COUNSEL SECRETARIAT';
  it.each([
    ['REFERENCE', '1-8', EVERYONE],
    ['PUBLIC_CLAIM', '1-8', EVERYONE],
    ['ALLIANCE_META', '1-1', 'SELF'],
    ['ALLIANCE_META', '2-2', 'SELF PARTY BODY SECRETARIAT'],
    ['ALLIANCE_META', '3-8', MEMBERS],
    ['AGGREGATE', '1-2', 'SELF'],
    ['AGGREGATE', '3-7', RELEASED],
    ['AGGREGATE', '8-8', 'SELF ANYONE'],
    ['PERFORMANCE', '1-4', 'SELF ASSESSOR'],
    ['PERFORMANCE', '5-7', EVERYONE],
    ['PERFORMANCE', '8-8', 'SELF'],
    ['LINK', '1-4', 'SELF PARTY+C'],
    ['LINK', '5-7', EVERYONE],
    ['LINK', '8-8', 'SELF PARTY+C'],
    ['DEMAND', '1-4', 'SELF PARTY+C'],
    ['DEMAND', '5-7', 'SELF PARTY+C GRANT+C'],
    ['DEMAND', '8-8', 'SELF PARTY+C'],
    ['DEMAND_AGGREGATE', '1-4', 'SELF'],
    ['DEMAND_AGGREGATE', '5-7', RELEASED],
    ['DEMAND_AGGREGATE', '8-8', 'SELF ANYONE'],
    ['PLAN', '1-5', 'SELF'],
    ['PLAN', '6-7', 'SELF GRANT'],
    ['PLAN', '8-8', 'SELF'],
    ['PLAN_EXTRACT', '1-5', 'SELF'],
    ['PLAN_EXTRACT', '6-7', 'SELF GRANT+C'],
    ['PLAN_EXTRACT', '8-8', 'SELF'],
    ['JOINT_ACTION', '1-6', 'SELF'],
    ['JOINT_ACTION', '7-8', 'SELF PARTY'],
    ['CSI_CORE', '1-5', 'SELF ASSESSOR'],
    ['CSI_CORE', '6-7', 'SELF ASSESSOR CLEAN_TEAM'],
    ['CSI_CORE', '8-8', 'SELF ASSESSOR'],
    ['GOVERNANCE_INTERNAL', '1-2', 'SELF'],
    ['GOVERNANCE_INTERNAL', '3-8', 'SELF BODY SECRETARIAT COUNSEL'],
  ])('%s in phases %s', (code, range, expected) => {
    const [first = 1, last = 0] = range.split('-').map(Number);
    const dataClass = DATA_CLASSES.find((item) => item === code);
    for (const phase of PHASES.slice(first - 1, last)) {
      const found = dataClass === undefined ? [] : opens({ gate: 'phase', phase, dataClass });
      expect([phase, found]).toEqual([phase, same(expected)]);
    }
  });
});

describe('what no law may open', () => {
  const competitors = groundMask(GROUND_NAMES.filter((name) => name.endsWith('_COMPETITOR')));
  const ownTrade = groundMask(['PARTY_COMPETITOR']);

  it('a competitor passes no sensitive or conditional cell, but for its own trade, at any age', () => {
    const open = everyCell().filter(
      (cell) =>
        cell.gate === 'sensitivity' &&
        !['NONE', 'LEGAL'].includes(cell.sensitivity) &&
        (cellMask(masks, cell) & competitors) !== 0,
    );
    expect(open.every((cell) => (cellMask(masks, cell) & competitors) === ownTrade)).toBe(true);
    const codes = open.map((cell) => (cell.gate === 'sensitivity' ? cell.sensitivity : ''));
    expect(new Set(codes)).toEqual(new Set(['COUNTERPARTY', 'CONTRACT', 'FUTURE_INTENT']));
  });

  it('no cell is closed to the owner', () => {
    const self = groundMask(['SELF']);
    expect(everyCell().filter((cell) => (cellMask(masks, cell) & self) === 0)).toEqual([]);
  });

  it('being competitor never opens a cell that is closed without, but for nothing at all', () => {
    const wider = everyCell().flatMap((cell) => {
      const mask = cellMask(masks, cell);
      return groundNames(mask & competitors).filter((name) => {
        const plain = name.replace('_COMPETITOR', '');
        return isGroundName(plain) && (mask & groundMask([plain])) === 0;
      });
    });
    expect(wider).toEqual([]);
  });
});

describe('the build', () => {
  const before = process.cpuUsage();
  const compiled = compileSources(sources);
  const { user, system } = process.cpuUsage(before);

  it('is what the sources generate, byte for byte', () => {
    expect(formatMasks(compiled)).toBe(readFileSync(MASKS_PATH, 'utf8'));
  });

  it('is read back as it was written', () => {
    expect(parseMasks(JSON.parse(formatMasks(compiled)))).toEqual(compiled);
  });

  // Processor time, so that what else runs on the machine does not decide.
  it('compiles in under ten seconds', () => {
    expect((user + system) / 1000).toBeLessThan(COMPILE_MILLISECONDS_MAX);
  });

  it('has a hash that follows every source', () => {
    const [first] = sources.files;
    if (first === undefined) throw new Error('no law');
    const others = [
      { ...sources, files: [{ ...first, text: `${first.text}\n` }, ...sources.files.slice(1)] },
      { ...sources, files: [{ ...first, name: 'other.cedar' }, ...sources.files.slice(1)] },
      { ...sources, schema: `${sources.schema}\n` },
      { ...sources, phaseGates: `${sources.phaseGates}\n` },
      { ...sources, thresholds: sources.thresholds.replace('value: 3\n', 'value: 4\n') },
    ];
    const handles = [sources, ...others].map((item) => prepareLaw(item).law.handle);
    expect(new Set(handles).size).toBe(handles.length);
  });
});

describe('a judgement that cannot be given', () => {
  const { law, audienceOf } = prepareLaw(sources);
  const cell: Cell = { gate: 'tier', tier: 'PUBLIC' };

  it('is given for a sound request', () => {
    expect(judgeEntity(law, groundEntity('ANYONE'), cell, audienceOf)).toEqual({
      allowed: true,
      policies: ['tier.public'],
      fault: null,
    });
  });

  it('denies a ground that lacks an attribute', () => {
    const broken = { uid: groundUid('ANYONE'), attrs: {}, parents: [] };
    expect(judgeEntity(law, broken, cell, audienceOf)).toEqual({
      allowed: false,
      policies: [],
      fault: expect.stringContaining('to have attribute'),
    });
  });

  it('denies a relation that the law does not know', () => {
    const attrs = { ...groundEntity('ANYONE').attrs, relation: { __entity: { type: 'Relation', id: 'FRIEND' } } };
    const judgement = judgeEntity(law, { uid: groundUid('ANYONE'), attrs, parents: [] }, cell, audienceOf);
    expect(judgement).toMatchObject({ allowed: false, policies: [] });
  });

  it('denies an attribute of another type', () => {
    const attrs = { ...groundEntity('CUSTOMER').attrs, competitor: 'no' };
    const judgement = judgeEntity(law, { uid: groundUid('CUSTOMER'), attrs, parents: [] }, cell, audienceOf);
    expect(judgement).toMatchObject({ allowed: false, policies: [] });
  });

  it('denies a law that was never loaded', () => {
    const absent = { ...law, handle: 'absent' };
    const judgement = judgeEntity(absent, groundEntity('ANYONE'), cell, audienceOf);
    expect(judgement).toEqual({ allowed: false, policies: [], fault: expect.any(String) });
  });
});
