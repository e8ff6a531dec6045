import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { isOffice, type HeldRole } from '../../src/identity/roles';
import { groundMask, type GroundName } from '../../src/policy/grounds';
import {
  DATA_CLASSES,
  SENSITIVITIES,
  TIERS,
  type DataClass,
  type Sensitivity,
  type Tier,
} from '../../src/policy/cells';
import { subjectOf } from './hub';

type Record_ = Readonly<Record<string, unknown>>;

/** Tier, sensitivity and data class of a fact, in the words of the charter. */
export interface FactClass {
  readonly tier?: Tier;
  readonly sensitivity?: Sensitivity;
  readonly dataClass?: DataClass;
}

export interface ActivityOf {
  readonly mineral: string;
  readonly stage: string;
  readonly side: 'SELL' | 'BUY';
  readonly markets?: readonly string[];
}

export interface OrganisationSpec {
  /** members of one group are under one control; own group when left out */
  readonly group?: string;
  readonly company?: boolean;
  /** null: no member */
  readonly standing?: 'GOOD' | 'LATE' | 'SUSPENDED' | 'LEFT' | null;
  readonly stakeholderGroup?: string;
  readonly jurisdiction?: string;
  readonly activities?: readonly ActivityOf[];
  /** of its only desk, beside what the alliance gives */
  readonly kinds?: readonly GroundName[];
  readonly name?: string;
  readonly lei?: string;
  readonly columns?: Record_;
}

export interface SiteSpec {
  readonly owner: string;
  readonly type?: string;
  readonly stages?: readonly string[];
  readonly minerals?: readonly string[];
  readonly country?: string;
  readonly columns?: Record_;
}

export interface LinkSpec {
  /** organisation or site */
  readonly supplier: string;
  readonly customer: string;
  readonly mineral?: string;
  readonly stage?: string;
  readonly state?: 'ASSERTED' | 'CONFIRMED' | 'DISCLOSED';
  /** of both ends: 0 ENDS, 1 CHAIN, 2 ALLIANCE, 3 PUBLIC */
  readonly audience?: number;
  readonly columns?: Record_;
}

/**
 * Arranges a world in a test database as its superuser, through the functions that the hub itself uses, so that relations
 * follow. Everything is named by a key of the test's own; what is not said has a harmless default.
 */
export class World {
  private ids = new Map<string, string>();
  private units = new Map<string, { unitNo: number; ownerNo: number }>();
  private desks = new Map<string, number>();

  constructor(private readonly admin: Pool) {}

  /** The same world in a copy of its database, to go on from there on its own. */
  continuedOn(admin: Pool): World {
    const copy = new World(admin);
    copy.ids = new Map(this.ids);
    copy.units = new Map(this.units);
    copy.desks = new Map(this.desks);
    return copy;
  }

  /** The UUID behind a key; the same for the whole test. */
  id(key: string): string {
    const id = this.ids.get(key) ?? randomUUID();
    this.ids.set(key, id);
    return id;
  }

  /** Puts a key on a row that the database has named. */
  name(key: string, id: string): void {
    this.ids.set(key, id);
  }

  unitNo(key: string): number {
    return this.unit(key).unitNo;
  }

  deskNo(organisation: string): number {
    const desk = this.desks.get(organisation);
    if (desk === undefined) throw new Error(`${organisation} has no desk`);
    return desk;
  }

