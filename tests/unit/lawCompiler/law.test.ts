import { LawError, compileSources, judge, readLawSources, type LawSources } from '../../../src/lawCompiler';
import { compileLaw } from '../../../src/lawCompiler/compile';
import { CELL_LISTS } from '../../../src/lawCompiler/cellLists';
import { loadLaw, parsePolicies } from '../../../src/lawCompiler/law';
import { parsePhaseGates } from '../../../src/lawCompiler/phaseGates';
import { parseAgeMonths } from '../../../src/lawCompiler/thresholds';
import { DATA_CLASSES, PHASES } from '../../../src/policy/cells';
import type { GroundName } from '../../../src/policy/grounds';

const sources = readLawSources('.');

function policy(body: string, annotations = '@id("tier.test") @reason("because") @basis("charter")'): LawSources {
  return { ...sources, files: [{ name: 'test.cedar', text: `${annotations}\n${body}` }] };
}

function load(test: LawSources): unknown {
  return loadLaw(test.files, test.schema, 'test');
}

const PERMIT = 'permit (principal, action == Action::"passTier", resource)';

describe('the text of the law', () => {
  it('gives every policy an id, one sentence of reason and a basis', () => {
    const policies = [...parsePolicies(sources.files).values()];
    expect(policies.length).toBeGreaterThan(40);
    for (const { id, reason, basis, file } of policies) {
      expect([id, reason.endsWith('.'), reason.includes('. ')]).toEqual([id, false, false]);
      expect(basis.length).toBeGreaterThan(10);
      expect(`${id.split('.')[0]}.cedar`.replace(/^(tier|phase)\./, '$1s.')).toBe(file);
    }
  });

  it('is short enough to read: no file over 260 lines', () => {
    for (const file of sources.files)
      expect([file.name, file.text.split('\n').length < 260]).toEqual([file.name, true]);
  });

  it('lists in its schema the very codes that the code has, in their order', () => {
    const relations = (CELL_LISTS.Ground ?? []).filter((name) => !name.endsWith('_COMPETITOR'));
    const lists: Record<string, readonly string[]> = { ...CELL_LISTS, Relation: relations };
    delete lists.Ground;
    for (const [type, codes] of Object.entries(lists)) {
      const found = new RegExp(`entity ${type} enum \\[([^\\]]*)\\]`).exec(sources.schema)?.[1] ?? '';
      expect([type, found.match(/\w+/g)]).toEqual([type, [...codes]]);
    }
  });

  it('is refused when two policies have one id: a map would lose the first', () => {
    const text = `@id("tier.a") @reason("a") @basis("a") ${PERMIT};\n@id("tier.a") @reason("b") @basis("b") forbid (principal, action, resource);`;
    expect(() => parsePolicies([{ name: 'a.cedar', text }])).toThrow('@id tier.a stands twice');
    const one = `@id("tier.a") @reason("a") @basis("a") ${PERMIT};`;
    expect(() =>
      parsePolicies([
        { name: 'a.cedar', text: one },
        { name: 'b.cedar', text: one },
      ]),
    ).toThrow('b.cedar: @id tier.a stands twice');
  });

  it.each([
    ['no id', '@reason("a") @basis("b")'],
    ['an id that names no gate', '@id("open") @reason("a") @basis("b")'],
    ['no reason', '@id("tier.a") @basis("b")'],
    ['an empty reason', '@id("tier.a") @reason("") @basis("b")'],
    ['no basis', '@id("tier.a") @reason("a")'],
  ])('is refused with %s', (_what, annotations) => {
    expect(() => parsePolicies(policy(`${PERMIT};`, annotations).files)).toThrow(LawError);
  });

  it.each([
    ['a syntax error', 'permit (principal, action resource);', /unexpected token/],
    ['a template', 'permit (principal == ?principal, action == Action::"passTier", resource);', /templates/],
    [
      'an action that does not exist',
      'permit (principal, action == Action::"passTeir", resource);',
      /unrecognized action/,
    ],
    ['an attribute that does not exist', `${PERMIT} when { principal.owner };`, /attribute `owner`/],
    ['a relation that does not exist', `${PERMIT} when { principal.relation == Relation::"CUSTMER" };`, /CUSTMER/],
    ['a tier that does not exist', `${PERMIT} when { resource.tier == Tier::"BILATREAL" };`, /BILATREAL/],
    ['a cell of another gate', `${PERMIT} when { resource.phase == Phase::"DISCOVERY" };`, /attribute `phase`/],
    ['a comparison of unlike things', `${PERMIT} when { principal.relation == Tier::"PUBLIC" };`, /./],
    ['a policy that can never apply, which is a mere warning', `${PERMIT} when { false };`, /impossible|never|always/i],
  ])('is refused with %s', (_what, body, message) => {
    expect(() => load(policy(body))).toThrow(message);
    expect(() => load(policy(body))).toThrow(LawError);
  });

  it('is refused when it is empty, or its schema is broken', () => {
    expect(() => loadLaw([], sources.schema, 'test')).toThrow('the law has no policy');
    expect(() => loadLaw(sources.files, 'entity Ground = {', 'test')).toThrow(LawError);
  });

  it('is refused when a policy fails to evaluate, even one that would only forbid', () => {
    // Overflow passes validation and fails at evaluation; Cedar would skip the forbid and open the cell.
    const overflow = '9223372036854775807 + (if principal.competitor then 1 else 2) > 0';
    const text = `@id("tier.a") @reason("a") @basis("b") ${PERMIT};\n@id("tier.b") @reason("a") @basis("b") forbid (principal, action == Action::"passTier", resource) when { ${overflow} };`;
    const law = loadLaw([{ name: 'a.cedar', text }], sources.schema, 'overflow');
    const frame = { audienceOf: parsePhaseGates(sources.phaseGates), ageMonths: { threeMonths: 3, twelveMonths: 12 } };
    expect(() => compileLaw(law, { ...frame, lawHash: 'x' })).toThrow(/tier\/PUBLIC for ANYONE: .*tier\.b.*overflow/s);
  });

  it('opens nothing that no policy mentions', () => {
    const masks = compileSources(policy(`${PERMIT} when { resource.tier == Tier::"PUBLIC" };`));
    const open = [...masks.cells].filter(([, cell]) => cell.mask !== 0).map(([name]) => name);
    expect(open).toEqual(['tier/PUBLIC']);
  });

  it('lets a forbid beat every permit', () => {
    const forbid =
      '@id("tier.b") @reason("a") @basis("b") forbid (principal, action, resource) when { principal.competitor };';
    const both = policy(`${PERMIT};\n${forbid}`);
    const law = loadLaw(both.files, both.schema, 'forbid');
    const ask = (ground: GroundName): unknown =>
      judge(law, ground, { gate: 'tier', tier: 'PUBLIC' }, parsePhaseGates(sources.phaseGates));
    expect(ask('CUSTOMER')).toEqual({ allowed: true, policies: ['tier.test'], fault: null });
    expect(ask('CUSTOMER_COMPETITOR')).toEqual({ allowed: false, policies: ['tier.b'], fault: null });
  });
});

