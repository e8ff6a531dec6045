import type { Fault } from '../fault';
import { compare, roundToDecimalPlaces } from '../quantity';
import { err, ok, type Result } from '../result';

export type CoordinatesFaultCode = 'FORMAT' | 'RANGE' | 'NULL_ISLAND';

/** WGS 84, decimal degrees as decimal text. */
export interface Coordinates {
  readonly latitude: string;
  readonly longitude: string;
}

const DEGREES = /^-?\d{1,3}(\.\d{1,15})?$/;
const LATITUDE_MAX = '90';
const LONGITUDE_MAX = '180';

/** Reads `latitude,longitude`, such as `-22.28,-68.90`. `domain.md` 1.1. */
export function checkCoordinates(value: string): Result<string, Fault<CoordinatesFaultCode>> {
  const [latitude, longitude, ...rest] = value.split(',');
  if (latitude === undefined || longitude === undefined || rest.length > 0) return err(badFormat());
  const checked = checkLocation(latitude.trim(), longitude.trim());
  return checked.ok ? ok(value) : checked;
}

/** The point (0, 0) lies in the ocean and means that a field was left empty. */
export function checkLocation(latitude: string, longitude: string): Result<Coordinates, Fault<CoordinatesFaultCode>> {
  if (!DEGREES.test(latitude) || !DEGREES.test(longitude)) return err(badFormat());
  if (isBeyond(latitude, LATITUDE_MAX)) {
    return err({ code: 'RANGE', hint: 'latitude lies between -90 and 90 and comes first' });
  }
  if (isBeyond(longitude, LONGITUDE_MAX)) return err({ code: 'RANGE', hint: 'longitude lies between -180 and 180' });
  const point = { latitude: roundToDecimalPlaces(latitude, 15), longitude: roundToDecimalPlaces(longitude, 15) };
  if (point.latitude === '0' && point.longitude === '0') {
    return err({ code: 'NULL_ISLAND', hint: 'leave the location empty where it is not known' });
  }
  return ok(point);
}

/** @param decimalPlaces 1 rounds to a tenth of a degree, some eleven kilometres: the default for artisanal sites. */
export function roundLocation(point: Coordinates, decimalPlaces: number): Coordinates {
  return {
    latitude: roundToDecimalPlaces(point.latitude, decimalPlaces),
    longitude: roundToDecimalPlaces(point.longitude, decimalPlaces),
  };
}

function isBeyond(degrees: string, limit: string): boolean {
  return compare(degrees, limit) > 0 || compare(degrees, `-${limit}`) < 0;
}

function badFormat(): Fault<'FORMAT'> {
  return { code: 'FORMAT', hint: 'write decimal degrees with a dot, latitude first, such as `-22.28,-68.90`' };
}
