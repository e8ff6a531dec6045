import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ClassificationError, TIMELESS_AGE, parseClassification } from '../../../src/policy/classification';

const plan = {
  number: 4095,
  table: 'plan',
  default: 'OWNER_ONLY/FUTURE_INTENT/PLAN',
  age: 'published_on',
  closed: 'HIDE',
  subjects: ['unit_no', 'customer_unit_no'],
  parties: ['owner_no', 'partner_no'],
  partyLists: ['recipients'],
  grants: 'indicator_no',
  without: ['COUNSEL'],
  conditional: [{ grounds: ['PARTY'], when: "{row}.state = 'ACTIVE'" }],
  columns: {
    title: 'row',
    budget: { cell: 'OWNER_ONLY/COST/CSI_CORE', field: 1 },
    place: { stored: 'place_class/PUBLIC_CLAIM', field: 2, closed: 'REDACT' },
  } as object,
};

function facts(changes: object) {
  return parseClassification({ facts: { Plan: { ...plan, ...changes } } }).facts;
}

describe('a classification', () => {
  it('says of every fact its class, its age, its closed shape, and whom it concerns', () => {
    expect(facts({})).toEqual([
      {
        type: 'Plan',
        number: 4095,
        table: 'plan',
        rowDefault: { tier: 'OWNER_ONLY', sensitivity: 'FUTURE_INTENT', dataClass: 'PLAN' },
        ageColumn: 'published_on',
        closed: 'HIDE',
        subjects: ['unit_no', 'customer_unit_no'],
        parties: ['owner_no', 'partner_no'],
        partyLists: ['recipients'],
        grants: { kind: 'column', column: 'indicator_no' },
        without: ['COUNSEL'],
        conditional: [{ grounds: ['PARTY'], when: "{row}.state = 'ACTIVE'" }],
        columns: [
          { name: 'title', class: { kind: 'row' } },
          {
            name: 'budget',
            class: {
              kind: 'fixed',
              cell: { tier: 'OWNER_ONLY', sensitivity: 'COST', dataClass: 'CSI_CORE' },
              field: 1,
              closed: 'HIDE',
            },
          },
          {
            name: 'place',
            class: { kind: 'stored', column: 'place_class', dataClass: 'PUBLIC_CLAIM', field: 2, closed: 'REDACT' },
          },
        ],
      },
    ]);
  });

  it('takes the narrowest where it says nothing: one unit, nobody named, no agreement, no condition', () => {
    const { age, closed, number, table, columns } = { ...plan, age: 'TIMELESS' };
    const bare = { age, closed, number, table, columns, default: plan.default };
    expect(parseClassification({ facts: { Plan: bare } }).facts[0]).toMatchObject({
      ageColumn: null,
      subjects: ['unit_no'],
      parties: [],
      partyLists: [],
      grants: { kind: 'none' },
      without: [],
      conditional: [],
    });
    expect(TIMELESS_AGE).toBe('TWELVE_MONTHS');
  });

  it.each([
    ['no', { kind: 'none' }],
    ['fact', { kind: 'fact' }],
    ['indicator_no', { kind: 'column', column: 'indicator_no' }],
  ])('opens by agreement as `%s` says', (grants, scope) => {
    expect(facts({ grants })[0]?.grants).toEqual(scope);
  });

  it.each(['REDACT', 'HIDE', 'AGGREGATE_ONLY'])('knows the closed shape %s', (closed) => {
    expect(facts({ closed })[0]?.closed).toBe(closed);
  });

  it('of the project itself is read whole', () => {
    const own = parseClassification(parse(readFileSync('policies/classification.yaml', 'utf8')));
    expect(own.facts.length).toBeGreaterThan(10);
    expect(new Set(own.facts.map(({ table }) => table)).size).toBe(own.facts.length);
  });
});

