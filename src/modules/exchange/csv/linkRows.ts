import { checkHs6 } from '../../../kernel/identifiers/hs6';
import { checkBounds, parseDecimal } from '../../../kernel/quantity';
import { addMonths } from '../../../kernel/period';
import { stages } from '../../../kernel/vocabulary';
import type { LinkRecord } from '../staging';
import type { Cells } from './cells';
import type { OwnKindContext } from './ownKinds';

/**
 * `links`: `domain.md` 1.2. `supplier` and `customer` name a site or member by id, LEI, OS ID, RMI id or exact name. A link
 * from a file is asserted by one end, so `confidence` is bounded (`policies/exchange.yaml`). The same link again (ends, mineral, product and
 * period) is a DUPLICATE.
 */
export const linkColumns = {
  required: ['supplier', 'customer', 'mineral', 'period'],
  optional: ['product', 'supplierStage', 'custodyModel', 'volumeBand', 'evidence', 'confidence'],
} as const;

const custodyModels = ['IDENTITY_PRESERVED', 'SEGREGATED', 'MASS_BALANCE', 'BOOK_AND_CLAIM', 'NONE'] as const;
const volumeBands = ['LT_1', '1_10', '10_30', 'GT_30'] as const;

export interface LinkLimits {
  /** Decimal text, 0-1. */
  readonly confidenceAssertedMax: string;
  readonly monthsAheadMax: number;
}

export function readLink(cells: Cells, { catalogue, today, seen, links }: OwnKindContext): LinkRecord | null {
  const supplier = cells.required('supplier');
  const customer = cells.required('customer');
  if (supplier !== '' && supplier === customer) {
    cells.outcome.reject('LINK_TO_ITSELF', 'customer', customer, 'supplier and customer are the same');
  }
  const mineral = cells.required('mineral');
  if (mineral !== '' && !catalogue.minerals.has(mineral)) {
    cells.outcome.reject('UNKNOWN_MINERAL', 'mineral', mineral, 'no mineral of the catalogue');
  }
  const product = cells.checked('product', 'INVALID_IDENTIFIER', (text) => checkHs6(text, catalogue.hs6Headings));
  const period = cells.period('period');
  if (period !== null && period.end > addMonths(today, links.monthsAheadMax)) {
    cells.outcome.reject(
      'OUT_OF_BOUNDS',
      'period',
      period.end,
      `a link ends at most ${links.monthsAheadMax} months ahead`,
    );
  }
  const supplierStage = cells.oneOf('supplierStage', stages);
  const custodyModel = cells.oneOf('custodyModel', custodyModels);
  const volumeBand = cells.oneOf('volumeBand', volumeBands);
  const number = cells.checked('confidence', 'NOT_A_NUMBER', parseDecimal);
  const confidence = cells.checked(
    'confidence',
    'OUT_OF_BOUNDS',
    (text) => checkBounds(text, '0', links.confidenceAssertedMax),
    number,
  );
  if (cells.outcome.isRejected || period === null) return null;
  if (!seen.take(JSON.stringify([supplier, customer, mineral, product, period]))) {
    cells.outcome.reject('DUPLICATE', 'supplier', supplier, 'an earlier row asserts the same link');
    return null;
  }
  return {
    kind: 'link',
    supplier: { kind: 'REFERENCE', text: supplier },
    customer: { kind: 'REFERENCE', text: customer },
    mineral,
    product,
    supplierStage,
    period,
    custodyModel,
    volumeBand,
    confidence,
    evidence: cells.optional('evidence'),
  };
}