  async rows<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.admin.query<T>(sql, parameters)).rows;
  }

  /** The alliance with its standing initiative. */
  async alliance(phase = 'COORDINATION'): Promise<void> {
    await this.admin.query(
      `insert into reference.alliance (id, name, objective, review_date, minerals, jurisdictions, sectors, antitrust_policy, standing_initiative_id, synthetic)
       values ($1, 'Test alliance', 'measure together', current_date + 365, '{cobalt,copper}', '{CD,CL}', '{MINERALS}', 'v1', $2, true)`,
      [this.id('alliance'), this.id('initiative')],
    );
    await this.admin.query(
      `insert into vault.initiative (id, alliance_id, name, aim, phase, standing, synthetic) values ($1, $2, 'Standing initiative', 'work together', $3, true, true)`,
      [this.id('initiative'), this.id('alliance'), phase],
    );
  }

  async phase(phase: string): Promise<void> {
    await this.admin.query('update vault.initiative set phase = $2 where id = $1', [this.id('initiative'), phase]);
  }

  async organisation(key: string, spec: OrganisationSpec = {}): Promise<void> {
    const { company = true, standing = 'GOOD', activities = [], kinds = [] } = spec;
    await this.register(key, key, null);
    const { unitNo } = this.unit(key);
    await this.insert('vault.organisation', {
      id: this.id(key),
      ...this.fact(key, { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' }),
      legal_name: spec.name ?? key,
      lei: spec.lei ?? null,
      jurisdiction: spec.jurisdiction ?? 'CL',
      stakeholder_group: spec.stakeholderGroup ?? (company ? 'MIDSTREAM' : 'CIVIL_SOCIETY'),
      is_company: company,
      is_member: standing !== null,
      verified: true,
      ownership_group: this.id(`group ${spec.group ?? key}`),
      standing,
      joined_on: standing === null ? null : '2024-01-01',
      alliance_id: standing === null ? null : this.id('alliance'),
      ...spec.columns,
    });
    for (const each of activities) await this.activity(key, each);
    const [desk] = await this.rows<{ no: number }>('select policy.open_desk($1, $2, $3) as no', [
      unitNo,
      'main',
      groundMask([...kinds]),
    ]);
    this.desks.set(key, desk?.no ?? 0);
  }

  activity(organisation: string, { mineral, stage, side, markets = [] }: ActivityOf): Promise<string> {
    return this.store(
      'activity',
      organisation,
      { tier: 'ALLIANCE', dataClass: 'ALLIANCE_META' },
      {
        organisation_id: this.id(organisation),
        mineral_id: mineral,
        stage,
        side,
        markets,
      },
    );
  }

  async site(key: string, spec: SiteSpec): Promise<void> {
    await this.register(key, spec.owner, key);
    await this.insert('vault.site', {
      id: this.id(key),
      ...this.fact(key, { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' }),
      organisation_id: this.id(spec.owner),
      name: key,
      type: spec.type ?? 'REFINERY',
      stages: spec.stages ?? ['REFINING'],
      country: spec.country ?? 'CL',
      status: 'OPERATING',
      main_mineral: spec.minerals?.[0] ?? 'cobalt',
      minerals: spec.minerals ?? ['cobalt'],
      ownership_unit: this.id(`group of ${key}`),
      ...spec.columns,
    });
  }

  /** A person at the desk of its organisation; offices are held in the alliance, other roles in the organisation. */
  async person(key: string, organisation: string, roles: readonly HeldRole[] = ['UPSTREAM_PUBLISHER']): Promise<void> {
    const { unitNo } = this.unit(organisation);
    await this.insert('identity.person', {
      id: this.id(`person ${key}`),
      subject: subjectOf(key),
      display_name: key,
      organisation_id: this.id(organisation),
      synthetic: true,
    });
    await this.insert('identity.affiliation', {
      person_id: this.id(`person ${key}`),
      organisation_id: this.id(organisation),
      organisation_no: unitNo,
      desk_no: this.deskNo(organisation),
      valid_from: '2024-01-01',
    });
    for (const name of roles) {
      await this.insert('identity.role', {
        person_id: this.id(`person ${key}`),
        name,
        organisation_id: isOffice(name) ? null : this.id(organisation),
        alliance_id: isOffice(name) ? this.id('alliance') : null,
        valid_from: name === 'CLEAN_TEAM' ? '2026-06-01' : '2024-01-01',
        valid_to: name === 'CLEAN_TEAM' ? '2027-06-01' : null,
      });
    }
  }

  async link(key: string, spec: LinkSpec): Promise<void> {
    const [supplier, customer] = [this.unit(spec.supplier), this.unit(spec.customer)];
    const state = spec.state ?? 'DISCLOSED';
    await this.insert('vault.link', {
      id: this.id(key),
      ...this.fact(spec.supplier, { tier: 'ADDRESSED', sensitivity: 'COUNTERPARTY', dataClass: 'LINK' }),
      customer_unit_no: customer.unitNo,
      customer_owner_no: customer.ownerNo,
      supplier_id: await this.organisationId(supplier.ownerNo),
      customer_id: await this.organisationId(customer.ownerNo),
      supplier_site_id: supplier.unitNo === supplier.ownerNo ? null : this.id(spec.supplier),
      customer_site_id: customer.unitNo === customer.ownerNo ? null : this.id(spec.customer),
      asserted_by_no: supplier.ownerNo,
      mineral_id: spec.mineral ?? 'cobalt',
      supplier_stage: spec.stage ?? 'REFINING',
      period_start: '2026-01-01',
      period_end: '2027-01-01',
      custody_model: 'MASS_BALANCE',
      confidence: state === 'ASSERTED' ? 0.4 : 0.7,
      confidence_basis: state === 'ASSERTED' ? 'ASSERTED' : 'TWO_SIDED',
      state,
      supplier_audience: spec.audience ?? (state === 'DISCLOSED' ? 1 : 0),
      customer_audience: spec.audience ?? (state === 'DISCLOSED' ? 1 : 0),
      ...spec.columns,
    });
  }

  /** A figure for the calendar year 2025 unless the columns say otherwise; its class follows from the indicator and the tier. */
  async measurement(
    unit: string,
    indicator: string,
    value: string,
    tier: Tier,
    columns: Record_ = {},
  ): Promise<string> {
    const { unitNo, ownerNo } = this.unit(unit);
    const [row] = await this.rows<{ no: number; unit: string }>(
      'select indicator_no as no, unit from reference.indicator where id = $1',
      [indicator],
    );
    return this.store(
      'measurement',
      unit,
      { tier, dataClass: 'PERFORMANCE' },
      {
        site_id: unitNo === ownerNo ? null : this.id(unit),
        organisation_id: await this.organisationId(ownerNo),
        indicator_id: indicator,
        indicator_no: row?.no,
        period_start: '2025-01-01',
        period_end: '2026-01-01',
        value,
        unit: row?.unit,
        ...columns,
      },
    );
  }

  /** A standard with its owner, one version and ordered levels. */
  async standard(id: string, owner: string, levels: readonly string[], columns: Record_ = {}): Promise<void> {
    await this.insert('reference.standard', {
      id,
      name: `Standard ${id}`,
      owner,
      kind: 'VOLUNTARY_STANDARD',
      unit_of_assessment: 'SITE',
      assurance: 'THIRD_PARTY',
      level_model: 'ORDERED',
      validity_months_max: 36,
      scope_minerals: [],
      scope_stages: [],
      certainty: 'HIGH',
      synthetic: true,
      owner_organisation_id: this.id(owner),
      ...columns,
    });
    await this.insert('reference.standard_version', { standard_id: id, label: '1.0', valid_from: '2024-01-01' });
    for (const [position, code] of levels.entries()) {
      await this.insert('reference.standard_level', { standard_id: id, code, position });
    }
  }

  /** Who confirms assessments against a standard of the catalogue. */
  async ownStandard(id: string, owner: string): Promise<void> {
    await this.admin.query('update reference.standard set owner_organisation_id = $2 where id = $1', [
      id,
      this.id(owner),
    ]);
  }

  async assessorFirm(key: string, organisation: string, standards: readonly [string, string][]): Promise<void> {
    await this.insert('reference.assessor_firm', {
      id: this.id(key),
      organisation_id: this.id(organisation),
      name: key,
      synthetic: true,
    });
    for (const [standard_id, version_label] of standards) {
      await this.insert('reference.accreditation', {
        assessor_id: this.id(key),
        standard_id,
        version_label,
        valid_from: '2020-01-01',
        valid_to: '2030-01-01',
      });
    }
  }

  async interest(person: string, organisation: string, counterpart: string, columns: Record_ = {}): Promise<void> {
    await this.insert('vault.interest', {
      person_id: this.id(`person ${person}`),
      organisation_no: this.unitNo(organisation),
      counterpart_no: this.unitNo(counterpart),
      interest: 'shares',
      valid_from: '2025-01-01',
      ...columns,
    });
  }

  /** Any fact about a unit, contributed by its owner. */
  async store(table: string, unit: string, factClass: FactClass, columns: Record_): Promise<string> {
    const id = randomUUID();
    await this.insert(`vault.${table}`, { id, ...this.fact(unit, factClass), ...columns });
    return id;
  }

  async insert(table: string, row: Record_): Promise<void> {
    const columns = Object.keys(row);
    const places = columns.map((_column, index) => `$${index + 1}`);
    await this.admin.query(
      `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
      Object.values(row).map((value) => (isPlainObject(value) ? JSON.stringify(value) : value)),
    );
  }

  private fact(
    unit: string,
    { tier = 'OWNER_ONLY', sensitivity = 'NONE', dataClass = 'PERFORMANCE' }: FactClass,
  ): Record_ {
    const { unitNo, ownerNo } = this.unit(unit);
    return {
      unit_no: unitNo,
      owner_no: ownerNo,
      contributor_no: ownerNo,
      tier: TIERS.indexOf(tier),
      sensitivity: SENSITIVITIES.indexOf(sensitivity),
      data_class: DATA_CLASSES.indexOf(dataClass),
      synthetic: true,
    };
  }

  private unit(key: string): { unitNo: number; ownerNo: number } {
    const unit = this.units.get(key);
    if (unit === undefined) throw new Error(`${key} is not in this world`);
    return unit;
  }

  private async organisationId(unitNo: number): Promise<string> {
    const [row] = await this.rows<{ id: string }>('select organisation_id as id from policy.unit where unit_no = $1', [
      unitNo,
    ]);
    return row?.id ?? '';
  }

  private async register(key: string, owner: string, site: string | null): Promise<void> {
    const [row] = await this.rows<{ unit: number }>('select policy.register_unit($1, $2) as unit', [
      this.id(owner),
      site === null ? null : this.id(site),
    ]);
    const unitNo = row?.unit ?? 0;
    this.units.set(key, { unitNo, ownerNo: site === null ? unitNo : this.unit(owner).unitNo });
  }
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
