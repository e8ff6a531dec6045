import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { groundMask, groundNames, isGroundName } from '../../../src/policy/grounds';
import type {
  Activity,
  Assessment,
  Desk,
  Holding,
  Interest,
  Link,
  Organisation,
  Site,
  World,
} from '../../support/referenceModel/relations';

type Row = Record<string, unknown>;

/** Who is a member is public: PUBLIC, NONE, PUBLIC_CLAIM. */
const everybodysToRead = { tier: 0, sensitivity: 0, data_class: 1 };

/** Writes the facts of a world as members would, and reads back what the database made of them. */
export class WorldInDatabase {
  private readonly ids = new Map<string, string>();
  private readonly unitNos = new Map<string, number>();
  private readonly deskNos = new Map<string, number>();
  private readonly owners = new Map<string, string>();
  private readonly written = new Set<string>();

  constructor(private readonly client: ClientBase) {}

  id(key: string): string {
    const id = this.ids.get(key) ?? randomUUID();
    this.ids.set(key, id);
    return id;
  }

  unitNo(key: string): number {
    const number = this.unitNos.get(key);
    if (number === undefined) throw new Error(`${key} is not registered`);
    return number;
  }

  deskNo(key: string): number {
    const number = this.deskNos.get(key);
    if (number === undefined) throw new Error(`desk ${key} is not open`);
    return number;
  }

  async load(world: World): Promise<void> {
    await this.minerals(world.substitutes);
    for (const each of world.organisations) await this.organisation(each);
    for (const each of world.sites) await this.site(each);
    for (const each of world.holdings) await this.holding(each);
    for (const each of world.activities) await this.activity(each);
    for (const each of world.desks) await this.desk(each);
    for (const each of world.links) await this.link(each);
    for (const each of world.interests) await this.interest(each);
    for (const each of world.assessments) await this.assessment(each);
  }

  async minerals(substitutes: [string, string][]): Promise<void> {
    for (const id of ['copper', 'cobalt', 'nickel']) {
      await this.client.query(
        `insert into reference.mineral (id, name, sector) values ($1, $1, 'MINERALS') on conflict do nothing`,
        [id],
      );
    }
    await this.client.query('delete from reference.mineral_substitute');
    for (const pair of substitutes)
      await this.client.query('insert into reference.mineral_substitute values ($1, $2)', pair);
  }

  async organisation(each: Organisation): Promise<void> {
    await this.register(each.key, each.key, null);
    await this.put('vault.organisation', each.key, {
      ...this.fact(each.key),
      ...everybodysToRead,
      legal_name: each.key,
      stakeholder_group: 'UPSTREAM_INDUSTRY',
      is_company: each.isCompany,
      is_member: each.standing !== null,
      ownership_group: this.id(`group ${each.group}`),
      standing: each.standing,
      alliance_id: each.alliance === null ? null : await this.alliance(each.alliance),
    });
  }

  async site(each: Site): Promise<void> {
    await this.register(each.key, each.owner, each.key);
    await this.put('vault.site', each.key, {
      ...this.fact(each.key),
      organisation_id: this.id(each.owner),
      name: each.key,
      type: 'SMELTER',
      stages: each.stages,
      country: 'CL',
      status: each.status,
      main_mineral: each.mainMineral,
      minerals: each.minerals,
      by_products: each.byProducts,
      ownership_unit: this.id(`ownership ${each.key}`),
      withdrawn_at: each.withdrawn ? new Date() : null,
    });
  }

  holding(each: Holding): Promise<void> {
    return this.put('vault.site_owner', each.key, {
      ...this.fact(each.site),
      site_id: this.id(each.site),
      holder_id: this.id(each.holder),
      holder_name: each.holder,
      percent: each.percent,
    });
  }

  activity(each: Activity): Promise<void> {
    return this.put('vault.activity', each.key, {
      ...this.fact(each.owner),
      organisation_id: this.id(each.owner),
      mineral_id: each.mineral,
      stage: each.stage,
      side: each.side,
      markets: each.markets,
      origin: each.origin,
      withdrawn_at: each.withdrawn ? new Date() : null,
    });
  }

  link(each: Link): Promise<void> {
    const supplier = this.fact(each.supplier);
    const customer = this.fact(each.customer);
    return this.put('vault.link', each.key, {
      ...supplier,
      customer_unit_no: customer.unit_no,
      customer_owner_no: customer.owner_no,
      supplier_id: this.id(each.supplier),
      customer_id: this.id(each.customer),
      asserted_by_no: supplier.owner_no,
      mineral_id: each.mineral,
      supplier_stage: each.stage,
      period_start: '2026-01-01',
      period_end: '2027-01-01',
      confidence: each.state === 'ASSERTED' ? 0.4 : 0.7,
      confidence_basis: 'TWO_SIDED',
      state: each.state,
      supplier_audience: each.supplierAudience,
      customer_audience: each.customerAudience,
      ended_on: each.state === 'ENDED' ? '2026-06-01' : null,
      withdrawn_at: each.withdrawn ? new Date() : null,
    });
  }

