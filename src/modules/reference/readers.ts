import { parseDecimal } from '../../kernel/quantity';
import { unit } from '../../kernel/units';
import { dataClasses, gateAudiences, phases, sectors, sensitivities, stages, tiers } from '../../kernel/vocabulary';
import * as kinds from './rows';
import { readTable, type CatalogueFault, type Row } from './table';

/** The files of `reference/` that make the catalogue, and their columns in the order of the file. */
export const catalogueFiles = {
  'standards.csv':
    'standard_id,name,owner,version,version_year,kind,unit_of_assessment,assurance,levels_low_to_high,level_model,' +
    'validity_months,scope_minerals,scope_stages,status_note,certainty',
  'crosswalk.csv': 'topic_id,topic,standard_id,standard_version,reference,title,coverage,certainty,note',
  'indicators.csv':
    'indicator_id,name,meaning,unit,value_type,min,max,direction,level,stages,gri_ref,sasb_ref,other_ref,' +
    'default_tier,csi,csi_reason,aggregation,certainty,sensitivity,data_class,site_default_tier',
  'minerals.csv':
    'row_id,mineral_id,mineral,symbol,sector,stage,product_form,hs6,hs_edition,template,eu_3tg_2017_821,eu_battery_dd,' +
    'oecd_note,certainty',
  'glossary.csv':
    'term_id,term,agreed_definition,source,source_certainty,companies_often_mean,' +
    'communities_and_ngos_often_mean,status',
  'state-machines.csv': 'machine,from,action,to,actor,guard,effect',
  'phase-gates.csv': 'phase,data_class,contents,audience',
  'equivalence-sample.csv':
    'id,from_standard,from_reference,to_standard,to_reference,topic_id,degree,scope_note,gap_note,status',
} as const;

export type CatalogueFile = keyof typeof catalogueFiles;
export type CatalogueTexts = Readonly<Record<CatalogueFile, string>>;

const SLUG = /^[a-z0-9]+(_[a-z0-9]+)*$/;
const CODE = /^[A-Z0-9]+(_[A-Z0-9]+)*$/;
const TOPIC = /^T\d{2}$/;
const MONTHS = /^\d{1,3}$/;

export function readStandards(texts: CatalogueTexts, faults: CatalogueFault[]): readonly kinds.StandardRow[] {
  return table('standards.csv', texts, faults, (row) => ({
    standardId: row.matching('standard_id', CODE),
    name: row.text('name'),
    owner: row.text('owner'),
    version: row.text('version'),
    versionYear: row.text('version_year'),
    kind: row.oneOf('kind', kinds.standardKinds),
    unitOfAssessment: row.oneOf('unit_of_assessment', kinds.unitsOfAssessment),
    assurance: row.oneOf('assurance', kinds.assurancesAsked),
    levels: row.list('levels_low_to_high'),
    levelModel: row.oneOf('level_model', kinds.levelModels),
    validityMonths: monthsOf(row, 'validity_months'),
    scopeMinerals: row.text('scope_minerals') === 'ANY' ? null : row.list('scope_minerals'),
    scopeStages: row.text('scope_stages') === 'ALL' ? null : row.listOf('scope_stages', stages),
    statusNote: row.optional('status_note'),
    certainty: row.oneOf('certainty', kinds.certainties),
  }));
}

export function readRequirements(texts: CatalogueTexts, faults: CatalogueFault[]): readonly kinds.RequirementRow[] {
  return table('crosswalk.csv', texts, faults, (row) => {
    const coverage = row.oneOf('coverage', kinds.coverages);
    return {
      topicId: row.matching('topic_id', TOPIC),
      topic: row.text('topic'),
      standardId: row.matching('standard_id', CODE),
      standardVersion: row.text('standard_version'),
      reference: row.optional('reference'),
      title: row.optional('title'),
      coverage,
      certainty: row.oneOf('certainty', kinds.certainties),
      note: row.optional('note'),
    };
  });
}

export function readIndicators(texts: Pick<CatalogueTexts, 'indicators.csv'>, faults: CatalogueFault[]): readonly kinds.IndicatorRow[] {
  return table('indicators.csv', texts, faults, (row) => ({
    indicatorId: row.matching('indicator_id', CODE),
    name: row.text('name'),
    meaning: row.text('meaning'),
    unit: unitOf(row, 'unit'),
    valueType: row.oneOf('value_type', kinds.valueTypes),
    minimum: decimalOf(row, 'min'),
    maximum: decimalOf(row, 'max'),
    direction: row.oneOf('direction', kinds.directions),
    levels: row.listOf('level', kinds.indicatorLevels),
    stages: row.text('stages') === 'ALL' ? null : row.listOf('stages', stages),
    griReference: row.optional('gri_ref'),
    sasbReference: row.optional('sasb_ref'),
    otherReference: row.optional('other_ref'),
    defaultTier: row.oneOf('default_tier', tiers),
    siteDefaultTier: row.oneOf('site_default_tier', tiers),
    csi: row.oneOf('csi', kinds.csiFlags),
    csiReason: row.optional('csi_reason'),
    aggregation: row.oneOf('aggregation', kinds.aggregations),
    certainty: row.oneOf('certainty', kinds.certainties),
    sensitivity: sensitivityOf(row),
    dataClass: row.oneOf('data_class', dataClasses),
  }));
}

