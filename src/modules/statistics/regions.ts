import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { InvariantError } from '../../kernel/errors';
import { packageRoot } from '../reference';

/** Countries by region, `policies/regions.yaml`. */
export interface Regions {
  readonly codes: readonly string[];
  /** Region of an ISO 3166-1 alpha-2 code; `UNALLOCATED` for anything else. */
  regionOf(country: string): string;
  has(country: string): boolean;
}

export const UNALLOCATED = 'UNALLOCATED';

/** @throws InvariantError for a country that stands twice or is no code: the file ships with the hub. */
export function readRegions(root: string = packageRoot()): Regions {
  const content: unknown = parse(readFileSync(join(root, 'policies', 'regions.yaml'), 'utf8'));
  const regionByCountry = new Map<string, string>();
  const entries = Object.entries(Object(content));
  for (const [region, countries] of entries) {
    for (const country of String(countries).split(/\s+/)) {
      if (!/^[A-Z]{2}$/.test(country) || regionByCountry.has(country)) {
        throw new InvariantError(`policies/regions.yaml: \`${country}\` is no country, or stands twice`);
      }
      regionByCountry.set(country, region);
    }
  }
  return {
    codes: entries.map(([region]) => region),
    regionOf: (country) => regionByCountry.get(country) ?? UNALLOCATED,
    has: (country) => regionByCountry.has(country),
  };
}
