import { createHash } from 'node:crypto';
import { checkHs6 } from '../../kernel/identifiers/hs6';
import { IssueList } from '../../kernel/issues';
import { type Operation, rowById, rowByUnit } from '../graph';
import { OrganisationView, SiteView } from '../members';
import { ChainDirection, type ChainEdge, type ChainNode, type ValueChain } from './chain.types';
import { valueChainSettings } from './settings';

export interface ChainRequest {
  /** id of a member or a site; left out: the reader's own organisation */
  root?: string | null;
  mineral: string;
  product?: string | null;
  direction: ChainDirection;
  depth?: number | null;
  /** ISO 8601 date or time */
  asOf?: string | null;
}

/** One visible hop; `hidden_link_id` marks two hops with an unnamed place between them. */
interface HopRow {
  link_id: string | null;
  hidden_link_id: string | null;
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

const EDGES_PER_NODE_MAX = 5;

/**
 * The chain from a root as far as each hop admits the reader: one statement for the walk, two for names, whatever its size.
 * @returns null for a root that does not exist or is hidden
 * @throws DomainError VALIDATION for a depth beyond the maximum, an unknown mineral or product, a bad time
 */
export async function valueChain(operation: Operation, request: ChainRequest): Promise<ValueChain | null> {
  const depth = checkRequest(operation, request);
  const root = await rootUnit(operation, request.root ?? null);
  if (root === null) return null;
  const found = await hops(operation, root, request, depth);
  const visible = found.filter((hop) => hop.link_id !== null);
  operation.touched('Link', new Set(visible.flatMap((hop) => [hop.near_no, hop.far_no])));
  const places = await placesOf(operation, [root, ...visible.flatMap((hop) => [hop.near_no, hop.far_no])]);
  const graph = graphOf(operation, root, visible, request.direction);
  return {
    ...graph,
    truncated: found.length > visible.length || isCut(graph.nodes, visible, places, request.direction),
  };
}

export function checkRequest(operation: Operation, request: ChainRequest): number {
  const { catalogue } = operation.services;
  const settings = valueChainSettings();
  const issues = new IssueList();
  const depth = request.depth ?? settings.chainDepthDefault;
  if (depth < 1 || depth > settings.chainDepthMax) {
    issues.add(['depth'], 'DEPTH', `ask for 1 to ${settings.chainDepthMax} hops`);
  }
  if (!catalogue.minerals.some((row) => row.mineralId === request.mineral)) {
    issues.add(['mineral'], 'UNKNOWN', 'use a mineral of the catalogue, such as cobalt');
  }
  if (request.product != null) {
    const product = checkHs6(request.product, catalogue.hs6Headings);
    if (!product.ok) issues.add(['product'], product.error.code, product.error.hint);
  }
  if (request.asOf != null && Number.isNaN(Date.parse(request.asOf))) {
    issues.add(['asOf'], 'DATE', 'give an ISO 8601 date or date and time with zone');
  }
  issues.throwIfAny();
  return depth;
}

/** The unit of a member or site that the reader may know of. */
async function rootUnit(operation: Operation, root: string | null): Promise<number | null> {
  if (root === null) return operation.viewer.organisationNo;
  const site = await rowById(operation, SiteView, operation.decodeId(root, 'site'));
  if (site !== null) return site.unitNo;
  return (await rowById(operation, OrganisationView, operation.decodeId(root, 'member')))?.unitNo ?? null;
}

async function hops(operation: Operation, root: number, request: ChainRequest, depth: number): Promise<HopRow[]> {
  const { chainNodesMax } = valueChainSettings();
  const way = request.direction === ChainDirection.UPSTREAM ? 'upward' : 'downward';
  const product = request.product ?? null;
  const parameters = [root, request.mineral, product, depth, chainNodesMax, chainNodesMax * EDGES_PER_NODE_MAX];
  return request.asOf == null
    ? operation.rows<HopRow & Record<string, unknown>>(
        `select * from policy.chain_${way}($1, $2, $3, $4, $5, $6)`,
        parameters,
      )
    : operation.rows<HopRow & Record<string, unknown>>(
        `select * from policy.chain_${way}_then($1, $2, $3, $4, $5, $6, $7::timestamptz)`,
        [...parameters, request.asOf],
      );
}

export type Places = ReadonlyMap<number, { organisationId: string | null; site: SiteView | null }>;

/** Names of the units, as the reader may know them: two statements, through the loaders that the answer's fields use too. */
export async function placesOf(operation: Operation, unitNos: readonly number[]): Promise<Places> {
  const known = [...new Set(unitNos)];
  const found = await Promise.all(
    known.map(async (unitNo) => {
      const [site, member] = await Promise.all([
        rowByUnit(operation, SiteView, unitNo),
        rowByUnit(operation, OrganisationView, unitNo),
      ]);
      return [unitNo, { organisationId: site?.organisationId ?? member?.id ?? null, site }] as const;
    }),
  );
  return new Map(found);
}

function graphOf(
  operation: Operation,
  root: number,
  visible: readonly HopRow[],
  direction: ChainDirection,
): Pick<ValueChain, 'nodes' | 'edges'> {
  const nodes = new Map<string, ChainNode>();
  const isUpward = direction === ChainDirection.UPSTREAM;
  const add = (node: ChainNode): string => {
    const known = nodes.get(node.id);
    const nearest = known === undefined || node.depth < known.depth ? node : known;
    const stages = [known?.stage, node.stage].filter((stage) => stage != null).sort();
    nodes.set(node.id, { ...nearest, stage: stages[0] ?? null });
    return node.id;
  };
  const named = (unitNo: number, depth: number, stage: string | null): string =>
    add({ id: nodeId(operation, unitUuid(unitNo)), unitNo, depth, stage, opaque: false });
  named(root, 0, null);
  const edges = visible.flatMap((hop): ChainEdge[] => {
    const [nearStage, farStage] = isUpward
      ? [hop.customer_stage, hop.supplier_stage]
      : [hop.supplier_stage, hop.customer_stage];
    const near = named(hop.near_no, hop.near_depth, nearStage);
    if (hop.hidden_link_id === null)
      return [edgeOf(hop, near, named(hop.far_no, hop.near_depth + 1, farStage), isUpward)];
    const uuid = uuidOf(`${hop.link_id ?? ''}${hop.hidden_link_id}`);
    const unnamed = add({
      id: nodeId(operation, uuid),
      unitNo: null,
      depth: hop.near_depth + 1,
      stage: null,
      opaque: true,
    });
    const far = named(hop.far_no, hop.near_depth + 2, null);
    return [bareEdge(near, unnamed, isUpward), bareEdge(unnamed, far, isUpward)];
  });
  return { nodes: [...nodes.values()].sort(byDepth), edges: edges.sort(byEnds) };
}

function edgeOf(hop: HopRow, near: string, far: string, isUpward: boolean): ChainEdge {
  return {
    ...bareEdge(near, far, isUpward),
    supplierStage: hop.supplier_stage,
    customerStage: hop.customer_stage,
    custodyModel: hop.custody_model,
    confidence: hop.confidence,
    confidenceBasis: hop.confidence_basis,
    product: hop.product_hs6,
    periodStart: hop.period_start,
    periodEnd: hop.period_end,
  };
}

function bareEdge(near: string, far: string, isUpward: boolean): ChainEdge {
  const [from, to] = isUpward ? [far, near] : [near, far];
  const nothing = { supplierStage: null, customerStage: null, custodyModel: null, confidence: null };
  return { from, to, ...nothing, confidenceBasis: null, product: null, periodStart: null, periodEnd: null };
}

/** Order by what the reader is given, never by the numbers or dates of rows. */
function byDepth(a: ChainNode, b: ChainNode): number {
  return a.depth - b.depth || (a.id < b.id ? -1 : 1);
}

function byEnds(a: ChainEdge, b: ChainEdge): number {
  const key = (edge: ChainEdge): string =>
    [edge.to, edge.from, edge.product, edge.periodStart, edge.confidence].join('|');
  return key(a) < key(b) ? -1 : 1;
}

/** INVARIANT TruncationSaysNothing: computed from the shown nodes and edges alone. */
function isCut(
  nodes: readonly ChainNode[],
  visible: readonly HopRow[],
  places: Places,
  direction: ChainDirection,
): boolean {
  const { naturalEnds } = valueChainSettings();
  const ends = direction === ChainDirection.UPSTREAM ? naturalEnds.upstream : naturalEnds.downstream;
  const organisationOf = (unitNo: number): string | null => places.get(unitNo)?.organisationId ?? null;
  const goesOn = new Set(visible.map((hop) => organisationOf(hop.near_no)));
  return nodes.some(
    ({ unitNo, stage }) => unitNo !== null && !goesOn.has(organisationOf(unitNo)) && !ends.includes(stage ?? ''),
  );
}

function nodeId(operation: Operation, uuid: string): string {
  return operation.encodeId('hop', uuid);
}

/** A name for the cipher of ids; the number itself never leaves the hub. */
function unitUuid(unitNo: number): string {
  return `00000000-0000-4000-8000-${unitNo.toString(16).padStart(12, '0')}`;
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
