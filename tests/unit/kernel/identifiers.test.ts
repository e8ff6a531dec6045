import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkLocation, roundLocation } from '../../../src/kernel/identifiers/coordinates';
import { checkCountry } from '../../../src/kernel/identifiers/country';
import { countryAt, liesIn } from '../../../src/kernel/identifiers/countryAt';
import { normaliseHs6 } from '../../../src/kernel/identifiers/hs6';
import { assignedCountries, subdivisionCodes } from '../../../src/kernel/identifiers/isoCodes';
import { checkLei, normaliseLei } from '../../../src/kernel/identifiers/lei';
import { checkOsId, countryOfOsId } from '../../../src/kernel/identifiers/osId';
import { checkOtherId } from '../../../src/kernel/identifiers/otherIds';
import { checkSubdivision, checkSubdivisionOf } from '../../../src/kernel/identifiers/subdivision';

describe('LEI', () => {
  const anyBody = fc.stringMatching(/^[A-Z0-9]{18}$/);
  /** ISO 7064 MOD 97-10 by whole numbers, sharing nothing with the code it judges. */
  const withCheckDigits = (body: string) => {
    const digits = [...`${body}00`].map((character) => String(parseInt(character, 36))).join('');
    return body + String(98n - (BigInt(digits) % 97n)).padStart(2, '0');
  };

  // A digit weighs one decimal place and a letter two: the standard promises nothing between the kinds.
  const sameKind = (a: string, b: string) => /\d/.test(a) === /\d/.test(b);

  it('every true check pair is admitted', () => {
    fc.assert(fc.property(anyBody, (body) => checkLei(withCheckDigits(body)).ok));
  });

  it('any one digit or letter changed into another is found', () => {
    fc.assert(
      fc.property(
        anyBody,
        fc.nat(17),
        fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
        (body, at, other) => {
          fc.pre(body[at] !== other && sameKind(body.charAt(at), other));
          const lei = withCheckDigits(body);
          expect(checkLei(lei.slice(0, at) + other + lei.slice(at + 1)).ok).toBe(false);
        },
      ),
    );
  });

  it('two neighbouring digits or letters swapped are found', () => {
    fc.assert(
      fc.property(anyBody, fc.nat(16), (body, at) => {
        fc.pre(body[at] !== body[at + 1] && sameKind(body.charAt(at), body.charAt(at + 1)));
        const lei = withCheckDigits(body);
        const swapped = lei.slice(0, at) + lei.charAt(at + 1) + lei.charAt(at) + lei.slice(at + 2);
        expect(checkLei(swapped).ok).toBe(false);
      }),
    );
  });

  it('offers what it would read, and stores nothing by itself', () => {
    expect(normaliseLei('9999 00SL UICE COPP ER57')).toBe('999900SLUICECOPPER57');
    expect(checkLei('999900sluicecopper57')).toMatchObject({
      error: { code: 'CHARSET', hint: expect.stringContaining('`999900SLUICECOPPER57`') },
    });
    expect(checkLei('')).toMatchObject({ error: { code: 'LENGTH' } });
  });
});

