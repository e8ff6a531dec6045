import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { parse } from 'yaml';
import { InvariantError } from '../../kernel/errors';
import { assignedCountries } from '../../kernel/identifiers/isoCodes';
import { DATA_CLASSES, SENSITIVITIES, TIERS, type Sensitivity } from '../../policy/cells';
import type { Catalogue } from './catalogue';
import { packageRoot } from './packageRoot';
import type { IndicatorRow } from './rows';

/** What the law adds to the catalogue: derivation families and substitutes, `policies/*.yaml`. */
export interface CatalogueLaw {
  /** Indicator -> family and side. */
  readonly derivations: ReadonlyMap<string, { family: string; intensity: boolean }>;
  readonly substitutes: readonly (readonly [string, string])[];
}

/** Reads `policies/derivations.yaml` and `policies/substitutes.yaml`; names in them must be known to the catalogue. */
export function readCatalogueLaw(catalogue: Catalogue, root = packageRoot()): CatalogueLaw {
  const families: unknown = parse(readFileSync(join(root, 'policies/derivations.yaml'), 'utf8'));
  const pairs: unknown = parse(readFileSync(join(root, 'policies/substitutes.yaml'), 'utf8'));
  const derivations = derivationsOf(families, catalogue.indicators);
  const minerals = new Set(catalogue.minerals.map((mineral) => mineral.mineralId));
  const substitutes = list(member(pairs, 'substitutes')).flatMap((entry) => {
    const [first = '', second = ''] = texts(member(entry, 'minerals'));
    // A substitute of a mineral that this catalogue does not list competes with nobody here.
    return minerals.has(first) && minerals.has(second) ? [[first, second] as const] : [];
  });
  return { derivations, substitutes };
}

/** The families of `policies/derivations.yaml`, parsed. @throws InvariantError for an indicator that the catalogue does not have */
export function derivationsOf(families: unknown, indicators: readonly IndicatorRow[]): CatalogueLaw['derivations'] {
  const known = new Set(indicators.map((indicator) => indicator.indicatorId));
  const derivations = new Map<string, { family: string; intensity: boolean }>();
  for (const [family, sides] of entries(member(families, 'families'))) {
    for (const intensity of [false, true]) {
      for (const indicator of texts(member(sides, intensity ? 'intensity' : 'absolute'))) {
        if (!known.has(indicator)) throw new InvariantError(`policies/derivations.yaml names \`${indicator}\`, which is no indicator`);
        derivations.set(indicator, { family, intensity });
      }
    }
  }
  return derivations;
}

/** Writes the catalogue into the schema `reference`, in the caller's transaction; the same catalogue twice does nothing. */
export async function loadCatalogueIntoDatabase(client: ClientBase, catalogue: Catalogue, law: CatalogueLaw): Promise<void> {
  const rows = tablesOf(catalogue, law);
  const hash = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  const { rows: loaded } = await client.query<{ hash: string }>('select hash from reference.catalogue');
  if (loaded[0]?.hash === hash) return;
  for (const { table, key, records } of rows) {
    const columns = Object.keys(records[0] ?? {});
    const updates = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
    const onConflict = updates.length === 0 ? 'do nothing' : `do update set ${updates.join(', ')}`;
    await client.query(
      `insert into reference.${table} (${columns.join(', ')})
       select ${columns.join(', ')} from jsonb_populate_recordset(null::reference.${table}, $1::jsonb)
       on conflict (${key.join(', ')}) ${onConflict}`,
      [JSON.stringify(records)],
    );
  }
  await client.query('delete from reference.catalogue');
  await client.query('insert into reference.catalogue (hash) values ($1)', [hash]);
}

type Records = Record<string, unknown>[];
interface Table {
  table: string;
  key: string[];
  records: Records;
}

function tablesOf(catalogue: Catalogue, law: CatalogueLaw): Table[] {
  return [
    { table: 'topic', key: ['id'], records: unique(catalogue.requirements.map((row) => ({ id: row.topicId, name: row.topic }))) },
    ...standardTables(catalogue),
    { table: 'indicator', key: ['id'], records: indicatorRecords(catalogue, law) },
    ...mineralTables(catalogue, law),
    { table: 'glossary_term', key: ['id'], records: glossaryRecords(catalogue) },
    {
      table: 'jurisdiction',
      key: ['code'],
      records: assignedCountries.map(([code, , name]) => ({ code, name, government_member: false })),
    },
  ];
}

