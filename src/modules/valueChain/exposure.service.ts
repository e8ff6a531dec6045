import { DomainError } from '../../kernel/errors';
import { checkCountry } from '../../kernel/identifiers/country';
import { IssueList } from '../../kernel/issues';
import { addDays } from '../../kernel/period';
import { type Operation, rowAskedFor } from '../graph';
import { OrganisationView, SiteView } from '../members';
import { knownStandards } from '../reference';
import { checkRequest, placesOf, valueChain, type ChainRequest, type Places } from './chain.service';
import { ChainDirection, type ChainCoverage, type ChainNode, type ChainShare, type Exposure } from './chain.types';
import { valueChainSettings } from './settings';

export interface ExposureTarget {
  member?: string | null;
  site?: string | null;
  /** ISO 3166-1 */
  jurisdiction?: string | null;
  /** a standard that suppliers of the shown chain hold no valid assessment against */
  standardGap?: string | null;
}

const NOT_IN_CHAIN: Exposure = { inChain: false, distance: null };

/** Where a target does not exist, is hidden or is simply not connected, the answer is one and the same. */
export async function exposure(operation: Operation, target: ExposureTarget, request: ChainRequest): Promise<Exposure> {
  const depth = checkRequest(operation, request);
  await checkTarget(operation, target);
  if (target.standardGap != null) return nearestGap(operation, target.standardGap, request);
  const units = await targetUnits(operation, target);
  const way = request.direction === ChainDirection.UPSTREAM ? 'upward' : 'downward';
  const [row] = await operation.rows<{ distance: number | null }>(
    `select policy.chain_distance_${way}($1, $2::int[], $3) as distance`,
    [request.mineral, units, depth],
  );
  const distance = row?.distance ?? null;
  return distance === null ? NOT_IN_CHAIN : { inChain: true, distance };
}

async function checkTarget(operation: Operation, target: ExposureTarget): Promise<void> {
  const issues = new IssueList();
  if (Object.values(target).filter((value) => value != null).length !== 1) {
    issues.add(['target'], 'TARGET', 'ask about one of member, site, jurisdiction and standardGap');
  }
  if (target.jurisdiction != null) {
    const country = checkCountry(target.jurisdiction);
    if (!country.ok) issues.add(['target', 'jurisdiction'], country.error.code, country.error.hint);
  }
  if (target.standardGap != null && !(await isStandard(operation, target.standardGap))) {
    issues.add(['target', 'standardGap'], 'UNKNOWN', 'use a standard of the catalogue, such as RMAP');
  }
  issues.throwIfAny();
}

async function isStandard(operation: Operation, standard: string): Promise<boolean> {
  const { standards } = await knownStandards(operation);
  return standards.some((row) => row.standardId === standard);
}

async function targetUnits(operation: Operation, target: ExposureTarget): Promise<number[]> {
  if (target.site != null) {
    const site = await rowAskedFor(operation, SiteView, operation.decodeId(target.site, 'site'));
    return site === null ? [] : [site.unitNo];
  }
  if (target.member != null) {
    const member = await rowAskedFor(operation, OrganisationView, operation.decodeId(target.member, 'member'));
    return member === null ? [] : [member.unitNo];
  }
  const rows = await operation.rows<{ unit_no: number }>('select unit_no from disclosed.site where country = $1', [
    target.jurisdiction,
  ]);
  return rows.map((row) => row.unit_no);
}

async function nearestGap(operation: Operation, standard: string, request: ChainRequest): Promise<Exposure> {
  const chain = await valueChain(operation, request);
  const named = (chain?.nodes ?? []).filter((node) => node.unitNo !== null && node.depth > 0);
  const held = await assessmentsOf(operation, standard, named);
  const gaps = named.filter((node) => !['VALID', 'EXPIRING'].includes(held.get(node.unitNo ?? 0)?.state ?? 'NONE'));
  if (gaps.length === 0) return NOT_IN_CHAIN;
  return { inChain: true, distance: Math.min(...gaps.map((node) => node.depth)) };
}

/** Shares of the links that are shown, by what their supplying (or supplied) end holds and where it lies. */
export async function chainCoverage(
  operation: Operation,
  standard: string,
  request: ChainRequest,
): Promise<ChainCoverage> {
  if (!(await isStandard(operation, standard))) {
    throw new DomainError('VALIDATION', 'input not valid', {
      issues: [{ path: ['standard'], rule: 'UNKNOWN', hint: 'use a standard of the catalogue, such as RMAP' }],
    });
  }
  const chain = await valueChain(operation, request);
  const byId = new Map((chain?.nodes ?? []).map((node) => [node.id, node]));
  const isUpward = request.direction === ChainDirection.UPSTREAM;
  const ends = (chain?.edges ?? [])
    .map((edge) => byId.get(isUpward ? edge.from : edge.to))
    .filter((node) => node !== undefined && node.unitNo !== null);
  const held = await assessmentsOf(operation, standard, ends);
  const places = await placesOf(
    operation,
    ends.map((node) => node?.unitNo ?? 0),
  );
  const areas = await riskAreas(operation);
  const shares = (keyOf: (unitNo: number) => string): ChainShare[] =>
    sharesOf(ends.map((node) => keyOf(node?.unitNo ?? 0)));
  const country = (unitNo: number): string => countryOf(places, unitNo);
  return {
    links: ends.length,
    byState: shares((unitNo) => held.get(unitNo)?.state ?? 'NONE'),
    byLevel: shares((unitNo) => held.get(unitNo)?.level ?? 'NONE'),
    byJurisdiction: shares(country),
    byRiskArea: shares((unitNo) => areas.get(country(unitNo)) ?? 'UNKNOWN'),
  };
}

function countryOf(places: Places, unitNo: number): string {
  return places.get(unitNo)?.site?.country ?? 'UNKNOWN';
}

async function riskAreas(operation: Operation): Promise<ReadonlyMap<string, string>> {
  const rows = await operation.rows<{ code: string; cahra: boolean | null }>(
    'select code, cahra from reference.jurisdiction where cahra is not null',
  );
  return new Map(rows.map(({ code, cahra }) => [code, cahra === true ? 'CAHRA' : 'NOT_CAHRA']));
}

function sharesOf(keys: readonly string[]): ChainShare[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, count]) => ({ key, share: (count / keys.length).toFixed(3) }));
}

interface Held {
  state: 'VALID' | 'EXPIRING' | 'EXPIRED';
  level: string | null;
}

/** The best that each unit holds against a standard, as far as the reader may read it; self-declared claims do not count. */
async function assessmentsOf(
  operation: Operation,
  standard: string,
  nodes: readonly (ChainNode | undefined)[],
): Promise<ReadonlyMap<number, Held>> {
  const { today } = operation.services;
  const rows = await operation.rows<{ unit_no: number; level: string | null; valid_to: string | null }>(
    `select unit_no, level, valid_to from disclosed.assessment
     where standard_id = $1 and unit_no = any($2::int[]) and state in ('CONFORMANT', 'CONFORMANT_WITH_CAP', 'EXPIRED') and label <> 'SELF_DECLARED'
     order by valid_to nulls first, id`,
    [standard, nodes.map((node) => node?.unitNo ?? 0)],
  );
  const soon = addDays(today(), valueChainSettings().expiringDays);
  const stateOf = (validTo: string | null): Held['state'] =>
    validTo === null || validTo > soon ? 'VALID' : validTo > today() ? 'EXPIRING' : 'EXPIRED';
  return new Map(rows.map((row) => [row.unit_no, { state: stateOf(row.valid_to), level: row.level }]));
}
