import type { SourceFile } from '../csv/readRows';
import { stageRows, type ImportSource } from '../csv/stageRows';
import type { StagedEvent } from '../staging';
import { stageFlows } from './fineprintFlows';
import { stageOutputs } from './fineprintOutputs';
import { stageOwners } from './fineprintOwners';
import { readSite, sitesHeader } from './fineprintSites';
import { OrganisationRegister } from './organisationRegister';
import { SiteRegister } from './siteRegister';

/**
 * FINEPRINT: Jasansky, Lieber, Giljum, Maus (2023), "An open database on global coal and metal mine production",
 * Scientific Data, CC BY 4.0. Five files, joined by the name of the site; the sites are read first, and a row of any
 * other file whose site did not load is rejected with the reason (UNKNOWN_SITE, REGION_NOT_SITE, COMPANY_NOT_SITE).
 * The rules stand with each file: `fineprintSites.ts`, `fineprintOwners.ts`, `fineprintOutputs.ts` (production and
 * processing, together, since they may state one figure twice) and `fineprintFlows.ts`.
 */
export interface FineprintFiles {
  readonly sites: SourceFile;
  readonly owners: SourceFile | null;
  readonly production: SourceFile | null;
  readonly processing: SourceFile | null;
  readonly flows: SourceFile | null;
}

export const fineprintFormat = 'fineprint';

/** @param today ISO date: years that have not ended by then are rejected */
export function fineprint(files: FineprintFiles, today: string): ImportSource {
  const { sites, owners, production, processing, flows } = files;
  const given = [sites, owners, production, processing, flows].filter((file) => file !== null);
  const columnsNotLoaded: Record<string, string[]> = {
    [sites.name]: ['facility_types (beyond the type)', 'production_start'],
  };
  if (processing !== null) columnsNotLoaded[processing.name] = ['facility_type', 'input', 'input_unit', 'input_value'];
  if (flows !== null) columnsNotLoaded[flows.name] = ['mode', 'is_export', 'unit', 'value'];
  return {
    format: fineprintFormat,
    files: given.map((file) => file.name),
    inputs: given,
    columnsNotLoaded,
    events: () => stageFiles(files, today),
  };
}

async function* stageFiles(files: FineprintFiles, today: string): AsyncGenerator<StagedEvent> {
  const register = new SiteRegister(fineprintFormat);
  const organisations = new OrganisationRegister(fineprintFormat);
  yield* stageRows(files.sites, sitesHeader, (row, outcome) => readSite(row, outcome, register));
  if (files.owners !== null) yield* stageOwners(files.owners, register, organisations);
  yield* stageOutputs({ production: files.production, processing: files.processing }, register, today);
  if (files.flows !== null) yield* stageFlows(files.flows, register, today);
}
