import type { CsvRow, HeaderRule, SourceFile } from '../csv/readRows';
import { stageRows } from '../csv/stageRows';
import { FingerprintTable } from '../fingerprintTable';
import type { RowOutcome } from '../rowOutcome';
import type { LinkDestination, LinkRecord, SiteReference, StagedEvent } from '../staging';
import { readCommodity, type Commodity } from './commodities';
import { readCountry } from './places';
import type { SiteRegister } from './siteRegister';
import { readYear } from './years';

/**
 * `fineprint-flows.csv`: one row a flow of a product from a site, to a site, a port or a country. The rules:
 *
 * - A row yields an asserted link for each destination: the site named in `to_site`, or its ports, and each country of
 *   `export_to`. All must be understood, or the row is rejected as a whole.
 * - `to_site` is a site of the sites file, matched by name; else a port, if it is called port, puerto, harbour or
 *   terminal (a list of ports is several destinations; `Port at Duluth, Minnesota` is one); with a `/` between
 *   alternatives it is AMBIGUOUS_DESTINATION; else UNKNOWN_SITE (power stations, towns, plants of others).
 * - A destination such as `Europe` is a region: REGION_NOT_SITE. `Korea` is AMBIGUOUS_COUNTRY.
 * - A link has a period, a product and a mineral of the catalogue: without year MISSING_YEAR, without product
 *   MISSING_PRODUCT, coal and the like UNKNOWN_MINERAL.
 * - The same link again (by another mode of transport, or with another amount) is a DUPLICATE. Amounts are never
 *   loaded: a link carries a band of the customer's need, never a number (`domain.md` 1.2).
 */
const header: HeaderRule = {
  required: ['from_site', 'product', 'to_site', 'export_to', 'year', 'source'],
  optional: ['mode', 'is_export', 'unit', 'value'],
  unknownColumns: 'IGNORE',
};

const portWords = /(?<!\p{L})(?:ports?|puerto|harbou?r|terminal)(?!\p{L})/iu;

export async function* stageFlows(file: SourceFile, sites: SiteRegister, today: string): AsyncGenerator<StagedEvent> {
  const links = new FingerprintTable();
  yield* stageRows(file, header, (row, outcome) => readFlow(row, outcome, sites, links, today));
}

function readFlow(row: CsvRow, outcome: RowOutcome, sites: SiteRegister, links: FingerprintTable, today: string): void {
  const supplier = sites.require(row.cell('from_site'), 'from_site', outcome);
  const commodity = readProduct(row.cell('product'), outcome);
  const destinations = readDestinations(row, sites, outcome);
  const year = readYear(row.cell('year'), 'year', today, outcome);
  if (supplier !== null && destinations.some((to) => to.kind === 'SITE' && to.key === supplier.key)) {
    outcome.reject('LINK_TO_ITSELF', 'to_site', row.cell('to_site'), 'supplier and customer are the same site');
  }
  if (outcome.isRejected || supplier === null || commodity === null || year === null) return;

  const candidates = destinations.map((customer) => linkOf(supplier, customer, commodity, year, row.cell('source')));
  const fresh = candidates.filter((link) => links.take(identityOf(link)));
  if (fresh.length === 0) {
    outcome.reject('DUPLICATE', 'to_site', row.cell('to_site'), 'an earlier row asserts the same link');
  }
  outcome.load(...fresh);
}

function readProduct(text: string, outcome: RowOutcome): Commodity | null {
  if (text === '') {
    outcome.reject('MISSING_PRODUCT', 'product', text, 'name the product');
    return null;
  }
  const commodity = readCommodity(text, 'PRODUCT');
  if (commodity.minerals.length === 1) return commodity;
  if (commodity.minerals.length === 0) {
    outcome.reject('UNKNOWN_MINERAL', 'product', text, 'no mineral of the catalogue');
  } else {
    outcome.reject('AMBIGUOUS_MINERAL', 'product', text, `could be ${commodity.minerals.join(' or ')}`);
  }
  return null;
}

function readDestinations(row: CsvRow, sites: SiteRegister, outcome: RowOutcome): LinkDestination[] {
  const toSite = row.cell('to_site');
  const exportTo = row.cell('export_to');
  if (toSite === '' && exportTo === '') {
    outcome.reject('MISSING_DESTINATION', 'to_site', '', 'name the site, port or country that the product goes to');
    return [];
  }
  const countries = exportTo === '' ? [] : exportTo.split(',').map((name) => name.trim());
  return [
    ...readSiteOrPorts(toSite, sites, outcome),
    ...countries.flatMap((name): LinkDestination[] => {
      const country = readCountry(name, 'export_to', outcome);
      return country === null ? [] : [{ kind: 'COUNTRY', country }];
    }),
  ];
}

function readSiteOrPorts(text: string, sites: SiteRegister, outcome: RowOutcome): LinkDestination[] {
  if (text === '') return [];
  const site = sites.find(text);
  if (site === null && text.includes('/')) {
    outcome.reject('AMBIGUOUS_DESTINATION', 'to_site', text, 'give one row to each destination');
    return [];
  }
  if (site === null && portWords.test(text)) {
    const parts = text.split(',').map((part) => part.trim());
    const names = parts.every((part) => portWords.test(part)) ? parts : [text];
    return names.map((name) => ({ kind: 'PORT', name }));
  }
  const found = sites.require(text, 'to_site', outcome);
  return found === null ? [] : [found];
}

function linkOf(
  supplier: SiteReference,
  customer: LinkDestination,
  commodity: Commodity,
  year: number,
  evidence: string,
): LinkRecord {
  return {
    kind: 'link',
    supplier,
    customer,
    mineral: commodity.minerals[0] ?? '',
    product: commodity.product,
    supplierStage: null,
    period: { start: `${year}-01-01`, end: `${year + 1}-01-01` },
    custodyModel: null,
    volumeBand: null,
    confidence: null,
    evidence,
  };
}

function identityOf({ supplier, customer, mineral, product, period }: LinkRecord): string {
  return JSON.stringify([supplier, customer, mineral, product, period.start]);
}
