import fc from 'fast-check';
import {
  candidateMatches,
  commonOrganisations,
  coreName,
  normaliseName,
  normaliseOrganisationName,
} from '../../../src/modules/exchange/matching';

const settings = { similarityMin: 0.9, namesPerWordMax: 60, candidatesMax: 100 };

describe('names that are the same after normalising', () => {
  test.each([
    ['Siderúrgica Añil S.A.', 'SIDERURGICA ANIL SA'],
    ['Heron Limited', 'Heron Ltd.'],
    ['Heron Proprietary Limited', 'Heron Pty. Ltd'],
    ['Grupo Garza S.A.B. de C.V.', 'Grupo Garza SAB de CV'],
    ['Teal Acciai S.p.A.', 'Teal Acciai SpA'],
    ['Wader & Plover Corporation', 'Wader and Plover Corp'],
    ["Ma'aden", 'Ma’aden'],
    ['Łuskacz Ødegård Straße', 'luskacz odegard strasse'],
    ['Ruff Maden AŞ', 'Ruff Maden A.S.'],
    ['Kulik Public Joint Stock Company', 'Kulik PJSC'],
  ])('`%s` is `%s`', (left, right) => {
    expect(normaliseOrganisationName(left)).toBe(normaliseOrganisationName(right));
  });

  test.each([
    ['Heron Ltd', 'Heron SA'],
    ['Heron Ltd', 'Heron'],
    ['Heron Mine No. 1', 'Heron Mine No. 2'],
    ['Heron Iron', 'Heron Irons'],
  ])('`%s` is not `%s`', (left, right) => {
    expect(normaliseOrganisationName(left)).not.toBe(normaliseOrganisationName(right));
  });

  test('normalising twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(normaliseName(normaliseName(name))).toBe(normaliseName(name));
        const organisation = normaliseOrganisationName(name);
        expect(normaliseOrganisationName(organisation)).toBe(organisation);
      }),
    );
  });

  test('a name of legal forms alone keeps them', () => {
    expect(coreName('sa')).toBe('sa');
    expect(coreName('heron pty ltd')).toBe('heron');
  });
});

describe('names that may be the same', () => {
  const found = (kind: 'organisation' | 'site', ...names: string[]) =>
    candidateMatches(kind, names, settings).candidates.map(({ left, right, reason }) => [left, right, reason]);

  test('another legal form, other order, a letter or two', () => {
    expect(found('organisation', 'Heron Iron Ltd', 'Heron Iron SA')).toEqual([
      ['Heron Iron Ltd', 'Heron Iron SA', 'OTHER_LEGAL_FORM'],
    ]);
    expect(found('organisation', 'Heron Iron Group', 'Group Heron Iron')).toEqual([
      ['Heron Iron Group', 'Group Heron Iron', 'SAME_WORDS'],
    ]);
    expect(found('organisation', 'Chiffchaff Mining Works', 'Chiffchaf Mining Works')).toEqual([
      ['Chiffchaff Mining Works', 'Chiffchaf Mining Works', 'SIMILAR'],
    ]);
  });

  test('names that differ in a number are two things', () => {
    expect(found('site', 'Heron Deposit Number 1 Mine', 'Heron Deposit Number 2 Mine')).toEqual([]);
    expect(found('site', 'Heron Deposit Number II Mine', 'Heron Deposit Number III Mine')).toEqual([]);
  });

  test('names that are the same are no candidates: they are one already', () => {
    expect(found('organisation', 'Heron S.A.', 'HERON SA')).toEqual([]);
  });

  test('beyond the bound the answer says that it is not complete', () => {
    const names = ['Heron Ltd', 'Heron SA', 'Heron PLC'];
    const { candidates, complete } = candidateMatches('organisation', names, { ...settings, candidatesMax: 2 });
    expect(candidates).toHaveLength(2);
    expect(complete).toBe(false);
  });
});

test('organisations in common are found across spellings', () => {
  expect(commonOrganisations(['Heron S.A.', 'Teal Ltd'], ['HERON SA', 'Teal Inc'])).toEqual(['Heron S.A.']);
});
