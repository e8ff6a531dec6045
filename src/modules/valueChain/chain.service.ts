import { createHash } from 'node:crypto';
import { checkHs6 } from '../../kernel/identifiers/hs6';
import { IssueList } from '../../kernel/issues';
import { type Operation, rowAskedFor, rowByUnit } from '../graph';
import { OrganisationView, SiteView } from '../members';
import { ChainDirection, type ChainEdge, type ChainNode, type ValueChain } from './chain.types';
import { type Hop, type HopTold, walk } from './hops';
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

/**
 * The chain from a root as far as each hop admits the reader: one statement for the walk, two for names, whatever its size.
 * @returns null for a root that does not exist or is hidden
 * @throws DomainError VALIDATION for a depth beyond the maximum, an unknown mineral or product, a bad time
 */
export async function valueChain(operation: Operation, request: ChainRequest): Promise<ValueChain | null> {
  const depth = checkRequest(operation, request);
  const root = await rootUnit(operation, request.root ?? null);
  if (root === null) return null;
  const { mineral, direction } = request;
  const { hops, isCut } = await walk(operation, {
    ...{ rootNo: root, mineral, depth, isUpward: direction === ChainDirection.UPSTREAM },
    ...{ product: request.product ?? null, asOf: request.asOf ?? null },
  });
  const ends = new Set(hops.flatMap((hop) => [hop.nearNo, hop.farNo]));
  operation.touched('Link', ends);
  const places = await placesOf(operation, [root, ...ends]);
  const graph = new ShownGraph(operation, direction, root, hops);
  return { ...graph.shown(), truncated: isCut || endsEarly(graph.nodes, hops, places, direction) };
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
  const site = await rowAskedFor(operation, SiteView, operation.decodeId(root, 'site'));
  if (site !== null) return site.unitNo;
  return (await rowAskedFor(operation, OrganisationView, operation.decodeId(root, 'member')))?.unitNo ?? null;
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

/** Nodes and edges under ids of the reader's own; a place met twice is one node, at its shortest way. */
class ShownGraph {
  private readonly byId = new Map<string, ChainNode>();
  private readonly edges: ChainEdge[] = [];
  /** the cipher of ids is asked once a place, however many hops end there */
  private readonly ids = new Map<number, string>();
  private readonly isUpward: boolean;

  constructor(
    private readonly operation: Operation,
    direction: ChainDirection,
    rootNo: number,
    hops: readonly Hop[],
  ) {
    this.isUpward = direction === ChainDirection.UPSTREAM;
    this.named(rootNo, 0, null);
    for (const hop of hops) this.follow(hop);
  }

  get nodes(): Iterable<ChainNode> {
    return this.byId.values();
  }

  shown(): Pick<ValueChain, 'nodes' | 'edges'> {
    return { nodes: [...this.byId.values()].sort(byDepth), edges: inOrder(this.edges) };
  }

  private follow({ nearNo, farNo, nearDepth, between, told }: Hop): void {
    const [nearStage, farStage] = this.isUpward
      ? [told.customerStage, told.supplierStage]
      : [told.supplierStage, told.customerStage];
    const near = this.named(nearNo, nearDepth, nearStage);
    if (between === null) {
      this.edges.push(edgeOf(near, this.named(farNo, nearDepth + 1, farStage), this.isUpward, told));
      return;
    }
    const unnamed = nodeId(this.operation, uuidOf(between));
    this.add({ id: unnamed, unitNo: null, depth: nearDepth + 1, stage: null, opaque: true });
    const far = this.named(farNo, nearDepth + 2, null);
    this.edges.push(edgeOf(near, unnamed, this.isUpward, UNTOLD), edgeOf(unnamed, far, this.isUpward, UNTOLD));
  }

  private named(unitNo: number, depth: number, stage: string | null): string {
    const id = this.ids.get(unitNo) ?? nodeId(this.operation, unitUuid(unitNo));
    this.ids.set(unitNo, id);
    this.add({ id, unitNo, depth, stage, opaque: false });
    return id;
  }

  private add(node: ChainNode): void {
    const known = this.byId.get(node.id);
    if (known === undefined) {
      this.byId.set(node.id, node);
      return;
    }
    known.depth = Math.min(known.depth, node.depth);
    if (node.stage !== null && (known.stage === null || node.stage < known.stage)) known.stage = node.stage;
  }
}

const UNTOLD: HopTold = {
  ...{ supplierStage: null, customerStage: null, custodyModel: null, confidence: null },
  ...{ confidenceBasis: null, product: null, periodStart: null, periodEnd: null },
};

function edgeOf(near: string, far: string, isUpward: boolean, told: HopTold): ChainEdge {
  const [from, to] = isUpward ? [far, near] : [near, far];
  return { from, to, ...told };
}

/** Order by what the reader is given, never by the numbers or dates of rows. */
function byDepth(a: ChainNode, b: ChainNode): number {
  return a.depth - b.depth || (a.id < b.id ? -1 : 1);
}

function inOrder(edges: readonly ChainEdge[]): ChainEdge[] {
  const keyed = edges.map((edge) => ({
    edge,
    key: [edge.to, edge.from, edge.product, edge.periodStart, edge.confidence].join('|'),
  }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ edge }) => edge);
}

/** INVARIANT TruncationSaysNothing: computed from the shown nodes and edges alone. */
function endsEarly(
  nodes: Iterable<ChainNode>,
  hops: readonly Hop[],
  places: Places,
  direction: ChainDirection,
): boolean {
  const { naturalEnds } = valueChainSettings();
  const ends = direction === ChainDirection.UPSTREAM ? naturalEnds.upstream : naturalEnds.downstream;
  const organisationOf = (unitNo: number): string | null => places.get(unitNo)?.organisationId ?? null;
  const goesOn = new Set(hops.map((hop) => organisationOf(hop.nearNo)));
  return [...nodes].some(
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