describe('the phase gates', () => {
  const header = 'phase,data_class,contents,audience';
  const full = PHASES.flatMap((phase) => DATA_CLASSES.map((dataClass) => `${phase},${dataClass},x,OPEN`));

  it('name an audience for every phase and class', () => {
    const audienceOf = parsePhaseGates(sources.phaseGates);
    expect(audienceOf('COORDINATION', 'PLAN')).toBe('SAFEGUARDED');
    expect(audienceOf('CHAMPIONING', 'LINK')).toBe('OWN_ENDS');
  });

  it.each([
    [
      'an unknown audience',
      [header, ...full.slice(1), 'CHAMPIONING,REFERENCE,x,FRIENDS'],
      'line 105: `FRIENDS` is unknown',
    ],
    ['an unknown phase', [header, ...full, 'LATER,REFERENCE,x,OPEN'], '`LATER` is unknown'],
    ['an unknown class', [header, ...full, 'DISCOVERY,GOSSIP,x,OPEN'], '`GOSSIP` is unknown'],
    ['a line that stands twice', [header, ...full, 'DISCOVERY,LINK,x,OPEN'], 'DISCOVERY/LINK stands twice'],
    ['a line that is missing', [header, ...full.slice(0, -1)], 'CONVERGENCE_OR_CLOSURE/PLAN_EXTRACT is missing'],
    ['another column', ['phase,data_class,readers', 'DISCOVERY,LINK,OPEN'], 'line 2: `` is unknown'],
  ])('are refused with %s', (_what, lines, message) => {
    expect(() => parsePhaseGates(lines.join('\n'))).toThrow(message);
  });
});

describe('the thresholds of the law', () => {
  const entry = (value: unknown): string => `{ value: ${String(value)}, rationale: a, source: b }`;
  const yaml = (first: string, second: string): string =>
    `law:\n  rowAgeMonthsMin: ${first}\n  historicAgeMonthsMin: ${second}\n`;

  it('are those of the file', () => {
    expect(parseAgeMonths(sources.thresholds)).toEqual({ threeMonths: 3, twelveMonths: 12 });
  });

  it.each([
    ['no section', 'statistics: {}', 'no section `law`'],
    ['no document', '', 'no section `law`'],
    ['a missing number', 'law: {}', 'law.rowAgeMonthsMin is missing'],
    ['a text', yaml(entry('three'), entry(12)), 'must be a whole number'],
    ['a fraction', yaml(entry(2.5), entry(12)), 'must be a whole number'],
    ['a negative number', yaml(entry(-3), entry(12)), 'must be a whole number'],
    ['no rationale', yaml('{ value: 3, source: b }', entry(12)), 'lacks its rationale or its source'],
    ['no source', yaml(entry(3), '{ value: 12, rationale: a }'), 'lacks its rationale or its source'],
    ['ages that do not rise', yaml(entry(12), entry(12)), 'ages must rise'],
  ])('are refused with %s', (_what, text, message) => {
    expect(() => parseAgeMonths(text)).toThrow(message);
  });
});