/** What is unknown or missing has no default that opens: the hub does not start on it. */
describe('a classification stops the start', () => {
  const budget = (changes: object) => ({
    columns: { budget: { cell: 'OWNER_ONLY/COST/CSI_CORE', field: 1, ...changes } },
  });
  const faults: [string, object, string][] = [
    ['an unknown tier', { default: 'FRIENDS/NONE/PLAN' }, 'Plan.default: `FRIENDS` is none of PUBLIC, ALLIANCE'],
    ['an unknown sensitivity', { default: 'PUBLIC/SECRET/PLAN' }, 'Plan.default: `SECRET` is none of NONE, PRICE'],
    ['an unknown data class', { default: 'PUBLIC/NONE/PLANS' }, 'Plan.default: `PLANS` is none of REFERENCE, PUBLIC'],
    ['a class of two parts', { default: 'PUBLIC/NONE' }, 'Plan.default: `` is none of REFERENCE'],
    ['a class of one part', { default: 'PUBLIC' }, 'Plan.default: `` is none of NONE'],
    ['an empty class', { default: '' }, 'Plan.default must be a text'],
    ['a tier left out', { default: '/NONE/PLAN' }, 'Plan.default: `` is none of PUBLIC'],
    ['a class of four parts', { default: 'PUBLIC/NONE/PLAN/X' }, '`PUBLIC/NONE/PLAN/X` is not TIER/SENSITIVITY/CLASS'],
    ['no class', { default: undefined }, 'Plan.default must be a text'],
    ['no closed shape', { closed: undefined }, 'Plan.closed must be a text'],
    ['ALLOW for a closed cell', { closed: 'ALLOW' }, 'Plan.closed: `ALLOW` is none of REDACT, HIDE, AGGREGATE_ONLY'],
    ['DENY for a closed cell', { closed: 'DENY' }, '`DENY` is none of'],
    ['no number', { number: undefined }, 'Plan.number must be an integer from 1 to 4095'],
    ['number 0', { number: 0 }, 'Plan.number must be an integer'],
    ['a number over twelve bits', { number: 4096 }, 'Plan.number must be an integer'],
    ['half a number', { number: 1.5 }, 'Plan.number must be an integer'],
    ['a number in words', { number: '1' }, 'Plan.number must be an integer'],
    ['no table', { table: undefined }, 'Plan.table must be a text'],
    [
      'SQL for a table',
      { table: 'plan; drop table plan' },
      'Plan.table `plan; drop table plan` is not a column or table',
    ],
    ['a quoted table', { table: '"plan"' }, 'is not a column or table name'],
    ['a table that begins with a digit', { table: '1plan' }, 'is not a column or table name'],
    ['a table in capitals', { table: 'planX' }, 'is not a column or table name'],
    ['no age', { age: undefined }, 'Plan.age must be a text'],
    ['SQL for an age', { age: 'now()' }, 'Plan.age `now()` is not a column'],
    ['subjects that are no list', { subjects: 'unit_no' }, 'Plan.subjects must be a list'],
    ['a subject that is no text', { subjects: ['unit_no', 7] }, 'Plan.subjects[1] must be a text'],
    ['SQL for a subject', { subjects: ['unit_no)'] }, 'Plan.subjects `unit_no)` is not a column'],
    ['SQL for a party', { parties: ['a b'] }, 'Plan.parties `a b` is not a column'],
    ['parties that are no list', { parties: {} }, 'Plan.parties must be a list'],
    ['SQL for a list of parties', { partyLists: ['a-b'] }, 'Plan.partyLists `a-b` is not a column'],
    ['lists of parties that are no list', { partyLists: 1 }, 'Plan.partyLists must be a list'],
    ['an agreement that opens by no column', { grants: '*' }, 'Plan.grants `*` is not a column'],
    ['an agreement that is no text', { grants: true }, 'Plan.grants must be a text'],
    ['an unknown ground', { without: ['FRIEND'] }, 'Plan.without: `FRIEND` is no ground'],
    ['grounds that are no list', { without: 'COUNSEL' }, 'Plan.without must be a list'],
    ['a condition that is no list', { conditional: {} }, 'Plan.conditional must be a list'],
    ['a condition that is no map', { conditional: ['x'] }, 'Plan.conditional[0] must be a map'],
    [
      'a condition for an unknown ground',
      { conditional: [{ grounds: ['FRIEND'], when: 'true' }] },
      'Plan.conditional.grounds: `FRIEND`',
    ],
    ['a condition without test', { conditional: [{ grounds: ['PARTY'] }] }, 'Plan.conditional.when must be a text'],
    ['no columns', { columns: undefined }, 'Plan.columns must be a map'],
    ['a list of columns', { columns: ['title'] }, 'Plan.columns must be a map'],
    ['no columns at all', { columns: null }, 'Plan.columns must be a map'],
    ['a column without class', { columns: { title: null } }, 'Plan.title must be a map'],
    ['a column of an unknown kind', { columns: { title: 'open' } }, 'Plan.title must be a map'],
    ['SQL for a column', { columns: { 'title as x': 'row' } }, 'Plan `title as x` is not a column'],
    ['a column without field number', budget({ field: undefined }), 'Plan.budget.field must be an integer'],
    ['a column of an unknown tier', budget({ cell: 'FRIENDS/NONE/PLAN' }), 'Plan.budget: `FRIENDS` is none of'],
    ['a column whose class is no text', budget({ cell: 7 }), 'Plan.budget.cell must be a text'],
    ['a column that is closed as ALLOW', budget({ closed: 'ALLOW' }), 'Plan.budget.closed: `ALLOW` is none of'],
    ['a column with neither class', budget({ cell: undefined }), 'Plan.budget.stored must be a text'],
    [
      'a stored class without data class',
      budget({ cell: undefined, stored: 'a' }),
      'Plan.budget: `` is none of REFERENCE',
    ],
    ['a stored class in no column', budget({ cell: undefined, stored: '/PLAN' }), 'Plan.budget must be a text'],
    ['SQL for a stored class', budget({ cell: undefined, stored: '1/PLAN' }), 'Plan.budget `1` is not a column'],
    [
      'two columns of one field number',
      { columns: { a: { cell: 'PUBLIC/NONE/PLAN', field: 3 }, b: 'row', c: { stored: 'x/PLAN', field: 3 } } },
      'Plan: field number `3` stands twice',
    ],
  ];

  it.each(faults)('with %s', (_what, changes, message) => {
    expect(() => facts(changes)).toThrow(ClassificationError);
    expect(() => facts(changes)).toThrow(message);
  });

  it('with two facts of one number, which one agreement would open together', () => {
    const twice = { facts: { Plan: plan, Target: { ...plan, table: 'target' } } };
    expect(() => parseClassification(twice)).toThrow('fact number `4095` stands twice');
  });

  it.each([
    ['nothing', null, 'classification must be a map'],
    ['a text', 'facts', 'classification must be a map'],
    ['a list', [], 'classification must be a map'],
    ['no facts', {}, 'facts must be a map'],
    ['a list of facts', { facts: [plan] }, 'facts must be a map'],
    ['a fact that is no map', { facts: { Plan: 'row' } }, 'Plan must be a map'],
  ])('when it is %s', (_what, document, message) => {
    expect(() => parseClassification(document)).toThrow(message);
  });
});