export function readMinerals(texts: CatalogueTexts, faults: CatalogueFault[]): readonly kinds.MineralStageRow[] {
  return table('minerals.csv', texts, faults, (row) => ({
    rowId: row.text('row_id'),
    mineralId: row.matching('mineral_id', SLUG),
    mineral: row.text('mineral'),
    symbol: row.optional('symbol'),
    sector: row.oneOf('sector', sectors),
    stage: row.oneOf('stage', stages),
    productForm: row.text('product_form'),
    hs6: row.matching('hs6', /^\d{6}$/),
    hsEdition: row.matching('hs_edition', /^\d{4}$/),
    template: row.optionalOneOf('template', kinds.surveyTemplates),
    eu3tg2017821: row.yesNo('eu_3tg_2017_821'),
    euBatteryDueDiligence: row.yesNo('eu_battery_dd'),
    note: row.optional('oecd_note'),
    certainty: row.oneOf('certainty', kinds.certainties),
  }));
}

export function readGlossary(texts: CatalogueTexts, faults: CatalogueFault[]): readonly kinds.GlossaryRow[] {
  return table('glossary.csv', texts, faults, (row) => ({
    termId: row.matching('term_id', SLUG),
    term: row.text('term'),
    agreedDefinition: row.text('agreed_definition'),
    source: row.text('source'),
    sourceCertainty: row.oneOf('source_certainty', kinds.certainties),
    companiesOftenMean: row.optional('companies_often_mean'),
    communitiesAndNgosOftenMean: row.optional('communities_and_ngos_often_mean'),
    status: row.oneOf('status', kinds.glossaryStatuses),
  }));
}

export function readTransitions(texts: CatalogueTexts, faults: CatalogueFault[]): readonly kinds.StateMachineRow[] {
  return table('state-machines.csv', texts, faults, (row) => ({
    machine: row.matching('machine', CODE),
    from: row.optional('from') === null ? null : row.matching('from', CODE),
    action: row.matching('action', SLUG),
    to: row.optional('to') === null ? null : row.matching('to', CODE),
    actors: row.text('actor').split(' or '),
    guard: row.optional('guard'),
    effect: row.optional('effect'),
  }));
}

export function readPhaseGates(texts: CatalogueTexts, faults: CatalogueFault[]): readonly kinds.PhaseGateRow[] {
  return table('phase-gates.csv', texts, faults, (row) => ({
    phase: row.oneOf('phase', phases),
    dataClass: row.oneOf('data_class', dataClasses),
    contents: row.text('contents'),
    audience: row.oneOf('audience', gateAudiences),
  }));
}

export function readEquivalences(texts: CatalogueTexts, faults: CatalogueFault[]): readonly kinds.EquivalenceRow[] {
  return table('equivalence-sample.csv', texts, faults, (row) => ({
    id: row.matching('id', /^EQ\d{2,}$/),
    fromStandard: row.matching('from_standard', CODE),
    fromReference: row.text('from_reference'),
    toStandard: row.matching('to_standard', CODE),
    toReference: row.text('to_reference'),
    topicId: row.matching('topic_id', TOPIC),
    degree: row.oneOf('degree', kinds.equivalenceDegrees),
    scopeNote: row.text('scope_note'),
    gapNote: row.text('gap_note'),
    status: row.oneOf('status', kinds.equivalenceStatuses),
  }));
}

function table<F extends CatalogueFile, T>(
  file: F,
  texts: Pick<CatalogueTexts, F>,
  faults: CatalogueFault[],
  read: (row: Row) => T,
) {
  return readTable(file, texts[file], catalogueFiles[file].split(','), faults, read);
}

/** `36`, or `12 or 36` where the scheme decides by case. */
function monthsOf(row: Row, column: string): readonly number[] {
  const parts = row.optional(column)?.split(' or ') ?? [];
  const wrong = parts.find((part) => !MONTHS.test(part));
  if (wrong !== undefined) row.fault(column, `\`${wrong}\` is no number of months`);
  return parts.map(Number);
}

function unitOf(row: Row, column: string): string {
  const code = row.text(column);
  if (code !== '' && unit(code) === null) row.fault(column, `\`${code}\` is no known unit`);
  return code;
}

function decimalOf(row: Row, column: string): string | null {
  const cell = row.optional(column);
  if (cell === null) return null;
  const parsed = parseDecimal(cell);
  if (!parsed.ok) row.fault(column, `\`${cell}\`: ${parsed.error.hint}`);
  return parsed.ok ? parsed.value : null;
}

/** What counts as CSI, even on condition, must say which kind: a code of NONE would open it. */
function sensitivityOf(row: Row) {
  const sensitivity = row.oneOf('sensitivity', sensitivities);
  if (sensitivity === 'NONE' && row.optional('csi') !== 'NO') row.fault('sensitivity', '`NONE` beside a CSI flag');
  return sensitivity;
}