function standardTables(catalogue: Catalogue): Table[] {
  const standards = catalogue.standards.map((row) => ({
    id: row.standardId,
    name: row.name,
    owner: row.owner,
    kind: row.kind,
    unit_of_assessment: row.unitOfAssessment,
    assurance: row.assurance,
    level_model: row.levelModel,
    validity_months_max: row.validityMonths.length === 0 ? null : Math.max(...row.validityMonths),
    validity_note: row.validityMonths.join(' or ') || null,
    scope_minerals: row.scopeMinerals ?? [],
    scope_stages: row.scopeStages ?? [],
    note: row.statusNote,
    certainty: row.certainty,
    synthetic: false,
  }));
  const versions = catalogue.standards.map((row) => ({ standard_id: row.standardId, label: row.version }));
  const levels = catalogue.standards.flatMap((row) =>
    row.levels.map((code, position) => ({ standard_id: row.standardId, code, position })),
  );
  const requirements = catalogue.requirements.map((row) => ({
    id: `${row.topicId}/${row.standardId}`,
    topic_id: row.topicId,
    standard_id: row.standardId,
    version: row.standardVersion,
    reference: row.reference,
    title: row.title,
    coverage: row.coverage,
    certainty: row.certainty,
    note: row.note,
  }));
  return [
    { table: 'standard', key: ['id'], records: standards },
    { table: 'standard_version', key: ['standard_id', 'label'], records: versions },
    { table: 'standard_level', key: ['standard_id', 'code'], records: levels },
    { table: 'requirement', key: ['id'], records: requirements },
  ];
}

/** The sensitivity by which the law judges an indicator: the intensity side of a derivation family is INTENSITY. */
export function sensitivityOf(indicator: IndicatorRow, law: Pick<CatalogueLaw, 'derivations'>): Sensitivity {
  return law.derivations.get(indicator.indicatorId)?.intensity === true ? 'INTENSITY' : indicator.sensitivity;
}

function indicatorRecords(catalogue: Catalogue, law: CatalogueLaw): Records {
  return catalogue.indicators.map((row, index) => {
    const derivation = law.derivations.get(row.indicatorId);
    const sensitivity = sensitivityOf(row, law);
    return {
      id: row.indicatorId,
      // Field numbers of grants: the catalogue only grows at its end, and 2001 upward are columns.
      indicator_no: index + 1,
      name: row.name,
      meaning: row.meaning,
      unit: row.unit,
      value_type: row.valueType,
      min_value: row.minimum,
      max_value: row.maximum,
      direction: row.direction,
      levels: row.levels,
      stages: row.stages ?? [],
      gri_ref: row.griReference,
      sasb_ref: row.sasbReference,
      other_ref: row.otherReference,
      default_tier: code(TIERS, row.defaultTier),
      site_default_tier: code(TIERS, row.siteDefaultTier),
      csi: row.csi,
      csi_reason: row.csiReason,
      aggregation: row.aggregation,
      sensitivity: code(SENSITIVITIES, sensitivity),
      data_class: code(DATA_CLASSES, row.dataClass),
      derivation_family: derivation?.family ?? null,
      certainty: row.certainty,
    };
  });
}

function mineralTables(catalogue: Catalogue, law: CatalogueLaw): Table[] {
  const minerals = catalogue.minerals.map((row) => ({ id: row.mineralId, name: row.mineral, symbol: row.symbol, sector: row.sector }));
  const stages = catalogue.minerals.map((row) => ({
    id: row.rowId,
    mineral_id: row.mineralId,
    stage: row.stage,
    product_form: row.productForm,
    hs6: row.hs6,
    hs_edition: row.hsEdition,
    template: row.template,
    eu_3tg: row.eu3tg2017821,
    eu_battery: row.euBatteryDueDiligence,
    note: row.note,
    certainty: row.certainty,
  }));
  const substitutes = law.substitutes.flatMap(([first, second]) => [
    { mineral_id: first, substitute_id: second },
    { mineral_id: second, substitute_id: first },
  ]);
  const tables = [
    { table: 'mineral', key: ['id'], records: unique(minerals) },
    { table: 'mineral_stage', key: ['id'], records: stages },
  ];
  return substitutes.length === 0
    ? tables
    : [...tables, { table: 'mineral_substitute', key: ['mineral_id', 'substitute_id'], records: substitutes }];
}

function glossaryRecords(catalogue: Catalogue): Records {
  return catalogue.glossary.map((row) => ({
    id: row.termId,
    term: row.term,
    language: 'en',
    agreed_definition: row.agreedDefinition,
    source: row.source,
    certainty: row.sourceCertainty,
    companies_often_mean: row.companiesOftenMean,
    communities_often_mean: row.communitiesAndNgosOftenMean,
    state: row.status,
  }));
}

/** The stored number of a code. */
function code(codes: readonly string[], name: string): number {
  const number = codes.indexOf(name);
  if (number < 0) throw new InvariantError(`the catalogue has an unknown code \`${name}\``);
  return number;
}

function unique<T extends { id: string }>(records: readonly T[]): Records {
  return [...new Map(records.map((record) => [record.id, { ...record }])).values()];
}

function member(value: unknown, name: string): unknown {
  if (typeof value === 'object' && value !== null && name in value) return Object.entries(value).find(([key]) => key === name)?.[1];
  throw new InvariantError(`a policy file lacks \`${name}\``);
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return list(value).filter((item): item is string => typeof item === 'string');
}
