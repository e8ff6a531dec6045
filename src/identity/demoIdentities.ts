import type { Standing } from './directory';
import type { HeldRole } from './roles';

/** One of the people, or machines, that a visitor of the demo can be. */
export interface DemoIdentity {
  /** What `sluice token --as` takes. */
  readonly name: string;
  /** The subject of the token. */
  readonly subject: string;
  readonly displayName: string;
  /** Key of the organisation in the demo alliance; invented, as everything in it. */
  readonly organisationKey: string;
  /** NONE: the organisation serves the alliance without being a member. */
  readonly standing: Extract<Standing, 'GOOD' | 'NONE'>;
  /** Offices (`isOffice`) are held in the alliance, every other role in the organisation. */
  readonly roles: readonly HeldRole[];
  /** Term of the roles in months; null: no end is set. */
  readonly termMonths: number | null;
  readonly machine: boolean;
  /** What there is to try as this person, in one line. */
  readonly story: string;
}

type MemberIdentity = readonly [name: string, displayName: string, roles: readonly HeldRole[], story: string];

const MEMBERS: readonly MemberIdentity[] = [
  [
    'auto',
    'Buyer at Auto',
    ['DOWNSTREAM_USER'],
    'A car maker that follows its own cobalt, hop by hop, back to the mine.',
  ],
  ['auto2', 'Buyer at Auto2', ['DOWNSTREAM_USER'], 'A rival car maker that must not learn who supplies Auto.'],
  [
    'cath',
    'Supply chain lead at Cath',
    ['DOWNSTREAM_USER', 'UPSTREAM_PUBLISHER', 'SITE_OWNER'],
    'A cathode maker in the middle: customer of the refiners, supplier of the car makers.',
  ],
  [
    'sma',
    'Sustainability lead at SmA',
    ['DOWNSTREAM_USER', 'UPSTREAM_PUBLISHER', 'SITE_OWNER'],
    'A cobalt refiner that publishes its measurements and answers the demands of its customers.',
  ],
  [
    'smb',
    'Sustainability lead at SmB',
    ['DOWNSTREAM_USER', 'UPSTREAM_PUBLISHER', 'SITE_OWNER'],
    'A refiner that competes with SmA: each sees of the other what the public sees, and little more.',
  ],
  [
    'minex',
    'Site manager at MineX',
    ['UPSTREAM_PUBLISHER', 'SITE_OWNER'],
    'A mine that publishes one assessment and asks how many demands it answers.',
  ],
  [
    'ngo',
    'Campaigner at the NGO',
    ['CIVIL_SOCIETY'],
    'Civil society that reads decisions and trade-offs, and comments.',
  ],
  [
    'standardowner',
    'Steward of the standard',
    ['STANDARD_OWNER'],
    'The owner of an invented standard, who confirms or refuses assessments made against it.',
  ],
];

type ServiceIdentity = readonly [
  name: string,
  displayName: string,
  organisationKey: string,
  role: HeldRole,
  story: string,
];

const SERVICES: readonly ServiceIdentity[] = [
  [
    'analyst',
    'Independent analyst',
    'bureau',
    'ANALYST',
    'Asks for safe statistics, and is refused when a cell is small.',
  ],
  [
    'cleanteam',
    'Clean-team analyst',
    'trustee',
    'CLEAN_TEAM',
    'Feeds the trustee for a fixed term, and never sees a row.',
  ],
  [
    'counsel',
    'Competition counsel',
    'chambers',
    'COMPETITION_COUNSEL',
    'Reads the log, and can freeze any class of data at once.',
  ],
  [
    'secretariat',
    'Secretariat',
    'secretariat',
    'SECRETARIAT',
    'Runs the alliance on counts, without a look into the books of members.',
  ],
  [
    'partner',
    'Hub of a partner alliance',
    'partner',
    'PARTNER_ALLIANCE',
    'A machine that federates public facts and released aggregates.',
  ],
  [
    'policymaker',
    'Ministry desk officer',
    'ministry',
    'POLICY_MAKER',
    'Endorses an initiative in public, and reads what the public reads.',
  ],
  [
    'assessor',
    'Lead assessor',
    'assessors',
    'ASSESSOR',
    'Sees the site under assessment while the assessment runs, and no other.',
  ],
];

const CLEAN_TEAM_TERM_MONTHS = 12;

/** The closed list of demo identities, for the generator, the command line and the picker of the explorer. */
export const DEMO_IDENTITIES: readonly DemoIdentity[] = [
  ...MEMBERS.map(([name, displayName, roles, story]) => ({
    name,
    subject: `demo-${name}`,
    displayName,
    organisationKey: name,
    standing: 'GOOD' as const,
    roles,
    termMonths: null,
    machine: false,
    story,
  })),
  ...SERVICES.map(([name, displayName, organisationKey, role, story]) => ({
    name,
    subject: `demo-${name}`,
    displayName,
    organisationKey,
    standing: 'NONE' as const,
    roles: [role],
    termMonths: role === 'CLEAN_TEAM' ? CLEAN_TEAM_TERM_MONTHS : null,
    machine: role === 'PARTNER_ALLIANCE',
    story,
  })),
];

/** Null when nobody in the demo is called so. */
export function findDemoIdentity(name: string): DemoIdentity | null {
  return DEMO_IDENTITIES.find((identity) => identity.name === name) ?? null;
}
