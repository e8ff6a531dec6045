import { IssueList } from '../../kernel/issues';
import { type Connection, listDisclosed, type ListRequest, type Operation, type Scope } from '../graph';
import { linkList, type TradePartner } from './link.lists';
import type { LinkView } from './link.view';

export interface PartnerRequest {
  page: ListRequest;
  of?: string;
  mineral?: string;
  tier: number;
}

/**
 * The other ends of live links. Another member's partners are a list of what it disclosed to the viewer: empty for a
 * competitor's, as for an id that never was.
 * @throws DomainError VALIDATION for a tier beyond the direct one
 */
export async function tradePartners(
  operation: Operation,
  side: 'supplier' | 'customer',
  { page, of, mineral, tier }: PartnerRequest,
): Promise<Connection<TradePartner>> {
  if (tier !== 1) {
    const issues = new IssueList();
    issues.add(['tier'], 'TIER', 'only tier 1 is a list; further on, ask valueChain');
    issues.throwIfAny();
  }
  const found = await listDisclosed(operation, linkList, page, scopeOf(operation, side, of, mineral));
  const partner = (link: LinkView): TradePartner => ({ link, side });
  const edges = found.edges.map((edge) => ({ cursor: edge.cursor, node: partner(edge.node) }));
  return { ...found, edges, nodes: edges.map((edge) => edge.node) };
}

function scopeOf(operation: Operation, side: 'supplier' | 'customer', of?: string, mineral?: string): Scope {
  const other = side === 'supplier' ? 'customer' : 'supplier';
  const owner = other === 'customer' ? 'customer_owner_no' : 'owner_no';
  const live = `v.state in ('CONFIRMED', 'DISCLOSED') and ($2::text is null or v.mineral_id = $2)`;
  if (of == null)
    return { sql: `${live} and v.${owner} = $1`, parameters: [operation.viewer.organisationNo, mineral ?? null] };
  return {
    sql: `${live} and v.${other}_id = $1::uuid`,
    parameters: [operation.decodeId(of, 'member'), mineral ?? null],
    given: [{ property: `${other}Id`, ids: 'array[$1::uuid]' }],
  };
}