describe('OS ID', () => {
  it.each([
    ['CL2023366X1K87W', 'DAY'],
    ['CL2024000X1K87W', 'DAY'],
    ['CL2024367X1K87W', 'DAY'],
    ['cl2024032X1K87W', 'CHARSET'],
    ['DL2024032X1K87W', 'COUNTRY'],
  ])('%s is %s', (value, code) => {
    expect(checkOsId(value)).toMatchObject({ error: { code } });
  });

  it('day 366 exists in a leap year only', () => {
    const day366 = (year: number) =>
      [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'].some((last) => checkOsId(`CL${year}366X1K87${last}`).ok);
    expect(day366(2024)).toBe(true);
    expect(day366(2023)).toBe(false);
    expect(countryOfOsId('CL2024032X1K87W')).toBe('CL');
  });
});

describe('ISO 3166', () => {
  it('the lists in git are those of the package they come from', () => {
    const printed = execFileSync(process.execPath, [join(__dirname, '../../support/printIsoCodes.mjs')], {
      encoding: 'utf8',
    });
    expect(readFileSync(join(__dirname, '../../../src/kernel/identifiers/isoCodes.ts'), 'utf8')).toBe(printed);
  });

  it('holds 249 countries and every subdivision under one of them', () => {
    expect(assignedCountries).toHaveLength(249);
    const unknown = Object.entries(subdivisionCodes).flatMap(([country, codes]) =>
      codes.split(' ').filter((code) => !checkCountry(country).ok || !checkSubdivision(`${country}-${code}`).ok),
    );
    expect(unknown).toEqual([]);
  });

  it.each(['XK', 'EU', 'SU', 'cd', '', 'constructor', 'CDX'])('`%s` is no assigned country', (value) => {
    expect(checkCountry(value)).toMatchObject({ error: { code: 'UNKNOWN' } });
  });

  it('a part belongs to its country', () => {
    expect(checkSubdivisionOf('CD', 'CD-LU').ok).toBe(true);
    expect(checkSubdivisionOf('CL', 'CD-LU')).toMatchObject({ error: { code: 'OTHER_COUNTRY' } });
    expect(checkSubdivisionOf('CD', 'CD-ZZ')).toMatchObject({ error: { code: 'UNKNOWN' } });
    expect(checkSubdivision('ZZ-LU')).toMatchObject({ error: { code: 'UNKNOWN' } });
  });
});

describe('places', () => {
  it.each([
    ['90', '180', true],
    ['-90', '-180', true],
    ['90.000000000001', '0', 'RANGE'],
    ['1e1', '2', 'FORMAT'],
    ['', '2', 'FORMAT'],
    ['22.28°', '2', 'FORMAT'],
    ['0.0', '-0.000', 'NULL_ISLAND'],
    ['0', '0.1', true],
  ])('%s, %s is %s', (latitude, longitude, expected) => {
    const checked = checkLocation(latitude, longitude);
    expect(checked.ok ? true : checked.error.code).toBe(expected);
  });

  it('are rounded for artisanal sites', () => {
    expect(roundLocation({ latitude: '-10.7166', longitude: '25.4625' }, 1)).toEqual({
      latitude: '-10.7',
      longitude: '25.5',
    });
  });

  it('lie in a country, by its territory or its state', () => {
    expect(countryAt({ latitude: '-22.28', longitude: '-68.90' })).toBe('CL');
    expect(countryAt({ latitude: '40', longitude: '-40' })).toBeNull();
    const noumea = { latitude: '-22.27', longitude: '166.44' };
    expect(countryAt(noumea)).toBe('NC');
    expect([liesIn(noumea, 'NC'), liesIn(noumea, 'FR'), liesIn(noumea, 'AU')]).toEqual([true, true, false]);
  });

  it('where the standard has no code, nothing is said', () => {
    const pristina = { latitude: '42.66', longitude: '21.16' };
    expect(countryAt(pristina)).toBeNull();
    expect(liesIn(pristina, 'RS')).toBe(true);
  });
});

describe('other ids', () => {
  it.each([
    ['DUNS', '150483782', true],
    ['DUNS', '15-048-3782', 'FORMAT'],
    ['GLN', '4006381333931', true],
    ['GLN', '4006381333932', 'CHECK_DIGIT'],
    ['GLN', '4006318333931', 'CHECK_DIGIT'],
    ['GLN', '400638133393', 'FORMAT'],
    ['BPN', 'BPNL00000003CRHK', true],
    ['BPN', 'BPNX00000003CRHK', 'FORMAT'],
    ['BPN', 'BPNL00000003CRH', 'FORMAT'],
    ['NATIONAL_REGISTER', 'DE:HRB 12345', true],
    ['NATIONAL_REGISTER', 'ZZ:12345', 'COUNTRY'],
    ['NATIONAL_REGISTER', '12345', 'FORMAT'],
    ['NATIONAL_REGISTER', 'DE: 12345', 'FORMAT'],
    ['NATIONAL_REGISTER', 'DE:12345 ', 'FORMAT'],
  ] as const)('%s `%s` is %s', (scheme, value, expected) => {
    const checked = checkOtherId(scheme, value);
    expect(checked.ok ? true : checked.error.code).toBe(expected);
  });
});

it('an HS code is cut to six digits on import only', () => {
  expect(normaliseHs6('8105.20')).toBe('810520');
  expect(normaliseHs6('8105 20 00')).toBe('810520');
  expect(normaliseHs6('8105200015')).toBe('810520');
  expect(normaliseHs6('8105')).toBe('8105');
  expect(normaliseHs6('81052')).toBe('81052');
});
