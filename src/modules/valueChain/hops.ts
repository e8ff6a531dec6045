import { addDays } from '../../kernel/period';
import type { Operation } from '../graph';
import { valueChainSettings } from './settings';

/** What a hop says beside its ends: all null but the stages unless both ends tell the whole link. */
export interface HopTold {
  supplierStage: string | null;
  customerStage: string | null;
  custodyModel: string | null;
  confidence: string | null;
  confidenceBasis: string | null;
  product: string | null;
  periodStart: string | null;
  periodEnd: string | null;
}

/** One visible hop, by unit numbers that never leave the hub. */
export interface Hop {
  nearNo: number;
  farNo: number;
  /** hops from the root to the near end */
  nearDepth: number;
  /** names the two hidden links around a place that is not named; null where the ends are neighbours */
  between: string | null;
  told: HopTold;
}

export interface Hops {
  hops: Hop[];
  /** the walk met its bound of nodes or edges */
  isCut: boolean;
}

/** `policy.chain_step`: the hops of a level side by side, `{1,2}` each; a row without ends says that the walk was cut. */
export interface StepRow {
  near_depth: number | null;
  near_nos: string | null;
  far_nos: string | null;
  told: string | null;
  between: string | null;
}

/** `policy.chain_hop`, as the walk over links of the past gives it. */
interface HopRow {
  link_id: string | null;
  near_no: number;
  far_no: number;
  near_depth: number;
  supplier_stage: string | null;
  customer_stage: string | null;
  custody_model: string | null;
  confidence: string | null;
  confidence_basis: string | null;
  product_hs6: string | null;
  period_start: string | null;
  period_end: string | null;
}

export interface Walk {
  rootNo: number;
  mineral: string;
  product: string | null;
  isUpward: boolean;
  depth: number;
  /** ISO 8601, or null for now */
  asOf: string | null;
}

const EDGES_PER_NODE_MAX = 5;
const BETWEEN_PARTS = '\x1f';
const BETWEEN_HOPS = '\x1e';
const DAYS_SINCE = '2000-01-01';

/** The bare arrays are read as text: the driver would look at every digit. */
export const STEPS = (isUpward: boolean): string =>
  `select near_depth, near_nos::text, far_nos::text, told, between from policy.chain_${isUpward ? 'upward' : 'downward'}($1, $2, $3, $4, $5, $6)`;

/** Every hop that the reader may see, level by level: one statement. */
export async function walk(operation: Operation, asked: Walk): Promise<Hops> {
  const { chainNodesMax } = valueChainSettings();
  const { rootNo, mineral, product, depth, isUpward, asOf } = asked;
  const parameters = [rootNo, mineral, product, depth, chainNodesMax, chainNodesMax * EDGES_PER_NODE_MAX];
  if (asOf === null)
    return hopsOf(await operation.rows<StepRow & Record<string, unknown>>(STEPS(isUpward), parameters));
  const rows = await operation.rows<HopRow & Record<string, unknown>>(
    `select * from policy.chain_${isUpward ? 'upward' : 'downward'}_then($1, $2, $3, $4, $5, $6, $7::timestamptz)`,
    [...parameters, asOf],
  );
  const visible = rows.filter((row) => row.link_id !== null);
  return { hops: visible.map(hopThen), isCut: visible.length < rows.length };
}

export function hopsOf(steps: readonly StepRow[]): Hops {
  const read = reader();
  const hops: Hop[] = [];
  let isCut = false;
  for (const { near_depth: nearDepth, near_nos: nears, far_nos: fars, told, between } of steps) {
    if (nearDepth === null || nears === null || fars === null) {
      isCut = true;
      continue;
    }
    const [farNos, texts, keys] = [numbersOf(fars), told?.split(BETWEEN_HOPS), between?.split(BETWEEN_HOPS)];
    for (const [place, nearNo] of numbersOf(nears).entries()) {
      const farNo = farNos[place] ?? 0;
      hops.push({ nearNo, farNo, nearDepth, between: keys?.[place] ?? null, told: read(texts?.[place] ?? '') });
    }
  }
  return { hops, isCut };
}

function numbersOf(array: string): number[] {
  return array.slice(1, -1).split(',').map(Number);
}

/** Many hops say the same, so that each text is taken apart once. */
function reader(): (text: string) => HopTold {
  const known = new Map<string, HopTold>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const told = toldOf(text.split(BETWEEN_PARTS));
    known.set(text, told);
    return told;
  };
}

function toldOf(parts: readonly string[]): HopTold {
  const at = (place: number): string | null => parts[place] || null;
  const dateAt = (place: number): string | null => {
    const days = at(place);
    return days === null ? null : addDays(DAYS_SINCE, Number(days));
  };
  return {
    supplierStage: at(0),
    customerStage: at(1),
    custodyModel: at(2),
    confidence: at(3),
    confidenceBasis: at(4),
    product: at(5),
    periodStart: dateAt(6),
    periodEnd: dateAt(7),
  };
}

function hopThen(row: HopRow): Hop {
  return {
    nearNo: row.near_no,
    farNo: row.far_no,
    nearDepth: row.near_depth,
    between: null,
    told: {
      supplierStage: row.supplier_stage,
      customerStage: row.customer_stage,
      custodyModel: row.custody_model,
      confidence: row.confidence,
      confidenceBasis: row.confidence_basis,
      product: row.product_hs6,
      periodStart: row.period_start,
      periodEnd: row.period_end,
    },
  };
}
