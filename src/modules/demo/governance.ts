import { ALLIANCE, INITIATIVE } from './members';
import { uuidOf } from './random';
import type { DemoSite } from './sites';
import type { DemoLink } from './links';
import type { DemoStore, Row } from './store';

const PHASES = [
  'CHAMPIONING',
  'CLARIFYING_MOTIVATION',
  'DISCOVERY',
  'CONSENSUS_BUILDING',
  'COOPERATION',
  'COORDINATION',
];
const RISKS = ['COMPETITION', 'CONFLICT_OF_INTEREST', 'CONFIDENTIALITY', 'CORRUPTION', 'COMMITMENT', 'CAPACITY'];

export async function storeAlliance(store: DemoStore, year: number): Promise<void> {
  await store.insert('reference.alliance', [
    {
      id: ALLIANCE,
      name: 'Demo Battery Metals Alliance',
      objective: 'every tonne of battery metal with a known origin by 2030',
      review_date: `${year + 1}-06-30`,
      minerals: ['cobalt', 'copper', 'nickel', 'lithium', 'graphite_natural'],
      jurisdictions: ['CD', 'CL', 'ID', 'AU'],
      sectors: ['MINERALS'],
      antitrust_policy: 'antitrust policy v3',
      standing_initiative_id: INITIATIVE,
      synthetic: true,
    },
  ]);
  await store.insert('vault.initiative', [
    {
      id: INITIATIVE,
      alliance_id: ALLIANCE,
      name: 'Standing initiative',
      aim: 'measure and improve together',
      kind: 'MULTI',
      phase: 'COORDINATION',
      entered_at: `${year}-02-01T00:00:00Z`,
      standing: true,
      terms_version: 'v2',
      synthetic: true,
    },
  ]);
  await store.insert('vault.decision', decisions(year));
  const person = uuidOf('person secretariat');
  await store.insert(
    'vault.phase_change',
    PHASES.slice(1).map((phase, index) => ({
      id: uuidOf(`phase ${phase}`),
      initiative_id: INITIATIVE,
      from_phase: PHASES[index],
      to_phase: phase,
      person_id: person,
      reason: 'guards of the phase were met',
      changed_at: `${year - 5 + index}-02-01T00:00:00Z`,
    })),
  );
  await store.insert(
    'vault.risk_entry',
    RISKS.map((risk, index) => ({
      id: uuidOf(`risk ${risk}`),
      initiative_id: INITIATIVE,
      risk,
      likelihood: 2 + (index % 2),
      impact: 3 + (index % 3),
      mitigation: 'as the charter says',
      owner: 'Alliance Secretariat',
      phase: 'COORDINATION',
      scored_on: `${year}-01-20`,
    })),
  );
}

function decisions(year: number): Row[] {
  const cost = (text: string): object => ({
    economic: { qualitative: text },
    social: { qualitative: 'less audit fatigue' },
    environmental: { unknown: 'no baseline' },
  });
  const base = {
    alliance_id: ALLIANCE,
    state: 'PUBLISHED',
    decided_on: `${year}-01-15`,
    review_on: `${year + 1}-01-15`,
    synthetic: true,
  };
  return [
    {
      id: uuidOf('decision equivalence'),
      ...base,
      title: 'Accept three equivalences between the demo standards',
      rationale: 'One audit instead of two for many sites.',
      trade_offs: [
        {
          gain: 'fewer audits',
          loss: 'weaker evidence on discharge',
          groupAffected: 'COMMUNITY',
          costOfAction: cost('small'),
          costOfInaction: cost('audits done twice'),
        },
      ],
    },
    {
      id: uuidOf('decision coordination'),
      ...base,
      title: 'Move the standing initiative on to coordination',
      rationale: 'Each member plans on its own, with safe aggregates.',
      trade_offs: [
        {
          gain: 'less duplication',
          loss: 'more governance',
          groupAffected: 'MIDSTREAM',
          costOfAction: cost('meetings'),
          costOfInaction: cost('plans collide'),
        },
      ],
    },
  ];
}

