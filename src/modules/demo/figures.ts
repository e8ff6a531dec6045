import { TIERS, SENSITIVITIES, DATA_CLASSES } from '../../policy/cells';
import { Random, uuidOf } from './random';
import type { DemoSite } from './sites';
import type { DemoStore, Row } from './store';

type Shape = 'ABSOLUTE' | 'RATE' | 'SHARE' | 'COUNT';

/** Indicator, how it behaves, and its middle: of a site of size 1, or of any site for rates and shares. */
const FIGURES: readonly (readonly [indicator: string, shape: Shape, middle: number, method?: string])[] = [
  ['GHG_S1_ABS', 'ABSOLUTE', 42_000, 'operational control'],
  ['GHG_S2_ABS', 'ABSOLUTE', 31_000, 'SCOPE2_MARKET'],
  ['GHG_INT', 'RATE', 3.2, 'cradle to gate'],
  ['ENERGY_ABS', 'ABSOLUTE', 610_000],
  ['ENERGY_REN', 'SHARE', 34],
  ['WATER_WITHDRAWN', 'ABSOLUTE', 1_900],
  ['WATER_CONSUMED', 'ABSOLUTE', 800],
  ['WATER_NONCOMPL', 'COUNT', 0.6],
  ['AIR_SOX', 'ABSOLUTE', 120],
  ['AIR_PM10', 'ABSOLUTE', 60],
  ['TAILINGS_MASS', 'ABSOLUTE', 2_400_000],
  ['HAZ_WASTE', 'ABSOLUTE', 3_100],
  ['TSF_COUNT_EXTREME', 'COUNT', 0.4],
  ['LAND_DISTURBED', 'ABSOLUTE', 310],
  ['TRIR', 'RATE', 1.1, 'per 200000 h'],
  ['FATALITIES', 'COUNT', 0.05],
  ['WOMEN_SHARE', 'SHARE', 17],
  ['CBA_COVERAGE', 'SHARE', 61],
  ['CHILD_LABOUR_CASES', 'COUNT', 0.02],
  ['ASM_SOURCED_SHARE', 'SHARE', 6],
  ['GRIEV_RECEIVED', 'COUNT', 7],
  ['GRIEV_RESOLVED_90', 'SHARE', 72],
  ['NTD_DAYS', 'COUNT', 4],
  ['SECURITY_TRAINED', 'SHARE', 81],
  ['LOCAL_PROC', 'SHARE', 38],
  ['CLOSURE_PROVISION', 'SHARE', 55],
  ['PROD_VOLUME', 'ABSOLUTE', 8_000],
  ['HOURS_WORKED', 'ABSOLUTE', 940_000],
  ['HEADCOUNT', 'ABSOLUTE', 480],
  ['OUTPUT_REPORTED', 'ABSOLUTE', 8_000],
];
const MINING_STAGES = ['MINING_LSM', 'MINING_ASM'];
const YEARS = 3;
/** Ordinary scatter from year to year, and between sites of one size. */
const SIGMA_YEAR = 0.08;
const SIGMA_SITE = 0.35;
/** Of the sites, those that report a figure at all. */
const REPORTED = 0.75;
const VERIFICATIONS: readonly [string, ...string[]] = [
  'SELF_DECLARED',
  'SECOND_PARTY',
  'THIRD_PARTY_LIMITED',
  'THIRD_PARTY_REASONABLE',
];

interface Definition {
  id: string;
  no: number;
  unit: string;
  integer: boolean;
  stages: string[];
  tier: number;
  sensitivity: number;
  dataClass: number;
}

/** Thirty indicators over three whole years, each at the tier that its owner would have by default. */
export async function storeFigures(
  store: DemoStore,
  random: Random,
  sites: readonly DemoSite[],
  lastYear: number,
): Promise<number> {
  const { rows } = await store.client.query<Definition>(
    `select id, indicator_no as no, unit, value_type = 'INTEGER' as integer, stages, site_default_tier as tier, sensitivity, data_class as "dataClass"
     from reference.indicator where id = any($1)`,
    [FIGURES.map(([id]) => id)],
  );
  const definitions = new Map(rows.map((row) => [row.id, row]));
  const facts: Row[] = [];
  for (const site of sites) {
    for (const figure of FIGURES) {
      const definition = definitions.get(figure[0]);
      if (definition === undefined || !isReported(random, site, figure[0], definition)) continue;
      facts.push(...yearsOf(store, random, site, figure, definition, lastYear));
    }
  }
  await store.insert('vault.measurement', facts);
  return facts.length;
}

function isReported(random: Random, site: DemoSite, indicator: string, { stages }: Definition): boolean {
  if (stages.length > 0 && !stages.includes(site.stage)) return false;
  if (['NTD_DAYS', 'TSF_COUNT_EXTREME'].includes(indicator) && !MINING_STAGES.includes(site.stage)) return false;
  // Output that its owner published: the large ones do, and the dominant above all.
  if (indicator === 'OUTPUT_REPORTED') return site.owner.sizeClass >= 3;
  return site.key.endsWith('/1') || random.chance(REPORTED);
}

