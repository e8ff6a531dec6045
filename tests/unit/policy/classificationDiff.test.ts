import { parseClassification } from '../../../src/policy/classification';
import {
  classChangesText,
  classLines,
  compareClassifications,
  type ClassifiedLaw,
  type IndicatorClass,
} from '../../../src/policy/classificationDiff';
import { groundNames } from '../../../src/policy/grounds';
import { masks } from './world';

const plan = {
  number: 1,
  table: 'plan',
  default: 'OWNER_ONLY/FUTURE_INTENT/PLAN',
  age: 'TIMELESS',
  closed: 'HIDE',
  columns: { title: 'row', budget: { cell: 'OWNER_ONLY/FUTURE_INTENT/CSI_CORE', field: 1 } } as object,
};
const trir: IndicatorClass = {
  code: 'TRIR',
  level: 'SITE',
  cell: { tier: 'ALLIANCE', sensitivity: 'NONE', dataClass: 'PERFORMANCE' },
};

function law(changes: object = {}, indicators: IndicatorClass[] = [trir]): ClassifiedLaw {
  return { masks, classification: parseClassification({ facts: { Plan: { ...plan, ...changes } } }), indicators };
}

const changed = (changes: object) => compareClassifications(law(), law(changes));

describe('what a change of classification opens and closes', () => {
  it('finds nothing where nothing changed', () => {
    expect(compareClassifications(law(), law())).toEqual([]);
    expect(classChangesText([])).toBe('0 classifications changed, 0 of them open something');
  });

  it('names a column that was widened, and everybody it opens to', () => {
    const [change, ...rest] = changed({
      columns: { ...plan.columns, budget: { cell: 'ALLIANCE/NONE/PERFORMANCE', field: 1 } },
    });
    expect(rest).toEqual([]);
    expect(change?.subject).toBe('Plan.budget');
    expect(change?.before).toBe('OWNER_ONLY/FUTURE_INTENT/CSI_CORE, closed as HIDE');
    expect(change?.after).toBe('ALLIANCE/NONE/PERFORMANCE, closed as HIDE');
    expect(groundNames(change?.opened ?? 0)).toEqual(
      expect.arrayContaining(['CO_MEMBER', 'CO_MEMBER_COMPETITOR', 'CUSTOMER']),
    );
    expect(groundNames(change?.opened ?? 0)).not.toContain('SELF');
    expect(change?.closed).toBe(0);
    expect(change?.words).toMatch(/^Plan\.budget: .* -> .*\n {2}opened to .*members of the same alliance; /);
    expect(change?.words).not.toContain('closed to');
  });

  it('names whom a narrowing closes out', () => {
    const [change] = compareClassifications(law({ default: 'PUBLIC/NONE/PUBLIC_CLAIM' }), law());
    expect(change?.opened).toBe(0);
    expect(groundNames(change?.closed ?? 0)).toContain('ANYONE');
    expect(change?.words).toMatch(/\n {2}closed to everyone, without login; /);
    expect(change?.words).not.toContain('opened to');
  });

  it.each([
    ['who never reads it', { without: ['COUNSEL'] }, 'never open to competition counsel'],
    ['whom a row names', { parties: ['owner_no'], partyLists: ['recipients'] }, 'names owner_no, recipients'],
    ['how agreements open it', { grants: 'fact' }, 'agreements may cover it'],
    ['how agreements open its figures', { grants: 'indicator_no' }, 'agreements may cover it figure by figure'],
    ['from when it ages', { age: 'aged_from' }, 'ages from aged_from'],
    [
      'both ends of it',
      { subjects: ['unit_no', 'other_no'] },
      'each of these ends admits the reader: unit_no, other_no',
    ],
    ['its closed shape', { closed: 'REDACT' }, 'closed as REDACT'],
    [
      'a condition on the row',
      { conditional: [{ grounds: ['COUNSEL', 'SECRETARIAT'], when: '{row}.a or {row}.b' }] },
      'open to competition counsel, the secretariat only where a or b',
    ],
  ])('says that %s changed', (_what, changes, words) => {
    const change = changed(changes).find(({ subject }) => subject === 'Plan');
    expect(change?.after).toContain(words);
    expect(change?.before).not.toContain(words);
  });

  it('does not count grounds that never open the fact as opened', () => {
    const wide = { default: 'ALLIANCE/NONE/PERFORMANCE' };
    const names = (changes: object) => groundNames(changed({ ...wide, ...changes })[0]?.opened ?? 0);
    expect(names({})).toContain('COUNSEL');
    expect(names({ without: ['COUNSEL'] })).not.toContain('COUNSEL');
    const column = { columns: { ...plan.columns, budget: { cell: 'ALLIANCE/NONE/PERFORMANCE', field: 1 } } };
    const without = { without: ['COUNSEL'] };
    const [ofColumn] = compareClassifications(law(without), law({ ...without, ...column }));
    expect(ofColumn?.subject).toBe('Plan.budget');
    expect(groundNames(ofColumn?.opened ?? 0)).toContain('SECRETARIAT');
    expect(groundNames(ofColumn?.opened ?? 0)).not.toContain('COUNSEL');
    const lifted = compareClassifications(law({ ...wide, without: ['COUNSEL'] }), law(wide));
    expect(groundNames(lifted[0]?.opened ?? 0)).toEqual(['COUNSEL']);
  });

  it('names a figure whose class changed, and facts and columns that came or went', () => {
    const cell = { ...trir.cell, tier: 'PUBLIC' } as const;
    const [figure] = compareClassifications(law(), law({}, [{ ...trir, cell }]));
    expect(figure?.words).toMatch(
      /^Measurement\.TRIR \(SITE\): ALLIANCE\/NONE\/PERFORMANCE -> PUBLIC\/NONE\/PERFORMANCE\n {2}opened to everyone/,
    );
    const more = {
      columns: { ...plan.columns, place: { stored: 'place_class/PUBLIC_CLAIM', field: 2, closed: 'REDACT' } },
    };
    expect(changed(more).map(({ words }) => words)).toEqual([
      'new: Plan.place: stored in place_class/PUBLIC_CLAIM, closed as REDACT',
    ]);
    expect(compareClassifications(law(more), law()).map(({ words }) => words)).toEqual([
      'gone: Plan.place, which was stored in place_class/PUBLIC_CLAIM, closed as REDACT',
    ]);
    expect(changed({ columns: { ...plan.columns, note: 'row' } }).map(({ words }) => words)).toEqual([
      'new: Plan.note: as the row',
    ]);
  });

  it('lists what opens first', () => {
    const changes = compareClassifications(
      law({ closed: 'REDACT' }),
      law({ columns: { title: 'row', budget: { cell: 'PUBLIC/NONE/PUBLIC_CLAIM', field: 1, closed: 'REDACT' } } }),
    );
    expect(
      classChangesText(changes)
        .split('\n')
        .filter((line) => !line.startsWith(' '))
        .map((line) => line.split(':')[0]),
    ).toEqual(['2 classifications changed, 1 of them open something', 'Plan.budget', 'Plan']);
  });
});

test('every class in words leaves out columns that are as their row', () => {
  expect(classLines(law())).toEqual([
    'Plan: OWNER_ONLY/FUTURE_INTENT/PLAN; closed as HIDE',
    'Plan.budget: OWNER_ONLY/FUTURE_INTENT/CSI_CORE, closed as HIDE',
    'Measurement.TRIR (SITE): ALLIANCE/NONE/PERFORMANCE',
  ]);
});
