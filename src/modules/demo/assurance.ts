import { Random, uuidOf } from './random';
import type { DemoSite } from './sites';
import type { DemoStore, Row } from './store';

const FIRM = uuidOf('assessor firm');
const STEWARD = 'standardowner';

/** Invented standards, so that approved equivalences can be shown without saying anything about real ones. */
const STANDARDS: readonly (readonly [
  id: string,
  name: string,
  levels: readonly string[],
  stages: readonly string[],
])[] = [
  ['DEMO_MINE', 'Demo Standard for Mines', ['ENTRY', 'GOOD', 'LEADING'], ['MINING_LSM']],
  ['DEMO_METAL', 'Demo Standard for Smelters and Refiners', ['NOT_CONFORMANT', 'CONFORMANT'], ['SMELTING', 'REFINING']],
  ['DEMO_WATER', 'Demo Water Code', ['BASIC', 'ADVANCED'], []],
];
const REQUIREMENTS: readonly (readonly [standard: string, reference: string, topic: string, title: string])[] = [
  ['DEMO_MINE', '1.1', 'T01', 'Permits'],
  ['DEMO_MINE', '4.2', 'T24', 'Water'],
  ['DEMO_METAL', '2', 'T01', 'Legal register'],
  ['DEMO_METAL', '7', 'T24', 'Water balance'],
  ['DEMO_WATER', 'W1', 'T24', 'Discharge limits'],
];
const EQUIVALENCES: readonly (readonly [
  id: string,
  from: string,
  fromRef: string,
  to: string,
  toRef: string,
  degree: string,
  gaps: readonly string[],
])[] = [
  ['EQ91', 'DEMO_WATER', 'W1', 'DEMO_MINE', '4.2', 'FULL', []],
  ['EQ92', 'DEMO_METAL', '7', 'DEMO_WATER', 'W1', 'PARTIAL', ['numeric limits on discharge not covered']],
  ['EQ93', 'DEMO_METAL', '2', 'DEMO_MINE', '1.1', 'FULL', []],
];
const VERSION = '1.0';
const VALIDITY_YEARS = 3;

export async function storeStandards(store: DemoStore, year: number): Promise<void> {
  const standard = ([id, name, , stages]: (typeof STANDARDS)[number]): Row => ({
    id,
    name,
    owner: 'Steward of the Demo Standards',
    kind: 'VOLUNTARY_STANDARD',
    unit_of_assessment: 'SITE',
    assurance: 'THIRD_PARTY',
    level_model: 'ORDERED',
    validity_months_max: VALIDITY_YEARS * 12,
    scope_minerals: [],
    scope_stages: stages,
    note: 'invented for the demo alliance',
    certainty: 'HIGH',
    synthetic: true,
    owner_organisation_id: uuidOf(STEWARD),
  });
  await store.insert('reference.standard', STANDARDS.map(standard));
  await store.insert(
    'reference.standard_version',
    STANDARDS.map(([id]) => ({ standard_id: id, label: VERSION, valid_from: `${year - 5}-01-01` })),
  );
  await store.insert(
    'reference.standard_level',
    STANDARDS.flatMap(([id, , levels]) => levels.map((code, position) => ({ standard_id: id, code, position }))),
  );
  await store.insert(
    'reference.requirement',
    REQUIREMENTS.map(([id, reference, topic, title]) => ({
      id: `${topic}/${id}`,
      topic_id: topic,
      standard_id: id,
      version: VERSION,
      reference,
      title,
      coverage: 'CORE',
      certainty: 'HIGH',
      note: 'invented',
    })),
  );
  await storeEquivalences(store, year);
}

async function storeEquivalences(store: DemoStore, year: number): Promise<void> {
  await store.insert(
    'reference.equivalence',
    EQUIVALENCES.map(([id, from, fromRef, to, toRef, degree, gaps]) => ({
      id,
      from_standard: from,
      from_version: VERSION,
      from_reference: fromRef,
      to_standard: to,
      to_version: VERSION,
      to_reference: toRef,
      topic_id: 'T24',
      degree,
      scope_note: 'site',
      gaps,
      decision_id: uuidOf('decision equivalence'),
      valid_to: `${year + 2}-01-01`,
      state: `APPROVED_${degree}`,
      synthetic: true,
    })),
  );
  await store.insert('reference.assessor_firm', [
    { id: FIRM, organisation_id: uuidOf('assessors'), name: 'Level Ground Assessors', synthetic: true },
  ]);
  await store.insert(
    'reference.accreditation',
    STANDARDS.map(([id]) => ({
      assessor_id: FIRM,
      standard_id: id,
      version_label: VERSION,
      valid_from: `${year - 5}-01-01`,
      valid_to: `${year + 5}-01-01`,
      synthetic: true,
    })),
  );
}