function yearsOf(
  store: DemoStore,
  random: Random,
  site: DemoSite,
  [indicator, shape, middle, method]: (typeof FIGURES)[number],
  definition: Definition,
  lastYear: number,
): Row[] {
  const level = random.lognormal(SIGMA_SITE);
  return Array.from({ length: YEARS }, (_each, index) => {
    const year = lastYear - YEARS + 1 + index;
    const value = valueOf(random, shape, middle * level * random.lognormal(SIGMA_YEAR), site.size);
    const isPublished = indicator === 'OUTPUT_REPORTED';
    return {
      id: uuidOf(`figure ${site.key} ${indicator} ${year}`),
      ...store.about(site.key, 'OWNER_ONLY', 'VOLUME', 'CSI_CORE'),
      tier: definition.tier,
      sensitivity: definition.sensitivity,
      data_class: definition.dataClass,
      site_id: uuidOf(site.key),
      organisation_id: uuidOf(site.owner.key),
      indicator_id: indicator,
      indicator_no: definition.no,
      period_start: `${year}-01-01`,
      period_end: `${year + 1}-01-01`,
      availability: 'REPORTED',
      value: definition.integer ? Math.round(Number(value)) : value,
      unit: definition.unit,
      method: method ?? null,
      verification: random.pick(VERIFICATIONS),
      current: true,
      source_url: isPublished ? `https://${site.owner.key}.example/annual-report-${year}` : null,
      published_at: isPublished ? `${year + 1}-04-15` : null,
    };
  });
}

function valueOf(random: Random, shape: Shape, middle: number, size: number): string {
  switch (shape) {
    case 'ABSOLUTE':
      return String(Number((middle * size).toPrecision(4)));
    case 'RATE':
      return middle.toFixed(2);
    case 'SHARE':
      return Math.min(100, middle).toFixed(1);
    case 'COUNT':
      return String(Math.floor(middle * 2 * random.next() + middle / 2));
  }
}

const PLANS: readonly (readonly [topic: string, title: string])[] = [
  ['T24', 'Water reuse at the plant'],
  ['T01', 'Review of permits'],
  ['T10', 'Supplier code and training'],
];

/** Plans are future intent: their owner alone reads them until counsel clears an agreement. Targets partly published. */
export async function storePlans(
  store: DemoStore,
  random: Random,
  sites: readonly DemoSite[],
  year: number,
): Promise<void> {
  const planners = sites.filter((site) => site.key.endsWith('/1'));
  const { rows } = await store.client.query<{ id: string }>('select id from reference.topic order by id');
  const topics = new Set(rows.map((row) => row.id));
  await store.insert(
    'vault.plan',
    planners.map((site, index) => {
      const [topic, title] = PLANS[index % PLANS.length] ?? ['T24', 'Water'];
      return {
        id: uuidOf(`plan ${site.key}`),
        ...store.about(site.key, 'OWNER_ONLY', 'FUTURE_INTENT', 'PLAN'),
        site_id: uuidOf(site.key),
        organisation_id: uuidOf(site.owner.key),
        topic_id: topics.has(topic) ? topic : rows[0]?.id,
        title,
        actions: [{ action: 'detailed design' }, { action: 'build and commission' }],
        budget_band: 'UP_TO_10_M',
        starts_on: `${year + 1}-01-01`,
        ends_on: `${year + 3}-01-01`,
        board_approved_on: `${year}-06-01`,
      };
    }),
  );
  await store.insert(
    'vault.target',
    planners.map((site) => targetRow(store, site, random.chance(0.5), year)),
  );
}

function targetRow(store: DemoStore, site: DemoSite, isPublished: boolean, year: number): Row {
  const published = {
    tier: TIERS.indexOf('PUBLIC'),
    sensitivity: SENSITIVITIES.indexOf('NONE'),
    data_class: DATA_CLASSES.indexOf('PUBLIC_CLAIM'),
  };
  return {
    id: uuidOf(`target ${site.key}`),
    ...store.about(site.key, 'OWNER_ONLY', 'FUTURE_INTENT', 'PLAN'),
    ...(isPublished ? published : {}),
    site_id: uuidOf(site.key),
    organisation_id: uuidOf(site.owner.key),
    indicator_id: 'ENERGY_REN',
    scope: 'the whole site',
    baseline_year: year - 2,
    baseline_value: 30,
    target_year: year + 5,
    target_value: 70,
    unit: '%',
    published_at: isPublished ? `${year}-05-01` : null,
    source_url: isPublished ? `https://${site.owner.key}.example/targets` : null,
  };
}
