import fc from 'fast-check';
import { countryOfName } from '../../../src/kernel/identifiers/countryName';
import { nameWarnings } from '../../../src/kernel/identifiers/nameWarnings';
import { checkText } from '../../../src/kernel/identifiers/text';

describe('text', () => {
  it.each([
    ['Example Mining SA', 'Example Mining SA'],
    ['  Zinkhu\u0308tte  ', 'Zinkh\u00fctte'],
    ['Rio\u00a0 Tinto', 'Rio Tinto'],
    ['Müller & Söhne; GmbH', 'Müller & Söhne; GmbH'],
    ['Au < 5 g/t', 'Au < 5 g/t'],
    ['中国五矿', '中国五矿'],
    ['شرکت \u200cفولاد', 'شرکت \u200cفولاد'],
    ['𠮷', '𠮷'],
  ])('`%s` is kept, in its normal form', (value, expected) => {
    expect(checkText(value)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['nothing', '', 'LENGTH'],
    ['blanks only', ' \u3000 ', 'LENGTH'],
    ['501 characters', 'x'.repeat(501), 'LENGTH'],
    ['far too much', 'x'.repeat(10_000_000), 'LENGTH'],
    ['a null character', 'a\u0000b', 'CONTROL'],
    ['a line feed in a name', 'a\nb', 'CONTROL'],
    ['a line separator', 'a\u2028b', 'CONTROL'],
    ['an escape', 'a\u001b[31mb', 'CONTROL'],
    ['an override of direction', 'Mine \u202egpj.exe', 'BIDI'],
    ['an isolate', 'a\u2066b', 'BIDI'],
    ['a mark of direction', 'a\u200fb', 'BIDI'],
    ['a space of no width', 'Cop\u200bper', 'INVISIBLE'],
    ['a soft hyphen', 'Cop\u00adper', 'INVISIBLE'],
    ['a byte order mark', '\ufeffCopper', 'INVISIBLE'],
    ['a tag character', 'Copper\u{e0041}', 'INVISIBLE'],
    ['private use', 'Copper\ue000', 'INVISIBLE'],
    ['a noncharacter', 'Copper\uffff', 'INVISIBLE'],
    ['a filler', 'Copper\u3164', 'INVISIBLE'],
    ['an element', 'a<script>b', 'HTML'],
    ['an end tag', '</b>', 'HTML'],
    ['a comment', '<!-- -->', 'HTML'],
    ['an entity', '&lt;b', 'HTML'],
    ['a numeric entity', '&#x3c;b', 'HTML'],
    ['an entity in a web address', 'https://a.example/?q=1&lt;b', 'HTML'],
    ['an element in a web address', 'https://a.example/?q=<b>', 'HTML'],
    ['an entity beside a web address', 'https://a.example/?q=1&b; &copy;', 'HTML'],
    ['half a character', 'a\ud800b', 'SURROGATE'],
  ])('%s is refused', (_, value, code) => {
    expect(checkText(value)).toMatchObject({ ok: false, error: { code } });
  });

  it.each(['https://a.example/?q=1&name=value', 'https://a.example/?q=1&name;b=2', 'see https://a.example/?x&y;#part'])(
    'the parameters of a web address are no markup: %s',
    (value) => {
      expect(checkText(value)).toEqual({ ok: true, value });
    },
  );

  it('lines are admitted where asked for, other controls are not', () => {
    expect(checkText('one\n\ttwo', { multiline: true, charactersMax: 2000 })).toEqual({
      ok: true,
      value: 'one\n\ttwo',
    });
    expect(checkText('one\rtwo', { multiline: true })).toMatchObject({ error: { code: 'CONTROL' } });
  });

  it('length counts characters, not code units', () => {
    expect(checkText('𠮷'.repeat(500)).ok).toBe(true);
    expect(checkText('𠮷'.repeat(501)).ok).toBe(false);
    expect(checkText('ab', { charactersMin: 3 })).toMatchObject({ error: { code: 'LENGTH' } });
  });

  it('what is admitted is admitted again, unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (value) => {
        const checked = checkText(value);
        if (checked.ok) expect(checkText(checked.value)).toEqual(checked);
      }),
    );
  });
});

describe('names that deceive', () => {
  it.each([
    ['Gl\u0435ncore', 'MIXED_SCRIPT'],
    ['\u0420\u0435\u0440\u0443 Copper', 'LOOKALIKE'],
    ['\u039d\u0399\u039a\u0395 Metals', 'LOOKALIKE'],
  ])('%s is noted as %s', (name, code) => {
    expect(nameWarnings(name)).toMatchObject([{ code }]);
  });

  it.each([
    'Glencore',
    'Norilsk Nickel (Норильский никель)',
    'Северсталь',
    'トヨタ自動車 Toyota',
    '삼성SDI'.replace('SDI', ' SDI'),
    'Société Générale d’Électrolyse',
    'KGHM Polska Miedź',
  ])('%s is not', (name) => {
    expect(nameWarnings(name)).toEqual([]);
  });
});

