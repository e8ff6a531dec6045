import type { ClientBase } from 'pg';
import { DATA_CLASSES, SENSITIVITIES, TIERS, type DataClass, type Sensitivity, type Tier } from '../../policy/cells';
import { uuidOf } from './random';

export type Row = Readonly<Record<string, unknown>>;

interface Unit {
  readonly unitNo: number;
  readonly ownerNo: number;
}

/** Rows in one statement each; a batch stays well under a megabyte. */
const BATCH_ROWS = 1000;

/** Writes the demo: units by key, facts in bulk, through the triggers that every write meets. */
export class DemoStore {
  private readonly units = new Map<string, Unit>();

  constructor(readonly client: ClientBase) {}

  unit(key: string): Unit {
    const unit = this.units.get(key);
    if (unit === undefined) throw new Error(`the demo has no \`${key}\``);
    return unit;
  }

  /** Registers organisations first, then their sites. @param sites site key -> owner's key */
  async register(organisations: readonly string[], sites: ReadonlyMap<string, string>): Promise<void> {
    for (const key of organisations) this.units.set(key, { unitNo: 0, ownerNo: 0 });
    const numbers = await this.numbers(
      organisations.map(uuidOf),
      organisations.map(() => null),
    );
    organisations.forEach((key, index) => {
      const unitNo = numbers[index] ?? 0;
      this.units.set(key, { unitNo, ownerNo: unitNo });
    });
    const keys = [...sites.keys()];
    const owners = [...sites.values()];
    const siteNumbers = await this.numbers(owners.map(uuidOf), keys.map(uuidOf));
    keys.forEach((key, index) => {
      this.units.set(key, { unitNo: siteNumbers[index] ?? 0, ownerNo: this.unit(owners[index] ?? '').unitNo });
    });
  }

  /** The columns that every fact has. */
  about(key: string, tier: Tier, sensitivity: Sensitivity, dataClass: DataClass): Row {
    const { unitNo, ownerNo } = this.unit(key);
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

  /** Every row has the columns of the first. */
  async insert(table: string, rows: readonly Row[]): Promise<void> {
    const columns = Object.keys(rows[0] ?? {}).join(', ');
    for (let start = 0; start < rows.length; start += BATCH_ROWS) {
      await this.client.query(
        `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
        [JSON.stringify(rows.slice(start, start + BATCH_ROWS))],
      );
    }
  }

  private async numbers(organisations: string[], sites: (string | null)[]): Promise<number[]> {
    const { rows } = await this.client.query<{ place: number; unit_no: number }>(
      'select place, unit_no from policy.register_units($1::uuid[], $2::uuid[]) order by place',
      [organisations, sites],
    );
    return rows.map((row) => row.unit_no);
  }
}
