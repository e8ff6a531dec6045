import type { Fault } from '../fault';
import { err, ok, type Result } from '../result';
import { isCountry } from './country';

/** Schemes besides the LEI under which a member may be known, `domain.md` 1.1 `Member.otherIds`. */
export const otherIdSchemes = ['DUNS', 'GLN', 'BPN', 'NATIONAL_REGISTER'] as const;
export type OtherIdScheme = (typeof otherIdSchemes)[number];

export type OtherIdFaultCode = 'FORMAT' | 'CHECK_DIGIT' | 'COUNTRY';
export type OtherIdFault = Fault<OtherIdFaultCode>;

export function checkOtherId(scheme: OtherIdScheme, value: string): Result<string, OtherIdFault> {
  switch (scheme) {
    case 'DUNS':
      return checkDuns(value);
    case 'GLN':
      return checkGln(value);
    case 'BPN':
      return checkBpn(value);
    case 'NATIONAL_REGISTER':
      return checkNationalRegister(value);
  }
}

/** D-U-N-S number: nine digits, without a check digit since 2006. */
export function checkDuns(value: string): Result<string, OtherIdFault> {
  if (/^\d{9}$/.test(value)) return ok(value);
  return err({ code: 'FORMAT', hint: 'a D-U-N-S number has nine digits, without dashes' });
}

/**
 * GS1 Global Location Number: thirteen digits, the last a check digit. The twelve before it are weighted 1, 3, 1, 3
 * from the left; weighted sum and check digit add up to a multiple of ten.
 */
export function checkGln(value: string): Result<string, OtherIdFault> {
  if (!/^\d{13}$/.test(value)) return err({ code: 'FORMAT', hint: 'a GLN has 13 digits, without blanks' });
  const sum = [...value].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0 ? ok(value) : err({ code: 'CHECK_DIGIT', hint: 'the last digit does not fit the others' });
}

/** Catena-X business partner number of a legal entity (L), site (S) or address (A): twelve characters follow. */
export function checkBpn(value: string): Result<string, OtherIdFault> {
  if (/^BPN[LSA][0-9A-Z]{12}$/.test(value)) return ok(value);
  return err({ code: 'FORMAT', hint: 'a BPN is `BPNL`, `BPNS` or `BPNA` and twelve capital letters or digits' });
}

/**
 * Number in a national register, with the country in front: numbers repeat between registers, and one value belongs to
 * one member only.
 */
export function checkNationalRegister(value: string): Result<string, OtherIdFault> {
  if (!/^[A-Z]{2}:[A-Za-z0-9](?:[A-Za-z0-9 ./-]{0,38}[A-Za-z0-9])?$/.test(value)) {
    return err({ code: 'FORMAT', hint: 'write country, colon and number, such as `DE:HRB 12345`' });
  }
  if (isCountry(value.slice(0, 2))) return ok(value);
  return err({ code: 'COUNTRY', hint: `\`${value.slice(0, 2)}\` is no assigned ISO 3166-1 code` });
}