/** One agreement in force between Cath and SmA; one that counsel must clear, since SmA and SmB compete. */
export async function storeAgreements(store: DemoStore, year: number): Promise<void> {
  const agreement = (from: string, to: string, change: Row): Row => ({
    id: uuidOf(`agreement ${from} ${to}`),
    ...store.about(from, 'ADDRESSED', 'CONTRACT', 'GOVERNANCE_INTERNAL'),
    data_class: 5,
    partner_no: store.unit(to).unitNo,
    partner_id: uuidOf(to),
    proposer_no: store.unit(to).unitNo,
    state: 'ACTIVE',
    purpose: 'OWN_SUPPLY_CHAIN',
    data_classes: ['PERFORMANCE'],
    fields: ['Measurement.GHG_INT'],
    unit_nos: [],
    mutual: false,
    starts_on: `${year}-01-01`,
    ends_on: `${year + 1}-12-31`,
    onward: 'NONE',
    onward_to: [],
    deletion_rule: 'delete within 90 days after the end',
    needs_clearance: false,
    cleared: false,
    signed_by: [store.unit(from).unitNo, store.unit(to).unitNo],
    suspended_by_counsel: false,
    terms_version: 1,
    pending_by: [],
    ...change,
  });
  await store.insert('vault.agreement', [
    agreement('sma', 'cath', {}),
    agreement('cath', 'auto', { fields: ['Measurement.GHG_INT', 'Measurement.ENERGY_REN'] }),
    agreement('sma', 'smb', {
      state: 'PROPOSED',
      needs_clearance: true,
      signed_by: [],
      mutual: true,
      fields: ['Measurement.TRIR'],
    }),
  ]);
}

/** Auto asks Cath, Cath asks its refiners apart, and nine groups ask MineX about water: each sees its own alone. */
export async function storeDemands(store: DemoStore, links: readonly DemoLink[], year: number): Promise<void> {
  const pairs: (readonly [
    issuer: string,
    recipients: readonly string[],
    title: string,
    standard: string,
    level: string,
    topic: string,
  ])[] = [
    ['auto', ['cath'], 'Confirmed refiners only', 'DEMO_METAL', 'CONFORMANT', 'T01'],
    ['cath', ['sma', 'smb'], 'Certificate of the refinery', 'DEMO_METAL', 'CONFORMANT', 'T01'],
  ];
  const buyers = [
    ...new Set(
      links
        .filter(({ supplier, mineral }) => supplier.key === 'minex/1' && mineral === 'copper')
        .map(({ customer }) => customer.owner.key),
    ),
  ];
  const levels = ['GOOD', 'ENTRY', 'LEADING'];
  buyers.forEach((buyer, index) =>
    pairs.push([buyer, ['minex'], 'Water at the mine', 'DEMO_MINE', levels[index % levels.length] ?? 'GOOD', 'T24']),
  );
  const deadline = `${year + 1}-06-30`;
  await store.insert(
    'vault.demand',
    pairs.map(([issuer, recipients, title, standard, level, topic]) => ({
      id: uuidOf(`demand ${issuer} ${topic}`),
      ...store.about(issuer, 'ADDRESSED', 'COUNTERPARTY', 'DEMAND'),
      issuer_id: uuidOf(issuer),
      state: 'ISSUED',
      title,
      standard_id: standard,
      min_level: level,
      topic_id: topic,
      min_assurance: 'THIRD_PARTY_LIMITED',
      accepts_equivalents: true,
      legal_basis: 'NONE',
      cascade: 'NONE',
      deadline,
      minerals: topic === 'T24' ? ['copper'] : ['cobalt'],
      stages: topic === 'T24' ? ['MINING_LSM'] : ['REFINING'],
      jurisdictions: [],
      // before every quarter of this year, so that a cluster of them can be seen whenever the demo starts
      issued_on: `${year - 1}-11-10`,
      terms_version: 1,
      recipients: recipients.map((key) => store.unit(key).unitNo),
    })),
  );
  await store.insert(
    'vault.demand_response',
    pairs.flatMap(([issuer, recipients, , , , topic]) =>
      recipients.map((recipient) => ({
        id: uuidOf(`response ${issuer} ${recipient} ${topic}`),
        ...store.about(recipient, 'ADDRESSED', 'COUNTERPARTY', 'DEMAND'),
        contributor_no: store.unit(recipient).unitNo,
        demand_id: uuidOf(`demand ${issuer} ${topic}`),
        issuer_no: store.unit(issuer).unitNo,
        recipient_id: uuidOf(recipient),
        state: 'RECEIVED',
        stale: false,
        gaps: [],
        deadline,
      })),
    ),
  );
}

/** An entry in the register of interests, so that a conflict can be seen: the assessor of a rival's site holds its shares. */
export async function storeInterests(store: DemoStore, sites: readonly DemoSite[], year: number): Promise<void> {
  const near = sites.find((site) => site.owner.key === 'velmora');
  if (near === undefined) return;
  await store.insert('vault.interest', [
    {
      id: uuidOf('interest of the assessor'),
      person_id: uuidOf('person assessor'),
      organisation_no: store.unit('assessors').unitNo,
      counterpart_no: store.unit(near.owner.key).unitNo,
      interest: 'shares',
      value_band: 'UP_TO_10_K',
      valid_from: `${year}-01-01`,
    },
  ]);
}