describe('countries by name', () => {
  /** Every country named in the open data that the demo alliance and the import tests are built from. */
  const namesInData: Readonly<Record<string, string>> = {
    AF: 'Afghanistan',
    AL: 'Albania',
    DZ: 'Algeria',
    AO: 'Angola',
    AR: 'Argentina',
    AU: 'Australia',
    AT: 'Austria',
    AZ: 'Azerbaijan',
    BH: 'Bahrain',
    BD: 'Bangladesh',
    BY: 'Belarus',
    BE: 'Belgium',
    BJ: 'Benin',
    BT: 'Bhutan',
    BO: 'Bolivia',
    BA: 'Bosnia and Herzegovina',
    BR: 'Brazil',
    BG: 'Bulgaria',
    KH: 'Cambodia',
    CM: 'Cameroon',
    CA: 'Canada',
    CL: 'Chile',
    CN: 'China',
    CO: 'Colombia',
    CI: "Cote d'Ivoire|Côte d'Ivoire|Ivory Coast",
    CU: 'Cuba',
    CZ: 'Czech Republic',
    CD: 'Democratic Republic of Congo',
    DO: 'Dominican Republic',
    EC: 'Ecuador',
    EG: 'Egypt',
    ET: 'Ethiopia',
    FJ: 'Fiji',
    FI: 'Finland',
    FR: 'France',
    GA: 'Gabon',
    DE: 'Germany',
    GH: 'Ghana',
    GR: 'Greece',
    GL: 'Greenland',
    GT: 'Guatemala',
    GN: 'Guinea',
    GY: 'Guyana',
    HN: 'Honduras',
    HK: 'Hong Kong',
    HU: 'Hungary',
    IS: 'Iceland',
    IN: 'India',
    ID: 'Indonesia',
    IR: 'Iran',
    IQ: 'Iraq',
    IE: 'Ireland',
    IT: 'Italy',
    JM: 'Jamaica',
    JP: 'Japan',
    KZ: 'Kazakhstan',
    KE: 'Kenya',
    SA: 'Kingdom of Saudi Arabia|Saudi Arabia',
    KW: 'Kuwait',
    KG: 'Kyrgyzstan',
    LA: 'Laos',
    LV: 'Latvia',
    LR: 'Liberia',
    LY: 'Libya',
    LU: 'Luxembourg',
    MG: 'Madagascar',
    MY: 'Malaysia',
    ML: 'Mali',
    MR: 'Mauritania',
    MX: 'Mexico',
    MD: 'Moldova',
    MN: 'Mongolia',
    MA: 'Morocco',
    MZ: 'Mozambique',
    MM: 'Myanmar',
    NA: 'Namibia',
    NP: 'Nepal',
    NL: 'Netherlands',
    NC: 'New Caledonia',
    NZ: 'New Zealand',
    NG: 'Nigeria',
    KP: 'North Korea',
    MK: 'North Macedonia',
    NO: 'Norway',
    OM: 'Oman',
    PK: 'Pakistan',
    PA: 'Panama',
    PG: 'Papua New Guinea',
    PE: 'Peru',
    PH: 'Philippines',
    PL: 'Poland',
    PT: 'Portugal',
    QA: 'Qatar',
    CG: 'Republic of the Congo',
    RO: 'Romania',
    RU: 'Russia',
    RS: 'Serbia',
    SL: 'Sierra Leone',
    SG: 'Singapore',
    SK: 'Slovak Republic|Slovakia',
    SI: 'Slovenia',
    ZA: 'South Africa',
    KR: 'South Korea',
    ES: 'Spain',
    LK: 'Sri Lanka',
    SD: 'Sudan',
    SR: 'Suriname',
    SE: 'Sweden',
    CH: 'Switzerland',
    SY: 'Syria',
    TW: 'Taiwan',
    TJ: 'Tajikistan',
    TZ: 'Tanzania',
    TH: 'Thailand',
    TT: 'Trinidad and Tobago',
    TN: 'Tunisia',
    TR: 'Turkey|Türkiye',
    UG: 'Uganda',
    UA: 'Ukraine',
    AE: 'United Arab Emirates',
    GB: 'United Kingdom',
    US: 'United States',
    UZ: 'Uzbekistan',
    VE: 'Venezuela',
    VN: 'Vietnam',
    ZM: 'Zambia',
    ZW: 'Zimbabwe',
  };

  it('every name in the open data is known', () => {
    for (const [code, names] of Object.entries(namesInData)) {
      for (const name of names.split('|'))
        expect([name, countryOfName(name)]).toEqual([name, { ok: true, value: code }]);
    }
  });

  it.each([
    ['', 'BLANK'],
    ['Korea', 'AMBIGUOUS'],
    ['Congo', 'AMBIGUOUS'],
    ['NA', 'AMBIGUOUS'],
    ['China, South Korea, Italy', 'SEVERAL'],
    ['Asia, Europe', 'REGION'],
    ['North America', 'REGION'],
    ['Europe', 'REGION'],
    ['Gold refinery in Australia', 'UNKNOWN'],
    ['Smelters in Europe, Australia, Asia', 'SEVERAL'],
    ['constructor', 'UNKNOWN'],
  ])('`%s` is not mapped: %s', (text, code) => {
    expect(countryOfName(text)).toMatchObject({ error: { code } });
  });

  it.each([
    ['KOREA, REPUBLIC OF', 'KR'],
    ['Congo, Democratic Republic of the', 'CD'],
    ['Bolivia (Plurinational State of)', 'BO'],
    ['U.S.A.', 'US'],
    ['chl', 'CL'],
    ['GB', 'GB'],
    ['Viet Nam', 'VN'],
  ])('survey files write `%s` for %s', (text, code) => {
    expect(countryOfName(text)).toEqual({ ok: true, value: code });
  });
});
