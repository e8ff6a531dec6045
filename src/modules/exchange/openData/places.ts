import { liesIn } from '../../../kernel/identifiers/countryAt';
import { countryOfName } from '../../../kernel/identifiers/countryName';
import { checkLocation } from '../../../kernel/identifiers/coordinates';
import { parseDecimal, roundToDecimalPlaces } from '../../../kernel/quantity';
import { checkText } from '../../../kernel/identifiers/text';
import type { RowOutcome } from '../rowOutcome';
import type { SiteRecord } from '../staging';

/** Rejects with UNKNOWN_COUNTRY, or AMBIGUOUS_COUNTRY for `Korea`, or REGION_NOT_SITE for a continent. */
export function readCountry(text: string, column: string, outcome: RowOutcome): string | null {
  const country = countryOfName(text);
  if (country.ok) return country.value;
  switch (country.error.code) {
    case 'AMBIGUOUS':
      outcome.reject('AMBIGUOUS_COUNTRY', column, text, country.error.hint);
      break;
    case 'REGION':
      outcome.reject('REGION_NOT_SITE', column, text, country.error.hint);
      break;
    case 'BLANK':
    case 'SEVERAL':
    case 'UNKNOWN':
      outcome.reject('UNKNOWN_COUNTRY', column, text, country.error.hint);
      break;
  }
  return null;
}

/**
 * No coordinates: loaded with the warning NO_LOCATION. One of the two, out of range or (0, 0): rejected, since a wrong
 * place is worse than none. Outside the borders of its country: warned, as borders are simplified.
 */
export function readLocation(
  latitude: string,
  longitude: string,
  country: string | null,
  outcome: RowOutcome,
): SiteRecord['location'] {
  const written = `${latitude},${longitude}`;
  if (latitude === '' && longitude === '') {
    outcome.warn('NO_LOCATION', 'latitude', '', 'loaded without a place');
    return null;
  }
  if (latitude === '' || longitude === '') {
    outcome.reject(
      'COORDINATES_INCOMPLETE',
      latitude === '' ? 'latitude' : 'longitude',
      written,
      'give both or neither',
    );
    return null;
  }
  const location = checkLocation(fewerDigits(latitude), fewerDigits(longitude));
  if (!location.ok) {
    const code = location.error.code === 'NULL_ISLAND' ? 'NULL_ISLAND' : 'COORDINATES_OUT_OF_RANGE';
    outcome.reject(code, 'latitude', written, location.error.hint);
    return null;
  }
  if (country !== null && !liesIn(location.value, country)) {
    outcome.warn('OUTSIDE_COUNTRY', 'latitude', written, `the place does not seem to lie in \`${country}\``);
  }
  return location.value;
}

/** Sources compute in binary: a place has up to 16 decimals, of which the tenth already is less than a millimetre. */
function fewerDigits(degrees: string): string {
  const parsed = parseDecimal(degrees);
  return parsed.ok ? roundToDecimalPlaces(parsed.value, 10) : degrees;
}

/** Rejects a blank name, and one with characters that deceive the eye. */
export function readName(text: string, column: string, outcome: RowOutcome): string {
  const name = checkText(text);
  if (name.ok) return name.value;
  outcome.reject('INVALID_TEXT', column, text, name.error.hint);
  return text;
}

/** `unknown` and blank are no text. */
export function textOrNull(text: string): string | null {
  return text === '' || text.toLowerCase() === 'unknown' ? null : text;
}