interface Result {
  state: string;
  label: string;
  fromYear: number;
}

/** Certificates of every age: most valid, some run out, some under review as claims; one assessment is running. */
export async function storeAssessments(
  store: DemoStore,
  random: Random,
  sites: readonly DemoSite[],
  year: number,
): Promise<number> {
  const rows = sites.flatMap((site, index) => {
    const fitting = STANDARDS.filter(([, , , stages]) => stages.length === 0 || stages.includes(site.stage));
    return fitting
      .filter(() => random.chance(0.7))
      .map((standard) => assessmentRow(store, random, site, standard, resultOf(random, index, year)));
  });
  const story = sites.find((site) => site.key === 'minex/1');
  const running = sites.find((site) => site.key === 'minex/2');
  const [mine] = STANDARDS;
  if (story !== undefined && running !== undefined && mine !== undefined) {
    const claim = { state: 'UNDER_REVIEW', label: 'SELF_DECLARED', fromYear: year };
    rows.push({
      ...assessmentRow(store, random, story, mine, claim),
      id: uuidOf('assessment of the story'),
      level: 'GOOD',
      assessor_id: null,
      assessor_no: null,
    });
    const open = { state: 'IN_PROGRESS', label: 'SELF_DECLARED', fromYear: year };
    rows.push({
      ...assessmentRow(store, random, running, mine, open),
      id: uuidOf('running assessment'),
      level: null,
      valid_from: null,
      valid_to: null,
    });
  }
  const distinct = [...new Map(rows.map((row) => [row.id, row])).values()];
  await store.insert('vault.assessment', distinct);
  const inReview = distinct.filter((row) => row.state === 'UNDER_REVIEW' || row.state === 'IN_PROGRESS');
  await store.insert(
    'vault.transition',
    inReview.map((row) => ({
      machine: 'ASSESSMENT',
      subject_id: row.id,
      action: 'record_existing',
      to_state: row.state,
      happened_at: `${year}-05-02T00:00:00Z`,
    })),
  );
  return distinct.length;
}

function resultOf(random: Random, index: number, year: number): Result {
  const roll = random.next();
  if (roll < 0.08) return { state: 'UNDER_REVIEW', label: 'SELF_DECLARED', fromYear: year };
  if (roll < 0.16) return { state: 'CONFORMANT_WITH_CAP', label: 'CONFORMANT_WITH_CAP', fromYear: year - 1 };
  // Past its last day, and not yet marked: reads say EXPIRED all the same.
  if (roll < 0.28) return { state: 'CONFORMANT', label: 'CONFORMANT', fromYear: year - VALIDITY_YEARS - 1 };
  return { state: 'CONFORMANT', label: 'CONFORMANT', fromYear: year - 1 - (index % 2) };
}

function assessmentRow(
  store: DemoStore,
  random: Random,
  site: DemoSite,
  [standard, , levels]: (typeof STANDARDS)[number],
  { state, label, fromYear }: Result,
): Row {
  const assessor = state === 'UNDER_REVIEW' ? null : store.unit('assessors').unitNo;
  return {
    id: uuidOf(`assessment ${site.key} ${standard}`),
    ...store.about(site.key, 'PUBLIC', 'NONE', 'PUBLIC_CLAIM'),
    site_id: uuidOf(site.key),
    organisation_id: uuidOf(site.owner.key),
    standard_id: standard,
    version_label: VERSION,
    unit_of_assessment: 'SITE',
    level: levels[random.whole(1, levels.length - 1)] ?? levels[0],
    level_class: 96,
    assurance: assessor === null ? 'SELF_DECLARED' : 'THIRD_PARTY_REASONABLE',
    state,
    label,
    valid_from: `${fromYear}-03-01`,
    valid_to: `${fromYear + VALIDITY_YEARS}-03-01`,
    assessor_id: assessor === null ? null : FIRM,
    assessor_no: assessor,
    standard_owner_no: store.unit(STEWARD).unitNo,
    report_url: `https://${site.owner.key}.example/reports/${standard.toLowerCase()}`,
    report_sha256: uuidOf(`report ${site.key} ${standard}`).replaceAll('-', '').repeat(2),
    decided_at: label === 'SELF_DECLARED' ? null : `${fromYear}-03-01T00:00:00Z`,
  };
}
