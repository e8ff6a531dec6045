import { SiteRegister } from '../../../src/modules/exchange/openData/siteRegister';
import { RowOutcome } from '../../../src/modules/exchange/rowOutcome';

test('a name is found as written, else by its normalised form where only one site has it', () => {
  const sites = new SiteRegister('x');
  const key = sites.accept('Río Garza');
  expect(sites.find('rio garza')).toEqual({ kind: 'SITE', key });
  expect(sites.find('rio garzas')).toBeNull();
});

test('two sites of one normalised form stay two, and a third spelling finds neither', () => {
  const sites = new SiteRegister('x');
  const keys = [sites.accept('Garza-Teal'), sites.accept('garza teal')];
  expect(new Set(keys).size).toBe(2);
  expect(sites.find('Garza-Teal')).toEqual({ kind: 'SITE', key: keys[0] });
  expect(sites.find('garza teal')).toEqual({ kind: 'SITE', key: keys[1] });
  expect(sites.find('GARZA TEAL')).toBeNull();
});

test('a row that names a rejected site is told why', () => {
  const sites = new SiteRegister('x');
  sites.refuse('Teal Region', 'REGION_NOT_SITE');
  sites.refuse('Odd', 'STATUS_UNMAPPED');
  const codes = ['Teal Region', 'Odd', 'Nowhere'].map((name) => {
    const outcome = new RowOutcome('a.csv', 2);
    expect(sites.require(name, 'site', outcome)).toBeNull();
    return outcome.code;
  });
  expect(codes).toEqual(['REGION_NOT_SITE', 'UNKNOWN_SITE', 'UNKNOWN_SITE']);
});