  async assessment(each: Assessment): Promise<void> {
    await this.client.query(
      `insert into reference.standard (id, name, owner, kind, unit_of_assessment, assurance, level_model, scope_minerals, scope_stages, certainty)
       values ('TESTED', 't', 't', 't', 'SITE', 't', 't', '{}', '{}', 'HIGH') on conflict do nothing`,
    );
    await this.client.query(
      `insert into reference.standard_version (standard_id, label) values ('TESTED', '1') on conflict do nothing`,
    );
    await this.put('vault.assessment', each.key, {
      ...this.fact(each.site),
      site_id: this.id(each.site),
      organisation_id: this.id(this.owners.get(each.site) ?? each.site),
      standard_id: 'TESTED',
      version_label: '1',
      unit_of_assessment: 'SITE',
      state: each.state,
      assessor_no: each.assessor === null ? null : this.unitNo(each.assessor),
    });
  }

  interest(each: Interest): Promise<void> {
    return this.put('vault.interest', each.key, {
      person_id: this.id(`person ${each.key}`),
      organisation_no: this.unitNo(each.organisation),
      counterpart_no: this.unitNo(each.counterpart),
      interest: 'shares',
      valid_from: '2020-01-01',
      valid_to: each.over ? '2021-01-01' : null,
    });
  }

  async desk(each: Desk): Promise<void> {
    const kinds = groundMask(each.kinds.filter(isGroundName));
    const activities = each.activities?.map((key) => this.id(key)) ?? null;
    const attested = each.wallAttested ? this.id('counsel') : null;
    const known = this.deskNos.get(each.key);
    if (known !== undefined) {
      await this.client.query(
        'update policy.desk set kinds = $2, activity_ids = $3, wall_attested_by = $4 where desk_no = $1',
        [known, kinds, activities, attested],
      );
      return;
    }
    const { rows } = await this.client.query<{ desk: number }>('select policy.open_desk($1, $2, $3, $4, $5) as desk', [
      this.unitNo(each.organisation),
      each.key,
      kinds,
      activities,
      attested,
    ]);
    this.deskNos.set(each.key, rows[0]?.desk ?? 0);
  }

  async remove(table: string, key: string): Promise<void> {
    await this.client.query(`delete from ${table} where id = $1`, [this.id(key)]);
    this.written.delete(key);
  }

  /** One recomputation of every closure that is not valid. */
  async bindAll(): Promise<void> {
    for (const deskNo of this.deskNos.values()) {
      await this.client.query('select policy.bind_closure($1)', [deskNo]);
    }
  }

  /** The stored grounds of each desk towards each unit, as sorted names, and whether the closure counts. */
  async grounds(): Promise<Map<string, { valid: boolean; towards: Map<string, string[]> }>> {
    const all = new Map<string, { valid: boolean; towards: Map<string, string[]> }>();
    for (const [key, deskNo] of this.deskNos) {
      const { rows } = await this.client.query<{ grounds: number[]; valid: boolean }>(
        'select grounds, closure_valid as valid from policy.viewer where desk_no = $1',
        [deskNo],
      );
      const towards = new Map<string, string[]>();
      for (const [unit, unitNo] of this.unitNos)
        towards.set(unit, [...groundNames(rows[0]?.grounds[unitNo - 1] ?? 0)].sort());
      all.set(key, { valid: rows[0]?.valid ?? false, towards });
    }
    return all;
  }

  private async alliance(name: string): Promise<string> {
    await this.client.query(
      `insert into reference.alliance (id, name, objective, review_date, minerals, jurisdictions, sectors)
       values ($1, $2, 'o', '2027-01-01', '{copper}', '{}', '{}') on conflict do nothing`,
      [this.id(`alliance ${name}`), name],
    );
    return this.id(`alliance ${name}`);
  }

  private fact(unit: string): Row {
    const owner = this.unitNo(this.owners.get(unit) ?? unit);
    return {
      unit_no: this.unitNo(unit),
      owner_no: owner,
      contributor_no: owner,
      tier: 3,
      sensitivity: 0,
      data_class: 4,
    };
  }

  private async register(key: string, owner: string, site: string | null): Promise<void> {
    if (this.unitNos.has(key)) return;
    const { rows } = await this.client.query<{ unit: number }>('select policy.register_unit($1, $2) as unit', [
      this.id(owner),
      site === null ? null : this.id(site),
    ]);
    this.unitNos.set(key, rows[0]?.unit ?? 0);
    this.owners.set(key, owner);
  }

  private async put(table: string, key: string, row: Row): Promise<void> {
    const columns = Object.keys(row);
    const places = columns.map((_column, index) => `$${index + 2}`);
    const id = this.id(key);
    if (this.written.has(key)) {
      const set = columns.map((column, index) => `${column} = ${places[index] ?? ''}`).join(', ');
      await this.client.query(`update ${table} set ${set} where id = $1`, [id, ...Object.values(row)]);
      return;
    }
    const names = ['id', ...columns].join(', ');
    await this.client.query(`insert into ${table} (${names}) values ($1, ${places.join(', ')})`, [
      id,
      ...Object.values(row),
    ]);
    this.written.add(key);
  }
}
