import { iso1A2Code } from '@rapideditor/country-coder';
import type { Coordinates } from './coordinates';
import { isCountry } from './country';

/**
 * The country whose territory, with its waters, holds a point; null at high sea and where no assigned code applies.
 * Borders are simplified and some are disputed, so a difference to the stated country is a warning, never a refusal.
 * This file alone loads the polygons (about 0.7 MB): import it where places are checked, not from everywhere.
 */
export function countryAt(point: Coordinates): string | null {
  const code = iso1A2Code([Number(point.longitude), Number(point.latitude)], { level: 'territory' });
  return code !== null && isCountry(code) ? code : null;
}

/** True where the polygons agree or say nothing, at either level: New Caledonia is stated as NC and as FR. */
export function liesIn(point: Coordinates, country: string): boolean {
  const position: [number, number] = [Number(point.longitude), Number(point.latitude)];
  const codes = [iso1A2Code(position, { level: 'territory' }), iso1A2Code(position)];
  return codes.every((code) => code === null || !isCountry(code)) || codes.includes(country);
}
