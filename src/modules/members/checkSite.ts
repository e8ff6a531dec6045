import { checkLocation, roundLocation, type Coordinates } from '../../kernel/identifiers/coordinates';
import { isCountry } from '../../kernel/identifiers/country';
import { liesIn } from '../../kernel/identifiers/countryAt';
import { nameWarnings } from '../../kernel/identifiers/nameWarnings';
import { checkOsId, countryOfOsId } from '../../kernel/identifiers/osId';
import { checkRmiCid } from '../../kernel/identifiers/rmiCid';
import { checkSubdivisionOf } from '../../kernel/identifiers/subdivision';
import { checkText } from '../../kernel/identifiers/text';
import type { IssueList } from '../../kernel/issues';
import { add, checkBounds, compare, parseDecimal } from '../../kernel/quantity';
import { stages as allStages } from '../../kernel/vocabulary';
import type { Catalogue } from '../reference';
import { take, takeCode, takeCountry } from './checkMember';
import type { AddSiteInput } from './site.input';

/** Types of `domain.md` 1.1 with the stages that may take place there; the first is meant where none is given. */
const STAGES_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  MINE_OPEN_PIT: ['MINING_LSM', 'CONCENTRATION', 'EXPLORATION'],
  MINE_UNDERGROUND: ['MINING_LSM', 'CONCENTRATION', 'EXPLORATION'],
  ASM_COOPERATIVE: ['MINING_ASM', 'LOCAL_TRADING'],
  CONCENTRATOR: ['CONCENTRATION'],
  SMELTER: ['SMELTING', 'REFINING', 'RECYCLING'],
  REFINERY: ['REFINING', 'SMELTING', 'RECYCLING'],
  RECYCLER: ['RECYCLING'],
  CHEMICAL_PLANT: ['CHEMICAL_PROCESSING', 'REFINING'],
  COMPONENT_PLANT: ['COMPONENT_MANUFACTURING'],
  ASSEMBLY_PLANT: ['PRODUCT_MANUFACTURING'],
  WAREHOUSE: ['INTERNATIONAL_TRADING', 'METAL_TRADING', 'LOCAL_TRADING', 'RETAIL'],
  TSF: ['MINING_LSM', 'CONCENTRATION'],
};
const SMELTERS_AND_REFINERS = ['SMELTER', 'REFINERY'];
const ARTISANAL = ['ASM_COOPERATIVE'];
const STATUSES = ['EXPLORATION', 'CONSTRUCTION', 'OPERATING', 'CARE_AND_MAINTENANCE', 'CLOSED'];
const CONSEQUENCE_CLASSES = ['LOW', 'SIGNIFICANT', 'HIGH', 'VERY_HIGH', 'EXTREME'];
const RAISING_METHODS = ['UPSTREAM', 'DOWNSTREAM', 'CENTRELINE', 'DRY_STACK', 'IN_PIT', 'OTHER'];
const MINERAL_ROLES = ['PRIMARY', 'BY_PRODUCT'];
/** `policies/thresholds.yaml`, law.artisanalPlaceDecimals: the place of an artisanal site is public to a tenth of a degree. */
const ARTISANAL_DECIMALS = 1;

export interface CheckedSite {
  readonly stages: readonly string[];
  readonly location: Coordinates | null;
  /** What everybody may read of the place. */
  readonly publicLocation: Coordinates | null;
  readonly isArtisanal: boolean;
  readonly warnings: string[];
}

/** Every rule on a site that needs no database (`domain.md` 1.1); all faults at once. */
export function checkSite(input: AddSiteInput, catalogue: Catalogue, issues: IssueList): CheckedSite {
  const warnings = nameWarnings(input.name).map((warning) => warning.hint);
  take(issues, ['input', 'name'], checkText(input.name));
  const stages = checkTypeAndStages(input, issues);
  takeCountry(issues, ['input', 'country'], input.country);
  if (input.subdivision && isCountry(input.country)) {
    take(issues, ['input', 'subdivision'], checkSubdivisionOf(input.country, input.subdivision));
  }
  checkIdentifiers(input, issues, warnings);
  const location = checkPlace(input, issues, warnings);
  if (input.status) takeCode(issues, ['input', 'status'], input.status, STATUSES);
  checkMinerals(input, catalogue, issues);
  checkOwners(input, issues);
  checkTailings(input, issues);
  if (input.nameplateCapacity !== undefined && input.nameplateCapacity !== null) {
    const tonnes = take(issues, ['input', 'nameplateCapacity'], parseDecimal(input.nameplateCapacity));
    if (tonnes !== null && compare(tonnes, '0') <= 0) {
      issues.add(['input', 'nameplateCapacity'], 'BOUNDS', 'the capacity is more than 0');
    }
  }
  const isArtisanal = ARTISANAL.includes(input.type) || stages.includes('MINING_ASM');
  const publicLocation = location && isArtisanal ? roundLocation(location, ARTISANAL_DECIMALS) : location;
  return { stages, location, publicLocation, isArtisanal, warnings };
}

