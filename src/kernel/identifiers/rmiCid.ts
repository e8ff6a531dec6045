import type { Fault } from '../fault';
import { err, ok, type Result } from '../result';

/** Smelter identification number of the Responsible Minerals Initiative: `CID` and six digits. `domain.md` 1.1. */
export function checkRmiCid(value: string): Result<string, Fault<'FORMAT'>> {
  if (/^CID[0-9]{6}$/.test(value)) return ok(value);
  return err({ code: 'FORMAT', hint: 'write CID and six digits, such as `CID999001`' });
}
