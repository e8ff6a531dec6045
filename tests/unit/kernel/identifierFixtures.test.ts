import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCoordinates } from '../../../src/kernel/identifiers/coordinates';
import { checkCountry } from '../../../src/kernel/identifiers/country';
import { checkHs6 } from '../../../src/kernel/identifiers/hs6';
import { checkLei } from '../../../src/kernel/identifiers/lei';
import { checkOsId } from '../../../src/kernel/identifiers/osId';
import { checkRmiCid } from '../../../src/kernel/identifiers/rmiCid';
import { checkSubdivision } from '../../../src/kernel/identifiers/subdivision';
import type { Result } from '../../../src/kernel/result';
import { loadCatalogue, packageRoot } from '../../../src/modules/reference';

interface Fixture {
  readonly kind: string;
  readonly value: string;
  readonly expected: string;
  readonly error_code: string;
  readonly note: string;
}

const fixtures: Fixture[] = parse(readFileSync(join(packageRoot(), 'reference', 'identifier-fixtures.csv')), {
  columns: true,
});
const { hs6Headings } = loadCatalogue();

const checks = new Map<string, (value: string) => Result<string, { code: string; hint: string }>>([
  ['LEI', checkLei],
  ['RMI_CID', checkRmiCid],
  ['OS_ID', checkOsId],
  ['ISO_3166_1', checkCountry],
  ['ISO_3166_2', checkSubdivision],
  ['HS6', (value) => checkHs6(value, hs6Headings)],
  ['COORDINATES', checkCoordinates],
]);

it('there are fixtures for every rule, good and bad', () => {
  for (const kind of checks.keys()) {
    const expected = fixtures.filter((fixture) => fixture.kind === kind).map((fixture) => fixture.expected);
    expect(new Set(expected)).toEqual(new Set(['VALID', 'INVALID']));
  }
  expect(fixtures.every((fixture) => checks.has(fixture.kind))).toBe(true);
});

it.each(fixtures.map((fixture) => [fixture.kind, fixture.value, fixture.error_code || 'VALID', fixture] as const))(
  '%s `%s` is %s',
  (kind, value, _, fixture) => {
    const answer = checks.get(kind)?.(value);
    if (fixture.expected === 'VALID') {
      expect(answer).toEqual({ ok: true, value });
    } else {
      expect(answer).toEqual({
        ok: false,
        error: { code: fixture.error_code, hint: expect.stringMatching(/^[^A-Z.].*[^.]$/) },
      });
    }
  },
);