function checkTypeAndStages({ type, stages }: AddSiteInput, issues: IssueList): readonly string[] {
  const fitting = STAGES_OF_TYPE[type];
  if (fitting === undefined) {
    issues.add(['input', 'type'], 'UNKNOWN', `use one of ${Object.keys(STAGES_OF_TYPE).join(', ')}`);
    return [];
  }
  const given = stages ?? [];
  given.forEach((stage, index) => {
    if (!allStages.some((known) => known === stage)) {
      issues.add(['input', 'stages', index], 'UNKNOWN', 'use a stage of the glossary, such as REFINING');
    } else if (!fitting.includes(stage)) {
      issues.add(['input', 'stages', index], 'TYPE_AND_STAGE', `${type} fits ${fitting.join(', ')}`);
    }
  });
  return given.length === 0 ? fitting.slice(0, 1) : [...new Set(given)];
}

function checkIdentifiers({ rmiCid, osId, type, country }: AddSiteInput, issues: IssueList, warnings: string[]): void {
  if (rmiCid) {
    take(issues, ['input', 'rmiCid'], checkRmiCid(rmiCid));
    if (!SMELTERS_AND_REFINERS.includes(type)) {
      issues.add(['input', 'rmiCid'], 'NOT_APPLICABLE', 'only smelters and refiners have an RMI id');
    }
  }
  if (!osId) return;
  const checked = take(issues, ['input', 'osId'], checkOsId(osId));
  if (checked !== null && countryOfOsId(checked) !== country) {
    warnings.push(`the OS ID was created under \`${countryOfOsId(checked)}\`, the site lies in \`${country}\``);
  }
}

function checkPlace({ location, country }: AddSiteInput, issues: IssueList, warnings: string[]): Coordinates | null {
  if (location === undefined || location === null) return null;
  const point = take(issues, ['input', 'location'], checkLocation(location.latitude, location.longitude));
  if (point !== null && isCountry(country) && !liesIn(point, country)) {
    warnings.push(`the location seems to lie outside \`${country}\``);
  }
  return point;
}

function checkMinerals({ minerals }: AddSiteInput, catalogue: Catalogue, issues: IssueList): void {
  const seen = new Set<string>();
  (minerals ?? []).forEach(({ mineral, role }, index) => {
    const path = ['input', 'minerals', index];
    if (!catalogue.minerals.some((row) => row.mineralId === mineral)) {
      issues.add([...path, 'mineral'], 'UNKNOWN', 'use a mineral of the catalogue, such as cobalt');
    }
    if (role) takeCode(issues, [...path, 'role'], role, MINERAL_ROLES);
    if (seen.has(mineral)) issues.add(path, 'DUPLICATE', 'this mineral stands there already');
    seen.add(mineral);
  });
}

function checkOwners({ owners }: AddSiteInput, issues: IssueList): void {
  let total = '0';
  (owners ?? []).forEach(({ member, name, percent }, index) => {
    const path = ['input', 'owners', index];
    if ((member == null) === (name == null)) issues.add(path, 'REQUIRED', 'give a member or a name');
    if (name) take(issues, [...path, 'name'], checkText(name));
    const share = take(issues, [...path, 'percent'], parseDecimal(percent));
    if (share === null) return;
    if (compare(share, '0') <= 0) issues.add([...path, 'percent'], 'BOUNDS', 'a share is more than 0 %');
    else if (take(issues, [...path, 'percent'], checkBounds(share, '0', '100')) !== null) total = add(total, share);
  });
  if (compare(total, '100') > 0) issues.add(['input', 'owners'], 'SUM', 'the shares come to at most 100 %');
}

function checkTailings({ tailingsFacilities }: AddSiteInput, issues: IssueList): void {
  (tailingsFacilities ?? []).forEach(({ name, raisingMethod, consequenceClass, volumeCubicMetres }, index) => {
    const path = ['input', 'tailingsFacilities', index];
    take(issues, [...path, 'name'], checkText(name));
    takeCode(issues, [...path, 'raisingMethod'], raisingMethod, RAISING_METHODS);
    takeCode(issues, [...path, 'consequenceClass'], consequenceClass, CONSEQUENCE_CLASSES);
    if (volumeCubicMetres === undefined || volumeCubicMetres === null) return;
    const volume = take(issues, [...path, 'volumeCubicMetres'], parseDecimal(volumeCubicMetres));
    if (volume !== null) take(issues, [...path, 'volumeCubicMetres'], checkBounds(volume, '0', null));
  });
}
